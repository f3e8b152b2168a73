"""Payment by card against a stand-in for the provider: pages made, closed and asked about; messages replayed, late, forged.

After each it is shown what is in the ledger and who has the places.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from events.actions import paying
from events.actions.holding import change, hold
from events.actions.ordering import cancel_line, pay, place
from events.actions.paying import ask_provider, start
from events.models import CardSession, CardState, Method, Order, OrderState, Payment, Place, PlaceState
from events.rules.paying import (
    PAGE,
    end_of_page,
    kept_until,
    refusal_of_card,
    refusal_of_time,
    refusal_to_refund,
)
from portal.members.models import Mail
from tests.events.card_provider import SECRET, StandIn, heard, message, standing_in
from tests.events.factories import (
    MINUTE,
    SECOND,
    make_basket,
    make_event,
    make_pool,
    make_ticket,
    refused,
    states,
    told,
)
from tests.factories import NOW, make_user

pytestmark = pytest.mark.django_db

COMPLETED, EXPIRED = "checkout.session.completed", "checkout.session.expired"
SUCCEEDED, FAILED = "checkout.session.async_payment_succeeded", "checkout.session.async_payment_failed"


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with standing_in(NOW) as made:
        yield made


@pytest.fixture(autouse=True)
def _it_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages are heard at the moment of the tests; their signatures are of the machine's own."""
    monkeypatch.setattr(timezone, "now", lambda: NOW + MINUTE)


def ticket_for(pence: int = 12_000, size: int = 2) -> Any:
    return make_ticket(make_pool(size), pence=pence)


def basket_with(ticket: Any, count: int = 1, now: datetime = NOW, **fields: Any) -> Order:
    basket = make_basket(now=now, **fields)
    hold(order=basket, ticket=ticket, count=count, now=now)
    return basket


def ledger(order: Order | None = None) -> list[tuple[str, int]]:
    """What has come in and gone back: the method and the pence."""
    rows = Payment.objects.filter(order=order) if order else Payment.objects.all()
    return list(rows.order_by("pk").values_list("method", "pence"))


def state_of(order: Order) -> tuple[str, str]:
    order.refresh_from_db()
    return order.state, order.trouble


def last_page(stand_in: StandIn) -> dict[str, Any]:
    return list(stand_in.pages.values())[-1]


# --- Rules ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "until"),
    [
        (None, 33 * MINUTE),
        (SECOND, SECOND),
        (20 * MINUTE, 20 * MINUTE),
        (0 * SECOND, 33 * MINUTE),
        (-SECOND, 33 * MINUTE),
    ],
)
def test_places_are_kept_until_the_first_page_ends_and_not_for_longer(before: Any, until: Any) -> None:
    assert kept_until(NOW, None if before is None else NOW + before) == NOW + until
    assert kept_until(NOW, None) > end_of_page(NOW) == NOW + PAGE


@pytest.mark.parametrize(
    ("pence", "begins"),
    [(0, "There is nothing"), (-1, "There is nothing"), (29, "Less than £0.30"), (30, None)],
)
def test_what_can_be_paid_by_card(pence: int, begins: str | None) -> None:
    found = refusal_of_card(pence)
    assert found is None if begins is None else found.startswith(begins)


def test_nobody_goes_to_pay_in_the_last_five_minutes() -> None:
    assert refusal_of_time(NOW + 5 * MINUTE, NOW) is None
    assert refusal_of_time(NOW + 5 * MINUTE - SECOND, NOW).startswith("Your places are kept until")


@pytest.mark.parametrize(
    ("pence", "paid", "most", "begins"),
    [
        (0, 100, 100, "Enter a sum"),
        (100, 100, 100, None),
        (101, 100, 100, "£1 have been paid and not paid back"),
        (1, -5, 0, "£0 have been paid"),
        (60, 100, 50, "£0.50 of it were paid by card"),
    ],
)
def test_no_more_goes_back_than_came_in(pence: int, paid: int, most: int, begins: str | None) -> None:
    found = refusal_to_refund(pence, paid, most=most)
    assert found is None if begins is None else found.startswith(begins)


# --- Pages ---------------------------------------------------------------------------------------------------------------


def test_a_basket_gets_a_page_with_its_lines_in_pence_and_its_places_are_kept_for_it(
    stand_in: StandIn,
) -> None:
    ticket = ticket_for(12_050)
    basket = basket_with(ticket, 2)

    address = start(order=basket, now=NOW)

    page = last_page(stand_in)
    assert address == page["url"]
    assert (page["amount_total"], page["names"], page["currency"]) == (24_100, ["Hall", "Hall"], "gbp")
    assert page["expires_at"] == (NOW + 31 * MINUTE).timestamp()
    assert page["customer_email"] == "ada@example.org"
    assert set(Place.objects.values_list("state", "expires_at")) == {(PlaceState.HELD, NOW + 33 * MINUTE)}
    assert (state_of(basket), ledger()) == ((OrderState.OPEN, ""), [])


def test_a_second_press_leads_to_the_same_page(stand_in: StandIn) -> None:
    basket = basket_with(ticket_for())

    assert start(order=basket, now=NOW) == start(order=basket, now=NOW + MINUTE)

    assert (len(stand_in.pages), CardSession.objects.count()) == (1, 1)


def test_a_page_whose_answer_was_lost_is_the_same_page_when_it_is_asked_for_again(
    stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    basket = basket_with(ticket_for())
    # As if the process had been killed between the question and the answer.
    monkeypatch.setattr(paying, "_opened", lambda _: "")
    start(order=basket, now=NOW)
    monkeypatch.undo()
    monkeypatch.setattr(timezone, "now", lambda: NOW + MINUTE)

    address = start(order=basket, now=NOW + 20 * SECOND)

    assert (len(stand_in.pages), address) == (1, last_page(stand_in)["url"])
    CardSession.objects.update(provider_id=None, url="")
    assert start(order=basket, now=NOW + 25 * SECOND) == address
    CardSession.objects.update(provider_id=None, url="")
    assert start(order=basket, now=NOW + 31 * SECOND) != address  # nobody waits for the first one any more
    assert list(CardSession.objects.values_list("state", flat=True)) == [CardState.ENDED, CardState.OPEN]


def test_while_the_provider_is_away_nothing_is_ordered_and_it_is_said(
    stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stripe._http_client.HTTPClient._sleep_time_seconds", lambda *_, **__: 0)
    basket = basket_with(ticket_for())
    stand_in.is_down = True

    with refused("Payment by card cannot be reached just now. Nothing has been paid."):
        start(order=basket, now=NOW)

    assert (state_of(basket), ledger()) == ((OrderState.OPEN, ""), [])
    stand_in.is_down = False
    assert start(order=basket, now=NOW + MINUTE) == last_page(stand_in)["url"]


def test_a_basket_that_changes_gets_another_page_and_the_first_is_closed(stand_in: StandIn) -> None:
    ticket = ticket_for(size=3)
    basket = basket_with(ticket)
    first = start(order=basket, now=NOW)
    change(order=basket, ticket=ticket, count=2, now=NOW)

    second = start(order=basket, now=NOW + MINUTE)

    assert first != second
    assert [(page["status"], page["amount_total"]) for page in stand_in.pages.values()] == [
        ("expired", 12_000),
        ("open", 24_000),
    ]
    # Going to and fro does not keep places for longer.
    assert max(Place.objects.values_list("expires_at", flat=True)) == NOW + 33 * MINUTE


def test_a_change_closes_the_page_by_itself(
    stand_in: StandIn, django_capture_on_commit_callbacks: Any
) -> None:
    ticket = ticket_for(size=3)
    basket = basket_with(ticket)
    start(order=basket, now=timezone.now())
    stand_in.now = timezone.now()
    with django_capture_on_commit_callbacks(execute=True):
        change(order=basket, ticket=ticket, count=2, now=NOW)

    assert last_page(stand_in)["status"] == "expired"
    assert CardSession.objects.get().state == CardState.ENDED


def test_no_page_is_made_for_places_that_have_gone(stand_in: StandIn) -> None:
    ticket = ticket_for(size=1)
    basket = basket_with(ticket)
    hold(order=make_basket(), ticket=ticket, count=1, now=NOW + 15 * MINUTE)

    with refused("Hold ran out"):
        start(order=basket, now=NOW + 15 * MINUTE)

    assert stand_in.calls == []


def test_places_whose_hold_ran_out_are_kept_again_if_they_are_free(stand_in: StandIn) -> None:
    ticket = ticket_for(size=1)
    basket = basket_with(ticket)

    start(order=basket, now=NOW + 15 * MINUTE) if stand_in.__setattr__(
        "now", NOW + 15 * MINUTE
    ) is None else None

    assert states(ticket.pool) == {"held": 1}


def test_when_the_time_of_the_places_is_up_the_page_is_closed_and_they_are_free(stand_in: StandIn) -> None:
    ticket = ticket_for(size=3)
    basket = basket_with(ticket)
    start(order=basket, now=NOW)
    stand_in.now = NOW + 20 * MINUTE
    change(order=basket, ticket=ticket, count=2, now=NOW + 20 * MINUTE)
    start(order=basket, now=NOW + 20 * MINUTE)  # its page would go on until 51 minutes
    stand_in.now = NOW + 33 * MINUTE

    ask_provider(NOW + 33 * MINUTE - SECOND)
    assert last_page(stand_in)["status"] == "open"
    ask_provider(NOW + 33 * MINUTE)

    assert last_page(stand_in)["status"] == "expired"
    assert set(CardSession.objects.values_list("state", flat=True)) == {CardState.ENDED}


# --- What is told --------------------------------------------------------------------------------------------------------


def test_a_paid_basket_is_placed_once_however_often_it_is_told(stand_in: StandIn) -> None:
    ticket = ticket_for()
    basket = basket_with(ticket)
    start(order=basket, now=NOW)
    page = stand_in.pay()

    assert [stand_in.tell(COMPLETED, page) for _ in range(3)] == [200, 200, 200]

    assert state_of(basket) == (OrderState.PLACED, "")
    assert (ledger(), states(ticket.pool)) == ([("card", 12_000)], {"confirmed": 1})
    assert Payment.objects.get().reference == page["payment_intent"]
    told(told(basket))
    assert Mail.objects.filter(template="event_order").count() == 1
    assert "£120 have been paid" in Mail.objects.get(template="event_order").text
    assert not Mail.objects.filter(template="event_to_invoice").exists()


def test_messages_out_of_order_come_to_the_same(stand_in: StandIn) -> None:
    ticket = ticket_for()
    basket = basket_with(ticket)
    start(order=basket, now=NOW)
    before = dict(last_page(stand_in))
    waiting = dict(stand_in.pay(later=True))
    paid = dict(stand_in.confirm(waiting["id"]))

    told = [
        stand_in.tell(kind, thing)
        for kind, thing in (
            (SUCCEEDED, paid),
            (COMPLETED, waiting),
            (EXPIRED, {**before, "status": "expired"}),
            (FAILED, waiting),
        )
    ]

    assert told == [200] * 4
    assert state_of(basket) == (OrderState.PLACED, "")
    assert (ledger(), states(ticket.pool)) == ([("card", 12_000)], {"confirmed": 1})
    assert CardSession.objects.get().state == CardState.PAID


def test_a_bank_that_answers_later_is_waited_for_and_a_no_leaves_the_basket_open(stand_in: StandIn) -> None:
    ticket = ticket_for()
    basket = basket_with(ticket)
    start(order=basket, now=NOW)
    waiting = dict(stand_in.pay(later=True))

    stand_in.tell(COMPLETED, waiting)
    assert (CardSession.objects.get().state, ledger()) == (CardState.WAITING, [])
    stand_in.tell(FAILED, waiting)

    assert (CardSession.objects.get().state, ledger()) == (CardState.ENDED, [])
    assert (state_of(basket), states(ticket.pool)) == ((OrderState.OPEN, ""), {"held": 1})


def test_a_payment_after_the_place_was_lost_goes_to_an_organiser_and_never_to_an_extra_seat(
    stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = ticket_for(size=1)
    basket = basket_with(ticket)
    start(order=basket, now=NOW)
    page = stand_in.pay()
    late = NOW + 40 * MINUTE
    winner = basket_with(ticket, now=late, email="grace@example.org")
    place(order=winner, method=Method.INVOICE, now=late)
    monkeypatch.setattr(timezone, "now", lambda: late + MINUTE)

    assert stand_in.tell(COMPLETED, page) == stand_in.tell(COMPLETED, page) == 200

    assert state_of(basket) == (
        OrderState.OPEN,
        "£120 were paid, but the order has no places any more. Pay it back, or find places.",
    )
    assert (ledger(basket), states(ticket.pool)) == ([("card", 12_000)], {"confirmed": 1})
    assert {
        (one.template, one.to)
        for one in Mail.objects.filter(template__in=("event_trouble", "event_paid_in_vain"))
    } == {
        ("event_trouble", "invoices@association.example"),
        ("event_paid_in_vain", "ada@example.org"),
    }
    in_admin = f"http://testserver/admin/places/{ticket.pool.event_id}/orders/{basket.pk}/"
    assert in_admin in Mail.objects.get(template="event_trouble").text
    client = Client()
    assert "your places have gone" in client.get(f"/booking/orders/{basket.key}/paid/").content.decode()


def test_a_late_payment_takes_the_places_again_if_they_are_free(
    stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = ticket_for(size=1)
    basket = basket_with(ticket)
    start(order=basket, now=NOW)
    page = stand_in.pay()
    monkeypatch.setattr(timezone, "now", lambda: NOW + 60 * MINUTE)

    stand_in.tell(COMPLETED, page)

    assert state_of(basket) == (OrderState.PLACED, "")
    assert (ledger(), states(ticket.pool)) == ([("card", 12_000)], {"confirmed": 1})


def test_what_was_paid_on_an_old_page_of_a_basket_that_grew_is_no_order(stand_in: StandIn) -> None:
    ticket = ticket_for(size=2)
    basket = basket_with(ticket)
    start(order=basket, now=NOW)
    change(order=basket, ticket=ticket, count=2, now=NOW)

    stand_in.tell(COMPLETED, stand_in.pay())

    assert state_of(basket)[0] == OrderState.OPEN
    assert state_of(basket)[1].startswith("£120 were paid, but the order has no places")
    assert (ledger(), states(ticket.pool)) == ([("card", 12_000)], {"held": 2})


@pytest.mark.parametrize(
    ("made", "status"),
    [
        ({}, 200),
        ({"secret": "whsec_of_somebody_else"}, 400),
        ({"age": 290}, 200),
        ({"age": 301}, 400),
    ],
)
def test_a_message_is_believed_with_our_signature_of_the_last_five_minutes(
    stand_in: StandIn, made: dict[str, Any], status: int
) -> None:
    basket = basket_with(ticket_for())
    start(order=basket, now=NOW)

    assert stand_in.tell(COMPLETED, stand_in.pay(), **made) == status

    assert ledger() == ([("card", 12_000)] if status == 200 else [])


def test_what_is_forged_garbled_unsigned_or_too_large_is_refused(stand_in: StandIn) -> None:
    basket = basket_with(ticket_for())
    start(order=basket, now=NOW)
    page = dict(stand_in.pay())
    body, signature = message(COMPLETED, page)
    other, _ = message(COMPLETED, {**page, "amount_total": 1})
    cut, signature_of_cut = message(COMPLETED, page)

    assert heard(body, "") == 400
    assert heard(other, signature) == 400
    assert heard(body, "t=now,v1=x") == 400
    assert heard(b"\xff\xfe", signature) == 400
    assert heard(cut[:-1], signature_of_cut) == 400
    assert heard(b"x" * 300_000, signature) == 413
    assert Client().get("/booking/card/told/").status_code == 405
    assert (ledger(), state_of(basket)) == ([], (OrderState.OPEN, ""))


def test_a_signed_message_that_makes_no_sense_is_refused_and_one_of_others_is_left_alone(
    stand_in: StandIn,
) -> None:
    page = {"id": "cs_of_another_shop", "metadata": {}, "payment_status": "paid", "status": "complete"}

    assert stand_in.tell(COMPLETED, page) == 200
    assert stand_in.tell(COMPLETED, {**page, "metadata": {"session": "not-ours"}}) == 200
    assert stand_in.tell("customer.created", {"id": "cus_1"}) == 200
    assert stand_in.tell("charge.refunded", {"id": "ch_1", "payment_intent": "pi_9", "metadata": {}}) == 200
    assert ledger() == []


def test_without_keys_nobody_is_heard_and_nobody_pays_by_card(settings: Any) -> None:
    body, signature = message(COMPLETED, {"id": "cs_1"}, secret="")

    assert heard(body, signature) == 404
    with refused("What costs something cannot be ordered here yet."):
        start(order=basket_with(ticket_for()), now=NOW)


# --- What is asked -------------------------------------------------------------------------------------------------------


def test_a_payment_of_which_no_message_comes_is_asked_for(stand_in: StandIn) -> None:
    ticket = ticket_for()
    basket = basket_with(ticket)
    start(order=basket, now=NOW)
    stand_in.pay()

    assert ask_provider(NOW + 5 * MINUTE - SECOND) == 0
    assert ask_provider(NOW + 5 * MINUTE) == 1
    assert ask_provider(NOW + 10 * MINUTE) == 0

    assert state_of(basket) == (OrderState.PLACED, "")
    assert (ledger(), states(ticket.pool)) == ([("card", 12_000)], {"confirmed": 1})


def test_a_page_that_ended_unpaid_is_asked_about_and_one_that_is_unknown_has_ended(stand_in: StandIn) -> None:
    start(order=basket_with(ticket_for()), now=NOW)
    start(order=basket_with(ticket_for()), now=NOW)
    del stand_in.pages["cs_test_2"]
    stand_in.now = NOW + 31 * MINUTE

    assert ask_provider(stand_in.now) == 2

    assert set(CardSession.objects.values_list("state", flat=True)) == {CardState.ENDED}


def test_a_page_that_was_paid_at_the_last_moment_is_not_closed_but_booked(stand_in: StandIn) -> None:
    ticket = ticket_for(size=3)
    basket = basket_with(ticket)
    start(order=basket, now=NOW)
    stand_in.pay()
    ask_provider(NOW + 33 * MINUTE)

    assert state_of(basket) == (OrderState.PLACED, "")
    assert (ledger(), states(ticket.pool)) == ([("card", 12_000)], {"confirmed": 1})


# --- An order that has been placed ---------------------------------------------------------------------------------------


def test_an_order_by_invoice_is_paid_by_card_and_only_what_is_left_of_it(stand_in: StandIn) -> None:
    ticket = ticket_for()
    order = place(order=basket_with(ticket, 2), method=Method.INVOICE, now=NOW)
    pay(order=order, method=Method.INVOICE, pence=5_000, reference="bank-1", now=NOW)

    start(order=order, now=NOW)
    assert (last_page(stand_in)["amount_total"], len(last_page(stand_in)["names"])) == (19_000, 1)
    stand_in.tell(COMPLETED, stand_in.pay())

    assert state_of(order) == (OrderState.PLACED, "")
    assert (ledger(), states(ticket.pool)) == ([("invoice", 5_000), ("card", 19_000)], {"confirmed": 2})
    with refused("There is nothing to pay."):
        start(order=order, now=NOW)


def test_a_bank_transfer_or_a_place_given_back_closes_the_page_of_an_order(stand_in: StandIn) -> None:
    order = place(order=basket_with(ticket_for(), 2), method=Method.INVOICE, now=NOW)
    start(order=order, now=NOW)
    pay(order=order, method=Method.INVOICE, pence=24_000, reference="bank-1", now=NOW)
    ask_provider(NOW + 5 * MINUTE)
    other = place(order=basket_with(ticket_for(), 2), method=Method.INVOICE, now=NOW)
    start(order=other, now=NOW)
    cancel_line(line=other.lines.first(), now=NOW)
    ask_provider(NOW + 5 * MINUTE)

    assert [page["status"] for page in stand_in.pages.values()] == ["expired", "expired"]


# --- Forgetting ----------------------------------------------------------------------------------------------------------


def test_a_payment_for_a_basket_of_somebody_who_was_forgotten_is_not_lost(stand_in: StandIn) -> None:
    user = make_user("ada@one.example")
    ticket = ticket_for()
    basket = basket_with(ticket, user=user, email="ada@one.example")
    start(order=basket, now=NOW)
    user.delete()

    assert (states(ticket.pool), Order.objects.get().email) == ({}, "")
    stand_in.tell(COMPLETED, stand_in.pay())

    assert state_of(basket)[0] == OrderState.OPEN
    assert "the order has no places any more" in state_of(basket)[1]
    assert (ledger(), states(ticket.pool)) == ([("card", 12_000)], {})


# --- By browser ----------------------------------------------------------------------------------------------------------


def test_by_browser_from_the_basket_to_the_page_and_back(
    stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    now = stand_in.now = timezone.now()
    event = make_event("Conference", starts_at=now + 30 * 24 * 60 * MINUTE)
    ticket = make_ticket(make_pool(2, event), pence=12_000)
    client = Client()
    client.force_login(make_user("ada@one.example"), "django.contrib.auth.backends.ModelBackend")
    client.post(f"/booking/events/{event.pk}/", {f"count-{ticket.pk}": "1"})
    data = {
        "form-TOTAL_FORMS": 1,
        "form-INITIAL_FORMS": 1,
        "form-0-name": "Ada",
        "form-0-email": "ada@one.example",
    }
    client.post("/booking/who-comes/", data)
    client.post(
        "/booking/who-orders/", {"name": "Ada", "email": "ada@one.example", "billing_address": "Surgery"}
    )

    page = client.get("/booking/check/")
    assert "By card, now" in page.content.decode()
    assert "form-action 'self' https://checkout.stripe.com" in page["Content-Security-Policy"]
    sent = client.post("/booking/check/", {"accepts": "on", "method": "card"})
    assert (sent.status_code, sent.url if hasattr(sent, "url") else sent["Location"]) == (
        303,
        last_page(stand_in)["url"],
    )
    order = Order.objects.get()
    back = f"/booking/orders/{order.key}/paid/"
    assert last_page(stand_in)["success_url"] == f"http://testserver{back}"
    assert last_page(stand_in)["cancel_url"] == "http://testserver/booking/"
    assert "Your basket" in client.get("/booking/").content.decode()

    assert "We are waiting for your payment" in client.get(back).content.decode()
    assert ledger() == []  # that somebody comes back says nothing
    stand_in.pay()
    assert (
        "We are waiting" in client.post(back, follow=True).content.decode()
    )  # asked less than 10 seconds ago
    CardSession.objects.update(asked_at=now - MINUTE)
    done = client.post(back, follow=True).content.decode()
    assert "Your places are booked" in done
    assert "£120</strong> have been paid" in re.sub(r"\s+", " ", done)
    assert (ledger(), states(ticket.pool)) == ([("card", 12_000)], {"confirmed": 1})
    assert SECRET not in done


def test_by_browser_an_order_is_paid_by_card_afterwards(stand_in: StandIn) -> None:
    stand_in.now = timezone.now()
    order = place(order=basket_with(ticket_for()), method=Method.INVOICE, now=NOW)
    client = Client()

    assert "Pay by card" in client.get(f"/booking/orders/{order.key}/").content.decode()
    assert client.get(f"/booking/orders/{order.key}/pay/").status_code == 405
    sent = client.post(f"/booking/orders/{order.key}/pay/")
    assert (sent.status_code, sent["Location"]) == (303, last_page(stand_in)["url"])
    assert last_page(stand_in)["cancel_url"] == f"http://testserver/booking/orders/{order.key}/"
    stand_in.tell(COMPLETED, stand_in.pay())
    assert "Pay by card" not in client.get(f"/booking/orders/{order.key}/").content.decode()
