"""Two people decide on an application, or two tabs apply or accept an invitation, at the same moment. On PostgreSQL."""

import contextlib
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from forum import actions
from forum.actions import inviting, joining
from forum.import_plan import read_subscribers
from forum.models import Level, ListInvitation, MailingList, State, Subscription, SubscriptionPeriod
from portal.members.actions import RefusedError, token_hash
from portal.members.models import AuditEntry, Mail, User
from tests.factories import NOW, make_user
from tests.forum.factories import give, make_list, subscribe
from tests.handbook.test_races import each_at_once

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.skipif(
        connection.vendor == "sqlite",
        reason="SQLite lets one writer in at a time, which hides a missing lock",
    ),
]

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


@pytest.fixture
def the_list() -> MailingList:
    return make_list()


@pytest.fixture
def application(the_list: MailingList) -> Subscription:
    return subscribe(the_list, make_user("ada@example.org"), state=State.APPLIED, since=NOW - DAY)


def managers(the_list: MailingList) -> list[User]:
    made = [make_user(), make_user()]
    for manager in made:
        give(the_list, manager, level=Level.MANAGE, since=NOW - DAY, until=NOW + 30 * DAY)
    return made


@pytest.fixture
def no_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same code with its row locks taken out."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, *_, **__: self)


def decide_at_once(application: Subscription, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """One manager lets in, the other refuses a second later by their clock; each waits for the other with the question whether
    there is anything to decide."""
    one, other = managers(application.list)
    _meet(monkeypatch, joining, "refusal_to_decide")
    return each_at_once(
        lambda: actions.approve(subscription=application, by=one, now=NOW),
        lambda: actions.refuse(subscription=application, by=other, now=NOW + SECOND, reason="Not here."),
    )


def _meet(monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> None:
    """Whoever asks `name` waits for the other there, a second at most: with a lock the other cannot come."""
    barrier, asked = threading.Barrier(2), getattr(module, name)

    def wait(*arguments: Any) -> Any:
        with contextlib.suppress(threading.BrokenBarrierError):
            barrier.wait(timeout=1)
        return asked(*arguments)

    monkeypatch.setattr(module, name, wait)


def decisions() -> list[str]:
    found = AuditEntry.objects.filter(action__in=["subscription.approved", "subscription.refused"])
    return list(found.values_list("action", flat=True))


def test_of_two_managers_who_decide_at_once_one_decides(
    application: Subscription, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes = decide_at_once(application, monkeypatch)

    assert [type(outcome) for outcome in outcomes if outcome is not None] == [RefusedError]
    assert len(decisions()) == 1
    assert Mail.objects.filter(template__in=["joining_let_in", "joining_refused"]).count() == 1
    assert SubscriptionPeriod.objects.filter(ends_at=None).count() == 1


def test_without_locks_both_would_decide(
    application: Subscription, monkeypatch: pytest.MonkeyPatch, no_locks: None
) -> None:
    outcomes = decide_at_once(application, monkeypatch)

    assert not any(isinstance(outcome, RefusedError) for outcome in outcomes)


def test_of_two_tabs_that_apply_at_once_one_applies(the_list: MailingList) -> None:
    ada = make_user()
    [manager, _] = managers(the_list)

    def press(moment: Any) -> Callable[[], Any]:
        return lambda: actions.apply(mailing_list=the_list, user=ada, now=moment)

    outcomes = each_at_once(press(NOW), press(NOW + SECOND))

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["RefusedError", "Subscription"]
    assert Mail.objects.filter(template="joining_applied", to=manager.email).count() == 1


def test_an_invitation_that_is_accepted_and_declined_at_once_has_one_answer(the_list: MailingList) -> None:
    invitation = ListInvitation.objects.create(
        list=the_list,
        email="ada@example.org",
        token_hash=token_hash("secret"),
        invited_at=NOW,
        expires_at=NOW + DAY,
    )
    ada = make_user("ada@example.org")

    outcomes = each_at_once(
        lambda: inviting.accept_invitation(token="secret", versions=[], now=NOW, by=ada),
        lambda: inviting.decline_invitation(token="secret", now=NOW, by=ada),
    )

    invitation.refresh_from_db()
    assert sum(isinstance(outcome, RefusedError) for outcome in outcomes) == 1
    assert (invitation.accepted_at is None) != (invitation.declined_at is None)
    assert Subscription.objects.count() == (invitation.accepted_at is not None)


def test_the_same_file_brought_in_by_two_at_once_writes_to_nobody_twice(the_list: MailingList) -> None:
    subscribers = read_subscribers(b"email\n" + b"".join(b"p%d@example.org\n" % n for n in range(20)))

    def press() -> Any:
        return inviting.invite_subscribers(mailing_list=the_list, subscribers=subscribers, by=None, now=NOW)

    outcomes = each_at_once(press, press)

    assert [type(outcome).__name__ for outcome in outcomes] == ["Preview", "Preview"]
    assert Mail.objects.filter(template="joining_invitation").count() == 20
