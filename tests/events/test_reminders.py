"""Reminders: who gets which, when, once each, and none after the beginning."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from events.actions.ordering import cancel_line
from events.actions.passing import pass_on
from events.actions.reminding import remind
from events.models import BookingSettings, EventPage, OrderLine, Place, Reminder
from events.rules.reminders import due, in_words, remind_at
from portal.members.models import Mail
from tests.events.factories import DAY, SECOND
from tests.events.test_entries import ADA, GRACE, make_published, order_for

HOUR = timedelta(hours=1)
# A Thursday in GMT, four days after the clocks went back: 9.30am in London.
STARTS = datetime(2099, 10, 29, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "moment"),
    [
        (1, datetime(2099, 10, 28, 9, 30, tzinfo=UTC)),
        # Before the change: still 9.30am in London, half past eight in UTC.
        (7, datetime(2099, 10, 22, 8, 30, tzinfo=UTC)),
    ],
)
def test_the_time_of_the_day_is_that_of_the_event(days: int, moment: datetime) -> None:
    assert remind_at(STARTS, days).astimezone(UTC) == moment


@pytest.mark.parametrize(
    ("now", "found"),
    [
        (STARTS - 7 * DAY - HOUR - SECOND, None),
        (STARTS - 7 * DAY - HOUR, 7),
        (STARTS - 7 * DAY - HOUR + SECOND, 7),
        (STARTS - DAY - SECOND, 7),
        (STARTS - DAY, 1),
        (STARTS - SECOND, 1),
        (STARTS, None),
        (STARTS + SECOND, None),
    ],
)
def test_the_nearest_is_due_until_the_beginning(now: datetime, found: int | None) -> None:
    assert due(STARTS, [7, 1], now) == found


def test_without_days_nothing_is_due() -> None:
    assert due(STARTS, [], STARTS - HOUR) is None


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (STARTS - HOUR, "today"),
        (STARTS - DAY, "tomorrow"),
        (STARTS - 10 * HOUR, "tomorrow"),
        (STARTS - 7 * DAY, "in 7 days"),
    ],
)
def test_how_long_it_is_in_words(now: datetime, words: str) -> None:
    assert in_words(STARTS, now) == words


@pytest.fixture
def event(db: None) -> EventPage:
    event = make_published(starts_at=STARTS, ends_at=STARTS + HOUR)
    order_for(event, ADA, GRACE)
    Place.objects.update(taken_at=STARTS - 60 * DAY)
    return event


def reminded() -> list[tuple[str, str]]:
    found = Mail.objects.filter(template="event_reminder").order_by("pk")
    return list(found.values_list("to", "subject"))


def test_each_is_reminded_once_of_each_day(event: EventPage) -> None:
    moments = [
        STARTS - 8 * DAY,
        STARTS - 6 * DAY,
        STARTS - 6 * DAY,
        STARTS - 12 * HOUR,
        STARTS - HOUR,
        STARTS,
    ]

    assert [remind(moment) for moment in moments] == [0, 2, 0, 2, 0, 0]
    assert reminded() == [
        (ADA, "Conference begins in 6 days"),
        (GRACE, "Conference begins in 6 days"),
        (ADA, "Conference begins tomorrow"),
        (GRACE, "Conference begins tomorrow"),
    ]


def test_after_a_long_stop_only_the_last_is_caught_up_and_nothing_after_the_beginning(
    event: EventPage,
) -> None:
    assert [remind(moment) for moment in (STARTS - HOUR, STARTS - HOUR, STARTS, STARTS + HOUR)] == [
        2,
        0,
        0,
        0,
    ]
    assert set(Reminder.objects.values_list("days", flat=True)) == {1}


def test_whoever_books_later_gets_only_what_is_still_to_come(event: EventPage) -> None:
    Place.objects.filter(email=GRACE).update(taken_at=STARTS - 3 * DAY)

    assert remind(STARTS - 2 * DAY) == 1
    assert remind(STARTS - HOUR) == 2
    assert [to for to, _ in reminded()] == [ADA, ADA, GRACE]


def test_places_that_are_given_back_are_reminded_of_nothing_and_one_that_is_passed_on_only_once(
    event: EventPage,
) -> None:
    first, second = OrderLine.objects.order_by("pk")
    cancel_line(line=first, now=STARTS - 30 * DAY)
    remind(STARTS - 6 * DAY)
    pass_on(line=second, name="Una", email="una@one.example", now=STARTS - 5 * DAY)

    assert remind(STARTS - 4 * DAY) == 0
    assert remind(STARTS - HOUR) == 1
    assert [to for to, _ in reminded()] == [GRACE, "una@one.example"]


@pytest.mark.parametrize(
    "fields", [{"cancelled_at": STARTS - 20 * DAY}, {"live": False}, {"starts_at": None, "ends_at": None}]
)
def test_what_does_not_take_place_reminds_nobody(event: EventPage, fields: dict[str, Any]) -> None:
    EventPage.objects.filter(pk=event.pk).update(**fields)

    assert remind(STARTS - HOUR) == 0


def test_organisers_set_the_days_or_none(event: EventPage) -> None:
    settings = BookingSettings.objects.create(event=event, reminder_days=[3])
    assert [remind(STARTS - 6 * DAY), remind(STARTS - 2 * DAY), remind(STARTS - HOUR)] == [0, 2, 0]

    settings.reminder_days = []
    settings.save()
    Reminder.objects.all().delete()
    assert remind(STARTS - HOUR) == 0


def test_looking_for_what_is_due_takes_one_question_for_each_event_where_something_is(
    event: EventPage, django_assert_num_queries: Any
) -> None:
    remind(STARTS - HOUR)

    with django_assert_num_queries(3):
        remind(STARTS - HOUR)
