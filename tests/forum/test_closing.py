"""Closing a list and moving its people on: who is moved on, who is told what, once, and what can be run again."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forum import actions
from forum.access import access_of
from forum.actions import closing
from forum.actions.closing import carry_over, close_what_is_due, move_people
from forum.models import AfterClosing, Level, MailingList, State, Subscription, Whom
from forum.moving import destination, foreseen
from forum.rules import Reason
from forum.rules.moving import Closing, Fate, should_begin
from portal.members.actions import RefusedError, accept_version
from portal.members.models import AuditEntry, Mail, User
from tests.factories import NOW, make_user
from tests.forum.factories import accept, make_list, make_member, make_terms, subscribe

pytestmark = pytest.mark.django_db

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
JUNE_30 = datetime(2026, 6, 30, tzinfo=ZoneInfo("Europe/London"))


@pytest.fixture
def following() -> MailingList:
    """For members alone."""
    return make_list("Directors", open_to=Whom.MEMBERS)


@pytest.fixture
def the_list(following: MailingList) -> MailingList:
    """Closes on 30 June."""
    return make_list(closes_at=JUNE_30, successor=following)


def member(name: str, *lists: MailingList, **fields: Any) -> User:
    """A member of the association who is on some lists."""
    user = person(name, *lists, **fields)
    make_member(user, NOW.date())
    return user


def person(name: str, *lists: MailingList, **fields: Any) -> User:
    user = make_user(f"{name}@example.org", first_name=name.title(), **fields)
    for one in lists:
        subscribe(one, user)
    return user


def told() -> dict[str, list[str]]:
    """The templates of the mails to each person."""
    found: dict[str, list[str]] = {}
    for template, to in Mail.objects.order_by("pk").values_list("template", "to"):
        found.setdefault(to.partition("@")[0], []).append(template)
    return found


def said_to(name: str) -> str:
    return " ".join(Mail.objects.filter(to=f"{name}@example.org").last().text.split())


def states(mailing_list: MailingList, user: User) -> list[tuple[str, datetime, datetime | None]]:
    found = Subscription.objects.filter(list=mailing_list, user=user)
    return list(found.values_list("periods__state", "periods__starts_at", "periods__ends_at"))


# --- On the day ----------------------------------------------------------------------------------------------------------


def test_on_the_day_members_are_moved_on_and_others_told_how_to_go_on(
    the_list: MailingList, following: MailingList
) -> None:
    ada, bo = member("ada", the_list), person("bo", the_list)

    assert close_what_is_due(JUNE_30 - SECOND) == 0
    assert close_what_is_due(JUNE_30) == 2

    assert told() == {"ada": ["list_moved_on"], "bo": ["list_closed"]}
    assert states(following, ada) == [(State.ACTIVE, JUNE_30, None)]
    assert states(following, bo) == []
    assert access_of(following, ada, JUNE_30).level == Level.POST
    assert access_of(the_list, ada, JUNE_30).level == Level.READ
    assert (
        "The list Setting up closed at the start of 30 June 2026. You are now on the list that follows it: Directors. You "
        "need do nothing. You can read and post there at once. Directors: http://testserver/forum/directors/ You can still "
        "read what was written there: http://testserver/forum/setting-up/" in said_to("ada")
    )
    assert (
        "It goes on as Directors. To go on there, join the association. Then you are moved on by yourself."
        in said_to("bo")
    )


def test_it_can_be_run_again_and_tells_nobody_twice(the_list: MailingList) -> None:
    member("ada", the_list)
    person("bo", the_list)

    runs = [
        close_what_is_due(JUNE_30),
        close_what_is_due(JUNE_30 + SECOND),
        move_people(the_list.pk),
        carry_over(),
    ]

    assert runs == [2, 0, 0, 0]
    assert told() == {"ada": ["list_moved_on"], "bo": ["list_closed"]}
    the_list.refresh_from_db()
    assert (the_list.moving_since, the_list.moved_on_at) == (JUNE_30, JUNE_30)


def test_each_step_is_in_the_audit_log(the_list: MailingList, following: MailingList) -> None:
    member("ada", the_list)

    close_what_is_due(JUNE_30)

    entries = AuditEntry.objects.order_by("pk").values_list(
        "action", "person_name", "subject", "reason", "details"
    )
    assert list(entries) == [
        ("list.closing-begun", "", the_list.key, "", {}),
        ("subscription.moved-on", "Ada Example <ada@example.org>", following.key, "From Setting up.", {}),
        ("list.closed", "", the_list.key, "", {"told": 1}),
    ]


def test_who_is_on_the_next_list_already_is_told_that_nothing_changes(
    the_list: MailingList, following: MailingList
) -> None:
    ada = member("ada", the_list, following)
    before = states(following, ada)

    close_what_is_due(JUNE_30)

    assert told() == {"ada": ["list_closed"]}
    assert "It goes on as Directors. You are on it already, so nothing changes for you there." in said_to(
        "ada"
    )
    assert states(following, ada) == before


def test_who_waits_for_the_next_list_is_let_onto_it(the_list: MailingList, following: MailingList) -> None:
    ada = member("ada", the_list)
    subscribe(following, ada, state=State.APPLIED)

    close_what_is_due(JUNE_30)

    assert states(following, ada) == [(State.APPLIED, NOW, JUNE_30), (State.ACTIVE, JUNE_30, None)]
    assert told() == {"ada": ["list_moved_on"]}


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (State.LEFT, "You have left that list. You can come back while its rules let you in."),
        (State.REFUSED, "Your application for it was refused."),
        (State.SUSPENDED, "You are on it already, but cannot read it at present."),
    ],
)
def test_moving_on_is_no_way_round_what_happened_on_the_next_list(
    the_list: MailingList, following: MailingList, state: State, expected: str
) -> None:
    ada = member("ada", the_list)
    subscribe(following, ada, state=state)

    close_what_is_due(JUNE_30)
    carry_over(now=JUNE_30 + DAY)

    assert states(following, ada) == [(state, NOW, None)]
    assert told() == {"ada": ["list_closed"]}
    assert expected in said_to("ada")


@pytest.mark.parametrize("until", [None, JUNE_30 + 7 * DAY], ids=["for good", "for a time"])
def test_who_is_suspended_stays_suspended_on_the_next_list(
    the_list: MailingList, following: MailingList, until: datetime | None
) -> None:
    ada = member("ada")
    subscribe(the_list, ada, until=NOW + DAY)
    subscribe(the_list, ada, state=State.SUSPENDED, since=NOW + DAY, until=until)
    if until:
        subscribe(the_list, ada, since=until)

    close_what_is_due(JUNE_30)

    after = [(State.ACTIVE, until, None)] if until else []
    assert states(following, ada) == [(State.SUSPENDED, JUNE_30, until), *after]
    assert access_of(following, ada, JUNE_30).because.reason == Reason.SUSPENDED
    ending = " until the start of 7 July 2026." if until else "."
    assert f"Directors, and still suspended there{ending}" in said_to("ada")


def test_who_has_left_applied_or_was_refused_is_not_moved_on_and_hears_nothing(the_list: MailingList) -> None:
    for name, state in (("lee", State.LEFT), ("al", State.APPLIED), ("ray", State.REFUSED)):
        subscribe(the_list, member(name), state=state)

    assert close_what_is_due(JUNE_30) == 0
    assert told() == {}


def test_who_lacks_terms_is_invited_and_on_the_next_list_once_they_accept(
    the_list: MailingList, following: MailingList, django_capture_on_commit_callbacks: Any
) -> None:
    terms = make_terms("Confidentiality policy", NOW)
    following.terms.add(terms)
    ada = member("ada", the_list)

    close_what_is_due(JUNE_30)
    assert (told(), states(following, ada)) == ({"ada": ["list_closed_terms"]}, [])
    assert (
        "Then you are on the list. Confidentiality policy: http://testserver/terms/confidentiality-policy/accept/"
        in said_to("ada")
    )
    assert carry_over(now=JUNE_30 + DAY) == 0
    with django_capture_on_commit_callbacks(execute=True):
        accept_version(user=ada, version=terms.versions.get(), now=JUNE_30 + DAY)

    assert access_of(following, ada, JUNE_30 + DAY).level == Level.POST
    assert told() == {"ada": ["list_closed_terms", "list_moved_on"]}
    assert carry_over(now=JUNE_30 + DAY) == 0


def test_who_becomes_a_member_later_is_moved_on_then_and_told_once(
    the_list: MailingList, following: MailingList
) -> None:
    bo = person("bo", the_list)
    close_what_is_due(JUNE_30)
    make_member(bo, (JUNE_30 + 10 * DAY).date())

    carried = [carry_over(now=JUNE_30 + step) for step in (10 * DAY - SECOND, 10 * DAY, 11 * DAY)]

    assert carried == [0, 1, 0]
    assert states(following, bo) == [(State.ACTIVE, JUNE_30 + 10 * DAY, None)]
    assert told() == {"bo": ["list_closed", "list_moved_on"]}


def test_who_joined_or_left_after_the_closing_is_not_moved_on_later(
    the_list: MailingList, following: MailingList
) -> None:
    left, late = person("lee"), person("late")
    subscribe(the_list, left, until=JUNE_30 + DAY)
    close_what_is_due(JUNE_30)
    subscribe(the_list, left, state=State.LEFT, since=JUNE_30 + DAY)
    subscribe(the_list, late, since=JUNE_30 + DAY)
    for user in (left, late):
        make_member(user, (JUNE_30 + DAY).date())

    assert carry_over(now=JUNE_30 + 2 * DAY) == 0
    assert not following.subscriptions.exists()


def test_who_was_moved_on_and_left_there_is_not_brought_back(
    the_list: MailingList, following: MailingList
) -> None:
    ada = member("ada", the_list)
    close_what_is_due(JUNE_30)

    actions.leave(mailing_list=following, user=ada, now=JUNE_30 + DAY)

    assert carry_over(now=JUNE_30 + 2 * DAY) == 0
    assert states(following, ada)[-1] == (State.LEFT, JUNE_30 + DAY, None)


def test_where_the_next_list_has_closed_too_people_are_moved_on_to_the_one_after_it(
    the_list: MailingList, following: MailingList
) -> None:
    after = make_list("Alumni")
    MailingList.objects.filter(pk=following.pk).update(closes_at=JUNE_30, successor=after)
    the_list.refresh_from_db()
    ada = member("ada", the_list)

    close_what_is_due(JUNE_30)

    assert states(after, ada) == [(State.ACTIVE, JUNE_30, None)]
    assert (destination(the_list, JUNE_30 - SECOND), destination(the_list, JUNE_30)) == (following, after)


def test_on_a_next_list_that_has_not_opened_yet_people_wait_for_its_opening(
    the_list: MailingList, following: MailingList
) -> None:
    following.opens_at = JUNE_30 + 7 * DAY
    following.save()
    ada = member("ada", the_list)

    close_what_is_due(JUNE_30)

    assert "You need do nothing. It opens at the start of 7 July 2026." in said_to("ada")
    levels = [access_of(following, ada, JUNE_30 + 7 * DAY + step).level for step in (-SECOND, 0 * SECOND)]
    assert levels == [Level.NOTHING, Level.POST]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (AfterClosing.READ, "You can still read what was written there: http://testserver/forum/setting-up/"),
        (AfterClosing.NOTHING, "What was written there can no longer be read by you."),
    ],
)
def test_a_list_that_nothing_follows_closes_and_says_what_becomes_of_its_archive(
    the_list: MailingList, after: AfterClosing, expected: str
) -> None:
    MailingList.objects.filter(pk=the_list.pk).update(successor=None, after_closing=after)
    person("ada", the_list)

    close_what_is_due(JUNE_30)

    assert told() == {"ada": ["list_closed"]}
    assert f"closed at the start of 30 June 2026. {expected}" in said_to("ada")


BEGINS: dict[str, tuple[datetime | None, timedelta, bool, bool]] = {
    "no closing": (None, 0 * DAY, True, False),
    "a second before": (JUNE_30, -SECOND, True, False),
    "at the moment": (JUNE_30, 0 * DAY, True, True),
    "a year late, with a list that follows": (JUNE_30, 365 * DAY, True, True),
    "three days late, with none": (JUNE_30, 3 * DAY, False, True),
    "a second later, with none": (JUNE_30, 3 * DAY + SECOND, False, False),
}


@pytest.mark.parametrize(("closes_at", "step", "has_successor", "expected"), BEGINS.values(), ids=BEGINS)
def test_a_closing_begins_by_itself_when_its_moment_has_come(
    closes_at: datetime | None, step: timedelta, *, has_successor: bool, expected: bool
) -> None:
    assert (
        should_begin(Closing(closes_at, None, None), JUNE_30 + step, has_successor=has_successor) == expected
    )


# --- By hand -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def manager() -> User:
    manager = make_user("mary@example.org", first_name="Mary")
    manager.groups.add(Group.objects.get(name="Forum manager"))
    return manager


def test_closing_by_hand_freezes_the_list_at_once_and_moves_its_people_on(
    the_list: MailingList, following: MailingList, manager: User
) -> None:
    ada = member("ada", the_list)

    closed = actions.close_list(mailing_list=the_list, by=manager, now=NOW + DAY)
    move_people(the_list.pk, NOW + DAY)

    assert (closed.closes_at, closed.moving_since) == (NOW + DAY, NOW + DAY)
    assert [access_of(closed, ada, NOW + DAY + step).level for step in (-SECOND, 0 * SECOND)] == [
        Level.POST,
        Level.READ,
    ]
    assert access_of(following, ada, NOW + DAY).level == Level.POST
    assert AuditEntry.objects.get(action="list.closing-begun").by_name.startswith("Mary")


def test_a_later_moment_is_only_set_and_can_be_changed_until_it_comes(
    the_list: MailingList, manager: User
) -> None:
    person("bo", the_list)

    later = actions.close_list(mailing_list=the_list, by=manager, now=NOW, at=JUNE_30 + DAY)

    assert (later.closes_at, later.moving_since) == (JUNE_30 + DAY, None)
    assert close_what_is_due(JUNE_30) == 0
    assert AuditEntry.objects.get().details == {"closes": (JUNE_30 + DAY).isoformat()}


def test_closing_is_refused_with_the_reason(the_list: MailingList, manager: User) -> None:
    outsider = make_user()
    begun = make_list("Begun", closes_at=NOW, moving_since=NOW)
    coming = make_list("Coming", opens_at=NOW + DAY)

    def refused(mailing_list: MailingList, by: User = manager, at: datetime | None = None) -> str:
        with pytest.raises(RefusedError) as error:
            actions.close_list(mailing_list=mailing_list, by=by, now=NOW, at=at)
        return str(error.value).split(".")[0]

    assert [
        refused(the_list, by=outsider),
        refused(begun),
        refused(the_list, at=NOW - SECOND),
        refused(coming),
        refused(make_list("Shut", closes_at=NOW - DAY), at=NOW + DAY),
    ] == [
        "You cannot close lists",
        "The closing of this list has begun already, and goes on by itself",
        "The moment of closing must not lie in the past",
        "This list has not opened yet, so it cannot be closed",
        "This list has closed already",
    ]


def test_a_list_that_opens_again_closes_anew_and_then_tells_everybody_again(the_list: MailingList) -> None:
    person("bo", the_list)
    close_what_is_due(JUNE_30)
    MailingList.objects.filter(pk=the_list.pk).update(closes_at=JUNE_30 + 30 * DAY)

    runs = [close_what_is_due(JUNE_30 + step * DAY) for step in (1, 30, 31)]

    assert runs == [0, 1, 0]
    assert told() == {"bo": ["list_closed", "list_closed"]}


# --- Beforehand, and what it costs ----------------------------------------------------------------------------------------


def test_what_becomes_of_everybody_is_foreseen(the_list: MailingList, following: MailingList) -> None:
    terms = make_terms("Confidentiality policy", NOW)
    following.terms.add(terms)
    ada, cy = member("ada", the_list), member("cy", the_list, following)
    accept(ada, terms)
    member("di", the_list)
    person("bo", the_list)
    subscribe(following, member("lee", the_list), state=State.LEFT)

    found = {one.subscription.user.first_name: one.fate for one in foreseen(the_list, JUNE_30, NOW)}

    assert found == {"Ada": Fate.MOVES, "Cy": Fate.THERE, "Di": Fate.TERMS, "Bo": Fate.OUT, "Lee": Fate.APART}
    assert cy.subscriptions.count() == 2
    close_what_is_due(JUNE_30)
    assert told() == {
        "ada": ["list_moved_on"],
        "cy": ["list_closed"],
        "di": ["list_closed_terms"],
        "bo": ["list_closed"],
        "lee": ["list_closed"],
    }


def test_foreseeing_costs_the_same_for_one_and_for_three_people(the_list: MailingList) -> None:
    counts = []
    for name in ("ada", "bo"):
        member(f"{name}1", the_list)
        person(f"{name}2", the_list)
        with CaptureQueriesContext(connection) as queries:
            assert len(list(foreseen(the_list, JUNE_30, NOW))) == len(counts) * 2 + 2
        counts.append(len(queries))

    assert counts == [5, 5]


def test_looking_for_people_to_move_on_later_costs_the_same_for_one_and_three(the_list: MailingList) -> None:
    counts = []
    person("ada", the_list)
    close_what_is_due(JUNE_30)
    for names in ((), ("bo", "cy")):
        for name in names:
            person(name, the_list)
        with CaptureQueriesContext(connection) as queries:
            assert carry_over(now=JUNE_30 + DAY) == 0
        counts.append(len(queries))

    assert counts == [8, 8]


def test_many_people_are_moved_on_in_batches(the_list: MailingList, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closing, "BATCH", 2)
    for name in "abcde":
        member(name, the_list)

    assert close_what_is_due(JUNE_30) == 5
    assert Mail.objects.filter(template="list_moved_on").count() == 5
