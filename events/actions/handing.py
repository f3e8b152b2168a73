"""What is not a place is handed over once it is paid: a download is told of, and advice opened with the advisers of its topic."""

from datetime import datetime

from events.mail import download_address, order_address
from events.models import Order, OrderLine, Product
from events.paying import due, paid
from events.rules.products import is_handed_over
from portal.enquiries.actions.paid import open_paid, withdraw
from portal.members import mail


def hand_over(order: Order, now: datetime) -> None:
    """Hands over what of an order is paid for, each line once. Belongs into the transaction that places or pays it; the order is locked."""
    lines = list(order.lines.filter(product__isnull=False).select_related("product__topic"))
    if not lines:
        return
    came, owed = paid(order), due(order)
    for line in lines:
        if is_handed_over(order, line, paid=came, due=owed):
            if line.product.handover == Product.Handover.ENQUIRY:
                _open_advice(order, line, now)
            else:
                _tell_of_download(order, line)


def _tell_of_download(order: Order, line: OrderLine) -> None:
    if order.email:
        context = {"order": order, "product": line.description, "link": order_address(order.key)}
        context["download"] = download_address(order.key, line.pk)
        mail.send(template="event_download", to=order.email, context=context, key=f"event-download:{line.pk}")


def _open_advice(order: Order, line: OrderLine, now: datetime) -> None:
    """Opens the advice of a line, unless it has been. Nobody is left to advise once whoever ordered has been forgotten."""
    if line.advice_id is not None or not order.email:
        return
    enquiry = open_paid(
        topic=line.product.topic,
        what=line.description,
        order=order.reference,
        name=order.name,
        email=order.email,
        user=order.user,
        now=now,
    )
    OrderLine.objects.filter(pk=line.pk).update(advice=enquiry)


def take_back_product(line: OrderLine, now: datetime) -> None:
    """A product was taken back: its download ends by itself, and its advice is closed. The adviser is told."""
    if line.advice is not None:
        withdraw(enquiry=line.advice, now=now)
