"""When people can be checked in, what is said of tickets, when the closing code is taken, and when addresses to join lead on."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.models import Arrangements, EventPage, Place, PlaceState, Pool
from events.rules.attendance import (
    CODE_LASTS,
    ENTERED_LATER,
    MOST_TRIES,
    refusal_of_closing_code,
    refusal_of_day,
    refusal_of_ticket,
    refusal_to_check_in,
    used_already,
    warning_of_day,
)
from events.rules.joining import (
    BELONGS_FOR,
    MOST_BROWSERS,
    Door,
    door_of,
    is_used_elsewhere,
    refusal_of_browsers,
    refusal_of_door,
)
from events.rules.ticket_codes import ALL, code_of, number_of

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
# Two days in London, the first of which begins at 11pm of the day before in UTC.
STARTS, ENDS = datetime(2026, 6, 10, 8, 0, tzinfo=UTC), datetime(2026, 6, 11, 15, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 6, 9, 23, 0, tzinfo=UTC)
AFTER_LAST_DAY = datetime(2026, 6, 11, 23, 0, tzinfo=UTC)


def event(pk: int = 1, **fields: Any) -> EventPage:
    # Wagtail would ask the database for the type.
    return EventPage(
        **{
            "pk": pk,
            "content_type_id": 1,
            "title": "Conference",
            "starts_at": STARTS,
            "ends_at": ENDS,
            **fields,
        }
    )


def place(at: EventPage | None = None, state: str = PlaceState.CONFIRMED) -> Place:
    return Place(pool=Pool(event=at or event()), state=state, name="Ada")


@pytest.mark.parametrize(
    ("now", "refusal"),
    [
        (MIDNIGHT - SECOND, "It is not the day yet: Conference is on Wednesday 10 June 2026."),
        (MIDNIGHT, None),
        (MIDNIGHT + SECOND, None),
        (ENDS + ENTERED_LATER - SECOND, None),
        (
            ENDS + ENTERED_LATER,
            "Conference was on Wednesday 10 June 2026. Nobody can be checked in any more.",
        ),
    ],
)
def test_people_are_checked_in_from_the_first_day_in_london_on(now: datetime, refusal: str | None) -> None:
    assert refusal_of_day(event(), now) == refusal
    assert refusal_to_check_in(place(), event(), now) == refusal


@pytest.mark.parametrize(
    ("now", "warns"),
    [(AFTER_LAST_DAY - SECOND, False), (AFTER_LAST_DAY, True), (AFTER_LAST_DAY + SECOND, True)],
)
def test_after_the_last_day_only_the_printed_list_is_entered(now: datetime, warns: bool) -> None:
    warning = warning_of_day(event(), now)

    assert (warning or "").startswith("Conference ended on Thursday 11 June 2026.") == warns
    assert (warning is not None) == warns


def test_what_has_no_dates_can_be_attended_on_any_day() -> None:
    anytime = event(starts_at=None, ends_at=None)

    assert refusal_of_day(anytime, STARTS) is None
    assert warning_of_day(anytime, STARTS) is None


@pytest.mark.parametrize(
    ("of", "state", "refusal"),
    [
        (event(), PlaceState.CONFIRMED, None),
        (
            event(2, title="Course"),
            PlaceState.CONFIRMED,
            "This ticket is for another event: Course, Wednesday 10 June 2026.",
        ),
        (event(2, title="Course", starts_at=None), "gone", "This ticket is for another event: Course."),
        (event(), PlaceState.GONE, "This ticket no longer counts: the place was given back."),
        (event(), PlaceState.HELD, "This place has not been ordered yet."),
        (event(), PlaceState.OFFERED, "This place has not been ordered yet."),
    ],
)
def test_a_ticket_that_does_not_count_is_said_to_be_none(
    of: EventPage, state: str, refusal: str | None
) -> None:
    assert refusal_of_ticket(place(of, state), event()) == refusal


def test_nobody_is_let_into_an_event_that_was_called_off() -> None:
    off = event(cancelled_at=STARTS)

    assert refusal_of_ticket(place(off), off) == "Conference has been called off."


def test_the_same_ticket_twice_is_told_with_when_and_by_whom() -> None:
    assert (
        used_already(STARTS, "Grace Sample") == "Checked in already, at 9am on 10 June 2026 by Grace Sample."
    )
    assert used_already(STARTS, "") == "Checked in already, at 9am on 10 June 2026."


EARLY = "The code is told in the session, which begins at 9am."
LATE = "The code can no longer be typed. Write to the organisers if you were there."


@pytest.mark.parametrize(
    ("now", "refusal"),
    [
        (STARTS - SECOND, EARLY),
        (STARTS, None),
        (STARTS + SECOND, None),
        (ENDS + CODE_LASTS - SECOND, None),
        (ENDS + CODE_LASTS, LATE),
    ],
)
def test_the_closing_code_is_taken_from_the_start_until_some_hours_after_the_end(
    now: datetime, refusal: str | None
) -> None:
    arranged = Arrangements(closing_code="Harbour 7")

    assert refusal_of_closing_code(event(), arranged, "harbour7", 0, now) == refusal


@pytest.mark.parametrize(
    ("code", "typed", "tries", "refusal"),
    [
        ("Harbour 7", " HARBOUR-7 ", 0, None),
        ("Harbour 7", "harbour7", MOST_TRIES - 1, None),
        ("Harbour 7", "harbour7", MOST_TRIES, "There were too many wrong codes. Try again in 15 minutes."),
        ("Harbour 7", "harbour", 0, "This is not the code. Check it with somebody who was there."),
        ("Harbour 7", "", 0, "This is not the code. Check it with somebody who was there."),
        ("", "", 0, LATE),
        (" - ", "-", 0, LATE),
    ],
)
def test_the_closing_code_is_the_same_however_it_is_typed(
    code: str, typed: str, tries: int, refusal: str | None
) -> None:
    assert refusal_of_closing_code(event(), Arrangements(closing_code=code), typed, tries, STARTS) == refusal


OPENS = STARTS - timedelta(minutes=15)


@pytest.mark.parametrize(
    ("now", "door"),
    [
        (OPENS - SECOND, Door.NOT_YET),
        (OPENS, Door.OPEN),
        (OPENS + SECOND, Door.OPEN),
        (ENDS - SECOND, Door.OPEN),
        (ENDS, Door.OVER),
        (ENDS + SECOND, Door.OVER),
    ],
)
def test_the_address_opens_15_minutes_before_the_start_and_closes_at_the_end(
    now: datetime, door: Door
) -> None:
    arranged = Arrangements(provider_address="https://provider.example/j/1")

    assert door_of(place(), event(), arranged, now) == door
    assert (refusal_of_door(door, event()) is None) == (door == Door.OPEN)


def test_the_page_says_from_when_on_one_can_join() -> None:
    assert refusal_of_door(Door.NOT_YET, event()) == "You can join from 8:45am on 10 June 2026 on."


@pytest.mark.parametrize(
    ("of", "state", "address", "door"),
    [
        (event(), PlaceState.GONE, "https://x.example/", Door.WITHDRAWN),
        (event(cancelled_at=OPENS), PlaceState.CONFIRMED, "https://x.example/", Door.CALLED_OFF),
        (event(), PlaceState.CONFIRMED, "", Door.NOT_SET),
        (event(starts_at=None, ends_at=None), PlaceState.CONFIRMED, "https://x.example/", Door.OPEN),
    ],
)
def test_the_address_is_withdrawn_with_the_place_and_the_event(
    of: EventPage, state: str, address: str, door: Door
) -> None:
    assert door_of(place(of, state), of, Arrangements(provider_address=address), STARTS) == door


@pytest.mark.parametrize(
    ("browser", "last", "ago", "elsewhere"),
    [
        ("a", "", None, False),
        ("a", "a", SECOND, False),
        ("b", "a", SECOND, True),
        ("b", "a", BELONGS_FOR - SECOND, True),
        ("b", "a", BELONGS_FOR, False),
        ("", "a", SECOND, True),
    ],
)
def test_the_address_belongs_to_the_browser_that_used_it_last(
    browser: str, last: str, ago: timedelta | None, elsewhere: bool
) -> None:
    assert is_used_elsewhere(browser, last, STARTS - ago if ago else None, STARTS) == elsewhere


def test_one_address_is_not_for_a_roomful_of_browsers() -> None:
    assert refusal_of_browsers(MOST_BROWSERS - 1) is None
    assert (refusal_of_browsers(MOST_BROWSERS) or "").startswith("Your address has been used in 6 browsers")


@given(st.integers(min_value=0, max_value=ALL - 1))
def test_every_ticket_has_a_code_of_its_own(number: int) -> None:
    code = code_of(number)

    assert len(code) == 5
    assert number_of(code) == number
    assert number_of(f" {code[:2].lower()}-{code[2:]} ") == number


@pytest.mark.parametrize("typed", ["", "ABCD", "ABCDEF", "BCDF0", "BCDFÉ", "Ada"])
def test_other_words_are_no_code_of_a_ticket(typed: str) -> None:
    assert number_of(typed) is None
