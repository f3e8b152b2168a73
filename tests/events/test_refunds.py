"""Money goes back once and never more than came in, by card and by hand; and what those see and do who look after the money."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import timezone

from events.actions import refunds
from events.actions.ordering import cancel_line, pay, place
from events.actions.paying import start
from events.actions.refunds import refund
from events.actions.transfers import mark_as_paid
from events.models import (
    CardRefund,
    DocumentKind,
    EventPage,
    EventRight,
    Method,
    Order,
    OrderState,
    Payment,
    RefundState,
    Right,
)
from events.orders import orders_of
from portal.members.models import AuditEntry, Mail, User
from tests.events.card_provider import StandIn, standing_in
from tests.events.factories import MINUTE, SECOND, make_pool, make_ticket, refused, states
from tests.events.test_paying_by_card import COMPLETED, basket_with, last_page, ledger, state_of
from tests.factories import NOW, make_staff, make_user, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    monkeypatch.setattr(timezone, "now", lambda: NOW + MINUTE)
    monkeypatch.setattr("stripe._http_client.HTTPClient._sleep_time_seconds", lambda *_, **__: 0)
    with standing_in(NOW) as made:
        yield made


@pytest.fixture
def finance() -> User:
    return make_user("finance@one.example", first_name="Fay")


def paid_by_card(stand_in: StandIn, count: int = 1, pence: int = 12_000) -> Order:
    basket = basket_with(make_ticket(make_pool(count), pence=pence), count)
    start(order=basket, now=NOW)
    assert stand_in.tell(COMPLETED, stand_in.pay()) == 200
    basket.refresh_from_db()
    return basket


def by_invoice(pence: int = 12_000) -> Order:
    return place(order=basket_with(make_ticket(make_pool(2), pence=pence)), method=Method.INVOICE, now=NOW)


def back(order: Order, pence: int, by: User, *, card: bool = True, key: Any = None, **fields: Any) -> None:
    values = {"reason": "She is ill.", "now": NOW, **fields}
    refund(order=order, pence=pence, by=by, through_provider=card, key=str(key or uuid4()), **values)


# --- Through the provider ------------------------------------------------------------------------------------------------


def test_a_refund_goes_to_the_card_once_however_often_it_is_pressed_and_told(
    stand_in: StandIn, finance: User
) -> None:
    order, key = paid_by_card(stand_in), uuid4()

    back(order, 5_000, finance, key=key)
    back(order, 5_000, finance, key=key)
    [made] = stand_in.refunds.values()
    told = [
        stand_in.tell(kind, thing)
        for kind, thing in (
            ("charge.refunded", stand_in.charge()),
            ("refund.created", made),
            ("charge.refunded", stand_in.charge()),
            ("refund.updated", made),
        )
    ]

    assert told == [200] * 4
    assert ledger() == [("card", 12_000), ("card", -5_000)]
    booked = Payment.objects.get(pence=-5_000)
    assert (booked.reference, booked.by, booked.note, booked.of.pence) == (
        "re_1",
        finance,
        "She is ill.",
        12_000,
    )
    assert AuditEntry.objects.get(action="payment.refund-asked").reason == "She is ill."
    assert state_of(order) == (OrderState.PLACED, "")


def test_no_more_goes_back_than_was_paid_whoever_asks_for_it(stand_in: StandIn, finance: User) -> None:
    order = paid_by_card(stand_in)
    back(order, 8_000, finance)

    with refused("£40 have been paid and not paid back. You cannot pay back more."):
        back(order, 4_001, finance)
    with refused("£40 have been paid"):
        back(order, 4_001, finance, card=False)
    back(order, 4_000, finance)
    with refused("£0 have been paid"):
        back(order, 1, finance)

    assert ledger() == [("card", 12_000), ("card", -8_000), ("card", -4_000)]
    assert len(stand_in.refunds) == 2


def test_only_what_came_by_card_goes_back_to_a_card(stand_in: StandIn, finance: User) -> None:
    order = by_invoice()
    pay(order=order, method=Method.INVOICE, pence=7_000, reference="bank-1", now=NOW)
    start(order=order, now=NOW)
    stand_in.tell(COMPLETED, stand_in.pay())

    with refused("£50 of it were paid by card"):
        back(order, 5_001, finance)
    back(order, 5_000, finance)

    assert ledger() == [("invoice", 7_000), ("card", 5_000), ("card", -5_000)]


def test_a_refund_whose_answer_was_lost_is_asked_for_again_and_sent_once(
    stand_in: StandIn, finance: User
) -> None:
    order = paid_by_card(stand_in)
    stand_in.loses_answers = True
    with refused("The provider cannot be reached just now. It is asked again by itself"):
        back(order, 5_000, finance)
    assert (ledger(), len(stand_in.refunds)) == ([("card", 12_000)], 1)
    # What is on its way counts: nobody pays it back a second time meanwhile.
    with refused("£70 have been paid and not paid back."):
        back(order, 7_001, finance, card=False)

    stand_in.loses_answers = False
    assert refunds.ask_provider(NOW + 29 * SECOND) == 0
    assert refunds.ask_provider(NOW + 30 * SECOND) == 1
    assert refunds.ask_provider(NOW + MINUTE) == 0

    assert (ledger(), len(stand_in.refunds)) == ([("card", 12_000), ("card", -5_000)], 1)
    assert CardRefund.objects.get().state == RefundState.DONE


def test_a_refund_that_the_provider_refuses_is_not_booked(stand_in: StandIn, finance: User) -> None:
    order = paid_by_card(stand_in)
    stand_in.make_refund(last_page(stand_in)["payment_intent"], 10_000)  # there, and not told yet

    with refused("The provider refuses to pay this back."):
        back(order, 5_000, finance)

    assert (ledger(), CardRefund.objects.get().state) == ([("card", 12_000)], RefundState.REFUSED)


def test_a_refund_made_on_the_provider_s_pages_is_booked_when_it_is_told(stand_in: StandIn) -> None:
    order = paid_by_card(stand_in)
    stand_in.make_refund(last_page(stand_in)["payment_intent"], 3_000)
    stand_in.make_refund(last_page(stand_in)["payment_intent"], 2_000)

    assert stand_in.tell("charge.refunded", stand_in.charge()) == 200

    assert ledger(order) == [("card", 12_000), ("card", -3_000), ("card", -2_000)]


def test_a_refund_that_is_told_before_its_payment_brings_the_payment_with_it(stand_in: StandIn) -> None:
    ticket = make_ticket(make_pool(1), pence=12_000)
    basket = basket_with(ticket)
    start(order=basket, now=NOW)
    page = stand_in.pay()
    stand_in.make_refund(page["payment_intent"], 12_000)

    assert stand_in.tell("charge.refunded", stand_in.charge()) == 200
    assert stand_in.tell(COMPLETED, page) == 200

    assert ledger(basket) == [("card", 12_000), ("card", -12_000)]
    assert (state_of(basket), states(ticket.pool)) == ((OrderState.PLACED, ""), {"confirmed": 1})


def test_a_refund_that_did_not_arrive_is_booked_back_once_and_somebody_has_to_look(
    stand_in: StandIn, finance: User
) -> None:
    order = paid_by_card(stand_in)
    back(order, 5_000, finance)
    failed = {**stand_in.refunds["re_1"], "status": "failed"}

    assert [stand_in.tell("refund.failed", failed) for _ in range(2)] == [200, 200]

    assert ledger() == [("card", 12_000), ("card", -5_000), ("card", 5_000)]
    assert state_of(order)[1] == "£50 were paid back and did not arrive. Pay them back in another way."
    assert CardRefund.objects.get().state == RefundState.FAILED
    assert templates_to(order)[-2:] == ["event_refunded", "event_refund_failed"]
    assert not order.documents.filter(kind=DocumentKind.RECEIPT, payment__of__isnull=False).exists()


def test_a_refund_that_never_arrived_is_told_of_as_such_alone(stand_in: StandIn, finance: User) -> None:
    order = paid_by_card(stand_in)
    stand_in.make_refund(last_page(stand_in)["payment_intent"], 5_000)
    failed = {**stand_in.refunds["re_1"], "status": "failed"}

    stand_in.tell("refund.failed", failed)

    assert templates_to(order) == ["event_order", "event_credited", "event_refund_failed"]


# --- Told of ---------------------------------------------------------------------------------------------------------------


def templates_to(order: Order) -> list[str]:
    """The mails about places, orders and money that whoever placed an order was sent."""
    found = Mail.objects.filter(to=order.email).exclude(template__in=("event_ticket", "event_cancelled"))
    return list(found.order_by("pk").values_list("template", flat=True))


def test_what_went_back_to_the_card_is_told_once_with_the_credit_note(
    stand_in: StandIn, finance: User
) -> None:
    order, key = paid_by_card(stand_in), uuid4()

    for _ in range(2):
        back(order, 5_000, finance, key=key)

    assert templates_to(order) == ["event_order", "event_refunded"]
    mail, credit = (
        Mail.objects.get(template="event_refunded"),
        order.documents.get(kind=DocumentKind.CREDIT),
    )
    order.refresh_from_db()
    assert mail.subject == f"£50 have been paid back to you for the order {order.reference}"
    assert "We have paid £50 back to you, to the card that you paid with, for the order" in mail.text
    assert f"/booking/orders/{order.key}/documents/{credit.pk}/" in mail.text
    assert f"/documents/{credit.pk}/" in mail.html


def test_a_place_given_back_is_credited_at_once_and_the_money_told_of_when_it_went_back(
    finance: User,
) -> None:
    order = by_invoice()
    mark_as_paid(order=order, pence=12_000, said="", by=finance, key="1", now=NOW)
    cancel_line(line=order.lines.get(), now=NOW)

    back(order, 12_000, finance, card=False)

    assert templates_to(order)[-2:] == ["event_credited", "event_refunded"]
    assert "back to you, by bank transfer, for the order" in Mail.objects.get(template="event_refunded").text


def test_what_was_paid_for_places_that_had_gone_is_told_of_without_an_order(
    stand_in: StandIn, finance: User
) -> None:
    ticket = make_ticket(make_pool(1), pence=12_000)
    basket = basket_with(ticket)
    pay(order=basket, method=Method.CARD, pence=5_000, reference="pi_1", now=NOW)

    back(basket, 5_000, finance, card=False)

    mail = Mail.objects.get(template="event_refunded")
    assert mail.subject == "£50 have been paid back to you"
    assert "for what could not be ordered." in mail.text
    assert "/booking/orders/" not in mail.text


# --- By hand -------------------------------------------------------------------------------------------------------------


def test_a_transfer_and_a_refund_by_hand_are_booked_once_for_each_form(finance: User) -> None:
    order, key, other = by_invoice(), uuid4(), uuid4()

    for _ in range(2):
        mark_as_paid(order=order, pence=12_000, said="3 March", by=finance, key=str(key), now=NOW)
    for _ in range(2):
        back(order, 2_000, finance, card=False, key=other)

    assert ledger() == [("invoice", 12_000), ("invoice", -2_000)]
    assert [(one.note, one.by) for one in Payment.objects.all()] == [
        ("3 March", finance),
        ("She is ill.", finance),
    ]
    with refused("Write why"):
        back(order, 1, finance, card=False, reason=" ")
    with refused("Enter a sum above nothing."):
        mark_as_paid(order=order, pence=0, said="", by=finance, key="x", now=NOW)
    with refused("This is a basket."):
        mark_as_paid(order=basket_with(make_ticket()), pence=1, said="", by=finance, key="x", now=NOW)


def test_an_order_of_which_nothing_is_left_to_be_paid_takes_no_further_transfer(finance: User) -> None:
    paid_one, taken_back = by_invoice(), by_invoice()
    free = place(order=basket_with(make_ticket()), method=Method.FREE, now=NOW)
    mark_as_paid(order=paid_one, pence=12_000, said="", by=finance, key="1", now=NOW)
    cancel_line(line=taken_back.lines.get(), now=NOW, by=finance, reason="She is ill.")

    for order in (paid_one, free, taken_back):
        with refused("Nothing is left to be paid of this order."):
            mark_as_paid(order=order, pence=1, said="", by=finance, key="2", now=NOW)

    assert ledger() == [("invoice", 12_000)]


def test_too_much_is_trouble_until_it_went_back(finance: User) -> None:
    order = by_invoice()
    mark_as_paid(order=order, pence=13_000, said="", by=finance, key="1", now=NOW)
    assert state_of(order)[1] == "£10 too much were paid. Pay it back."

    back(order, 1_000, finance, card=False)

    assert state_of(order)[1] == ""


@pytest.mark.parametrize("first", ["refund", "line"])
def test_a_line_and_its_money_go_back_in_either_order(finance: User, first: str) -> None:
    order = place(
        order=basket_with(make_ticket(make_pool(2), pence=12_000), 2), method=Method.INVOICE, now=NOW
    )
    mark_as_paid(order=order, pence=24_000, said="", by=finance, key="1", now=NOW)
    steps = [
        lambda: back(order, 12_000, finance, card=False),
        lambda: cancel_line(line=order.lines.first(), now=NOW, by=finance, reason="She is ill."),
    ]

    for step in steps if first == "refund" else reversed(steps):
        step()

    order.refresh_from_db()
    assert (order.reduced, order.trouble, ledger()) == (0, "", [("invoice", 24_000), ("invoice", -12_000)])


def test_what_goes_back_for_nothing_makes_the_order_cheaper_and_leaves_nothing_to_pay(
    stand_in: StandIn, finance: User
) -> None:
    order = paid_by_card(stand_in)
    back(order, 2_000, finance)

    order.refresh_from_db()
    assert (order.reduced, order.trouble) == (2_000, "")
    with refused("There is nothing to pay."):
        start(order=order, now=NOW)
    event = order.lines.get().place.pool.event
    assert [one.pk for one in orders_of(event, show="paid")] == [order.pk]
    cancel_line(line=order.lines.get(), now=NOW, by=finance, reason="She is ill.")
    assert (
        state_of(order)[1]
        == "£100 were paid, but the order has no places any more. Pay it back, or find places."
    )


# --- In the admin --------------------------------------------------------------------------------------------------------


def desk(right: Right, event: EventPage) -> Client:
    """The browser of somebody who has one right at one event."""
    user = make_staff("Event helper", email=f"{right}@one.example")
    EventRight.objects.create(event=event, user=user, right=right, given_at=NOW)
    return sign_in(user, second_factor=True)


def event_of(order: Order) -> EventPage:
    return order.lines.first().place.pool.event


def test_orders_are_found_and_filtered_by_whoever_looks_after_the_money() -> None:
    unpaid, paid_one = by_invoice(), by_invoice()
    event = event_of(unpaid)
    other = make_ticket(make_pool(1, event), pence=100)
    second = place(
        order=basket_with(other, email="grace@example.org", name="Grace Sample"),
        method=Method.INVOICE,
        now=NOW,
    )
    pay(order=second, method=Method.INVOICE, pence=300, reference="bank-1", now=NOW)
    client = desk(Right.FINANCE, event)
    address = f"/admin/places/{event.pk}/orders/"

    def found(query: str) -> set[str]:
        page = client.get(address + query).content.decode()
        return {one.reference for one in (unpaid, paid_one, second) if one.reference in page}

    assert found("") == {unpaid.reference, second.reference}
    assert found("?show=unpaid") == {unpaid.reference}
    assert found("?show=paid") == found("?show=trouble") == found("?words=grace") == {second.reference}
    assert found(f"?words={unpaid.reference.lower()}") == {unpaid.reference}
    assert "No order fits" in client.get(f"{address}?words=nobody").content.decode()


def test_who_only_checks_people_in_sees_no_money_and_finance_of_one_event_none_of_another() -> None:
    order, other = by_invoice(), by_invoice()
    event = event_of(order)

    statuses = [
        client.get(f"/admin/places/{place.pk}/orders/{tail}").status_code
        for client in (desk(Right.CHECK_IN, event), desk(Right.FINANCE, event))
        for place in (event, event_of(other))
        for tail in ("", f"{order.pk}/", f"{order.pk}/pay-back/")
    ]

    refused_at_the_door = 302  # Wagtail leads to its first page, with a message
    assert statuses == [refused_at_the_door] * 6 + [200] * 3 + [refused_at_the_door] * 3


def test_by_browser_a_transfer_is_booked_a_line_taken_back_and_the_money_paid_back_after_a_look() -> None:
    order = by_invoice()
    event, line = event_of(order), order.lines.get()
    client = desk(Right.FINANCE, event)
    address = f"/admin/places/{event.pk}/orders/{order.pk}/"

    form = client.get(f"{address}paid/")
    assert form.context["form"].initial["pounds"] == 120
    data = {"pounds": "120", "key": str(uuid4()), "said": "3 March"}
    assert "£120 are booked" in client.post(f"{address}paid/", data, follow=True).content.decode()
    client.post(f"{address}lines/{line.pk}/cancel/", {"reason": "She is ill."})
    page = client.get(address).content.decode()
    assert "£120 were paid, but the order has no places any more" in page
    form = client.get(f"{address}pay-back/")
    assert form.context["form"].initial["pounds"] == 120
    data = {"pounds": "120", "key": str(uuid4()), "how": "hand", "reason": "She is ill."}
    asked = client.post(f"{address}pay-back/", data)
    assert "You say that you have paid" in asked.content.decode()
    assert ledger() == [("invoice", 12_000)]
    client.post(f"{address}pay-back/", {**data, "confirmed": "1"})
    client.post(f"{address}pay-back/", {**data, "confirmed": "1"})

    assert ledger() == [("invoice", 12_000), ("invoice", -12_000)]
    assert state_of(order) == (OrderState.CANCELLED, "")
    assert UUID(data["key"])


def test_by_browser_only_an_order_of_which_something_is_left_is_marked_as_paid() -> None:
    order = by_invoice()
    event = event_of(order)
    client = desk(Right.FINANCE, event)
    address = f"/admin/places/{event.pk}/orders/{order.pk}/"
    data = {"pounds": "120", "key": str(uuid4()), "said": "3 March"}
    assert 'href="paid/"' in client.get(address).content.decode()

    pressed = [client.post(f"{address}paid/", data, follow=True).content.decode() for _ in range(2)]
    other = {**data, "key": str(uuid4())}
    refusals = [
        client.post(f"{address}paid/", other, follow=True),
        client.post(f"{address}paid/", {}, follow=True),
        client.get(f"{address}paid/", follow=True),
    ]

    assert ["£120 are booked" in page for page in pressed] == [True, True]
    assert ["Nothing is left to be paid" in page.content.decode() for page in refusals] == [True] * 3
    assert 'href="paid/"' not in client.get(address).content.decode()
    assert ledger() == [("invoice", 12_000)]


@pytest.mark.parametrize(
    ("pounds", "how", "words"),
    [
        ("70.01", "hand", "£70 have been paid and not paid back. You cannot pay back more."),
        ("60.01", "card", "£60 of it were paid by card, so no more can go back to a card."),
        ("0", "hand", "Enter a sum above nothing."),
        ("-1", "hand", "Enter a sum above nothing."),
        ("100000.01", "hand", "Enter £100,000 at most."),
    ],
)
def test_by_browser_a_sum_that_cannot_go_back_is_refused_before_anything_is_asked(
    stand_in: StandIn, pounds: str, how: str, words: str
) -> None:
    order = by_invoice()
    pay(order=order, method=Method.INVOICE, pence=6_000, reference="bank-1", now=NOW)
    start(order=order, now=NOW)
    stand_in.tell(COMPLETED, stand_in.pay())
    pay(order=order, method=Method.INVOICE, pence=-5_000, reference="bank-2", now=NOW)
    event = event_of(order)
    data = {"pounds": pounds, "key": str(uuid4()), "how": how, "reason": "She is ill."}

    page = desk(Right.FINANCE, event).post(f"/admin/places/{event.pk}/orders/{order.pk}/pay-back/", data)

    [(field, [refusal])] = page.context["form"].errors.items()
    assert (field, refusal[: len(words)]) == ("pounds", words)
    assert "Pay this back?" not in page.content.decode()
    assert sum(pence for _, pence in ledger()) == 7_000


def test_by_browser_trouble_is_settled_with_words() -> None:
    order = by_invoice()
    pay(order=order, method=Method.INVOICE, pence=13_000, reference="bank-1", now=NOW)
    event = event_of(order)
    client = desk(Right.FINANCE, event)
    address = f"/admin/places/{event.pk}/orders/{order.pk}/settle/"

    assert "This field is required" in client.post(address, {"reason": ""}).content.decode()
    client.post(address, {"reason": "They give it to charity."})

    assert state_of(order)[1] == ""
    assert AuditEntry.objects.get(action="order.settled").reason == "They give it to charity."


def test_by_browser_money_goes_back_to_the_card(stand_in: StandIn) -> None:
    order = paid_by_card(stand_in)
    event = event_of(order)
    client = desk(Right.FINANCE, event)
    data = {"pounds": "20.50", "key": str(uuid4()), "how": "card", "reason": "Late."}
    address = f"/admin/places/{event.pk}/orders/{order.pk}/pay-back/"

    assert "To the card, through the provider" in client.get(address).content.decode()
    assert "This cannot be undone" in client.post(address, data).content.decode()
    assert len(stand_in.refunds) == 0
    client.post(address, {**data, "confirmed": "1"})

    assert ledger() == [("card", 12_000), ("card", -2_050)]


@pytest.mark.parametrize("how", ["card", "hand"])
def test_by_browser_a_second_press_after_all_went_back_is_the_same_press(stand_in: StandIn, how: str) -> None:
    order = paid_by_card(stand_in)
    event = event_of(order)
    data = {"pounds": "120", "key": str(uuid4()), "how": how, "reason": "Late.", "confirmed": "1"}
    client, address = desk(Right.FINANCE, event), f"/admin/places/{event.pk}/orders/{order.pk}/pay-back/"

    pressed = [client.post(address, data, follow=True).content.decode() for _ in range(2)]
    other = client.post(address, {**data, "key": str(uuid4()), "how": "hand"}).content.decode()

    assert ["£120 of the order" in page for page in pressed] == [True, True]
    assert "£0 have been paid and not paid back." in other
    assert sum(pence for _, pence in ledger()) == 0


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_many_orders_takes_as_many_queries_as_of_one(
    count: int, django_assert_num_queries: Any
) -> None:
    event = event_of(by_invoice())
    ticket = make_ticket(make_pool(9, event), pence=100)
    for number in range(count):
        place(order=basket_with(ticket, email=f"a{number}@one.example"), method=Method.INVOICE, now=NOW)

    with django_assert_num_queries(1):
        assert len(orders_of(event)) == count + 1
