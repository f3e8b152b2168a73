"""How long a basket keeps places, how many, and the words; who can join a waiting list; what can be placed and given back."""

from datetime import datetime, timedelta

import pytest

from events.models import EventPage, Method
from events.rules.holding import (
    end_of_hold,
    ran_out,
    refusal_of_count,
    refusal_to_hold,
    refusal_to_prolong,
)
from events.rules.ordering import (
    ALPHABET,
    NOTHING_CAN_BE_PAID,
    reference_of,
    refusal_of_method,
    refusal_of_who_orders,
    refusal_to_cancel,
    trouble_with,
)
from events.rules.waiting import refusal_to_join
from tests.factories import NOW

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


def test_a_hold_lasts_15_minutes_and_not_shorter_than_was_promised() -> None:
    assert end_of_hold(NOW) == NOW + 15 * MINUTE
    assert end_of_hold(NOW, NOW + 14 * MINUTE) == NOW + 15 * MINUTE
    assert end_of_hold(NOW, NOW + 16 * MINUTE) == NOW + 16 * MINUTE


@pytest.mark.parametrize(
    ("wanted", "left", "awaited", "refusal"),
    [
        (2, 2, False, None),
        (2, 1, False, "Not enough left: you asked for 2 places for “Hall”, and there is 1 left."),
        (3, 2, False, "Not enough left: you asked for 3 places for “Hall”, and there are 2 left."),
        (1, 0, False, "Out of stock: there is no place left for “Hall”. You can join the waiting list."),
        (1, 0, True, "Out of stock: the places that become free for “Hall” go to people who wait. You can join the waiting list."),
    ],
)  # fmt: skip
def test_why_places_cannot_be_held(wanted: int, left: int, awaited: bool, refusal: str | None) -> None:
    assert refusal_to_hold("Hall", wanted, left, is_awaited=awaited) == refusal


@pytest.mark.parametrize(
    ("wanted", "of_ticket", "in_basket", "refusal"),
    [
        (0, 0, 0, "Choose one place at least."),
        (-1, 0, 0, "Choose one place at least."),
        (3, 0, 0, None),
        (4, 0, 0, "One order can have 3 places for “Hall” at most."),
        (2, 2, 2, "One order can have 3 places for “Hall” at most."),
        (2, 0, 18, None),
        (2, 0, 19, "One order can have 20 places at most. Place this one first, then begin another."),
    ],
)
def test_what_one_visitor_can_hold_has_a_limit(
    wanted: int, of_ticket: int, in_basket: int, refusal: str | None
) -> None:
    assert refusal_of_count("Hall", wanted, most=3, of_ticket=of_ticket, in_basket=in_basket) == refusal


@pytest.mark.parametrize(
    ("prolonged", "end", "refusal"),
    [
        (False, NOW + SECOND, None),
        (False, NOW, "Hold ran out: your time is up. Nothing has been ordered."),
        (False, None, "Hold ran out: your time is up. Nothing has been ordered."),
        (True, NOW + MINUTE, "You have had more time once already. Your places are kept until 9:31am on 10 March 2026."),
    ],
)  # fmt: skip
def test_places_are_kept_for_longer_once(prolonged: bool, end: datetime | None, refusal: str | None) -> None:
    assert refusal_to_prolong(is_prolonged=prolonged, end=end, now=NOW) == refusal


def test_that_a_hold_ran_out_names_what_has_gone() -> None:
    assert ran_out(["Hall", "Dinner"]) == (
        "Hold ran out: your time is up and the places for “Hall”, “Dinner” have gone. Nothing has been ordered."
    )


@pytest.mark.parametrize(
    ("wanted", "left", "waits", "refusal"),
    [
        (1, 0, False, None),
        (3, 2, False, None),
        (0, 0, False, "Choose one place at least."),
        (4, 0, False, "One person can wait for 3 places at most."),
        (1, 1, False, "You need not wait: there is 1 place left."),
        (2, 2, False, "You need not wait: there are 2 places left."),
        (1, 0, True, "Somebody with this address waits already."),
    ],
)
def test_who_can_join_a_waiting_list(wanted: int, left: int, waits: bool, refusal: str | None) -> None:
    assert refusal_to_join(wanted, left, most=3, waits_already=waits) == refusal


def test_a_reference_is_short_plain_and_different_for_each_order() -> None:
    found = [reference_of(number) for number in range(1, 20_001)]

    assert len(set(found)) == 20_000
    assert {len(reference) for reference in found} == {6}
    assert set("".join(found)) == set(ALPHABET)
    assert not set("01ILOUY") & set(ALPHABET)
    # No number below the number of all references comes to the same as another: both share no divisor.
    assert (len(ALPHABET), reference_of(27**6), reference_of(0)) == (27, "222222", "222222")


@pytest.mark.parametrize(
    ("pence", "method", "refusal"),
    [
        (0, Method.FREE, None),
        (1, Method.INVOICE, None),
        (1, Method.CARD, None),
        (150, Method.FREE, "There are £1.50 to pay. Choose how."),
        (0, Method.CARD, "There is nothing to pay."),
        (0, "", "Choose how to pay."),
    ],
)
def test_how_an_order_can_be_paid(pence: int, method: str, refusal: str | None) -> None:
    assert refusal_of_method(pence, method, ways=[Method.INVOICE]) == refusal


def test_nothing_is_ordered_by_invoice_while_nobody_writes_them() -> None:
    assert refusal_of_method(1, Method.INVOICE, ways=[Method.CARD]) == NOTHING_CAN_BE_PAID
    assert refusal_of_method(1, Method.CARD, ways=[]) is None


@pytest.mark.parametrize(
    ("name", "email", "is_confirmed", "refusal"),
    [
        ("Ada", "ada@example.org", True, None),
        ("Ada", "ada@example.org", False, "Confirm your e-mail address first."),
        ("", "ada@example.org", True, "Write your name and your e-mail address."),
        ("Ada", "", True, "Write your name and your e-mail address."),
    ],
)
def test_who_can_order(name: str, email: str, is_confirmed: bool, refusal: str | None) -> None:
    assert refusal_of_who_orders(name, email, is_confirmed=is_confirmed) == refusal


@pytest.mark.parametrize(
    ("now", "refusal"),
    [
        (NOW - SECOND, None),
        (
            NOW,
            "Places could be given back or passed on until 9:30am on 10 March 2026. Write to the organisers.",
        ),
        (NOW + MINUTE, "Conference has begun: places can no longer be given back or passed on."),
    ],
)
def test_a_place_can_be_given_back_until_the_moment_that_is_set(now: datetime, refusal: str | None) -> None:
    event = EventPage(pk=1, title="Conference", cancel_until=NOW, starts_at=NOW + MINUTE)

    assert refusal_to_cancel(event, now) == refusal


@pytest.mark.parametrize(
    ("paid", "due", "placed", "trouble"),
    [
        (0, 100, False, ""),
        (100, 100, True, ""),
        (0, 100, True, ""),
        (150, 100, True, "£0.50 too much were paid. Pay it back."),
        (100, 100, False, "£1 were paid, but the order has no places any more. Pay it back, or find places."),
    ],
)
def test_what_organisers_have_to_look_at(paid: int, due: int, placed: bool, trouble: str) -> None:
    assert trouble_with(paid, due, is_placed=placed) == trouble
