"""Many take the last places in the same moment: never one too many, and with the lock off too many."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from django.db import connection

from events.actions import settling
from events.actions.baskets import begin
from events.actions.holding import hold
from events.actions.ordering import cancel_line, pay, place
from events.actions.paying import book_page
from events.actions.waiting import accept, join, sweep
from events.models import CardSession, Document, Method, Order, OrderState, Payment, Ticket, Waiting
from events.provider import Page
from portal.members.actions import RefusedError
from portal.members.models import Mail
from tests.events.factories import (
    DAY,
    MINUTE,
    make_basket,
    make_event,
    make_pool,
    make_ticket,
    offered_to,
    states,
)
from tests.factories import NOW
from tests.handbook.test_races import at_once, each_at_once

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

on_postgres = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite lets one writer in at a time, which hides a missing lock"
)
CLIENTS, PLACES = 200, 50
# At any moment. SQLite has one machine, with a few workers; who waits there tries again and again, in no order.
THREADS = 8 if connection.vendor == "sqlite" else 20


@pytest.fixture
def no_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same code with the lock of the pool taken out."""
    monkeypatch.setattr(settling, "lock", lambda _pools: None)


@pytest.fixture
def slow_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has counted takes a while until they take a place, as on a busy machine."""
    stocks = settling.stocks

    def count_and_dawdle(*arguments: Any) -> Any:
        found = stocks(*arguments)
        time.sleep(0.05)
        return found

    monkeypatch.setattr(settling, "stocks", count_and_dawdle)


@pytest.fixture
def meeting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first to have counted waits for one other who has. With the lock nobody else can come, so they do not wait for ever."""
    both, stocks = threading.Barrier(2), settling.stocks

    def count_and_wait(*arguments: Any) -> Any:
        found = stocks(*arguments)
        with suppress(threading.BrokenBarrierError):
            both.wait(timeout=1)
        return found

    monkeypatch.setattr(settling, "stocks", count_and_wait)


def buy(ticket: Ticket) -> str:
    """One client: takes a place, and orders it. What came of it."""
    basket = begin(now=NOW)
    try:
        hold(order=basket, ticket=ticket, count=1, now=NOW)
    except RefusedError as refusal:
        return str(refusal).partition(":")[0]
    Order.objects.filter(pk=basket.pk).update(
        name="Ada", email=f"a{basket.pk}@example.org", email_confirmed_at=NOW
    )
    place(order=basket, method=Method.FREE, now=NOW)
    return "placed"


def rush(clients: int, press: Callable[[], str]) -> Counter[str]:
    """What came of so many clients, of whom a few are at it at any moment."""
    share = clients // THREADS
    outcomes = at_once(THREADS, lambda: [press() for _ in range(share)])
    errors = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert errors == []
    return Counter(one for outcome in outcomes for one in outcome)


def test_of_200_clients_for_50_places_50_get_one(soak: bool) -> None:
    for _ in range(5 if soak else 1):
        ticket = make_ticket(make_pool(PLACES))

        outcomes = rush(CLIENTS, lambda ticket=ticket: buy(ticket))

        assert outcomes == {"placed": PLACES, "Out of stock": CLIENTS - PLACES}
        assert states(ticket.pool) == {"confirmed": PLACES}
        assert Order.objects.filter(state=OrderState.PLACED, lines__place__pool=ticket.pool).count() == PLACES


@on_postgres
def test_without_the_lock_too_many_get_one(no_lock: None, slow_count: None) -> None:
    ticket = make_ticket(make_pool(PLACES))

    rush(CLIENTS, lambda: buy(ticket))

    assert states(ticket.pool)["confirmed"] > PLACES


@on_postgres
def test_with_the_lock_the_same_meeting_sells_none_too_many(meeting: None) -> None:
    ticket = make_ticket(make_pool(1))

    outcomes = at_once(2, lambda: buy(ticket))

    assert sorted(outcomes) == ["Out of stock", "placed"]


def test_baskets_of_two_pools_in_either_order_do_not_wait_for_each_other() -> None:
    event = make_event()
    first, second = make_ticket(make_pool(40, event)), make_ticket(make_pool(40, event))

    def order(*tickets: Ticket) -> Callable[[], None]:
        def run() -> None:
            for _ in range(5):
                basket = make_basket()
                for ticket in tickets:
                    hold(order=basket, ticket=ticket, count=1, now=NOW)
                place(order=basket, method=Method.FREE, now=NOW)

        return run

    outcomes = each_at_once(*[order(first, second), order(second, first)] * 3)

    assert outcomes == [None] * 6
    assert (states(first.pool), states(second.pool)) == ({"confirmed": 30}, {"confirmed": 30})


def test_an_order_that_is_placed_and_paid_in_several_tabs_at_once_is_placed_once() -> None:
    ticket, basket = make_ticket(make_pool(2), pence=100), make_basket()
    hold(order=basket, ticket=ticket, count=2, now=NOW)
    payment = {"method": Method.CARD, "pence": 200, "reference": "ch_1", "now": NOW}

    outcomes = each_at_once(
        *[lambda: place(order=basket, method=Method.INVOICE, now=NOW)] * 3,
        *[lambda: pay(order=basket, **payment)] * 3,
    )

    # Whoever presses before the money has come is told so.
    assert {str(outcome) for outcome in outcomes if isinstance(outcome, Exception)} <= {
        "Pay it by card first."
    }
    assert (states(ticket.pool), Payment.objects.count()) == ({"confirmed": 2}, 1)
    basket.refresh_from_db()
    assert (basket.state, basket.trouble) == (OrderState.PLACED, "")


def test_several_workers_offer_a_freed_place_to_one_and_write_once() -> None:
    ticket, order = make_ticket(make_pool(2)), make_basket()
    hold(order=order, ticket=ticket, count=2, now=NOW)
    order = place(order=order, method=Method.FREE, now=NOW)
    people = [join(ticket=ticket, name="A", email=f"a{n}@example.org", wanted=1, now=NOW) for n in range(4)]
    lines = list(order.lines.all())

    outcomes = each_at_once(
        *(lambda line=line: cancel_line(line=line, now=NOW) for line in lines * 2),
        *[lambda: sweep(NOW)] * 2,
    )

    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    assert [offered_to(one) for one in people] == [1, 1, 0, 0]
    assert Mail.objects.filter(template="event_offer").count() == 2
    at_once(4, lambda: sweep(NOW + DAY))
    assert [offered_to(one) for one in people] == [0, 0, 1, 1]
    assert Mail.objects.filter(template="event_offer_lapsed").count() == 2


def test_an_offer_that_is_accepted_twice_at_once_is_taken_once() -> None:
    ticket = make_ticket(make_pool(1))
    waiting = join(ticket=ticket, name="A", email="a@example.org", wanted=2, now=NOW)
    baskets = [make_basket(), make_basket()]

    outcomes = each_at_once(
        *(lambda basket=basket: accept(waiting=waiting, order=basket, now=NOW) for basket in baskets)
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["RefusedError", "list"]
    assert (states(ticket.pool), Waiting.objects.get().wanted) == ({"held": 1}, 1)


def test_what_the_card_provider_tells_at_once_is_booked_once_and_invoices_have_no_gaps() -> None:
    ticket, baskets = make_ticket(make_pool(6), pence=100), [make_basket() for _ in range(3)]
    pages = []
    for number, basket in enumerate(baskets):
        hold(order=basket, ticket=ticket, count=2, now=NOW)
        CardSession.objects.create(
            order=basket,
            provider_id=f"cs_{number}",
            pence=200,
            content="x",
            made_at=NOW,
            asked_at=NOW,
            ends_at=NOW + MINUTE,
        )
        facts = {"key": "", "url": "", "is_open": False, "is_paid": True, "is_expired": False, "pence": 200}
        pages.append(Page(id=f"cs_{number}", payment=f"pi_{number}", **facts))

    outcomes = each_at_once(*[partial(book_page, page=page, now=NOW) for page in pages * 3])

    assert outcomes == [True] * 9
    assert states(ticket.pool) == {"confirmed": 6}
    assert sorted(Payment.objects.values_list("reference", "pence")) == [
        (f"pi_{one}", 200) for one in range(3)
    ]
    numbers = Document.objects.order_by("kind", "number").values_list("kind", "number")
    assert list(numbers) == [(kind, number) for kind in ("invoice", "receipt") for number in (1, 2, 3)]
