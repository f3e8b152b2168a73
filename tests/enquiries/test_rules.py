"""By when an answer is due, what looks like spam, who is reminded when, and the figures."""

from datetime import UTC, date, datetime, timedelta

import pytest

from portal.enquiries.models import Enquiry, State
from portal.enquiries.rules.days import (
    is_working_day,
    promised_on,
    working_day_before,
    working_days_between,
)
from portal.enquiries.rules.figures import (
    Asked,
    by_month_and_topic,
    figures_of,
    months_until,
    percentile,
)
from portal.enquiries.rules.spam import Facts, refusal_of_time, signs_of_spam
from portal.enquiries.rules.standing import is_late, is_overdue, reminder_due
from tests.factories import NOW

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 3, 13), True),
        (date(2026, 3, 14), False),
        (date(2026, 3, 15), False),
        (date(2026, 4, 3), False),  # Good Friday
        (date(2026, 4, 6), False),  # Easter Monday
        (date(2026, 4, 7), True),
        (date(2026, 11, 30), True),  # St Andrew's Day is a bank holiday in Scotland alone
        (date(2026, 12, 25), False),
        (date(2026, 12, 28), False),  # Boxing Day falls on a Saturday
        (date(2026, 12, 29), True),
        (date(2028, 1, 3), False),  # New Year's Day falls on a Saturday
        (date(2023, 5, 8), False),  # the coronation
    ],
)
def test_weekends_and_bank_holidays_of_england_are_no_working_days(day: date, works: bool) -> None:
    assert is_working_day(day) is works


@pytest.mark.parametrize(
    ("moment", "days", "due"),
    [
        # Tuesday; the day of the question does not count.
        (datetime(2026, 3, 10, 9, 30, tzinfo=UTC), 1, date(2026, 3, 11)),
        (datetime(2026, 3, 10, 9, 30, tzinfo=UTC), 5, date(2026, 3, 17)),
        # The last second of Friday, and the first of Saturday and of Monday.
        (datetime(2026, 3, 13, 23, 59, 59, tzinfo=UTC), 1, date(2026, 3, 16)),
        (datetime(2026, 3, 14, 0, 0, tzinfo=UTC), 1, date(2026, 3, 16)),
        (datetime(2026, 3, 16, 0, 0, tzinfo=UTC), 1, date(2026, 3, 17)),
        # Over Easter.
        (datetime(2026, 4, 2, 12, 0, tzinfo=UTC), 1, date(2026, 4, 7)),
        # Over Christmas and New Year.
        (datetime(2026, 12, 24, 12, 0, tzinfo=UTC), 3, date(2026, 12, 31)),
        (datetime(2026, 12, 24, 12, 0, tzinfo=UTC), 4, date(2027, 1, 4)),
        # Summer time: 23:00 in UTC is midnight in London, so it is the next day that does not count.
        (datetime(2026, 6, 9, 22, 59, 59, tzinfo=UTC), 1, date(2026, 6, 10)),
        (datetime(2026, 6, 9, 23, 0, 0, tzinfo=UTC), 1, date(2026, 6, 11)),
        # The night in which summer time begins, and that in which it ends.
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), 1, date(2026, 3, 30)),
        (datetime(2026, 10, 25, 23, 30, tzinfo=UTC), 1, date(2026, 10, 26)),
    ],
)
def test_an_answer_is_promised_by_working_days_in_london(moment: datetime, days: int, due: date) -> None:
    assert promised_on(moment, days) == due


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        (datetime(2026, 3, 10, 9, tzinfo=UTC), datetime(2026, 3, 10, 23, 59, 59, tzinfo=UTC), 0),
        (datetime(2026, 3, 10, 23, 59, 59, tzinfo=UTC), datetime(2026, 3, 11, 0, 0, tzinfo=UTC), 1),
        (datetime(2026, 3, 13, 9, tzinfo=UTC), datetime(2026, 3, 15, 9, tzinfo=UTC), 0),
        (datetime(2026, 3, 13, 9, tzinfo=UTC), datetime(2026, 3, 16, 9, tzinfo=UTC), 1),
        (datetime(2026, 4, 2, 9, tzinfo=UTC), datetime(2026, 4, 7, 9, tzinfo=UTC), 1),
        (datetime(2026, 6, 9, 9, tzinfo=UTC), datetime(2026, 6, 9, 23, 0, tzinfo=UTC), 1),
    ],
)
def test_how_many_working_days_an_answer_took(start: datetime, end: datetime, days: int) -> None:
    assert working_days_between(start, end) == days


@pytest.mark.parametrize(
    ("today", "overdue"), [(date(2026, 3, 16), False), (date(2026, 3, 17), False), (date(2026, 3, 18), True)]
)
def test_it_is_overdue_once_the_promised_day_is_over(today: date, overdue: bool) -> None:
    waiting = Enquiry(state=State.OPEN, promised_on=date(2026, 3, 17))

    assert is_overdue(waiting, today) is overdue
    for state in (State.ASKED_BACK, State.ANSWERED, State.CLOSED, State.HELD):
        assert not is_overdue(Enquiry(state=state, promised_on=date(2026, 3, 17)), today)


@pytest.mark.parametrize(
    ("moment", "late"),
    [
        (datetime(2026, 6, 17, 22, 59, 59, tzinfo=UTC), False),
        (datetime(2026, 6, 17, 23, 0, 0, tzinfo=UTC), True),
    ],
)
def test_an_answer_is_late_from_midnight_in_london(moment: datetime, late: bool) -> None:
    promised = date(2026, 6, 17)

    assert is_late(Enquiry(state=State.OPEN, promised_on=promised), moment) is late
    assert not is_late(Enquiry(state=State.ASKED_BACK, promised_on=promised), moment)


@pytest.mark.parametrize(
    ("promised", "today", "what"),
    [
        (date(2026, 3, 17), date(2026, 3, 13), ""),
        (date(2026, 3, 17), date(2026, 3, 16), "near"),
        (date(2026, 3, 17), date(2026, 3, 17), "near"),
        (date(2026, 3, 17), date(2026, 3, 18), "passed"),
        # Promised for Monday: the working day before is Friday, and nobody is reminded on Sunday.
        (date(2026, 3, 16), date(2026, 3, 12), ""),
        (date(2026, 3, 16), date(2026, 3, 13), "near"),
        (date(2026, 3, 16), date(2026, 3, 15), ""),
        # Promised for the day after Easter.
        (date(2026, 4, 7), date(2026, 4, 1), ""),
        (date(2026, 4, 7), date(2026, 4, 2), "near"),
        (date(2026, 4, 7), date(2026, 4, 6), ""),
        (date(2026, 4, 2), date(2026, 4, 4), ""),
    ],
)
def test_advisers_are_reminded_on_working_days(promised: date, today: date, what: str) -> None:
    assert reminder_due(promised, today) == what


def test_the_working_day_before_the_day_after_easter() -> None:
    assert working_day_before(date(2026, 4, 7)) == date(2026, 4, 2)


@pytest.mark.parametrize(
    ("made_at", "begins"),
    [
        (None, "This page was open for too long"),
        (NOW, "That was faster"),
        (NOW - timedelta(seconds=4) + SECOND, "That was faster"),
        (NOW - timedelta(seconds=4), None),
        (NOW - timedelta(hours=24) + SECOND, None),
        (NOW - timedelta(hours=24), "This page was open for too long"),
    ],
)
def test_a_form_that_is_too_new_or_too_old_is_told_kindly(
    made_at: datetime | None, begins: str | None
) -> None:
    refusal = refusal_of_time(made_at, NOW)

    assert refusal is None if begins is None else refusal.startswith(begins)


@pytest.mark.parametrize(
    ("facts", "signs"),
    [
        (Facts("May I?"), []),
        (Facts("See https://a.example and www.b.example."), []),
        (Facts("https://a.example www.b.example [url=x]"), ["It has 3 links."]),
        (Facts("May I?", trapped=True), ["A field was filled in that people do not see."]),
        (Facts("May I?", same_words=1), ["The same words came before."]),
        (
            Facts("<a href=x> <A href=y> <a\nhref=z>", trapped=True, same_words=2),
            [
                "A field was filled in that people do not see.",
                "It has 3 links.",
                "The same words came before.",
            ],
        ),
    ],
)
def test_what_looks_like_spam_says_why(facts: Facts, signs: list[str]) -> None:
    assert signs_of_spam(facts) == signs


@pytest.mark.parametrize(
    ("values", "found"), [([], None), ([4], 4), ([1, 9], 9), (list(range(1, 11)), 9), ([3] * 9 + [20], 3)]
)
def test_nine_in_ten_are_answered_within(values: list[int], found: int | None) -> None:
    assert percentile(values, 90) == found


MARCH, FEBRUARY = date(2026, 3, 1), date(2026, 2, 1)


def test_figures_are_by_month_and_topic_the_newest_first() -> None:
    rows = [
        Asked(FEBRUARY, "Legal", is_answered=True, working_days=3, is_overdue=False),
        Asked(MARCH, "Legal", is_answered=True, working_days=2, is_overdue=False),
        Asked(MARCH, "Legal", is_answered=True, working_days=7, is_overdue=True),
        Asked(MARCH, "Employment", is_answered=False, working_days=None, is_overdue=True),
    ]

    assert [
        (one.month, one.topic, one.asked, one.answered, one.median_days, one.slowest_days, one.overdue)
        for one in by_month_and_topic(rows)
    ] == [
        (MARCH, "Employment", 1, 0, None, None, 1),
        (MARCH, "Legal", 2, 2, 4.5, 7, 1),
        (FEBRUARY, "Legal", 1, 1, 3, 3, 0),
    ]
    assert figures_of(MARCH, "x", []).asked == 0


def test_months_go_back_over_the_new_year() -> None:
    assert months_until(date(2026, 2, 28), 3) == [date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]
