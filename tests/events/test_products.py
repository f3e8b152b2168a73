"""Toolkits and advice: looked at, bought with places in one basket, handed over once they are paid, and for no longer."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.test import Client
from django.utils import timezone

from events.actions.buying import add_product, remove_product
from events.actions.holding import hold
from events.actions.ordering import cancel_line, pay, place
from events.actions.paying import start
from events.actions.telling import send_again
from events.models import Method, Order, OrderLine, OrderState, Product
from events.rules.products import is_handed_over, price_for
from events.rules.tickets import Standing
from portal.enquiries.actions.answering import close
from portal.enquiries.models import AdviceTopic, Enquiry, State
from portal.members.actions.personal import be_forgotten
from portal.members.models import Mail, User
from portal.retention import let_go_of_what_is_past
from tests.enquiries.factories import make_adviser, make_topic
from tests.events.card_provider import StandIn, standing_in
from tests.events.factories import (
    DAY,
    MINUTE,
    make_basket,
    make_event,
    make_pool,
    make_seller,
    make_ticket,
    refused,
    told,
)
from tests.events.test_paying_by_card import COMPLETED, last_page, ledger
from tests.factories import NOW, make_staff, make_user, sign_in

pytestmark = pytest.mark.django_db

TOOLKIT = b"PK\x03\x04 a toolkit"


def make_toolkit(pence: int = 6_000, **fields: Any) -> Product:
    make_seller()
    values = {"name": "Joint posts", "slug": "joint-posts", "summary": "Templates.", "handover": "download"}
    file = ContentFile(TOOLKIT, "toolkit.docx")
    return Product.objects.create(
        pence=pence, file=file, file_name="joint-posts.docx", **{**values, **fields}
    )


def make_advice(pence: int = 15_000) -> Product:
    make_seller()
    topic = make_topic("Paid advice", is_offered=False, adviser_email="adviser@one.example")
    values = {"name": "Advice", "slug": "advice", "summary": "An hour.", "topic": topic}
    return Product.objects.create(pence=pence, handover="enquiry", **values)


def ordered(*products: Product, method: Method = Method.INVOICE) -> Order:
    basket = make_basket()
    for product in products:
        add_product(order=basket, product=product, now=NOW)
    return place(order=basket, method=method, now=NOW)


def paid_in_full(order: Order, pence: int, reference: str = "bank-1") -> None:
    pay(order=order, method=Method.INVOICE, pence=pence, reference=reference, now=NOW)


def download(order: Order, line: OrderLine | None = None) -> Any:
    """The answer to whoever downloads the first line of an order; `words` is what they get."""
    found = Client().get(f"/booking/orders/{order.key}/downloads/{(line or order.lines.first()).pk}/")
    found.words = found.getvalue() if found.streaming else found.content
    return found


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    monkeypatch.setattr(timezone, "now", lambda: NOW + MINUTE)
    with standing_in(NOW) as made:
        yield made


# --- Rules ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pence", "member_pence", "is_member", "price"),
    [
        (100, 50, True, 50),
        (100, 50, False, 100),
        (100, None, True, 100),
        (100, 0, True, 0),
        (100, 200, True, 100),
    ],
)
def test_members_pay_their_price_if_it_is_lower(
    pence: int, member_pence: int | None, is_member: bool, price: int
) -> None:
    product = Product(pence=pence, member_pence=member_pence)
    assert price_for(product, Standing(is_member=is_member)) == price


@pytest.mark.parametrize(
    ("state", "cancelled", "pence", "paid", "due", "has_it"),
    [
        (OrderState.PLACED, None, 100, 100, 100, True),
        (OrderState.PLACED, None, 100, 99, 100, False),
        (OrderState.PLACED, None, 100, 0, 0, False),
        (OrderState.PLACED, None, 0, 0, 0, True),
        (OrderState.PLACED, NOW, 100, 100, 100, False),
        (OrderState.OPEN, None, 100, 100, 100, False),
        (OrderState.CANCELLED, None, 100, 100, 0, False),
    ],
)
def test_it_is_handed_over_while_it_is_paid(
    state: str, cancelled: Any, pence: int, paid: int, due: int, has_it: bool
) -> None:
    order, line = Order(state=state), OrderLine(pence=pence, cancelled_at=cancelled)
    assert is_handed_over(order, line, paid=paid, due=due) is has_it


# --- The basket ----------------------------------------------------------------------------------------------------------


def test_a_product_is_in_a_basket_once_and_goes_out_again() -> None:
    basket, toolkit = make_basket(), make_toolkit()

    first = add_product(order=basket, product=toolkit, now=NOW)
    assert add_product(order=basket, product=toolkit, now=NOW) == first
    with pytest.raises(IntegrityError), transaction.atomic():
        OrderLine.objects.create(order=basket, product=toolkit, description="x", pence=1, vat_percent=0)
    remove_product(order=basket, product=toolkit)

    assert not basket.lines.exists()


def test_what_is_no_longer_to_be_had_is_not_ordered() -> None:
    basket, toolkit = make_basket(), make_toolkit()
    add_product(order=basket, product=toolkit, now=NOW)
    Product.objects.update(is_sold=False)

    with refused("“Joint posts” is no longer to be had."):
        place(order=basket, method=Method.INVOICE, now=NOW)
    with refused("“Joint posts” is no longer to be had."):
        add_product(order=make_basket(), product=toolkit, now=NOW)
    with refused("This order has been placed."):
        add_product(order=ordered(make_advice()), product=toolkit, now=NOW)


def test_the_database_refuses_a_download_without_a_file_and_advice_without_a_topic() -> None:
    for wrong in ({"handover": "download", "topic": make_topic()}, {"handover": "enquiry"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Product.objects.create(name="x", slug="x", summary="x", pence=1, **wrong)


def test_a_topic_stays_as_long_as_advice_on_it_is_sold() -> None:
    make_advice()
    with pytest.raises(ProtectedError):
        AdviceTopic.objects.get().delete()


def test_one_basket_has_places_toolkits_and_advice_and_one_payment_by_card(stand_in: StandIn) -> None:
    basket = make_basket()
    hold(order=basket, ticket=make_ticket(make_pool(1), pence=12_000, vat_percent=20), count=1, now=NOW)
    for product in (make_toolkit(), make_advice()):
        add_product(order=basket, product=product, now=NOW)
    start(order=basket, now=NOW)
    assert last_page(stand_in)["names"] == ["Hall", "Joint posts", "Advice"]

    for _ in range(2):
        stand_in.tell(COMPLETED, last_page(stand_in) if ledger() else stand_in.pay())

    basket.refresh_from_db()
    assert (basket.state, ledger()) == (OrderState.PLACED, [("card", 33_000)])
    assert Enquiry.objects.get() == basket.lines.get(product__handover="enquiry").advice
    toolkit = basket.lines.get(product__handover="download")
    assert download(basket, toolkit).words == TOOLKIT


# --- Handed over ---------------------------------------------------------------------------------------------------------


def test_a_toolkit_by_invoice_is_downloaded_once_it_is_paid_and_not_after_the_money_went_back() -> None:
    order = ordered(make_toolkit())
    assert download(order).status_code == 403
    assert "as soon as the order is paid" in Client().get(f"/booking/orders/{order.key}/").content.decode()

    paid_in_full(order, 5_999)
    assert download(order).status_code == 403
    paid_in_full(order, 1, "bank-2")
    found = download(order)
    assert (found.status_code, found.words) == (200, TOOLKIT)
    assert found["Content-Disposition"] == 'attachment; filename="joint-posts.docx"'
    assert "no-store" in found["Cache-Control"]
    told = Mail.objects.get(template="event_download")
    assert f"/booking/orders/{order.key}/downloads/" in told.text

    paid_in_full(order, -6_000, "back-1")
    assert download(order).status_code == 403


def test_finance_gets_a_link_to_an_order_of_products_alone() -> None:
    order = told(ordered(make_toolkit()))

    sent = Mail.objects.get(template="event_to_invoice")
    assert f"http://testserver/admin/places/products/orders/{order.pk}/" in sent.text


def test_a_toolkit_that_was_taken_back_is_not_downloaded_any_more() -> None:
    order = ordered(make_toolkit(), make_advice())
    paid_in_full(order, 21_000)
    assert download(order).status_code == 200
    with refused("Only a place can be taken back."):
        cancel_line(line=order.lines.first(), now=NOW)

    cancel_line(line=order.lines.first(), now=NOW, by=make_user(), reason="Wrong one.")

    assert download(order).status_code == 403
    assert "Taken back" in Client().get(f"/booking/orders/{order.key}/").content.decode()


def test_a_file_has_no_public_address_and_opens_with_the_key_of_its_own_order_alone() -> None:
    toolkit = make_toolkit()
    order, other = ordered(toolkit), ordered(toolkit)
    paid_in_full(order, 6_000)
    line = order.lines.get()

    assert Client().get(f"/booking/orders/{other.key}/downloads/{line.pk}/").status_code == 404
    assert not (settings.MEDIA_ROOT / toolkit.file.name).exists()
    assert (settings.PRIVATE_ROOT / toolkit.file.name).read_bytes() == TOOLKIT


def test_what_costs_nothing_is_handed_over_at_once() -> None:
    order = ordered(make_toolkit(0), method=Method.FREE)

    assert download(order).status_code == 200


def advice_paid(user: User | None = None) -> Order:
    """Advice that was ordered, by an account or without one, and paid."""
    basket = make_basket()
    add_product(order=basket, product=make_advice(), now=NOW)
    Order.objects.filter(pk=basket.pk).update(user=user)
    order = place(order=basket, method=Method.INVOICE, now=NOW)
    paid_in_full(order, 15_000)
    return order


def page_of(order: Order, client: Client | None = None) -> str:
    return (client or Client()).get(f"/booking/orders/{order.key}/").content.decode()


def test_advice_is_opened_once_when_it_is_paid_however_often_money_comes_and_both_sides_are_told() -> None:
    order = ordered(make_advice())
    assert "An adviser gets in touch with you as soon as the order is paid." in page_of(order)
    paid_in_full(order, 14_999)
    assert not Enquiry.objects.exists()
    for _ in range(2):
        paid_in_full(order, 1, "bank-2")
    paid_in_full(order, 100, "bank-3")

    enquiry = Enquiry.objects.get()
    assert (enquiry.state, enquiry.opened_at, enquiry.topic.name) == (State.OPEN, NOW, "Paid advice")
    assert (enquiry.subject, enquiry.name, enquiry.email) == ("Advice", order.name, "ada@example.org")
    assert order.reference in enquiry.messages.get().text
    assert order.lines.get().advice == enquiry
    assert dict(Mail.objects.filter(template__startswith="enquiry").values_list("template", "to")) == {
        "enquiry_paid": "ada@example.org",
        "enquiry_new": "adviser@one.example",
    }


def test_advice_that_costs_nothing_is_opened_at_once() -> None:
    ordered(make_advice(0), method=Method.FREE)

    assert Enquiry.objects.get().state == State.OPEN


def test_advice_is_not_opened_for_somebody_who_has_been_forgotten() -> None:
    user = make_user("ada@example.org")
    order = ordered(make_advice())
    Order.objects.filter(pk=order.pk).update(user=user)
    be_forgotten(user=user, email=user.email, now=NOW)

    paid_in_full(order, 15_000)

    assert not Enquiry.objects.exists()


def test_the_page_of_an_order_leads_whoever_ordered_to_the_adviser_and_nobody_else() -> None:
    ada = make_user("ada@example.org")
    order = advice_paid(ada)
    address = f"/advice/{Enquiry.objects.get().key}/"

    assert address in page_of(order, sign_in(ada))
    # Those who look after the money have the address of the order too, and advice is confidential.
    for other in (Client(), organiser()):
        page = page_of(order, other)
        assert (address in page, "We have sent a mail to ada@example.org" in page) == (False, True)


def test_the_link_to_an_adviser_is_sent_again_with_the_orders_of_an_address() -> None:
    advice_paid()
    send_again(email="ada@example.org", now=NOW)

    text = Mail.objects.get(template="event_tickets_again").text
    assert f"/advice/{Enquiry.objects.get().key}/" in text


def test_advice_that_is_taken_back_is_closed_and_the_adviser_told_once() -> None:
    order = advice_paid()
    for _ in range(2):
        cancel_line(line=order.lines.get(), now=NOW, by=make_user(f"a{_}@one.example"), reason="Not needed.")

    assert Enquiry.objects.get().state == State.CLOSED
    assert Mail.objects.get(template="enquiry_withdrawn").to == "adviser@one.example"
    assert "Taken back" in page_of(order)


def test_advice_that_is_over_stays_so_when_more_money_comes_and_its_order_says_so() -> None:
    order, adviser = advice_paid(), make_adviser()
    close(enquiry=Enquiry.objects.get(), by=adviser, now=NOW)
    let_go_of_what_is_past(NOW + 366 * DAY)

    paid_in_full(order, 100, "bank-2")

    assert Enquiry.objects.get().emptied_at == NOW
    assert "its words have been deleted" in page_of(order)


def test_a_place_taken_back_that_leaves_the_rest_paid_hands_over_the_rest() -> None:
    basket, toolkit = make_basket(), make_toolkit()
    hold(order=basket, ticket=make_ticket(make_pool(1), pence=12_000), count=1, now=NOW)
    add_product(order=basket, product=toolkit, now=NOW)
    order = place(order=basket, method=Method.INVOICE, now=NOW)
    paid_in_full(order, 6_000)
    assert not Mail.objects.filter(template="event_download").exists()

    cancel_line(line=order.lines.first(), now=NOW)

    assert Mail.objects.filter(template="event_download").count() == 1


# --- By browser ----------------------------------------------------------------------------------------------------------


def test_by_browser_a_toolkit_is_bought_without_a_place() -> None:
    make_toolkit(member_pence=3_000)
    client = Client()
    client.force_login(make_user("ada@one.example"), "django.contrib.auth.backends.ModelBackend")

    assert "Joint posts" in client.get("/booking/products/").content.decode()
    page = client.get("/booking/products/joint-posts/").content.decode()
    assert "£60, with £10 VAT" in page
    assert "£30, with £5 VAT for members" in page
    assert not Order.objects.exists()
    added = client.post("/booking/products/joint-posts/", follow=True).content.decode()
    assert "“Joint posts” is in your basket" in added
    assert "It is in your basket" in client.get("/booking/products/joint-posts/").content.decode()
    billing = {"name": "Ada", "email": "ada@one.example", "billing_address": "Surgery"}
    assert client.get("/booking/who-comes/").url == "/booking/who-orders/"
    checked = client.post("/booking/who-orders/", billing, follow=True).content.decode()
    assert "Check your order" in checked
    assert "Change who comes" not in checked
    done = client.post(
        "/booking/check/", {"accepts": "on", "method": "invoice"}, follow=True
    ).content.decode()

    assert "Thank you for your order" in done
    assert "Invoice INV-" in done
    told(Order.objects.get())
    text = Mail.objects.get(template="event_order").text
    assert "ticket" not in text
    client.post("/booking/products/joint-posts/")
    client.post("/booking/products/joint-posts/remove/")
    assert "Your basket is empty" in client.get("/booking/").content.decode()


def test_by_browser_without_products_it_is_said_and_unknown_ones_are_not_found() -> None:
    client = Client()

    assert "Nothing is to be had" in client.get("/booking/products/").content.decode()
    assert client.get("/booking/products/nothing/").status_code == 404
    make_toolkit(is_sold=False)
    assert client.get("/booking/products/joint-posts/").status_code == 404


# --- In the admin --------------------------------------------------------------------------------------------------------


def organiser() -> Client:
    return sign_in(make_staff("Event organiser", email="organiser@one.example"), second_factor=True)


def test_in_the_admin_advice_is_made_with_a_topic_whose_advisers_answer() -> None:
    client, topic = organiser(), make_topic("Paid advice", is_offered=False)
    make_seller()
    add = "/admin/snippets/events/product/add/"
    data = {"name": "Advice", "slug": "advice", "summary": "An hour.", "description": "", "is_sold": "on"}
    data |= {"pence": "1000", "member_pence": "", "vat_percent": "20", "handover": "enquiry", "file_name": ""}
    assert "Choose topic of advice" in client.get(add).content.decode()

    missing = client.post(add, {**data, "topic": ""}).content.decode()
    client.post(add, {**data, "topic": topic.pk})

    assert "the topic whose advisers get in touch" in missing
    assert Product.objects.get().topic == topic


def test_in_the_admin_orders_of_products_have_an_entry_for_organisers_of_every_event() -> None:
    helper = sign_in(make_staff("Event helper", email="helper@one.example"), second_factor=True)
    found = [
        "/admin/places/products/orders/" in one.get("/admin/").content.decode()
        for one in (organiser(), helper)
    ]

    assert found == [True, False]


def test_in_the_admin_orders_of_products_alone_are_looked_after_like_those_of_events() -> None:
    order, client = ordered(make_toolkit()), organiser()
    address = f"/admin/places/products/orders/{order.pk}/"
    of_event = make_basket(email="b@one.example")
    hold(order=of_event, ticket=make_ticket(make_pool(1, make_event()), pence=100), count=1, now=NOW)
    of_event = place(order=of_event, method=Method.INVOICE, now=NOW)

    listed = client.get("/admin/places/products/orders/").content.decode()
    assert (order.reference in listed, of_event.reference in listed) == (True, False)
    assert client.get(f"/admin/places/products/orders/{of_event.pk}/").status_code == 404
    assert "Joint posts" in client.get(address).content.decode()
    key = "7d444840-9dc0-11d1-b245-5ffdce74fad2"
    client.post(f"{address}paid/", {"pounds": "60", "key": key, "said": "3 March"})
    back = {
        "pounds": "60",
        "key": key.replace("7d", "8d"),
        "how": "hand",
        "reason": "Wrong one.",
        "confirmed": "1",
    }
    client.post(f"{address}lines/{order.lines.get().pk}/cancel/", {"reason": "Wrong one."})
    client.post(f"{address}pay-back/", back)

    assert ledger(order) == [("invoice", 6_000), ("invoice", -6_000)]
    helper = sign_in(make_staff("Event helper", email="helper@one.example"), second_factor=True)
    assert helper.get(address).status_code == 302


def test_in_the_admin_a_product_is_made_with_a_file_that_stays_private() -> None:
    client = organiser()
    data = {
        "name": "Rotas",
        "slug": "rotas",
        "summary": "Templates.",
        "description": "",
        "is_sold": "on",
        "pence": "1000",
        "member_pence": "",
        "vat_percent": "20",
        "handover": "download",
        "file_name": "",
        "topic": "",
    }

    missing = client.post("/admin/snippets/events/product/add/", data).content.decode()
    assert "Add the file that is downloaded" in missing
    client.post("/admin/snippets/events/product/add/", {**data, "file": ContentFile(TOOLKIT, "r.docx")})
    made = Product.objects.get()
    assert made.file.name.startswith("products/")
    edited = client.get(f"/admin/snippets/events/product/edit/{made.pk}/")
    assert edited.status_code == 200
    data["file"] = ContentFile(b"<script>", "r.html")
    assert "html" in client.post(f"/admin/snippets/events/product/edit/{made.pk}/", data).content.decode()
