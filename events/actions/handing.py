"""What is not a place is handed over once it is paid: a download is told of, and an enquiry opened with the adviser."""

from datetime import datetime

from django.db import transaction

from events.mail import download_address, order_address
from events.models import Enquiry, EnquiryState, Order, OrderLine, Product
from events.paying import due, paid
from events.rules.products import is_handed_over
from portal.members import audit, mail
from portal.members.models import User


def hand_over(order: Order, now: datetime) -> None:
    """Hands over what of an order is paid for, each line once. Belongs into the transaction that places or pays it; the order is locked."""
    lines = list(order.lines.filter(product__isnull=False).select_related("product"))
    if not lines:
        return
    came, owed = paid(order), due(order)
    for line in lines:
        if is_handed_over(order, line, paid=came, due=owed):
            if line.product.handover == Product.Handover.ENQUIRY:
                _open_enquiry(order, line, now)
            else:
                _tell_of_download(order, line)


def _tell_of_download(order: Order, line: OrderLine) -> None:
    if order.email:
        context = {"order": order, "product": line.description, "link": order_address(order.key)}
        context["download"] = download_address(order.key, line.pk)
        mail.send(template="event_download", to=order.email, context=context, key=f"event-download:{line.pk}")


def _open_enquiry(order: Order, line: OrderLine, now: datetime) -> None:
    values = {
        "reference": f"{order.reference}-{line.pk}",
        "adviser_email": line.product.adviser_email,
        "opened_at": now,
        "changed_at": now,
    }
    enquiry, is_new = Enquiry.objects.get_or_create(line=line, defaults=values)
    if not is_new:
        return
    context = {"order": order, "product": line.description, "enquiry": enquiry}
    mail.send(
        template="event_enquiry_opened",
        to=enquiry.adviser_email,
        context=context,
        key=f"event-enquiry-opened:{enquiry.pk}",
    )
    if order.email:
        context = {**context, "link": order_address(order.key)}
        mail.send(
            template="event_enquiry",
            to=order.email,
            context=context,
            key=f"event-enquiry:{enquiry.pk}",
        )


def take_back_product(line: OrderLine, now: datetime) -> None:
    """A product was taken back: its download ends by itself, and its enquiry is withdrawn. The adviser is told."""
    open_one = Enquiry.objects.filter(line=line).exclude(
        state__in=(EnquiryState.DONE, EnquiryState.WITHDRAWN)
    )
    for enquiry in open_one:
        Enquiry.objects.filter(pk=enquiry.pk).update(state=EnquiryState.WITHDRAWN, changed_at=now)
        mail.send(
            template="event_enquiry_withdrawn",
            to=enquiry.adviser_email,
            context={"product": line.description, "enquiry": enquiry},
            key=f"event-enquiry-withdrawn:{enquiry.pk}",
        )


@transaction.atomic
def set_state(*, enquiry: Enquiry, state: str, by: User, now: datetime) -> None:
    """Says where an enquiry stands. The log says who said so."""
    found = Enquiry.objects.select_for_update().get(pk=enquiry.pk)
    before, found.state, found.changed_at = found.state, EnquiryState(state), now
    found.save(update_fields=["state", "changed_at"])
    audit.record(
        "enquiry.changed",
        now=now,
        by=by,
        subject=f"enquiry:{found.pk}",
        subject_name=found.reference,
        details={"before": before, "after": found.state},
    )
