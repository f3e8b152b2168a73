"""Two people press the same button at the same moment. On PostgreSQL, where only a lock keeps them apart."""

import contextlib
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections
from django.db.models import QuerySet

from handbook.actions import editions, release
from handbook.actions.editions import Annotation, Refused, annotate_edition, prepare_edition
from handbook.actions.release import publish_edition, submit_edition, withdraw_edition
from handbook.models import Edition, HandbookPage
from tests.factories import NOW, make_staff
from tests.handbook.working_copy import add_section, edit, make_handbook, publish

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


def each_at_once(*presses: Callable[[], Any]) -> list[Any]:
    """What each of several simultaneous calls returned or raised, in the order in which they ended."""
    waiting = iter(presses)

    def press() -> Any:
        return next(waiting)()

    return at_once(len(presses), press)


def race_to_prepare(handbook: HandbookPage) -> list[Any]:
    return at_once(4, lambda: prepare_edition(handbook=handbook, by=None, now=NOW))


def race_to_publish(handbook: HandbookPage, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    edition = prepare_edition(handbook=handbook, by=None, now=NOW)
    slow = threading.Barrier(2)
    refusals = release.refusals

    def wait_for_the_other(edition: Edition) -> list[str]:
        with contextlib.suppress(threading.BrokenBarrierError):
            slow.wait(timeout=1)  # without a lock both stand here together
        return refusals(edition)

    monkeypatch.setattr(release, "refusals", wait_for_the_other)
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


def race_a_note_with_freezing_again(handbook: HandbookPage, monkeypatch: pytest.MonkeyPatch) -> str:
    """What stays of a note that a colleague saves while the edition is being frozen again."""
    publish(handbook, "1.0")
    edit(handbook.sections().first(), html="<p>Other words.</p>")
    edition = prepare_edition(handbook=handbook, by=None, now=NOW)
    key = edition.sections.amendments().get().key
    frozen, saved = threading.Event(), threading.Event()
    rows = editions._rows

    def wait_for_the_note(*arguments: Any) -> Any:
        found = rows(*arguments)
        frozen.set()
        saved.wait(timeout=1)  # behind a lock the note waits for us instead
        return found

    def freeze_again() -> None:
        prepare_edition(handbook=handbook, by=None, now=NOW)

    def save_a_note() -> None:
        frozen.wait()
        note = {key: Annotation("major", "Mine.")}
        facts = {"number": "2.0", "effective_on": edition.effective_on, "summary": ""}
        annotate_edition(edition=edition, annotations=note, **facts)
        saved.set()

    monkeypatch.setattr(editions, "_rows", wait_for_the_note)
    assert each_at_once(freeze_again, save_a_note) == [None, None]
    return Edition.objects.get(pk=edition.pk).sections.amendments().get().note


def test_note_saved_while_the_edition_is_frozen_again_stays(
    handbook: HandbookPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert race_a_note_with_freezing_again(handbook, monkeypatch) == "Mine."


def test_without_the_lock_the_note_is_lost(
    handbook: HandbookPage, no_locks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert race_a_note_with_freezing_again(handbook, monkeypatch) == ""


def test_submitting_and_freezing_again_at_once_wait_for_one_another(handbook: HandbookPage) -> None:
    editor = make_staff("Editor")
    for _ in range(5):
        edition = prepare_edition(handbook=handbook, by=None, now=NOW)
        outcomes = each_at_once(
            lambda edition=edition: submit_edition(edition=edition, by=editor, now=NOW),
            lambda: prepare_edition(handbook=handbook, by=None, now=NOW),
        )

        assert {type(outcome) for outcome in outcomes} <= {type(None), Edition, Refused}
        edition.refresh_from_db()
        assert edition.is_submitted
        withdraw_edition(edition=edition, by=editor)
