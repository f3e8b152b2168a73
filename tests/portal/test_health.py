"""Is it alive, is it ready: what the two addresses say, and when they say no."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from portal.health import beat, readiness, worker_problem
from portal.models import Heartbeat
from tests.factories import NOW


def test_healthz_answers_without_the_database(client: Client) -> None:
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"alive\n")
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(
    ("heard_at", "problem"),
    [
        (None, "The background worker has not been heard from. Run `manage.py qcluster`."),
        (NOW, None),
        (NOW - timedelta(minutes=3) + timedelta(seconds=1), None),
        (NOW - timedelta(minutes=3), None),
        (
            NOW - timedelta(minutes=3, seconds=1),
            "The background worker was last heard from at 09:26:59 on 10 March 2026.",
        ),
    ],
)
def test_worker_problem_is_three_minutes_of_silence(heard_at: object, problem: str | None) -> None:
    assert worker_problem(heard_at, NOW) == problem


@pytest.mark.django_db
def test_readyz_is_200_once_the_worker_has_been_heard_from(client: Client) -> None:
    beat()

    response = client.get("/readyz")

    answer = response.json()
    heard_at = answer["worker"].pop("heard_at")
    assert response.status_code == 200
    assert abs(timezone.datetime.fromisoformat(heard_at) - timezone.now()) < timedelta(seconds=30)
    assert answer["worker"].pop("silent_seconds") in range(30)
    assert answer == {"ready": True, "database": True, "migrations": True, "worker": {}, "problems": []}


@pytest.mark.django_db
def test_readyz_is_503_and_says_why_when_the_worker_is_silent(client: Client) -> None:
    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json() == {
        "ready": False,
        "database": True,
        "migrations": True,
        "worker": {"heard_at": None, "silent_seconds": None},
        "problems": ["The background worker has not been heard from. Run `manage.py qcluster`."],
    }


@pytest.mark.django_db
def test_readiness_names_a_missing_migration() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'portal' AND name = '0003_page_changes'")

    found = readiness(NOW)

    assert found.migrations is False
    assert found.problems == ("Migrations are missing: portal.0003_page_changes. Run `manage.py migrate`.",)


def test_readyz_is_503_when_the_database_is_away(
    client: Client, django_db_blocker: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "NAME", "/nowhere/at/all/portal.sqlite3")
    monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")

    with django_db_blocker.unblock():
        response = client.get("/readyz")

    assert (response.status_code, response.json()["problems"]) == (503, ["The database does not answer."])


@pytest.mark.django_db
def test_beat_keeps_one_row() -> None:
    beat()
    first = Heartbeat.objects.get()

    beat()

    assert Heartbeat.objects.get().heard_at >= first.heard_at
