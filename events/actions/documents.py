"""Invoices, receipts and credit notes are written, in the transaction of what they are about: numbered without a gap."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from events.models import (
    Document,
    DocumentKind,
    Method,
    Order,
    OrderLine,
    Payment,
    Seller,
    Series,
)
from events.paying import paid
from events.rules.documents import Item, content, due_on, gathered, spread

SELLER = (
    *("name", "address", "email", "company_number", "vat_number"),
    *("account_name", "sort_code", "account_number"),
)


@transaction.atomic
def write_invoice(order: Order, now: datetime) -> Document | None:
    """The invoice of an order that has been placed, whichever way it is paid; `None` if it costs nothing, or nobody has said who sells.

    Belongs into the transaction that places the order.
    """
    seller = Seller.current()
    items = gathered(_items(order.lines.filter(cancelled_at=None)))
    if not items or not seller.is_known:
        return None
    came, today = paid(order), timezone.localdate(now)
    due = None if order.method == Method.CARD else due_on(today, seller.due_days).isoformat()
    return _write(DocumentKind.INVOICE, order, seller, items, now, paid=came, due_on=due)


@transaction.atomic
def write_receipt(payment: Payment, now: datetime) -> Document | None:
    """The receipt of a payment for an order that has an invoice; `None` if it has none. Belongs into the transaction of the payment.

    A refund that did not arrive, and was booked back, is no payment of theirs.
    """
    order = payment.order
    invoice = _invoice_of(order)
    if invoice is None or payment.pence <= 0 or payment.of_id is not None:
        return None
    how = "by card" if payment.method == Method.CARD else "by bank transfer"
    more = {"sum": payment.pence, "how": how, "invoice": invoice.name, "left": _left(order)}
    return _write(DocumentKind.RECEIPT, order, Seller.current(), [], now, payment=payment, **more)


@transaction.atomic
def write_credit(order: Order, lines: Sequence[OrderLine], pence: int, now: datetime) -> Document | None:
    """The credit note for `pence` of an order: of `lines` that were taken back, or of nothing that was, with reason of goodwill.

    `None` if the order has no invoice, or there is nothing to credit.
    """
    invoice = _invoice_of(order)
    if invoice is None or pence <= 0:
        return None
    whole = _items(lines or order.lines.filter(cancelled_at=None))
    what = f"Taken off the price: {lines[0].description}" if lines else "Taken off the price of the order"
    is_whole = bool(lines) and sum(one.pence for one in whole) == pence
    items = gathered(whole) if is_whole else spread(pence, whole, what)
    return _write(DocumentKind.CREDIT, order, Seller.current(), items, now, invoice=invoice.name)


def _items(lines: Any) -> list[Item]:
    """What lines of an order cost, without what is free. The names of those who come stay out: an invoice is kept for years."""
    rows = lines if isinstance(lines, list) else lines.select_related("place__pool__event").order_by("pk")
    return [
        Item(
            f"{one.description}, {one.place.pool.event.title}" if one.place else one.description,
            one.pence,
            one.vat_percent,
        )
        for one in rows
        if one.pence
    ]


def _invoice_of(order: Order) -> Document | None:
    return order.documents.filter(kind=DocumentKind.INVOICE).first()


def _left(order: Order) -> int:
    """What is still to be paid by the documents: the invoice, less what was credited and paid."""
    totals = {DocumentKind.INVOICE: 1, DocumentKind.CREDIT: -1}
    rows = order.documents.filter(kind__in=totals)
    owed = sum(totals[DocumentKind(one.kind)] * one.data["total"] for one in rows)
    return max(0, owed - paid(order))


def _write(
    kind: DocumentKind,
    order: Order,
    seller: Seller,
    items: Sequence[Item],
    now: datetime,
    *,
    payment: Payment | None = None,
    **more: Any,
) -> Document:
    today = timezone.localdate(now)
    number = _next(kind, today.year)
    buyer = {
        "name": order.name,
        "email": order.email,
        "address": order.billing_address,
        "purchase_order": order.purchase_order,
    }
    data = {
        "day": today.isoformat(),
        "reference": order.reference,
        "seller": {name: getattr(seller, name) for name in SELLER},
        "buyer": buyer,
        **content(items),
        **more,
    }
    return Document.objects.create(
        kind=kind, year=today.year, number=number, order=order, payment=payment, made_at=now, data=data
    )


def _next(kind: DocumentKind, year: int) -> int:
    """The next number. Its row stays locked until the transaction ends: one that is taken back leaves no gap."""
    series, _ = Series.objects.get_or_create(kind=kind, year=year)
    Series.objects.filter(pk=series.pk).update(last=F("last") + 1)
    return Series.objects.values_list("last", flat=True).get(pk=series.pk)
