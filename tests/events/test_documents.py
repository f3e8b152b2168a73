"""Invoices, receipts and credit notes: what stands in their PDFs, numbers without gaps, and who may open them."""

import shutil
import subprocess
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from events.actions.forgetting import NOBODY, documents_with_buyers, let_go_of_buyers
from events.actions.holding import hold
from events.actions.ordering import cancel_line, pay, place
from events.actions.seating import add_attendee
from events.models import Document, DocumentKind, Method, Order, Seller
from events.pdf import pdf_of
from events.rules.documents import Item, by_rate, gathered, spread
from portal.members.models import Mail
from tests.events.factories import DAY, SECOND, make_pool, make_seller, make_ticket, told
from tests.events.test_paying_by_card import basket_with
from tests.factories import NOW, make_user

pytestmark = pytest.mark.django_db


def order_of(pence: int = 12_000, count: int = 1, vat: int = 20, **fields: Any) -> Order:
    ticket = make_ticket(make_pool(count), pence=pence, vat_percent=vat)
    basket = basket_with(ticket, count)
    values = {"billing_address": "High Street Surgery\n1 High Street", "purchase_order": "PO 77", **fields}
    Order.objects.filter(pk=basket.pk).update(**values)
    return place(order=basket, method=Method.INVOICE, now=NOW)


def words_of(document: Document) -> str:
    """What a reader of the PDF sees, in one line."""
    tool = shutil.which("pdftotext")
    if tool is None:
        pytest.skip("needs pdftotext")
    made = subprocess.run(
        [tool, "-layout", "-", "-"], input=pdf_of(document), capture_output=True, check=True, timeout=20
    )
    return " ".join(made.stdout.decode().split())


def names(order: Order) -> list[str]:
    return [one.name for one in order.documents.order_by("pk")]


# --- Rules ---------------------------------------------------------------------------------------------------------------


def test_equal_lines_are_one_with_their_number() -> None:
    items = [Item("Hall", 100, 20), Item("Dinner", 50, 20), Item("Hall", 100, 20)]
    assert gathered(items) == [Item("Hall", 100, 20, 2), Item("Dinner", 50, 20)]


@pytest.mark.parametrize(
    ("items", "rates"),
    [
        ([Item("a", 12_000, 20)], [(20, 10_000, 2_000, 12_000)]),
        ([Item("a", 100, 20, 3)], [(20, 249, 51, 300)]),  # 16.67 of each is 17 pence
        ([Item("a", 500, 0), Item("b", 120, 20)], [(0, 500, 0, 500), (20, 100, 20, 120)]),
        ([], []),
    ],
)
def test_vat_stands_by_rate_and_is_rounded_for_each_thing(items: list[Item], rates: list[tuple]) -> None:
    assert [
        tuple(one[name] for name in ("percent", "net", "vat", "gross")) for one in by_rate(items)
    ] == rates


@pytest.mark.parametrize(
    ("pence", "lines"),
    [
        (100, [(0, 33), (20, 67)]),
        (1, [(20, 1)]),
        (0, []),
        (300, [(0, 100), (20, 200)]),
    ],
)
def test_what_is_taken_off_is_spread_over_the_rates_to_the_penny(pence: int, lines: list[tuple]) -> None:
    ordered = [Item("a", 100, 0), Item("b", 200, 20)]
    made = spread(pence, ordered, "Off")
    assert [(one.vat_percent, one.pence) for one in made] == lines
    assert sum(one.pence for one in made) == pence


# --- What stands there ---------------------------------------------------------------------------------------------------


def test_an_invoice_says_who_sells_who_pays_what_until_when_and_how() -> None:
    order = order_of(count=2)

    [invoice] = order.documents.all()
    words = words_of(invoice)
    for wanted in (
        "Invoice INV-2026-0001",
        "Network Directors Association",
        "1 Example Street Leeds LS1 1AA",
        "VAT number GB 123 4567 89",
        "Ada Example",
        "High Street Surgery",
        "Your purchase order PO 77",
        "Date 10 March 2026",
        "To be paid by 9 April 2026",
        "Hall, Conference 2 £120 20% £240",
        "20% £200 £40 £240",
        "Total £40 £240",
        f"with the payment reference {order.reference}",
        "Sort code 12-34-56",
        "Account number 12345678",
    ):
        assert wanted in words, words


def test_two_rates_of_vat_stand_apart() -> None:
    make_seller()
    pool = make_pool(2)
    hall, dinner = (
        make_ticket(pool, pence=12_000, vat_percent=20),
        make_ticket(pool, pence=5_000, name="Dinner"),
    )
    basket = basket_with(hall)
    hold(order=basket, ticket=dinner, count=1, now=NOW)
    order = place(order=basket, method=Method.INVOICE, now=NOW)

    words = words_of(order.documents.get())
    assert "0% £50 £0 £50 20% £100 £20 £120 Total £20 £170" in words


def test_a_transfer_brings_a_receipt_and_a_place_taken_back_a_credit_note() -> None:
    order = order_of(count=2)
    pay(order=order, method=Method.INVOICE, pence=20_000, reference="bank-1", now=NOW + DAY)
    cancel_line(line=order.lines.first(), now=NOW + 2 * DAY)

    assert names(order) == ["INV-2026-0001", "REC-2026-0001", "CRN-2026-0001"]
    receipt, credit = order.documents.order_by("pk")[1:]
    assert "We have received £200 by bank transfer on 11 March 2026" in words_of(receipt)
    assert "Still to be paid of this order: £40" in words_of(receipt)
    said = words_of(credit)
    assert "For the invoice INV-2026-0001" in said
    assert "Hall, Conference 1 £120 20% £120" in said
    assert "Credited £20 £120" in said
    assert [
        one.template
        for one in Mail.objects.filter(template__in=("event_receipt", "event_credited")).order_by("pk")
    ] == [
        "event_receipt",
        "event_credited",
    ]


def test_money_that_goes_back_for_nothing_is_credited_once_also_when_the_place_goes_back_later() -> None:
    order = order_of()
    pay(order=order, method=Method.INVOICE, pence=12_000, reference="bank-1", now=NOW)
    pay(order=order, method=Method.INVOICE, pence=-2_000, reference="back-1", now=NOW)
    cancel_line(line=order.lines.get(), now=NOW)
    pay(order=order, method=Method.INVOICE, pence=-10_000, reference="back-2", now=NOW)

    credited = order.documents.filter(kind=DocumentKind.CREDIT).order_by("pk")
    assert [one.data["total"] for one in credited] == [2_000, 10_000]
    assert "Taken off the price of the order 1 £20 20% £20" in words_of(credited[0])
    assert sum(one.data["vat"] for one in credited) == order.documents.get(kind="invoice").data["vat"]
    assert names(order)[:2] == ["INV-2026-0001", "REC-2026-0001"]


def test_a_card_order_has_an_invoice_that_is_paid_and_a_receipt() -> None:
    basket = basket_with(make_ticket(make_pool(1), pence=12_000, vat_percent=20))
    pay(order=basket, method=Method.CARD, pence=12_000, reference="pi_1", now=NOW)

    invoice, receipt = basket.documents.order_by("pk")
    assert "Paid already. There is nothing more to pay." in words_of(invoice)
    assert "To be paid by" not in words_of(invoice)
    assert "We have received £120 by card" in words_of(receipt)
    assert "The order is paid in full." in words_of(receipt)
    told(invoice.order)
    assert not Mail.objects.filter(template="event_receipt").exists()
    assert f"/documents/{invoice.pk}/" in Mail.objects.get(template="event_order").text


def test_what_is_free_has_no_documents_and_nothing_is_written_until_it_is_known_who_sells() -> None:
    basket = basket_with(make_ticket(make_pool(1)))
    free = place(order=basket, method=Method.FREE, now=NOW)
    ticket = make_ticket(make_pool(1), pence=100)
    Seller.objects.all().delete()
    added = add_attendee(
        ticket=ticket,
        name="Ada",
        email="a@one.example",
        pence=100,
        bill_to="Surgery",
        by=make_user(),
        reason="x",
        now=NOW,
    )
    told(added)
    pay(order=added, method=Method.INVOICE, pence=100, reference="bank-1", now=NOW)

    assert (names(free), names(added)) == ([], [])
    assert "nobody has said who sells" in Mail.objects.get(template="event_to_invoice").text


def test_an_organiser_who_adds_somebody_has_the_invoice_written() -> None:
    ticket = make_ticket(make_pool(1), pence=100)
    added = add_attendee(
        ticket=ticket,
        name="Ada",
        email="a@one.example",
        pence=90,
        bill_to="Surgery",
        by=make_user(),
        reason="x",
        now=NOW,
    )

    assert names(added) == ["INV-2026-0001"]
    told(added)
    mail = Mail.objects.get(template="event_to_invoice")
    assert "The portal has sent the invoice INV-2026-0001" in mail.text


# --- Numbers -------------------------------------------------------------------------------------------------------------


def test_numbers_have_no_gaps_also_after_what_was_taken_back() -> None:
    order_of()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        order_of()
        raise ZeroDivisionError
    order_of()

    assert list(Document.objects.order_by("pk").values_list("kind", "year", "number")) == [
        ("invoice", 2026, 1),
        ("invoice", 2026, 2),
    ]


def test_numbers_begin_anew_with_the_year_in_london() -> None:
    ticket = make_ticket(make_pool(3), pence=100)
    for at in (
        datetime(2026, 6, 30, 22, 59, tzinfo=UTC),
        datetime(2026, 12, 31, 23, 59, tzinfo=UTC),
        datetime(2027, 1, 1, tzinfo=UTC),
    ):
        ticket.pool.event.starts_at, ticket.pool.event.ends_at = at + 30 * DAY, at + 31 * DAY
        ticket.pool.event.save()
        place(order=basket_with(ticket, now=at), method=Method.INVOICE, now=at)

    assert [one.name for one in Document.objects.order_by("pk")] == [
        "INV-2026-0001",
        "INV-2026-0002",
        "INV-2027-0001",
    ]


def test_the_database_refuses_a_number_twice_a_second_invoice_and_a_receipt_of_nothing() -> None:
    order = order_of()
    invoice = order.documents.get()
    values = {"order": order, "made_at": NOW, "data": {}, "year": 2026}
    for wrong in (
        {
            "kind": "credit",
            "number": 1,
            "order": order,
            "payment": pay(order=order, method="invoice", pence=1, reference="x", now=NOW),
        },
        {"kind": "invoice", "number": 1},
        {"kind": "invoice", "number": 2},
        {"kind": "receipt", "number": 9},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Document.objects.create(**{**values, **wrong})
    assert invoice.number == 1


def test_the_same_document_is_the_same_bytes_whatever_has_changed_since() -> None:
    order = order_of()
    before = pdf_of(order.documents.get())
    Seller.objects.update(name="Another Name")
    Order.objects.filter(pk=order.pk).update(name="Grace", billing_address="")

    assert pdf_of(order.documents.get()) == before
    assert before.startswith(b"%PDF")


# --- Who may open them ---------------------------------------------------------------------------------------------------


def test_a_document_is_opened_by_the_secret_key_of_its_order_and_by_no_other() -> None:
    order, other = order_of(), order_of()
    [invoice] = order.documents.all()
    client = Client()

    found = client.get(f"/booking/orders/{order.key}/documents/{invoice.pk}/")
    assert (found.status_code, found["Content-Type"]) == (200, "application/pdf")
    assert found["Content-Disposition"] == 'inline; filename="INV-2026-0001.pdf"'
    assert "no-store" in found["Cache-Control"]
    assert client.get(f"/booking/orders/{other.key}/documents/{invoice.pk}/").status_code == 404
    page = client.get(f"/booking/orders/{order.key}/").content.decode()
    assert f"/booking/orders/{order.key}/documents/{invoice.pk}/" in page
    assert "Invoice INV-2026-0001 (PDF)" in page


def test_after_six_years_a_document_no_longer_says_who_ordered_and_its_sums_stay() -> None:
    order = order_of()
    made = order.documents.get()

    assert not documents_with_buyers(NOW - SECOND).exists()
    let_go_of_buyers(documents_with_buyers(NOW))

    left = order.documents.get()
    assert (left.data["buyer"], left.data["total"]) == (NOBODY, made.data["total"])
    assert not documents_with_buyers(NOW + DAY).exists()
