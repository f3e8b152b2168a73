"""Reminders before an end of access, and the mail after it: when, to whom, in which words, and once."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from forum.access import access_of
from forum.actions.reminding import tell_of_ends
from forum.models import AccessRule, GrantKind, Level, MailingList, State, Then, Whom
from forum.rules.ends import reminder_due
from portal.members.models import Mail, Role, User
from portal.members.rules import days_after
from tests.factories import NOW, make_user
from tests.forum.factories import (
    accept,
    appoint,
    give,
    make_list,
    make_member,
    make_terms,
    subscribe,
)

LONDON = ZoneInfo("Europe/London")
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
JUNE_30 = datetime(2026, 6, 30, tzinfo=LONDON)
REMINDERS = [30, 14, 7, 1]


def london(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=LONDON)


# The end, a moment at which a reminder becomes due, and which is due the second before and at it.
DUE: dict[str, tuple[datetime, datetime, int | None, int | None]] = {
    "30 days before": (JUNE_30, london(2026, 5, 31), None, 30),
    "14 days before": (JUNE_30, london(2026, 6, 16), 30, 14),
    "7 days before": (JUNE_30, london(2026, 6, 23), 14, 7),
    "the day before an end at midnight": (JUNE_30, london(2026, 6, 29), 7, 1),
    "the end": (JUNE_30, JUNE_30, 1, None),
    "a day before an end in the afternoon": (london(2026, 6, 30, 14), london(2026, 6, 29, 14), 7, 1),
    "a day of 23 hours before the end": (london(2026, 3, 30), london(2026, 3, 29), 7, 1),
    "a day of 25 hours before the end": (london(2026, 10, 26), london(2026, 10, 25), 7, 1),
    "a week across the spring change, at 10am": (london(2026, 3, 31, 10), london(2026, 3, 24, 10), 14, 7),
    "an end that is an hour that comes twice": (
        london(2026, 10, 25, 1, 30),
        london(2026, 10, 24, 1, 30),
        7,
        1,
    ),
    "a day before an hour that does not exist": (
        london(2026, 3, 30, 1, 30),
        london(2026, 3, 29, 1, 30),
        7,
        1,
    ),
}


@pytest.mark.parametrize(("until", "at", "before", "then"), DUE.values(), ids=DUE)
def test_a_reminder_is_due_from_the_second_that_lies_so_many_days_before_the_end(
    until: datetime, at: datetime, before: int | None, then: int | None
) -> None:
    # In UTC, as databases give it: within one zone Python compares the hands of the clock.
    at, until = at.astimezone(UTC), until.astimezone(UTC)

    assert [reminder_due(until, REMINDERS, at + step) for step in (-SECOND, 0 * SECOND)] == [before, then]


@pytest.mark.parametrize(
    ("until", "reminders", "expected"),
    [
        (None, REMINDERS, None),
        (NOW + 20 * DAY, [], None),
        (NOW + 20 * DAY, [14, 7], None),
        (NOW + 20 * DAY, [365], 365),
    ],
    ids=["no end", "no reminders", "none reached", "a year"],
)
def test_nothing_is_due_without_an_end_or_a_reminder_that_is_reached(
    until: datetime | None, reminders: list[int], expected: int | None
) -> None:
    assert reminder_due(until, reminders, NOW) == expected


@given(
    minutes=st.integers(0, 2 * 365 * 24 * 60),
    reminders=st.lists(st.integers(1, 60), max_size=4),
    steps=st.lists(st.integers(0, 90 * 24 * 60), min_size=2, max_size=12),
)
@settings(max_examples=50, deadline=None)
def test_reminders_only_become_more_urgent_and_end_with_the_access(
    minutes: int, reminders: list[int], steps: list[int]
) -> None:
    until = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    moments = sorted(until - timedelta(minutes=step) for step in steps)

    due = [reminder_due(until, reminders, at) for at in moments if at < until]

    for before, after in pairwise(due):
        assert before is None or (after is not None and after <= before)
    for at, days in zip(moments, due, strict=False):
        assert days is None or (days in reminders and days_after(until, -days) <= at < until)
        assert all(days_after(until, -other) > at for other in reminders if days is None or other < days)
    assert reminder_due(until, reminders, until) is None


# --- Whom and in which words ---------------------------------------------------------------------------------------------


@pytest.fixture
def person() -> User:
    return make_user("ada@example.org")


def ends(the_list: MailingList, whom: Whom, until: datetime, then: Then = Then.NOTHING) -> None:
    AccessRule.objects.create(list=the_list, whom=whom, until_at=until, then=then)


def written(*, since: int = 0) -> list[tuple[str, str]]:
    """Template and address of the mails after the first `since`."""
    return list(Mail.objects.order_by("pk").values_list("template", "to")[since:])


def text_of_the_last() -> str:
    return " ".join(Mail.objects.order_by("pk").last().text.split())


@pytest.mark.django_db
def test_people_are_reminded_30_14_7_and_1_days_before_the_end_once_each_and_told_after_it(
    person: User,
) -> None:
    one = make_list(open_to=None)
    ends(one, Whom.ANYONE, JUNE_30)
    subscribe(one, person)
    days = (30, 31), (14, 15), (7, 8), (1, 2), (0, -3)
    moments = sorted(
        JUNE_30.astimezone(UTC) - timedelta(days=day) + step
        for pair in days
        for day in pair
        for step in (-HOUR, 0 * HOUR)
    )
    seen = []

    for at in moments:
        before = Mail.objects.count()
        tell_of_ends(at)
        tell_of_ends(at + SECOND)
        seen += [(at.astimezone(LONDON).date(), template) for template, _ in written(since=before)]

    assert seen == [
        (date(2026, 5, 31), "list_ends_soon"),
        (date(2026, 6, 16), "list_ends_soon"),
        (date(2026, 6, 23), "list_ends_soon"),
        (date(2026, 6, 29), "list_ends_soon"),
        (date(2026, 6, 30), "list_ended"),
    ]


@pytest.mark.django_db
def test_after_downtime_only_the_most_urgent_reminder_is_sent(person: User) -> None:
    one = make_list(open_to=None)
    ends(one, Whom.ANYONE, JUNE_30)
    subscribe(one, person)

    assert [tell_of_ends(JUNE_30 - 2 * DAY), tell_of_ends(JUNE_30 - 2 * DAY + HOUR)] == [1, 0]
    assert Mail.objects.get().key.split(":")[3] == "7"
    assert "in 2 days" in text_of_the_last()


@pytest.mark.django_db
def test_an_end_that_has_moved_is_not_reminded_of_and_the_new_one_starts_anew(person: User) -> None:
    one = make_list(open_to=Whom.MEMBERS)
    subscribe(one, person)
    period = make_member(person, date(2025, 7, 1), date(2026, 6, 30))
    assert tell_of_ends(JUNE_30 - 7 * DAY) == 1

    make_member(person, date(2026, 6, 30), date(2027, 6, 30))

    assert [tell_of_ends(JUNE_30 - 1 * DAY), tell_of_ends(JUNE_30 + HOUR)] == [0, 0]
    assert access_of(one, person, JUNE_30).until == london(2027, 6, 30)
    assert tell_of_ends(london(2027, 6, 23)) == 1
    assert period.ends_on == date(2026, 6, 30)


@pytest.mark.django_db
def test_renewing_restores_at_once_and_then_no_mail_says_that_access_has_ended(person: User) -> None:
    one = make_list(open_to=Whom.MEMBERS)
    subscribe(one, person)
    make_member(person, date(2025, 7, 1), date(2026, 6, 30))
    levels = [access_of(one, person, JUNE_30).level]

    make_member(person, date(2026, 6, 30))

    assert [*levels, access_of(one, person, JUNE_30).level] == [Level.NOTHING, Level.POST]
    assert tell_of_ends(JUNE_30 + HOUR) == 0


def member_until(one: MailingList, person: User) -> None:
    AccessRule.objects.create(list=one, whom=Whom.MEMBERS)
    make_member(person, date(2025, 7, 1), date(2026, 6, 30))


def in_grace(one: MailingList, person: User) -> None:
    MailingList.objects.filter(pk=one.pk).update(grace_days=14)
    AccessRule.objects.create(list=one, whom=Whom.MEMBERS)
    make_member(person, date(2025, 7, 1), date(2026, 6, 16))


def non_member(one: MailingList, person: User) -> None:
    AccessRule.objects.create(list=one, whom=Whom.MEMBERS)
    ends(one, Whom.NON_MEMBERS, JUNE_30)


def non_member_reads_on(one: MailingList, person: User) -> None:
    AccessRule.objects.create(list=one, whom=Whom.MEMBERS)
    ends(one, Whom.NON_MEMBERS, JUNE_30, Then.READ)


def role_ends(one: MailingList, person: User) -> None:
    AccessRule.objects.create(list=one, whom=Whom.ANYONE, roles=[Role.CLINICAL_DIRECTOR])
    appoint(person, Role.CLINICAL_DIRECTOR, date(2026, 1, 1), date(2026, 6, 30))


def so_many_days(one: MailingList, person: User) -> None:
    AccessRule.objects.create(list=one, whom=Whom.ANYONE, until_days=(date(2026, 6, 30) - NOW.date()).days)


def extension(one: MailingList, person: User) -> None:
    AccessRule.objects.create(list=one, whom=Whom.MEMBERS)
    give(one, person, kind=GrantKind.EXTENSION, level=Level.POST, until=JUNE_30)


def new_terms(one: MailingList, person: User) -> None:
    AccessRule.objects.create(list=one, whom=Whom.ANYONE)
    terms = make_terms("Code of conduct", NOW, JUNE_30 - 14 * DAY, grace_days=14)
    one.terms.add(terms)
    accept(person, terms, at=NOW)


def staff(one: MailingList, person: User) -> None:
    one.subscriptions.all().delete()
    give(one, person, level=Level.READ, until=JUNE_30)


NOTHING, READS = "After that you can neither read nor post.", "After that you can read, but no longer post."
GONE = "You can neither read nor post any more."
JOIN = "To go on, join the association or renew your membership. Your access comes back at once."
WORDS: dict[str, tuple[Any, str, str, str, str]] = {
    "membership": (
        member_until,
        f"{NOTHING} To go on without a break, renew your membership of the association.",
        GONE,
        "Your membership of the association has ended.",
        JOIN,
    ),
    "grace": (
        in_grace,
        f"{NOTHING} To go on without a break, renew your membership of the association.",
        GONE,
        "Your membership of the association has ended.",
        JOIN,
    ),
    "non-member": (
        non_member,
        f"{NOTHING} To go on without a break, join the association.",
        GONE,
        (
            "This rule of the list holds: People who are not members of the association can read and post until the start of "
            "30 June 2026."
        ),
        JOIN,
    ),
    "non-member who reads on": (
        non_member_reads_on,
        f"{READS} To go on without a break, join the association.",
        "You can still read, but no longer post.",
        "This rule of the list holds:",
        JOIN,
    ),
    "role": (
        role_ends,
        f"{NOTHING} To go on without a break, add your role to your profile, so that a manager can confirm it.",
        GONE,
        "Your role in a network has ended.",
        "Add your role to your profile. A manager then confirms it.",
    ),
    "days after joining": (
        so_many_days,
        f"{NOTHING} If you need more time, ask the list's managers.",
        GONE,
        "This rule of the list holds: Anyone can read and post for 112 days after joining.",
        "If you think that this is a mistake, ask the list's managers.",
    ),
    "extension": (
        extension,
        f"{NOTHING} To go on without a break, join the association.",
        GONE,
        "A manager had extended your time on the list, and that time is over.",
        JOIN,
    ),
    "terms": (
        new_terms,
        (
            f"{NOTHING} Read these terms and accept them before then: “Code of conduct”. Code of conduct: "
            "http://testserver/terms/code-of-conduct/accept/"
        ),
        GONE,
        "You have not accepted these terms in the version that is needed: “Code of conduct”.",
        (
            "Read the terms and accept them. Your access comes back at once. Code of conduct: "
            "http://testserver/terms/code-of-conduct/accept/"
        ),
    ),
    "staff": (
        staff,
        f"{NOTHING} If you need it for longer, ask somebody who gives access to lists.",
        GONE,
        "Access to the list was given to you for a time, and that time is over.",
        "If you need it for longer, ask somebody who gives access to lists.",
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize(("make", "soon", "gone", "why", "what"), WORDS.values(), ids=WORDS)
def test_each_kind_of_end_is_said_with_its_reason_and_what_the_person_can_do(
    person: User, make: Any, soon: str, gone: str, why: str, what: str
) -> None:
    one = make_list(open_to=None)
    subscribe(one, person)
    make(one, person)

    assert tell_of_ends(JUNE_30 - 7 * DAY) == 1
    said = text_of_the_last()
    assert tell_of_ends(JUNE_30 - SECOND) == 1
    assert tell_of_ends(JUNE_30) == 1

    assert "ends at the start of 30 June 2026, in 7 days. Your last day is 29 June 2026. " + soon in said
    then = text_of_the_last()
    assert f"ended at the start of 30 June 2026. {gone} Why: {why}" in then
    assert what in then


@pytest.mark.django_db
def test_nobody_is_told_of_an_end_whose_access_ended_long_ago_or_who_left_or_was_suspended(
    person: User,
) -> None:
    one = make_list(open_to=None)
    ends(one, Whom.ANYONE, JUNE_30)
    left, suspended, applied = make_user(), make_user(), make_user()
    subscribe(one, person)
    for other, state in ((left, State.LEFT), (suspended, State.SUSPENDED)):
        subscribe(one, other, until=JUNE_30 - DAY)
        subscribe(one, other, state=state, since=JUNE_30 - DAY)
    subscribe(one, applied, state=State.APPLIED)

    assert tell_of_ends(JUNE_30 + 3 * DAY + SECOND) == 0
    assert tell_of_ends(JUNE_30 + 3 * DAY - SECOND) == 1
    assert written() == [("list_ended", "ada@example.org")]


@pytest.mark.django_db
def test_somebody_who_was_let_in_for_a_few_hours_is_told_too(person: User) -> None:
    one = make_list(open_to=None)
    ends(one, Whom.ANYONE, JUNE_30)
    subscribe(one, person, since=JUNE_30 - 5 * HOUR)

    assert tell_of_ends(JUNE_30 + HOUR / 2) == 1


@pytest.mark.django_db
def test_nobody_is_written_to_whose_address_is_not_confirmed_or_whose_account_is_closed() -> None:
    one = make_list(open_to=None)
    ends(one, Whom.ANYONE, JUNE_30)
    subscribe(one, make_user(verified=False))
    subscribe(one, make_user(is_active=False))

    assert tell_of_ends(JUNE_30 - DAY) == 0


@pytest.mark.django_db
def test_before_a_list_closes_people_are_told_what_follows(person: User) -> None:
    following = make_list("Directors", open_to=Whom.MEMBERS)
    one = make_list(closes_at=JUNE_30, successor=following)
    other = make_user("bo@example.org")
    for user in (person, other):
        subscribe(one, user)
    make_member(person, date(2026, 1, 1))

    assert tell_of_ends(JUNE_30 - DAY) == 2

    texts = {mail.to: " ".join(mail.text.split()) for mail in Mail.objects.all()}
    assert (
        "tomorrow. Your last day is 29 June 2026. After that you can read, but no longer post. The list closes then, and "
        "people move on to Directors. You are moved on by yourself, so you need do nothing."
        in texts["ada@example.org"]
    )
    assert (
        "people move on to Directors. To go on there, join the association. Then you are moved on by yourself."
        in texts["bo@example.org"]
    )


# --- What it costs -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_sweep_costs_a_few_statements_for_a_list_however_many_people_have_nothing_coming() -> None:
    one = make_list(open_to=None)
    ends(one, Whom.NON_MEMBERS, JUNE_30)
    AccessRule.objects.create(list=one, whom=Whom.MEMBERS)
    counts = []
    for people in (1, 3):
        for _ in range(people):
            user = make_user()
            subscribe(one, user)
            make_member(user, date(2026, 1, 1))
        with CaptureQueriesContext(connection) as queries:
            assert tell_of_ends(JUNE_30 - DAY) == 0
        counts.append(len(queries))

    assert counts == [9, 9]


@pytest.mark.django_db
def test_a_sweep_in_which_everybody_has_been_told_costs_the_same_for_one_and_three_people() -> None:
    one = make_list(open_to=None)
    ends(one, Whom.ANYONE, JUNE_30)
    counts = []
    for people in (1, 2):
        for _ in range(people):
            subscribe(one, make_user())
        tell_of_ends(JUNE_30 - DAY)
        with CaptureQueriesContext(connection) as queries:
            assert tell_of_ends(JUNE_30 - DAY) == 0
        counts.append(len(queries))

    assert counts[0] == counts[1]
