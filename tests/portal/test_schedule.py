"""The table of what runs when, and how the database is made to agree with it."""

from datetime import timedelta

import pytest
from django.utils.module_loading import import_string
from django_q.models import Schedule

from portal.schedule import JOBS, Job, load
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_job_names_a_function_that_is_there(job: Job) -> None:
    assert callable(import_string(job.function))


def test_migrate_has_loaded_every_job() -> None:
    assert sorted(Schedule.objects.values_list("name", "func", "minutes")) == sorted(
        (f"portal:{job.name}", job.function, job.minutes) for job in JOBS
    )


def test_load_inserts_changes_and_deletes_ours_and_no_other() -> None:
    Schedule.objects.all().delete()
    Schedule.objects.create(name="somebody else's", func="math.floor", next_run=NOW)
    load(NOW, (Job("stays", "math.ceil", 5), Job("goes", "math.floor", 5)))

    load(
        NOW + timedelta(hours=1), (Job("stays", "math.floor", 5), Job("comes", "math.floor", 7, "'argument'"))
    )

    assert list(
        Schedule.objects.order_by("name").values_list("name", "func", "minutes", "args", "next_run")
    ) == [
        ("portal:comes", "math.floor", 7, "'argument'", NOW + timedelta(hours=1)),
        ("portal:stays", "math.floor", 5, "", NOW),
        ("somebody else's", "math.floor", None, None, NOW),
    ]


@pytest.mark.parametrize(
    ("minutes", "next_run"),
    [(60, NOW + timedelta(hours=20)), (10_000, NOW + timedelta(hours=20)), (1441, NOW + timedelta(hours=20))],
)
def test_load_keeps_the_next_run_when_a_job_becomes_rarer(minutes: int, next_run: object) -> None:
    Schedule.objects.all().delete()
    load(NOW, (Job("job", "math.floor", 60),))
    Schedule.objects.update(next_run=NOW + timedelta(hours=20))

    load(NOW, (Job("job", "math.floor", minutes),))

    assert Schedule.objects.get().next_run == next_run


def test_load_brings_the_next_run_forward_when_a_job_becomes_more_frequent() -> None:
    Schedule.objects.all().delete()
    load(NOW, (Job("job", "math.floor", 1440),))
    Schedule.objects.update(next_run=NOW + timedelta(hours=20))

    load(NOW, (Job("job", "math.floor", 5),))

    assert Schedule.objects.get().next_run == NOW + timedelta(minutes=5)
