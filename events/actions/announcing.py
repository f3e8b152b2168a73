"""Orders that were placed are told of after the commit, by the worker: a row says which have not been, so that nobody is left out."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_q.tasks import async_task

from events.actions.baskets import locked
from events.actions.telling import tell_of_tickets
from events.mail import document_address, order_address, order_address_in_admin
from events.models import Document, DocumentKind, Method, Order, OrderLine
from events.paying import paid
from events.rules.tickets import price_words, vat_within
from events.rules.words import pounds
from portal.members import mail
from portal.prepared import Prepared

logger = logging.getLogger(__name__)
GRACE = timedelta(seconds=30)  # that the queue has before the schedule looks
BATCH = 200


LINES = Prepared(
    lambda order: OrderLine.objects.filter(order=order, cancelled_at=None).select_related(
        "place__ticket", "place__pool__event", "product"
    )
)


def tell_after_commit(order: Order, now: datetime) -> None:
    """Marks an order as one that is still to be told of, and has the worker do it. Whoever calls stores the order."""
    order.untold_since = now
    transaction.on_commit(
        lambda: async_task("events.actions.announcing.tell_of_order", order.pk), robust=True
    )


@transaction.atomic
def tell_of_order(number: int) -> bool:
    """Writes to whoever placed the order of that primary key, with the invoice, and to everybody who comes. Whether it did.

    Done a second time it does nothing. Whoever changes such an order does it first, so that mails come in the order of what they say.
    """
    order = locked(Order(pk=number))
    if order.untold_since is None:
        return False
    lines = LINES(order.pk, order=order)
    invoice = order.documents.filter(kind=DocumentKind.INVOICE).first()
    if order.email and lines:
        _tell_who_ordered(order, lines, invoice)
    if order.method == Method.INVOICE and settings.INVOICES_TO:
        _tell_finance(order, lines, invoice)
    tell_of_tickets([line.place for line in lines if line.place is not None])
    Order.objects.filter(pk=order.pk).update(untold_since=None)
    return True


def tell_waiting(now: datetime | None = None) -> int:
    """Tells of orders that the queue has lost. Each is a transaction of its own. Gives how many there were."""
    now, done = now or timezone.now(), 0
    due = Order.objects.filter(untold_since__lte=now - GRACE).order_by("untold_since", "pk")
    for number in list(due.values_list("pk", flat=True)[:BATCH]):
        try:
            done += tell_of_order(number)
        except Exception:
            # One that cannot be written must not keep all behind it from being told.
            logger.exception("Nobody could be told of order %s.", number)
    return done


def _tell_who_ordered(order: Order, lines: list[OrderLine], invoice: Document | None) -> None:
    total = sum(line.pence for line in lines)
    left = max(0, total - paid(order)) if total else 0
    mail.send(
        template="event_order",
        to=order.email,
        context={
            "order": order,
            "lines": lines,
            "total": pounds(left) if left else "",
            "paid": pounds(total) if total and not left else "",
            "link": order_address(order.key),
            "invoice": document_address(invoice) if invoice else "",
            "comes": any(line.place for line in lines),
        },
        key=f"event-order:{order.pk}",
    )


def _tell_finance(order: Order, lines: list[OrderLine], invoice: Document | None) -> None:
    """Sends an order by invoice to those who look after the money."""
    total = sum(line.pence for line in lines)
    mail.send(
        template="event_to_invoice",
        to=settings.INVOICES_TO,
        context={
            "order": order,
            "lines": [(line.description, price_words(line.pence, line.vat_percent)) for line in lines],
            "total": pounds(total),
            "vat": pounds(sum(vat_within(line.pence, line.vat_percent) for line in lines)),
            "invoice": invoice.name if invoice else "",
            "link": document_address(invoice) if invoice else "",
            "in_admin": order_address_in_admin(order),
        },
        key=f"event-to-invoice:{order.pk}",
    )
