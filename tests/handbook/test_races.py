"""Two people press the same button at the same moment. On PostgreSQL, where only a lock keeps them apart."""

import contextlib
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections
from django.db.models import QuerySet

from handbook.actions import editions as actions
from handbook.actions.editions import Refused, prepare_edition, publish_edition
from handbook.models import Edition, HandbookPage
from tests.factories import NOW
from tests.handbook.working_copy import add_section, make_handbook

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.skipif(
        connection.vendor == "sqlite",
        reason="SQLite lets one writer in at a time, which hides a missing lock",
    ),
]


@pytest.fixture
def handbook() -> HandbookPage:
    handbook = make_handbook()
    for number in range(4):
        add_section(handbook, f"Section {number}", f"<p>Words {number}.</p>")
    return handbook


@pytest.fixture
def no_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same code with its row locks taken out."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, *_, **__: self)


def at_once(times: int, press: Callable[[], Any]) -> list[Any]:
    """What each of that many simultaneous calls returned or raised."""
    barrier = threading.Barrier(times)
    outcomes: list[Any] = []

    def run() -> None:
        barrier.wait()
        try:
            outcomes.append(press())
        except Exception as error:  # noqa: BLE001  whatever happens is the outcome
            outcomes.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def race_to_prepare(handbook: HandbookPage) -> list[Any]:
    return at_once(4, lambda: prepare_edition(handbook=handbook, by=None, now=NOW))


def race_to_publish(handbook: HandbookPage, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    edition = prepare_edition(handbook=handbook, by=None, now=NOW)
    slow = threading.Barrier(2)
    refusals = actions.refusals

    def wait_for_the_other(edition: Edition) -> list[str]:
        with contextlib.suppress(threading.BrokenBarrierError):
            slow.wait(timeout=1)  # without a lock both stand here together
        return refusals(edition)

    monkeypatch.setattr(actions, "refusals", wait_for_the_other)
    return at_once(2, lambda: publish_edition(edition=edition, by=None, now=NOW))


def test_edition_is_prepared_once_when_several_press_at_once(handbook: HandbookPage) -> None:
    outcomes = race_to_prepare(handbook)

    assert {outcome.pk for outcome in outcomes} == {Edition.objects.get().pk}
    assert Edition.objects.get().sections.count() == 4


def test_without_the_lock_preparing_at_once_fails(handbook: HandbookPage, no_locks: None) -> None:
    for _ in range(10):  # the loser is not always late enough to collide
        if any(isinstance(outcome, Exception) for outcome in race_to_prepare(handbook)):
            return
        Edition.objects.all().delete()
    pytest.fail("Ten races without a lock, and nobody collided: the test above proves nothing.")


def test_edition_is_published_once_and_the_second_is_told_so(
    handbook: HandbookPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes = race_to_publish(handbook, monkeypatch)

    assert sorted(map(str, outcomes)) == ["Edition 1.0 has been published already.", "None"]
    assert [type(outcome) for outcome in outcomes if outcome] == [Refused]


def test_without_the_lock_the_second_is_stopped_only_by_the_database(
    handbook: HandbookPage, no_locks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes = race_to_publish(handbook, monkeypatch)

    assert [type(outcome) for outcome in outcomes if outcome] != [Refused]
    assert Edition.objects.get().is_published
