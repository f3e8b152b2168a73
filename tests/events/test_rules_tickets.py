"""Who may have which ticket, when, and for what price."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from events.models import EventPage, Price, Ticket, Whom
from events.rules.tickets import (
    NOBODY,
    Standing,
    closes_at,
    is_for,
    lowest_price,
    price_until_known,
    price_words,
    refusal_of_attendee,
    refusal_of_event,
    refusal_of_moment,
    refusal_of_person,
    refusal_to_pass_on,
    refusal_to_take,
    vat_within,
)
from events.rules.words import moment, places, pounds
from portal.members.models import Role
from tests.factories import NOW

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
MEMBER = Standing(is_member=True)
DIRECTOR = Standing(roles=frozenset({Role.CLINICAL_DIRECTOR}))
FOR_DIRECTORS = (Whom.ROLE, Role.CLINICAL_DIRECTOR)


def event(**fields: Any) -> EventPage:
    # With an id, Wagtail does not ask the database for its type.
    return EventPage(**{"id": 1, "title": "Conference", "live": True, **fields})


@pytest.mark.parametrize(
    ("whom", "expected"),
    [
        ((Whom.ANYONE, ""), (True, True, True)),
        ((Whom.MEMBERS, ""), (False, True, False)),
        ((Whom.NON_MEMBERS, ""), (True, False, True)),
        (FOR_DIRECTORS, (False, False, True)),
        ((Whom.ROLE, Role.OTHER), (False, False, False)),
    ],
)
def test_whom_something_is_for(whom: tuple[str, str], expected: tuple[bool, bool, bool]) -> None:
    assert tuple(is_for(*whom, standing) for standing in (NOBODY, MEMBER, DIRECTOR)) == expected


def test_the_reason_why_a_ticket_is_not_for_somebody_is_said_in_words() -> None:
    directors = Ticket(name="Dinner", whom=Whom.ROLE, role=Role.CLINICAL_DIRECTOR)

    assert refusal_of_person(directors, DIRECTOR) is None
    assert refusal_of_person(directors, MEMBER) == (
        "The ticket “Dinner” is for clinical directors. "
        "If you are one, sign in, and have your role confirmed in your profile."
    )
    assert refusal_of_person(Ticket(name="Hall", whom=Whom.MEMBERS), NOBODY) == (
        "The ticket “Hall” is for members of the association. "
        "If you are one, sign in, and add your membership number to your profile."
    )
    assert refusal_of_person(Ticket(name="Hall", whom=Whom.NON_MEMBERS), MEMBER) == (
        "The ticket “Hall” is for people who are not members of the association. "
        "There are other tickets for members."
    )


def priced(*prices: tuple[str, str, int], **fields: Any) -> Ticket:
    """A ticket with prices, without the database."""
    ticket = Ticket(pk=1, name="Hall", **fields)
    kept = [Price(whom=whom, role=role, pence=pence) for whom, role, pence in prices]
    rows = Price.objects.none()
    rows._result_cache = kept
    ticket._prefetched_objects_cache = {"prices": rows}
    return ticket


PRICED = ((Whom.NON_MEMBERS, "", 12_000), (Whom.MEMBERS, "", 6_000), (*FOR_DIRECTORS, 0))


@pytest.mark.parametrize(
    ("fields", "standing", "refusal"),
    [
        ({}, NOBODY, None),
        ({"whom": Whom.MEMBERS}, MEMBER, None),
        ({"whom": Whom.MEMBERS}, NOBODY, "The ticket “Hall” is for members of the association. Nobody is known here as one by the address lee@x.example. Enter the address of their account, or ask them to add their membership number in their profile first."),
        ({"whom": Whom.ROLE, "role": Role.CLINICAL_DIRECTOR}, DIRECTOR, None),
        ({"whom": Whom.ROLE, "role": Role.CLINICAL_DIRECTOR}, MEMBER, "The ticket “Hall” is for clinical directors. Nobody is known here as one by the address lee@x.example. Enter the address of their account, or ask them to have their role confirmed in their profile first."),
        ({"whom": Whom.NON_MEMBERS}, MEMBER, "The ticket “Hall” is for people who are not members of the association. lee@x.example is the address of a member."),
    ],
)  # fmt: skip
def test_a_ticket_is_for_whoever_comes_by_their_address(
    fields: dict[str, Any], standing: Standing, refusal: str | None
) -> None:
    assert refusal_of_attendee(priced(*PRICED, **fields), standing, "lee@x.example") == refusal


def test_whoever_no_price_is_for_cannot_come() -> None:
    assert refusal_of_attendee(priced((*FOR_DIRECTORS, 0)), MEMBER, "lee@x.example") == (
        "There is no price for lee@x.example for the ticket “Hall”. Write to the organisers."
    )


@pytest.mark.parametrize(
    ("pence", "before", "after", "prices"),
    [
        (12_000, NOBODY, NOBODY, None),
        (12_000, NOBODY, MEMBER, None),
        (6_000, MEMBER, MEMBER, None),
        (6_000, MEMBER, DIRECTOR, None),
        (6_000, MEMBER, NOBODY, "£120, not £60"),
        (0, DIRECTOR, MEMBER, "£60, not £0"),
        # Whoever has it is no longer what they were when they booked.
        (0, NOBODY, NOBODY, "£120, not £0"),
        # Prices have gone up since.
        (10_000, NOBODY, NOBODY, None),
        (5_000, MEMBER, MEMBER, None),
        (5_000, MEMBER, NOBODY, "£120, not £50"),
    ],
)
def test_a_place_goes_on_to_whoever_would_have_paid_as_much(
    pence: int, before: Standing, after: Standing, prices: str | None
) -> None:
    refusal = "The place was booked at a price that is not for them: theirs is {}. Give it back and book another one, or write to the organisers."

    assert refusal_to_pass_on(priced(*PRICED), pence, before, after) == (
        refusal.format(prices) if prices else None
    )


def test_a_place_about_which_organisers_decided_is_not_passed_on() -> None:
    assert refusal_to_pass_on(priced((Whom.ANYONE, "", 0), needs_approval=True), 0, NOBODY, NOBODY) == (
        "Organisers decide about each place with the ticket “Hall”. Write to them."
    )


def test_until_it_is_known_who_comes_a_place_costs_what_it_costs_whoever_orders() -> None:
    prices = priced(*PRICED).prices.all()
    for_directors = priced((*FOR_DIRECTORS, 500), (Whom.MEMBERS, "", 700)).prices.all()

    assert [price_until_known(prices, one) for one in (NOBODY, MEMBER, DIRECTOR)] == [12_000, 6_000, 0]
    assert [price_until_known(for_directors, one) for one in (NOBODY, DIRECTOR)] == [700, 500]
    assert price_until_known([], NOBODY) is None


@pytest.mark.parametrize(
    ("now", "refusal"),
    [
        (NOW - SECOND, "The ticket “Hall” is to be had from 9:30am on 10 March 2026."),
        (NOW, None),
        (NOW + SECOND, None),
        (NOW + DAY - SECOND, None),
        (NOW + DAY, "The ticket “Hall” was to be had until 9:30am on 11 March 2026."),
        (NOW + DAY + SECOND, "The ticket “Hall” was to be had until 9:30am on 11 March 2026."),
    ],
)
def test_a_ticket_is_to_be_had_from_its_first_moment_until_its_last(
    now: datetime, refusal: str | None
) -> None:
    assert refusal_of_moment(Ticket(name="Hall", from_at=NOW, until_at=NOW + DAY), now) == refusal


@pytest.mark.parametrize(
    ("fields", "refusals"),
    [
        ({}, (None, None, None)),
        ({"book_until": NOW}, (None, *["Booking for Conference closed at 9:30am on 10 March 2026."] * 2)),
        ({"starts_at": NOW}, (None, *["Conference has begun."] * 2)),
        ({"cancelled_at": NOW}, (None, *["Conference has been called off."] * 2)),
        ({"live": False}, ("Conference cannot be booked here now.",) * 3),
        ({"provider": "The King’s Fund", "provider_url": "https://example.org"}, ("Conference is booked with The King’s Fund.",) * 3),
    ],
)  # fmt: skip
def test_an_event_can_be_booked_until_it_closes_begins_or_is_called_off(
    fields: dict[str, Any], refusals: tuple[str | None, ...]
) -> None:
    moments = (NOW - SECOND, NOW, NOW + SECOND)

    assert tuple(refusal_of_event(event(**fields), now) for now in moments) == refusals


def test_booking_ends_where_it_is_closed_or_where_the_event_begins() -> None:
    assert closes_at(event()) is None
    assert closes_at(event(starts_at=NOW)) == NOW
    assert closes_at(event(starts_at=NOW, book_until=NOW - DAY)) == NOW - DAY


def test_what_organisers_decide_about_cannot_be_taken_at_once() -> None:
    ticket = Ticket(name="Bursary", needs_approval=True)

    assert refusal_to_take(ticket, event(), NOW) == (
        "Organisers decide about each place with the ticket “Bursary”. Ask for one."
    )
    assert refusal_to_take(Ticket(name="Hall"), event(), NOW) is None


@pytest.mark.parametrize(
    ("standing", "pence"),
    [(NOBODY, 12_000), (MEMBER, 6_000), (DIRECTOR, 0), (Standing(True, frozenset({Role.OTHER})), 6_000)],
)
def test_everybody_pays_the_lowest_price_that_is_for_them(standing: Standing, pence: int) -> None:
    prices = [
        Price(whom=Whom.NON_MEMBERS, pence=12_000),
        Price(whom=Whom.MEMBERS, pence=6_000),
        Price(whom=Whom.ROLE, role=Role.CLINICAL_DIRECTOR, pence=0),
    ]

    assert lowest_price(prices, standing) == pence
    assert lowest_price([Price(whom=Whom.MEMBERS, pence=1)], NOBODY) is None


@pytest.mark.parametrize(
    ("pence", "percent", "vat"),
    # 1p: 0.17p; 3p: 0.5p; 9p: 1.5p: halves go up.
    [(12_000, 20, 2_000), (9_999, 20, 1_667), (1, 20, 0), (3, 20, 1), (9, 20, 2), (10_500, 5, 500), (100, 0, 0), (0, 20, 0)],
)  # fmt: skip
def test_the_vat_in_a_price_is_rounded_to_the_nearest_penny(pence: int, percent: int, vat: int) -> None:
    assert vat_within(pence, percent) == vat


def test_sums_moments_and_numbers_in_words() -> None:
    assert (pounds(1250), pounds(400_000), pounds(-5)) == ("£12.50", "£4,000", "−£0.05")
    assert (places(1), places(2)) == ("1 place", "2 places")
    assert price_words(12_000, 20) == "£120, with £20 VAT"
    assert (price_words(4_000, 0), price_words(0, 20)) == ("£40, without VAT", "Free")
    # British summer time has begun.
    assert moment(NOW + 30 * DAY) == "10:30am on 9 April 2026"
