"""Onto a list and off it, suspended, and given access: what each action does, refuses and records."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group

from forum import actions
from forum.access import access_of
from forum.models import GrantKind, Level, MailingList, State, Subscription, Whom
from forum.rules import Reason
from portal.members.actions import RefusedError
from portal.members.models import AuditEntry, Role, User
from tests.factories import NOW, make_user
from tests.forum.factories import accept, appoint, give, make_list, make_member, make_terms, subscribe

pytestmark = pytest.mark.django_db

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


@pytest.fixture
def the_list() -> MailingList:
    return make_list()


@pytest.fixture
def person() -> User:
    return make_user("ada@example.org")


@pytest.fixture
def manager(the_list: MailingList) -> User:
    manager = make_user("manager@example.org", first_name="Mary")
    give(the_list, manager, level=Level.MANAGE, since=NOW - DAY, until=NOW + 300 * DAY)
    return manager


def history(subscription: Subscription) -> list[tuple[str, datetime, datetime | None]]:
    return list(subscription.periods.values_list("state", "starts_at", "ends_at"))


def logged() -> list[tuple[str, str, str, str]]:
    """Action, who did it, whom it concerned, and why: the oldest first."""
    rows = AuditEntry.objects.order_by("pk")
    return [
        (row.action, row.by_name.partition(" ")[0], row.person_name.partition(" ")[0], row.reason)
        for row in rows
    ]


def refused(action: Any, **values: Any) -> str:
    """What an action says when it refuses. Nothing is written."""
    before = AuditEntry.objects.count(), list(Subscription.objects.values_list("periods__state"))
    with pytest.raises(RefusedError) as error:
        action(now=NOW, **values)
    assert (AuditEntry.objects.count(), list(Subscription.objects.values_list("periods__state"))) == before
    return str(error.value)


def test_who_applies_waits_until_a_manager_approves(
    the_list: MailingList, person: User, manager: User
) -> None:
    subscription = actions.apply(
        mailing_list=the_list, user=person, now=NOW, role=Role.APPOINTED, number="123"
    )
    assert access_of(the_list, person, NOW).because.reason == Reason.APPLIED

    actions.approve(subscription=subscription, by=manager, now=NOW + DAY)

    assert [access_of(the_list, person, NOW + DAY + step).level for step in (-SECOND, 0 * SECOND)] == [
        Level.NOTHING,
        Level.POST,
    ]
    subscription.refresh_from_db()
    assert (subscription.joined_on, subscription.role, subscription.number) == (
        (NOW + DAY).date(),
        Role.APPOINTED,
        "123",
    )
    assert history(subscription) == [(State.APPLIED, NOW, NOW + DAY), (State.ACTIVE, NOW + DAY, None)]
    assert logged() == [
        ("subscription.applied", "Ada", "Ada", ""),
        ("subscription.approved", "Mary", "Ada", ""),
    ]


@pytest.mark.parametrize(
    ("approves_itself", "open_to", "state"),
    [
        (True, Whom.ANYONE, State.ACTIVE),
        (True, Whom.MEMBERS, State.APPLIED),
        (False, Whom.ANYONE, State.APPLIED),
    ],
    ids=["the rules let in", "the rules do not let in", "a manager decides"],
)
def test_a_list_lets_in_at_once_whom_its_rules_let_in_if_it_says_so(
    person: User, approves_itself: bool, open_to: Whom, state: State
) -> None:
    one = make_list(open_to=open_to, approves_itself=approves_itself)

    subscription = actions.apply(mailing_list=one, user=person, now=NOW)

    assert history(subscription) == [(state, NOW, None)]


def test_who_was_refused_or_left_while_suspended_is_not_let_in_by_applying_again(
    person: User, manager: User, the_list: MailingList
) -> None:
    the_list.approves_itself = True
    the_list.save()
    other = make_user("bo@example.org")
    subscribe(the_list, person, state=State.REFUSED, since=NOW - DAY)
    suspended = subscribe(the_list, other, since=NOW - 2 * DAY)
    actions.suspend(subscription=suspended, by=manager, now=NOW - DAY, reason="Unkind.")
    actions.leave(mailing_list=the_list, user=other, now=NOW - SECOND)

    assert "suspended" in refused(actions.come_back, mailing_list=the_list, user=other)
    for one in (person, other):
        subscription = actions.apply(mailing_list=the_list, user=one, now=NOW)
        assert history(subscription)[-1] == (State.APPLIED, NOW, None)


def test_terms_have_to_be_accepted_before_one_applies(the_list: MailingList, person: User) -> None:
    terms = make_terms("Code of conduct", NOW - DAY)
    the_list.terms.add(terms)

    assert refused(actions.apply, mailing_list=the_list, user=person) == (
        "Accept these terms first: Code of conduct."
    )
    accept(person, terms, at=NOW - SECOND)
    assert history(actions.apply(mailing_list=the_list, user=person, now=NOW)) == [(State.APPLIED, NOW, None)]


def test_nobody_is_approved_whom_the_rules_would_keep_out(person: User) -> None:
    members = make_list("Members", open_to=Whom.MEMBERS)
    manager = make_user()
    give(members, manager, level=Level.MANAGE, until=NOW + DAY)
    subscription = actions.apply(mailing_list=members, user=person, now=NOW)

    assert "The rules of the list are not for this person" in refused(
        actions.approve, subscription=subscription, by=manager
    )
    make_member(person, NOW.date())
    actions.approve(subscription=subscription, by=manager, now=NOW + SECOND)
    assert access_of(members, person, NOW + SECOND).level == Level.POST


def test_a_manager_asks_and_the_person_answers_while_the_application_waits(
    the_list: MailingList, person: User, manager: User
) -> None:
    subscription = actions.apply(mailing_list=the_list, user=person, now=NOW)

    actions.ask(subscription=subscription, by=manager, now=NOW + DAY, question="Which practice?")
    subscription.refresh_from_db()
    assert "your answer" in refused(actions.answer, subscription=subscription, user=person, text=" ")
    assert refused(actions.answer, subscription=subscription, user=manager, text="I answer for her.") == (
        "You have not been asked anything."
    )
    actions.answer(subscription=subscription, user=person, now=NOW + DAY, text="High Street.")

    subscription.refresh_from_db()
    assert (subscription.question, subscription.answer) == ("Which practice?", "High Street.")
    assert history(subscription) == [(State.APPLIED, NOW, None)]


def test_who_read_the_clock_first_and_came_second_undoes_nothing(
    the_list: MailingList, person: User, manager: User
) -> None:
    subscription = actions.apply(mailing_list=the_list, user=person, now=NOW - DAY)
    actions.refuse(subscription=subscription, by=manager, now=NOW + SECOND, reason="Not in a network.")

    assert "decided already" in refused(actions.approve, subscription=subscription, by=manager)
    actions.apply(mailing_list=the_list, user=person, now=NOW + DAY)
    assert "already applied" in refused(actions.apply, mailing_list=the_list, user=person)


def test_a_refusal_has_a_reason(the_list: MailingList, person: User, manager: User) -> None:
    subscription = actions.apply(mailing_list=the_list, user=person, now=NOW - DAY)

    assert refused(actions.refuse, subscription=subscription, by=manager, reason=" ").startswith("Say why.")
    actions.refuse(subscription=subscription, by=manager, now=NOW, reason="Not in a network.")

    assert subscription.periods.last().reason == "Not in a network."
    assert access_of(the_list, person, NOW).because.reason == Reason.REFUSED
    assert refused(actions.approve, subscription=subscription, by=manager) == (
        "This application has been decided already, or was taken back."
    )


def test_leaving_is_one_step_and_coming_back_too_while_the_rules_allow_it(
    person: User, the_list: MailingList
) -> None:
    subscription = subscribe(the_list, person, since=NOW - DAY)

    actions.leave(mailing_list=the_list, user=person, now=NOW)
    assert refused(actions.leave, mailing_list=the_list, user=person) == "You are not on this list."
    actions.come_back(mailing_list=the_list, user=person, now=NOW + DAY)

    assert history(subscription) == [
        (State.ACTIVE, NOW - DAY, NOW),
        (State.LEFT, NOW, NOW + DAY),
        (State.ACTIVE, NOW + DAY, None),
    ]
    the_list.rules.all().delete()
    actions.leave(mailing_list=the_list, user=person, now=NOW + 2 * DAY)
    with pytest.raises(RefusedError, match="do not let you in now"):
        actions.come_back(mailing_list=the_list, user=person, now=NOW + 3 * DAY)


def test_a_suspension_ends_by_itself_at_the_second_or_when_it_is_lifted(
    the_list: MailingList, person: User, manager: User
) -> None:
    subscription = subscribe(the_list, person, since=NOW - DAY)
    end = NOW + 3 * DAY

    actions.suspend(subscription=subscription, by=manager, now=NOW, reason="Unkind.", until=end)

    levels = [access_of(the_list, person, at).level for at in (NOW - SECOND, NOW, end - SECOND, end)]
    assert levels == [Level.POST, Level.NOTHING, Level.NOTHING, Level.POST]
    actions.lift_suspension(subscription=subscription, by=manager, now=NOW + DAY)
    assert access_of(the_list, person, NOW + DAY).level == Level.POST
    assert history(subscription) == [
        (State.ACTIVE, NOW - DAY, NOW),
        (State.SUSPENDED, NOW, NOW + DAY),
        (State.ACTIVE, NOW + DAY, None),
    ]
    assert [entry[0] for entry in logged()] == [
        "subscription.suspended",
        "subscription.suspension-lifted",
    ]


@pytest.mark.parametrize(
    ("until", "expected"),
    [(NOW, "The end must be in the future."), (NOW - SECOND, "The end must be in the future.")],
)
def test_a_suspension_cannot_end_before_it_begins(
    the_list: MailingList, person: User, manager: User, until: datetime, expected: str
) -> None:
    subscription = subscribe(the_list, person, since=NOW - DAY)

    assert (
        refused(actions.suspend, subscription=subscription, by=manager, reason="Why.", until=until)
        == expected
    )


def test_nobody_but_a_manager_of_the_list_decides_suspends_or_extends(
    the_list: MailingList, person: User
) -> None:
    root = make_user("root@example.org", is_superuser=True, is_staff=True)
    subscription = actions.apply(mailing_list=the_list, user=person, now=NOW - DAY)
    on_it = subscribe(the_list, make_user(), since=NOW - DAY)

    said = {
        refused(actions.approve, subscription=subscription, by=root),
        refused(actions.refuse, subscription=subscription, by=root, reason="No."),
        refused(actions.ask, subscription=subscription, by=root, question="Who?"),
        refused(actions.suspend, subscription=on_it, by=root, reason="No."),
        refused(actions.lift_suspension, subscription=on_it, by=root),
        refused(actions.extend, mailing_list=the_list, user=person, until=NOW + DAY, reason="Yes.", by=root),
    }

    assert said == {"You do not manage this list. Ask somebody who gives access to lists."}


def test_access_of_staff_has_a_reason_and_an_end_and_is_logged(the_list: MailingList) -> None:
    giver, staff = (
        make_user("giver@example.org", first_name="Gil"),
        make_user("sam@example.org", first_name="Sam"),
    )
    giver.groups.add(Group.objects.get(name="Forum manager"))
    values = {"mailing_list": the_list, "user": staff, "level": Level.READ, "by": giver}

    said = [
        refused(actions.give_access, **values, until=NOW + DAY, reason=""),
        refused(actions.give_access, **values, until=NOW, reason="A complaint."),
        refused(actions.give_access, **values, until=NOW + 367 * DAY, reason="A complaint."),
        refused(actions.give_access, **{**values, "by": staff}, until=NOW + DAY, reason="A complaint."),
    ]
    grant = actions.give_access(**values, until=NOW + 2 * DAY, reason="A complaint.", now=NOW)
    actions.take_back(grant=grant, by=giver, now=NOW + DAY, reason="It is settled.")

    assert [words.split(".")[0] for words in said] == [
        "Say why",
        "The end must be in the future",
        "The end can be a year from now at most",
        "You cannot give access to lists",
    ]
    levels = [
        access_of(the_list, staff, at).level for at in (NOW - SECOND, NOW, NOW + DAY - SECOND, NOW + DAY)
    ]
    assert levels == [Level.NOTHING, Level.READ, Level.READ, Level.NOTHING]
    assert logged() == [
        ("grant.given", "Gil", "Sam", "A complaint."),
        ("grant.taken-back", "Gil", "Sam", "It is settled."),
    ]


def test_an_extension_keeps_a_person_on_the_list_after_its_rules_have_ended(
    person: User, the_list: MailingList, manager: User
) -> None:
    the_list.rules.update(until_at=NOW)
    subscribe(the_list, person, since=NOW - DAY)
    appoint(person, Role.OTHER, NOW.date())
    assert access_of(the_list, person, NOW).level == Level.NOTHING

    grant = actions.extend(
        mailing_list=the_list, user=person, until=NOW + 7 * DAY, reason="On leave.", by=manager, now=NOW
    )

    assert grant.kind == GrantKind.EXTENSION
    levels = [access_of(the_list, person, at).level for at in (NOW, grant.ends_at - SECOND, grant.ends_at)]
    assert levels == [Level.POST, Level.POST, Level.NOTHING]
