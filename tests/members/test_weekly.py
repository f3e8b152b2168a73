"""The one mail a week: which week, what it is made of, once for everybody, also if the worker is killed; and how it is stopped."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client

from portal.members import follows, weekly
from portal.members.actions import weekly as writing
from portal.members.actions.weekly import write_weekly
from portal.members.follows import Followed
from portal.members.mail import preview
from portal.members.models import Follow, Mail, User, WeeklyMailing
from portal.members.rules import Week, last_week, weeks_due
from portal.members.weekly import Part, Source
from tests.factories import NOW, make_user
from tests.handbook.test_races import at_once

pytestmark = pytest.mark.django_db

# The Monday after NOW, which is a Tuesday, at 07:00; London keeps Greenwich time in March.
MONDAY = datetime(2026, 3, 16, 7, tzinfo=UTC)
MINUTE, WEEK = timedelta(minutes=1), timedelta(weeks=1)
DUE = MONDAY + 5 * MINUTE


class Subject:
    """Something that tells followers of its keys, `heading:1`, of what happened at some moments."""

    def __init__(self, heading: str, *moments: datetime) -> None:
        self.heading, self.moments, self.is_settled = heading, list(moments), True
        self.asked: list[int] = []

    def prepare(self, week: Week, now: datetime) -> Source | None:
        new = [moment for moment in self.moments if week.start <= moment < week.end]
        found = (
            Follow.objects.filter(key__startswith=f"{self.heading.lower()}:", cadence="weekly") if new else []
        )
        due: dict[int, list[Follow]] = {}
        for follow in found:
            due.setdefault(follow.user_id, []).append(follow)

        def part_for(user: User) -> Part:
            self.asked.append(user.pk)
            lines = [{"subject": f"{self.heading} {moment:%d %B}", "posts": 1} for moment in new]
            followed = [(follow, follow.key) for follow in due[user.pk]]
            return Part(self.heading, "weekly_forum", {"lines": lines}, followed)

        return Source(due, part_for) if self.is_settled else None

    def sample(self, now: datetime) -> Part:
        return Part(self.heading, "weekly_forum", {"lines": []}, [(Follow(), self.heading)])


@pytest.fixture(autouse=True)
def subjects(monkeypatch: pytest.MonkeyPatch) -> dict[str, Subject]:
    """Two subjects; each has something new in the week that ends on MONDAY."""
    monkeypatch.setattr(weekly, "_subjects", {})
    monkeypatch.setattr(follows, "_describers", {})
    made = {name: Subject(name, NOW) for name in ("Things", "Meetings")}
    for name, subject in made.items():
        weekly.register(name, subject.prepare, subject.sample)
        follows.register(
            name.lower(), lambda keys: {key: Followed(key.title(), f"/{key}/") for key in keys}, group=name
        )
    return made


def make_follower(*keys: str, cadence: str = "weekly", **fields: Any) -> User:
    user = make_user(**fields)
    for key in keys:
        Follow.objects.create(user=user, key=key, cadence=cadence, created_at=NOW)
    return user


def told() -> list[str]:
    return list(Mail.objects.order_by("pk").values_list("to", flat=True))


def headings_in(row: Mail) -> list[str]:
    return [tag.get_text() for tag in BeautifulSoup(row.html, "html.parser").select("h1")]


# --- Which week ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "start", "end", "week"),
    [
        # Winter: the second before, the moment, the second after.
        ("2026-03-16T06:59:59+00:00", "2026-03-02T07:00:00+00:00", "2026-03-09T07:00:00+00:00", "2026-W11"),
        ("2026-03-16T07:00:00+00:00", "2026-03-09T07:00:00+00:00", "2026-03-16T07:00:00+00:00", "2026-W12"),
        ("2026-03-16T07:00:01+00:00", "2026-03-09T07:00:00+00:00", "2026-03-16T07:00:00+00:00", "2026-W12"),
        # The clocks go forward on Sunday 29 March: the week has an hour less, and Monday begins at 06:00 of Greenwich.
        ("2026-03-30T05:59:59+00:00", "2026-03-16T07:00:00+00:00", "2026-03-23T07:00:00+00:00", "2026-W13"),
        ("2026-03-30T06:00:00+00:00", "2026-03-23T07:00:00+00:00", "2026-03-30T06:00:00+00:00", "2026-W14"),
        ("2026-03-30T06:00:01+00:00", "2026-03-23T07:00:00+00:00", "2026-03-30T06:00:00+00:00", "2026-W14"),
        # And back on Sunday 25 October.
        ("2026-10-26T06:59:59+00:00", "2026-10-12T06:00:00+00:00", "2026-10-19T06:00:00+00:00", "2026-W43"),
        ("2026-10-26T07:00:00+00:00", "2026-10-19T06:00:00+00:00", "2026-10-26T07:00:00+00:00", "2026-W44"),
        ("2026-10-26T07:00:01+00:00", "2026-10-19T06:00:00+00:00", "2026-10-26T07:00:00+00:00", "2026-W44"),
        # The week of New Year belongs to the year that has its Thursday.
        ("2025-12-29T07:00:00+00:00", "2025-12-22T07:00:00+00:00", "2025-12-29T07:00:00+00:00", "2026-W01"),
        # Sunday's last second in London is still the week before; given in another zone it is the same moment.
        ("2026-06-14T22:59:59+00:00", "2026-06-01T06:00:00+00:00", "2026-06-08T06:00:00+00:00", "2026-W24"),
        ("2026-06-15T15:00:00+09:00", "2026-06-08T06:00:00+00:00", "2026-06-15T06:00:00+00:00", "2026-W25"),
    ],
)
def test_weekly_window_ends_on_monday_at_seven_in_london(now: str, start: str, end: str, week: str) -> None:
    window = last_week(datetime.fromisoformat(now))

    assert (window.start, window.end, window.name) == (
        datetime.fromisoformat(start),
        datetime.fromisoformat(end),
        week,
    )


def test_windows_made_up_for_follow_on_one_another_across_the_change_of_the_clocks() -> None:
    windows = weeks_due(datetime(2026, 4, 7, 12, tzinfo=UTC))

    assert [window.name for window in windows] == ["2026-W12", "2026-W13", "2026-W14", "2026-W15"]
    assert [(one.end, then.start) for one, then in pairwise(windows)] == [
        (window.end, window.end) for window in windows[:-1]
    ]


@pytest.mark.parametrize(
    ("now", "last"),
    [
        (DUE - timedelta(seconds=1), "2026-W11"),
        (DUE, "2026-W12"),
        (DUE + timedelta(seconds=1), "2026-W12"),
        # In summer Monday at 07:00 in London is an hour earlier.
        (datetime(2026, 6, 15, 6, 4, 59, tzinfo=UTC), "2026-W24"),
        (datetime(2026, 6, 15, 6, 5, tzinfo=UTC), "2026-W25"),
    ],
)
def test_a_mail_is_due_when_what_happened_in_the_week_has_settled(now: datetime, last: str) -> None:
    assert weeks_due(now)[-1].name == last


# --- What is in it ------------------------------------------------------------------------------------------------------


def test_one_mail_has_a_part_for_each_subject_and_says_why_and_how_to_stop() -> None:
    both = make_follower("things:1", "meetings:1", email="both@example.org", first_name="Ada")
    make_follower("meetings:1", "meetings:2", email="meetings@example.org")
    make_follower("things:1", cadence="at-once", email="once@example.org")

    assert write_weekly(DUE) == 2

    assert [(row.to, headings_in(row)) for row in Mail.objects.order_by("pk")] == [
        ("both@example.org", ["Meetings", "Things"]),
        ("meetings@example.org", ["Meetings"]),
    ]
    row = Mail.objects.get(to="both@example.org")
    assert (row.template, row.key) == ("weekly", f"weekly:2026-W12:{both.pk}")
    assert row.subject == "What is new: the week to 16 March 2026"
    assert row.text.startswith(
        "Hello Ada,\n\nThis is what is new in what you follow, in the week to Monday 16 March 2026.\n"
    )
    page = BeautifulSoup(row.html, "html.parser")
    stops = {link["href"] for link in page.select("a") if link.get_text() == "Stop"}
    assert stops == {follows.stop_address(follow) for follow in both.follows.all()}
    assert all(f"Stop: {address}\n" in row.text for address in stops)


def test_one_click_stops_what_the_mail_comes_from_and_nothing_else() -> None:
    user = make_follower("things:1", "meetings:1")
    Follow.objects.create(user=user, key="things:9", cadence="at-once", created_at=NOW)
    write_weekly(DUE)
    row = Mail.objects.get()
    assert row.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    address = row.headers["List-Unsubscribe"].strip("<>")
    answer = Client(enforce_csrf_checks=True).post(address, {"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert list(user.follows.values_list("key", flat=True)) == ["things:9"]


def test_preview_shows_a_part_of_each_subject_with_why() -> None:
    _, text, html = preview("weekly")

    assert "MEETINGS\n=====" in text
    assert "* Things\n  Stop: http://testserver/a-secret-link/\n" in text
    assert ">Meetings</h1>" in html


# --- Once for everybody -------------------------------------------------------------------------------------------------


def test_a_week_is_written_once_and_a_finished_one_costs_one_query(
    django_assert_num_queries: Callable[..., Any],
) -> None:
    make_follower("things:1")

    assert (write_weekly(DUE), write_weekly(DUE), write_weekly(DUE + 6 * timedelta(days=1))) == (1, 0, 0)
    with django_assert_num_queries(1):
        write_weekly(DUE)


@pytest.mark.parametrize("people", [1, 4])
def test_each_person_costs_the_same_queries(
    people: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    for _ in range(people):
        make_follower("things:1", "meetings:1")

    # Four weeks: which are written; for each who is due, its row as it begins, and as it ends. For each person a transaction.
    with django_assert_num_queries(1 + 2 + 4 * 5 + 9 * people):
        write_weekly(DUE)


def test_weeks_missed_while_the_worker_was_down_are_made_up_for_four_at_most(
    subjects: dict[str, Subject],
) -> None:
    make_follower("things:1")
    subjects["Things"].moments = [NOW + number * WEEK for number in range(6)]

    # London keeps summer time by then.
    assert write_weekly(DUE + 5 * WEEK) == 4
    assert list(Mail.objects.order_by("pk").values_list("key", flat=True)) == [
        f"weekly:2026-W{week}:{User.objects.get(follows__key='things:1').pk}" for week in (14, 15, 16, 17)
    ]


def test_a_week_waits_for_a_subject_that_has_not_settled(subjects: dict[str, Subject]) -> None:
    make_follower("things:1")
    subjects["Meetings"].is_settled = False
    assert (write_weekly(DUE), WeeklyMailing.objects.filter(week="2026-W12").exists()) == (0, False)
    subjects["Meetings"].is_settled = True

    assert (write_weekly(DUE + MINUTE), told()) == (1, [User.objects.get(follows__key="things:1").email])


@pytest.mark.parametrize("fields", [{"is_active": False}, {"verified": False}])
def test_who_cannot_be_written_to_is_left_out_and_keeps_nobody_waiting(fields: dict[str, bool]) -> None:
    make_follower("things:1", **fields)
    other = make_follower("things:1")

    assert (write_weekly(DUE), told()) == (1, [other.email])


class KilledError(Exception):
    """The worker dies here."""


@pytest.mark.parametrize("at", [1, 2, 3, 4])
@pytest.mark.parametrize("is_after", [False, True])
def test_a_worker_that_dies_at_any_mail_is_gone_on_from_and_everybody_is_told_once(
    monkeypatch: pytest.MonkeyPatch, subjects: dict[str, Subject], at: int, *, is_after: bool
) -> None:
    people = [make_follower("things:1") for _ in range(4)]
    send, calls = writing.mail.send, []

    def send_until_killed(**fields: Any) -> Mail:
        calls.append(fields["to"])
        row = send(**fields) if is_after else None
        if len(calls) == at:
            raise KilledError
        return row or send(**fields)

    monkeypatch.setattr(writing.mail, "send", send_until_killed)
    with pytest.raises(KilledError):
        write_weekly(DUE)
    mailing = WeeklyMailing.objects.get(week="2026-W12")
    assert (len(told()), mailing.written_at) == (at - 1, None)
    assert mailing.reached == (people[at - 2].pk if at > 1 else 0)

    assert write_weekly(DUE + MINUTE) == 5 - at

    assert told() == [user.email for user in people]
    mailing.refresh_from_db()
    assert mailing.written_at == DUE + MINUTE


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one writer in at a time")
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_workers_that_write_at_the_same_moment_write_to_everybody_once() -> None:
    people = [make_follower("things:1") for _ in range(7)]

    outcomes = at_once(4, lambda: write_weekly(DUE))

    assert (sum(outcomes), sorted(told())) == (7, sorted(user.email for user in people))
