"""An order is placed whole or not at all, once; it is paid, taken back, and its places get names."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from events.actions.baskets import begin
from events.actions.holding import hold
from events.actions.naming import name_attendee
from events.actions.ordering import cancel_line, pay, place, settle_trouble
from events.actions.questions import answer
from events.actions.settings import accept_terms
from events.actions.waiting import join
from events.models import (
    BookingSettings,
    Method,
    Order,
    OrderState,
    Payment,
    Place,
    PlaceState,
    Question,
    Ticket,
)
from events.rules.ordering import reference_of
from events.terms import terms_of
from portal.members.actions import RefusedError
from portal.members.models import AuditEntry
from tests.events.factories import (
    DAY,
    MINUTE,
    SECOND,
    make_basket,
    make_event,
    make_pool,
    make_ticket,
    offered_to,
    refused,
    states,
)
from tests.factories import NOW, make_user

pytestmark = pytest.mark.django_db

LATER = NOW + 15 * MINUTE


def basket_with(ticket: Ticket, count: int = 1, **fields: Any) -> Order:
    basket = make_basket(**fields)
    hold(order=basket, ticket=ticket, count=count, now=NOW)
    return basket


def placed(ticket: Ticket, count: int = 1, method: Method = Method.FREE) -> Order:
    return place(order=basket_with(ticket, count), method=method, now=NOW)


def test_an_order_takes_all_its_places_and_has_a_reference() -> None:
    ticket = make_ticket(make_pool(3), pence=12_000)
    basket = basket_with(ticket, 2)

    order = place(order=basket, method=Method.INVOICE, now=NOW + MINUTE)

    assert (order.state, order.reference, order.placed_at) == (
        OrderState.PLACED,
        reference_of(order.pk),
        NOW + MINUTE,
    )
    assert states(ticket.pool) == {"confirmed": 2}


def test_terms_have_to_be_accepted_in_the_words_that_hold_now() -> None:
    ticket = make_ticket(make_pool(1))
    settings = BookingSettings.objects.create(event=ticket.pool.event, terms="Be kind.")
    basket = basket_with(ticket)
    with refused("Accept the booking terms of Conference."):
        place(order=basket, method=Method.FREE, now=NOW)
    accept_terms(order=basket, terms=terms_of([ticket.pool.event]), now=NOW)
    BookingSettings.objects.filter(pk=settings.pk).update(terms="Be kind and on time.")

    with refused("Accept the booking terms of Conference."):
        place(order=basket, method=Method.FREE, now=NOW)
    accept_terms(order=basket, terms=terms_of([ticket.pool.event]), now=NOW)
    assert place(order=basket, method=Method.FREE, now=NOW).state == OrderState.PLACED


def test_what_has_to_be_answered_is_asked_for_each_place() -> None:
    ticket = make_ticket(make_pool(2))
    question = Question.objects.create(event=ticket.pool.event, words="Where do you work?", is_required=True)
    basket = basket_with(ticket, 2)
    first, second = (line.place for line in basket.lines.order_by("pk"))
    answer(place=first, answers={question: "Leeds"}, now=NOW)
    with refused("Answer what the organisers have to know"):
        place(order=basket, method=Method.FREE, now=NOW)

    answer(place=second, answers={question: "York"}, now=NOW)
    assert place(order=basket, method=Method.FREE, now=NOW).state == OrderState.PLACED


def test_whoever_has_paid_has_their_places_whatever_is_asked_since() -> None:
    ticket = make_ticket(make_pool(1), pence=12_000)
    basket = basket_with(ticket)
    BookingSettings.objects.create(event=ticket.pool.event, terms="Be kind.")

    pay(order=basket, method=Method.CARD, pence=12_000, reference="pi_1", now=NOW)

    basket.refresh_from_db()
    assert (basket.state, basket.trouble) == (OrderState.PLACED, "")


def test_an_order_that_is_submitted_twice_is_placed_once() -> None:
    ticket = make_ticket()
    basket = basket_with(ticket)

    first = place(order=basket, method=Method.FREE, now=NOW)
    second = place(order=basket, method=Method.FREE, now=NOW + MINUTE)

    assert (second.pk, second.reference, second.placed_at) == (first.pk, first.reference, NOW)
    assert states(ticket.pool) == {"confirmed": 1}


def test_a_hold_that_ran_out_is_taken_again_if_the_place_is_free() -> None:
    ticket = make_ticket(make_pool(2))
    basket = basket_with(ticket, 2)

    place(order=basket, method=Method.FREE, now=LATER)

    assert states(ticket.pool) == {"confirmed": 2}


def test_if_one_place_has_gone_nothing_is_placed() -> None:
    hall, dinner = make_ticket(make_pool(2)), make_ticket(make_pool(2), name="Dinner")
    basket = basket_with(hall, 2)
    hold(order=basket, ticket=dinner, count=2, now=NOW)
    hold(order=make_basket(), ticket=dinner, count=1, now=LATER)

    with refused(
        "Hold ran out: your time is up and the places for “Dinner” have gone. Nothing has been ordered."
    ):
        place(order=basket, method=Method.FREE, now=LATER)

    basket.refresh_from_db()
    assert (basket.state, basket.reference) == (OrderState.OPEN, None)
    assert Place.objects.filter(state=PlaceState.CONFIRMED).count() == 0


def test_a_hold_that_ran_out_is_not_taken_again_ahead_of_somebody_who_waits() -> None:
    ticket = make_ticket(make_pool(1))
    basket = basket_with(ticket)
    waiting = join(ticket=ticket, name="Grace", email="grace@example.org", wanted=1, now=NOW)

    with refused("Hold ran out"):
        place(order=basket, method=Method.FREE, now=LATER)
    assert offered_to(waiting) == 0  # what was refused has changed nothing
    hold_refused(ticket)


def hold_refused(ticket: Ticket) -> None:
    with refused("Out of stock"):
        hold(order=make_basket(), ticket=ticket, count=1, now=LATER)


def test_a_hold_that_ran_out_is_not_taken_again_after_its_ticket() -> None:
    ticket = make_ticket(make_pool(1), until_at=LATER)

    with refused("Hold ran out"):
        place(order=basket_with(ticket), method=Method.FREE, now=LATER)


@pytest.mark.parametrize(
    ("change", "method", "refusal"),
    [
        ({}, Method.FREE, "There are £120 to pay. Choose how."),
        ({"name": ""}, Method.INVOICE, "Write your name and your e-mail address."),
        ({"state": OrderState.CANCELLED, "reference": "X", "placed_at": NOW, "method": "free"}, Method.INVOICE, "This order has been cancelled."),
    ],
)  # fmt: skip
def test_why_an_order_cannot_be_placed(change: dict[str, Any], method: Method, refusal: str) -> None:
    ticket = make_ticket(pence=12_000)
    basket = basket_with(ticket)
    Order.objects.filter(pk=basket.pk).update(**change)

    with pytest.raises(RefusedError) as refused:
        place(order=basket, method=method, now=NOW)

    assert str(refused.value) == refusal


def test_an_empty_basket_or_one_for_an_event_that_has_begun_is_not_placed() -> None:
    ticket = make_ticket(make_pool(1, make_event(starts_at=NOW + MINUTE)))
    basket = basket_with(ticket)

    with refused("There is nothing in this order."):
        place(order=make_basket(), method=Method.FREE, now=NOW)
    with refused("Conference has begun."):
        place(order=basket, method=Method.FREE, now=NOW + MINUTE)


def test_a_line_that_is_taken_back_frees_its_place_once() -> None:
    ticket = make_ticket(make_pool(2))
    order = placed(ticket, 2)
    waiting = join(ticket=ticket, name="Grace", email="grace@example.org", wanted=2, now=NOW)
    first, second = order.lines.all()

    cancel_line(line=first, now=NOW)
    cancel_line(line=first, now=NOW)

    order.refresh_from_db()
    assert (states(ticket.pool), offered_to(waiting)) == ({"offered": 1, "confirmed": 1}, 1)
    assert order.state == OrderState.PLACED
    cancel_line(line=second, now=NOW)
    order.refresh_from_db()
    assert (order.state, offered_to(waiting)) == (OrderState.CANCELLED, 2)


@pytest.mark.parametrize("now", [NOW + DAY - SECOND, NOW + DAY])
def test_a_place_is_given_back_until_the_moment_that_is_set_and_by_organisers_after_it(now: Any) -> None:
    order = placed(make_ticket(make_pool(1, make_event(cancel_until=NOW + DAY))))
    line, organiser = order.lines.get(), make_user()

    if now == NOW + DAY:
        with refused("Places could be given back or passed on until"):
            cancel_line(line=line, now=now)
        cancel_line(line=line, now=now, by=organiser, reason="She is ill.")
        assert AuditEntry.objects.get(action="place.cancelled").reason == "She is ill."
    else:
        cancel_line(line=line, now=now)
    assert Place.objects.get().state == PlaceState.GONE


def test_a_line_of_a_basket_is_not_taken_back_but_released() -> None:
    basket = basket_with(make_ticket())

    with refused("Only what has been ordered can be taken back."):
        cancel_line(line=basket.lines.get(), now=NOW)


def test_a_payment_that_is_told_twice_is_booked_once() -> None:
    order = placed(make_ticket(pence=12_000), method=Method.INVOICE)
    payment = {"order": order, "method": Method.CARD, "pence": 12_000, "reference": "ch_1", "now": NOW}

    assert pay(**payment) == pay(**payment)

    order.refresh_from_db()
    assert (Payment.objects.count(), order.trouble) == (1, "")
    with refused("The payment ch_1 is booked with another order or sum."):
        pay(**{**payment, "pence": 1})


def test_a_basket_that_is_paid_is_placed_even_after_its_hold_if_there_are_places() -> None:
    ticket = make_ticket(make_pool(1), pence=12_000)
    basket = basket_with(ticket)

    pay(order=basket, method=Method.CARD, pence=12_000, reference="ch_1", now=LATER)

    basket.refresh_from_db()
    assert (basket.state, basket.method, basket.trouble) == (OrderState.PLACED, Method.CARD, "")
    assert states(ticket.pool) == {"confirmed": 1}


def test_a_payment_for_places_that_have_gone_is_for_an_organiser_and_no_extra_place() -> None:
    ticket, organiser = make_ticket(make_pool(1), pence=12_000), make_user()
    basket = basket_with(ticket)
    hold(order=make_basket(), ticket=ticket, count=1, now=LATER)

    pay(order=basket, method=Method.CARD, pence=12_000, reference="ch_1", now=LATER)

    basket.refresh_from_db()
    assert (basket.state, states(ticket.pool), Payment.objects.count()) == (OrderState.OPEN, {"held": 1}, 1)
    assert (
        basket.trouble == "£120 were paid, but the order has no places any more. Pay it back, or find places."
    )
    with refused("Write what came of it."):
        settle_trouble(order=basket, by=organiser, now=LATER, reason=" ")
    settle_trouble(order=basket, by=organiser, now=LATER, reason="Paid back.")
    basket.refresh_from_db()
    entry = AuditEntry.objects.get(action="order.settled")
    assert (basket.trouble, entry.reason) == ("", "Paid back.")


def test_a_basket_that_is_paid_in_part_is_not_placed() -> None:
    basket = basket_with(make_ticket(pence=12_000))

    pay(order=basket, method=Method.CARD, pence=11_999, reference="ch_1", now=NOW)
    basket.refresh_from_db()
    assert (basket.state, bool(basket.trouble)) == (OrderState.OPEN, True)
    pay(order=basket, method=Method.CARD, pence=1, reference="ch_2", now=NOW)
    basket.refresh_from_db()

    assert (basket.state, basket.trouble) == (OrderState.PLACED, "")


def test_what_was_paid_for_a_place_that_was_taken_back_is_paid_back() -> None:
    order, organiser = placed(make_ticket(make_pool(2), pence=12_000), 2, Method.INVOICE), make_user()
    pay(order=order, method=Method.INVOICE, pence=24_000, reference="bank 1", now=NOW, by=organiser)

    cancel_line(line=order.lines.first(), now=NOW)
    order.refresh_from_db()
    assert order.trouble == "£120 too much were paid. Pay it back."
    pay(order=order, method=Method.INVOICE, pence=-12_000, reference="bank 2", now=NOW, by=organiser)

    order.refresh_from_db()
    assert order.trouble == ""
    assert AuditEntry.objects.filter(action="payment.recorded").count() == 2


def test_an_address_has_one_live_place_in_a_pool() -> None:
    ticket = make_ticket(make_pool(3))
    order = placed(ticket, 2)
    first, second = (line.place for line in order.lines.select_related("place"))
    name_attendee(place=first, name="Ada Example", email="Ada@Example.org", now=NOW)

    with refused("ada@example.org has a place already. Each person needs an address of their own."):
        name_attendee(place=second, name="Ada Example", email="ADA@example.org", now=NOW)
    with refused("Write the name and the e-mail address"):
        name_attendee(place=second, name=" ", email="x@example.org", now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Place.objects.filter(pk=second.pk).update(email="ADA@example.org")
    cancel_line(line=order.lines.first(), now=NOW)
    name_attendee(place=second, name="Ada Example", email="ada@example.org", now=NOW)

    with refused("This place has gone."):
        name_attendee(place=first, name="Grace", email="grace@example.org", now=NOW)
    second.refresh_from_db()
    assert (second.name, second.email) == ("Ada Example", "ada@example.org")


def test_a_place_that_ran_out_is_not_taken_again_for_an_address_that_has_another_one() -> None:
    ticket = make_ticket(make_pool(3))
    basket = basket_with(ticket)
    name_attendee(place=basket.lines.get().place, name="Ada", email="ada@example.org", now=NOW)
    hold(order=make_basket(), ticket=ticket, count=1, now=LATER)
    other = Place.objects.get(state=PlaceState.HELD)
    name_attendee(place=other, name="Ada", email="ada@example.org", now=LATER)

    with refused("ada@example.org has a place already."):
        place(order=basket, method=Method.FREE, now=LATER)


def test_the_database_refuses_orders_that_make_no_sense() -> None:
    basket = begin(now=NOW)
    for wrong in ({"state": OrderState.PLACED}, {"reference": "ABC"}, {"placed_at": NOW}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Order.objects.filter(pk=basket.pk).update(**wrong)


def test_an_order_is_of_whoever_was_signed_in() -> None:
    user = make_user()
    order = place(order=basket_with(make_ticket(), user=user), method=Method.FREE, now=NOW)

    assert list(user.orders.all()) == [order]
    assert date(2026, 3, 10) == order.placed_at.date()
