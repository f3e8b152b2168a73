"""When a mail is tried again, what a digest covers, and when mail stops because it comes back: the rules as tables."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.models import Period
from forum.rules.delivering import (
    LONDON,
    WAITS,
    Score,
    last_span,
    next_attempt,
    refusal_of_pause,
    score_after,
)

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=LONDON)
SECOND = timedelta(seconds=1)


def london(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("attempts", "wait"),
    [(1, timedelta(minutes=5)), (2, timedelta(minutes=15)), (10, timedelta(days=1)), (11, None)],
)
def test_what_is_refused_for_now_is_tried_again_ever_later_and_then_given_up(
    attempts: int, wait: timedelta | None
) -> None:
    assert next_attempt(attempts, NOW) == (NOW + wait if wait else None)


def test_it_is_tried_for_as_long_as_the_standard_asks_for() -> None:
    # RFC 5321, 4.5.4.1: at least four to five days.
    assert timedelta(days=4) <= sum(WAITS, timedelta()) <= timedelta(days=6)


@pytest.mark.parametrize(
    ("period", "now", "since", "until"),
    [
        (Period.DAY, london(2026, 6, 15, 6, 59, 59), london(2026, 6, 13, 7), london(2026, 6, 14, 7)),
        (Period.DAY, london(2026, 6, 15, 7), london(2026, 6, 14, 7), london(2026, 6, 15, 7)),
        (Period.DAY, london(2026, 6, 15, 23, 59), london(2026, 6, 14, 7), london(2026, 6, 15, 7)),
        # The clocks go forward and back: a day of 23 hours and one of 25.
        (Period.DAY, london(2026, 3, 29, 7), london(2026, 3, 28, 7), london(2026, 3, 29, 7)),
        (Period.DAY, london(2026, 10, 25, 7), london(2026, 10, 24, 7), london(2026, 10, 25, 7)),
        # 15 June 2026 is a Monday.
        (Period.WEEK, london(2026, 6, 15, 6, 59, 59), london(2026, 6, 1, 7), london(2026, 6, 8, 7)),
        (Period.WEEK, london(2026, 6, 15, 7), london(2026, 6, 8, 7), london(2026, 6, 15, 7)),
        (Period.WEEK, london(2026, 6, 21, 23), london(2026, 6, 8, 7), london(2026, 6, 15, 7)),
    ],
)
def test_a_digest_covers_the_last_day_or_week_until_seven_in_the_morning(
    period: Period, now: datetime, since: datetime, until: datetime
) -> None:
    assert last_span(period, now) == (since, until)


@given(
    period=st.sampled_from(Period),
    now=st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)),  # noqa: DTZ001  made aware by replace
)
def test_spans_join_without_a_gap_and_without_meeting_twice(period: Period, now: datetime) -> None:
    now = now.replace(tzinfo=LONDON)
    since, until = last_span(period, now)

    assert until <= now
    assert last_span(period, until) == (since, until)
    assert last_span(period, until - SECOND)[1] == since


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("bounces", "total", "stops"),
    [
        ([(0 * DAY, True)], 1.0, False),
        ([(0 * DAY, False)], 0.5, False),
        # Several on one day are one: the first.
        ([(0 * DAY, False), (SECOND, True), (timedelta(hours=11), True)], 0.5, False),
        ([(number * DAY, True) for number in range(4)], 4.0, False),
        ([(number * DAY, True) for number in range(5)], 5.0, True),
        ([(number * DAY, False) for number in range(9)], 4.5, False),
        ([(number * DAY, False) for number in range(10)], 5.0, True),
        # After a week without any they are forgotten; up to it they count.
        ([(0 * DAY, True), (7 * DAY, True)], 2.0, False),
        ([(0 * DAY, True), (7 * DAY + SECOND, True)], 1.0, False),
    ],
)
def test_mail_stops_when_it_comes_back_on_too_many_days(
    bounces: list[tuple[timedelta, bool]], total: float, *, stops: bool
) -> None:
    score = Score()
    for after, is_hard in bounces:
        score = score_after(score, NOW + after, is_hard=is_hard)

    assert (score.sum, score.stops) == (total, stops)


@pytest.mark.parametrize(
    ("until", "refused"),
    [
        (None, False),
        (NOW - SECOND, True),
        (NOW, True),
        (NOW + SECOND, False),
        (NOW + timedelta(days=366), False),
        (NOW + timedelta(days=366, seconds=1), True),
    ],
)
def test_mail_pauses_until_a_moment_to_come_within_a_year(until: datetime | None, *, refused: bool) -> None:
    assert bool(refusal_of_pause(until, NOW)) is refused
