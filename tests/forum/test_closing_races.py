"""Two closings of a list at the same moment. On PostgreSQL, where only a lock keeps them apart."""

import contextlib
import threading
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from forum.actions import closing
from forum.actions.closing import move_people
from forum.models import MailingList, State, SubscriptionPeriod
from portal.members.models import AuditEntry, Mail
from tests.factories import NOW, make_user
from tests.forum.factories import make_list, subscribe
from tests.handbook.test_races import at_once

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.skipif(
        connection.vendor == "sqlite",
        reason="SQLite lets one writer in at a time, which hides a missing lock",
    ),
]


@pytest.fixture
def the_list(monkeypatch: pytest.MonkeyPatch) -> MailingList:
    """Seven people, moved on three at a time, by runs that wait for one another once they know whom."""
    made = make_list(successor=make_list("Directors"), closes_at=NOW, moving_since=NOW)
    for _ in range(7):
        subscribe(made, make_user())
    both, settle = threading.Barrier(2), closing._settle

    def wait_for_the_other(*arguments: Any) -> None:
        with contextlib.suppress(threading.BrokenBarrierError):
            both.wait(timeout=0.5)  # without a lock both stand here together
        settle(*arguments)

    monkeypatch.setattr(closing, "BATCH", 3)
    monkeypatch.setattr(closing, "_settle", wait_for_the_other)
    return made


def race(the_list: MailingList) -> list[Any]:
    return at_once(2, lambda: move_people(the_list.pk, NOW))


def test_of_two_closings_at_once_each_person_is_moved_on_and_told_by_one(the_list: MailingList) -> None:
    outcomes = race(the_list)

    assert sum(outcomes) == 7
    assert Mail.objects.filter(template="list_moved_on").count() == 7
    assert (
        SubscriptionPeriod.objects.filter(
            subscription__list=the_list.successor, state=State.ACTIVE, ends_at=None
        ).count()
        == 7
    )
    actions = list(AuditEntry.objects.values_list("action", flat=True))
    assert (actions.count("subscription.moved-on"), actions.count("list.closed")) == (7, 1)


def test_without_the_lock_people_are_moved_on_twice_or_the_database_stops_one(
    the_list: MailingList, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, *_, **__: self)

    outcomes = race(the_list)

    moved = AuditEntry.objects.filter(action="subscription.moved-on").count()
    assert moved > 7 or any(isinstance(outcome, Exception) for outcome in outcomes)
