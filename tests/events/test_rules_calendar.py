"""Rules on times, months, programmes, prices: to the second, and across the days on which the clocks change."""

from datetime import date, datetime
from types import SimpleNamespace

import pytest

from events.rules.months import beside, weeks_of
from events.rules.prices import PriceFor, in_words, places_in_words, pounds_or_free
from events.rules.programme import programme_of
from events.rules.times import (
    clock,
    days,
    deadline,
    last_turn,
    lasting,
    next_turn,
    phase,
    when,
    when_in_short,
)
from tests.events.pages import utc

BEGINS, ENDS = utc(2026, 3, 12, 9, 30), utc(2026, 3, 12, 16)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (utc(2026, 3, 12, 9, 29, 59), "to come"),
        (utc(2026, 3, 12, 9, 30), "going on"),
        (utc(2026, 3, 12, 9, 30, 1), "going on"),
        (utc(2026, 3, 12, 15, 59, 59), "going on"),
        (utc(2026, 3, 12, 16), "past"),
        (utc(2026, 3, 12, 16, 0, 1), "past"),
    ],
)
def test_event_goes_on_from_its_start_and_is_past_at_its_end(now: datetime, expected: str) -> None:
    assert phase(BEGINS, ENDS, now) == expected


def test_what_has_no_dates_is_there_at_any_time() -> None:
    assert phase(None, None, BEGINS) == "at any time"


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "expected"),
    [
        (BEGINS, ENDS, "Thursday 12 March 2026, 9:30am to 4pm, London time (GMT)"),
        (
            utc(2026, 7, 1, 11),
            utc(2026, 7, 1, 12, 5),
            "Wednesday 1 July 2026, midday to 1:05pm, London time (BST)",
        ),
        (
            utc(2027, 3, 11, 9, 30),
            utc(2027, 3, 12, 16),
            "Thursday 11 March 2027, 9:30am, to Friday 12 March 2027, 4pm, London time (GMT)",
        ),
        # The clocks go back on 25 October 2026 at 2am: the conference begins in summer time and ends in winter time.
        (
            utc(2026, 10, 24, 8, 30),
            utc(2026, 10, 26, 16),
            "Saturday 24 October 2026, 9:30am, to Monday 26 October 2026, 4pm, London time (BST at first, GMT at the end)",
        ),
        (
            utc(2026, 10, 25, 0, 30),
            utc(2026, 10, 25, 9),
            "Sunday 25 October 2026, 1:30am to 9am, London time (BST at first, GMT at the end)",
        ),
        (
            utc(2026, 3, 12, 20),
            utc(2026, 3, 13),
            "Thursday 12 March 2026, 8pm to midnight, London time (GMT)",
        ),
        (None, None, "At any time"),
    ],
)
def test_when_in_words(starts_at: datetime | None, ends_at: datetime | None, expected: str) -> None:
    assert when(starts_at, ends_at) == expected


def test_when_in_short_leaves_out_year_and_zone() -> None:
    assert when_in_short(BEGINS, ENDS) == "Thursday 12 March, 9:30am to 4pm"
    assert when_in_short(BEGINS, utc(2026, 3, 13, 16)) == "Thursday 12 March to Friday 13 March"
    assert when_in_short(None, None) == "At any time"


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (utc(2026, 3, 12), "midnight"),
        (utc(2026, 3, 12, 0, 5), "12:05am"),
        (utc(2026, 3, 12, 12), "midday"),
        (utc(2026, 3, 12, 12, 30), "12:30pm"),
        (utc(2026, 7, 1, 12), "1pm"),
    ],
)
def test_clock(moment: datetime, expected: str) -> None:
    assert clock(moment) == expected


def test_days_are_londons_and_midnight_ends_the_day_before() -> None:
    assert days(utc(2026, 7, 1, 23), utc(2026, 7, 2, 23)) == (date(2026, 7, 2), date(2026, 7, 2))
    assert days(utc(2026, 10, 24, 9), utc(2026, 10, 26, 16)) == (date(2026, 10, 24), date(2026, 10, 26))


def test_deadline_at_midnight_is_the_end_of_the_day() -> None:
    assert deadline(utc(2026, 3, 13)) == "the end of Thursday 12 March 2026"
    assert deadline(utc(2026, 7, 1, 16)) == "5pm on Wednesday 1 July 2026"


@pytest.mark.parametrize(
    ("minutes", "expected"), [(None, ""), (1, "1 minute"), (60, "1 hour"), (150, "2 hours and 30 minutes")]
)
def test_lasting(minutes: int | None, expected: str) -> None:
    assert lasting(minutes) == expected


def test_turns_are_the_last_moment_that_came_and_the_first_that_comes() -> None:
    moments = [ENDS, None, BEGINS]

    assert (last_turn(moments, BEGINS), next_turn(moments, BEGINS)) == (BEGINS, ENDS)
    assert (last_turn(moments, utc(2026, 1, 1)), next_turn(moments, ENDS)) == (None, None)


def test_month_is_whole_weeks_from_monday_and_things_stand_on_each_of_their_days() -> None:
    weeks = weeks_of(date(2026, 10, 1), [(date(2026, 9, 29), date(2026, 10, 2), "course")])

    assert [week[0].date.weekday() for week in weeks] == [0] * 5
    assert (weeks[0][0].date, weeks[-1][-1].date) == (date(2026, 9, 28), date(2026, 11, 1))
    assert [(day.date.day, day.in_month) for day in weeks[0] if day.things] == [
        (29, False),
        (30, False),
        (1, True),
        (2, True),
    ]


def test_february_of_four_weeks_and_month_of_six() -> None:
    assert [len(weeks_of(date(*day), [])) for day in ((2027, 2, 1), (2026, 8, 1))] == [4, 6]


@pytest.mark.parametrize(
    ("month", "by", "expected"),
    [
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2027, 1, 1), -1, date(2026, 12, 1)),
        (date(2000, 1, 1), -1, None),
        (date(2100, 12, 1), 1, None),
    ],
)
def test_month_beside(month: date, by: int, expected: date | None) -> None:
    assert beside(month, by) == expected


def session(title: str, begin: datetime, end: datetime, track: str = "") -> SimpleNamespace:
    return SimpleNamespace(title=title, starts_at=begin, ends_at=end, track=track)


def test_programme_is_cut_into_days_times_and_tracks() -> None:
    sessions = [
        session("Two B", utc(2026, 10, 25, 10), utc(2026, 10, 25, 11), "B"),
        session("One A", utc(2026, 10, 24, 9), utc(2026, 10, 24, 10, 15), "A"),
        session("One B", utc(2026, 10, 24, 9), utc(2026, 10, 24, 10), "B"),
        session("Welcome", utc(2026, 10, 24, 8), utc(2026, 10, 24, 9)),
        session("Coffee", utc(2026, 10, 24, 9), utc(2026, 10, 24, 9, 30)),
    ]

    first, second = programme_of(sessions)

    assert (first.date, first.tracks) == (date(2026, 10, 24), ("A", "B"))
    assert (second.date, second.tracks) == (date(2026, 10, 25), ("B",))
    assert [(slot.time, [found.title for found in slot.sessions], slot.for_all) for slot in first.slots] == [
        ("9am to 10am", ["Welcome"], True),
        ("10am to 10:30am", ["Coffee"], True),
        ("10am to 11:15am", ["One B", "One A"], False),
    ]
    assert [(name, [found.title for found in cell]) for name, cell in first.slots[-1].cells] == [
        ("A", ["One A"]),
        ("B", ["One B"]),
    ]
    # The clocks have gone back: 10 in UTC is 10 in London.
    assert second.slots[0].time == "10am to 11am"


@pytest.mark.parametrize(
    ("offers", "expected"),
    [
        ([], ""),
        ([("anyone", 0)], "Free"),
        ([("members", 9500), ("non-members", 9500)], "£95"),
        ([("members", 9500), ("non-members", 12000)], "From £95"),
        ([("members", 0), ("non-members", 3000)], "Free for members, £30 for others"),
        ([("members", 0), ("non-members", 3000), ("anyone", 4050)], "Free for members, from £30 for others"),
        ([("anyone", 0), ("anyone", 3000)], "Free or from £30"),
        ([("role", 0), ("anyone", 3000)], "Free or from £30"),
    ],
)
def test_prices_in_words(offers: list[tuple[str, int]], expected: str) -> None:
    assert in_words(PriceFor(*offer) for offer in offers) == expected


def test_pounds() -> None:
    assert [pounds_or_free(pence) for pence in (0, 5, 1250, 12000, 123456)] == [
        "Free",
        "£0.05",
        "£12.50",
        "£120",
        "£1,234.56",
    ]


@pytest.mark.parametrize(
    ("left", "words"),
    [(None, ""), (0, "Full, with a waiting list"), (1, "1 place left"), (2000, "2,000 places left")],
)
def test_places_left(left: int | None, words: str) -> None:
    assert places_in_words(left) == words
