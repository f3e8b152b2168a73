"""Tells whoever ordered, and everybody who comes, what they have. Each mail goes once for what it says."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from events.actions.entries import invitation, withdrawal
from events.mail import (
    answers_address,
    document_address,
    order_address,
    order_address_in_admin,
    ticket_address,
    ways_to,
)
from events.models import (
    Document,
    DocumentKind,
    EventPage,
    Order,
    OrderLine,
    OrderState,
    Payment,
    Place,
    PlaceState,
    Waiting,
)
from events.paying import due, paid
from events.questions import still_asked
from events.rules.paying import way_back
from events.rules.words import moment, pounds
from portal.enquiries.mail import address_of
from portal.enquiries.models import Enquiry
from portal.members import mail
from portal.members.mail import Attachment
from portal.members.models import Mail

MOST_AN_HOUR = 3  # times that tickets are sent again to one address


def tell_of_receipt(order: Order, receipt: Document | None) -> None:
    """Writes to whoever ordered that money has come in."""
    _tell_of("event_receipt", order, receipt)


def tell_of_credit(order: Order, credit: Document | None) -> None:
    """Writes to whoever ordered that less is to be paid."""
    _tell_of("event_credited", order, credit)


def _tell_of(template: str, order: Order, document: Document | None) -> None:
    if document is None or not order.email:
        return
    context = {
        "order": order,
        "sum": pounds(document.data.get("sum", document.data["total"])),
        "invoice": document.data["invoice"],
        "link": document_address(document),
    }
    mail.send(template=template, to=order.email, context=context, key=f"event-document:{document.pk}")


def tell_of_refund(payment: Payment) -> None:
    """Writes to whoever ordered that money has gone back: how much, for what, by which way, with the credit notes of the order."""
    _tell_of_money_back("event_refunded", payment, key=f"event-refunded:{payment.pk}")


def tell_of_failed_refund(payment: Payment) -> None:
    """Writes to whoever ordered that money that went back did not arrive. `payment` is what was booked back for it."""
    _tell_of_money_back("event_refund_failed", payment, key=f"event-refund-failed:{payment.pk}")


def _tell_of_money_back(template: str, payment: Payment, *, key: str) -> None:
    order = payment.order
    if not order.email:
        return
    notes = order.documents.filter(kind=DocumentKind.CREDIT).order_by("pk")
    context = {
        "order": order,
        "sum": pounds(abs(payment.pence)),
        "how": way_back(payment.method),
        "credits": [(str(one), document_address(one)) for one in notes],
        "link": order_address(order.key) if order.state != OrderState.OPEN else "",
    }
    mail.send(template=template, to=order.email, context=context, key=key)


def tell_of_trouble(order: Order) -> None:
    """Writes to those who look after the money what they have to look at; and to whoever paid for places that have gone."""
    key = f"{order.pk}:{paid(order)}-{due(order)}"
    if settings.INVOICES_TO:
        mail.send(
            template="event_trouble",
            to=settings.INVOICES_TO,
            context={"order": order, "in_admin": order_address_in_admin(order)},
            key=f"event-trouble:{key}",
        )
    if order.state == OrderState.OPEN and order.email:
        context = {"order": order, "total": pounds(paid(order))}
        mail.send(
            template="event_paid_in_vain", to=order.email, context=context, key=f"event-paid-in-vain:{key}"
        )


def tell_of_ticket(place: Place, again: str = "") -> None:
    """Sends a ticket to whoever comes on a place, with the entry for their calendar.

    It goes once to an address; `again` makes it another sending.
    """
    tell_of_tickets([place], again)


def tell_of_tickets(places: Sequence[Place], again: str = "") -> None:
    """The same for several places: what is asked about them, and who has a ticket, is read once for all."""
    keys = {f"event-ticket:{place.key}:{again}": place for place in places if place.email}
    known = set(Mail.objects.filter(key__in=keys).values_list("key", flat=True)) if keys else set()
    asked = still_asked([place for key, place in keys.items() if key not in known])
    for key, place in keys.items():
        if key not in known:
            _send_ticket(place, key, is_asked=place.pk in asked)


def _send_ticket(place: Place, key: str, *, is_asked: bool) -> None:
    event = place.pool.event
    mail.send(
        template="event_ticket",
        to=place.email,
        context={
            "place": place,
            "event": event,
            "when": moment(event.starts_at) if event.starts_at else "",
            **ways_to(place),
            "answers": answers_address(place.key) if is_asked else "",
        },
        key=key,
        attachments=invitation(place, timezone.now()),
    )


def tell_of_cancelled(line: OrderLine) -> None:
    """Writes to whoever came on a place that it has been given back."""
    place = line.place
    if place is not None and place.email:
        mail.send(
            template="event_cancelled",
            to=place.email,
            context={"place": place, "event": place.pool.event, "order": line.order},
            key=f"event-cancelled:{line.pk}",
            attachments=withdrawal(place, timezone.now()),
        )


def tell_of_passed_on(place: Place) -> None:
    """Writes to whoever had a place that it is somebody else's now. `place` is as it was before; comes before its new ticket."""
    if place.email:
        mail.send(
            template="event_passed_on",
            to=place.email,
            context={"place": place, "event": place.pool.event},
            key=f"event-passed-on:{place.key}",
            attachments=withdrawal(place, timezone.now()),
        )


def tell_of_called_off(one: OrderLine | Waiting) -> None:
    """Writes to somebody who had a place, or waited for one, that the event has been called off; and once to whoever ordered it."""
    if isinstance(one, Waiting):
        _tell_of_called_off(one.pool.event, one.name, one.email, key=f"waiting:{one.pk}")
        return
    place, order = one.place, one.order
    if place is None:
        return
    event = place.pool.event
    entry = withdrawal(place, timezone.now()) if place.email else []
    is_own = order.email.lower() == place.email.lower()
    theirs = order if is_own else None
    _tell_of_called_off(event, place.name, place.email, key=f"line:{one.pk}", order=theirs, attachments=entry)
    if order.email and not is_own and not _comes_too(order, event):
        _tell_of_called_off(event, order.name, order.email, key=f"order:{order.pk}:{event.pk}", order=order)


def _comes_too(order: Order, event: EventPage) -> bool:
    """Whether whoever ordered had a place themselves until the event was called off: then they are told as somebody who comes."""
    until_then = Q(cancelled_at=None) | Q(cancelled_at__gte=event.cancelled_at)
    return order.lines.filter(until_then, place__pool__event=event, place__email__iexact=order.email).exists()


def _has_paid_for(order: Order, event: EventPage) -> bool:
    """Whether an order has a place at an event that cost something, and money has come in for the order."""
    return order.lines.filter(place__pool__event=event, pence__gt=0).exists() and paid(order) > 0


def _tell_of_called_off(
    event: EventPage,
    name: str,
    email: str,
    *,
    key: str,
    order: Order | None = None,
    attachments: Sequence[Attachment] = (),
) -> None:
    if email:
        mail.send(
            template="event_called_off",
            to=email,
            context={
                "name": name,
                "event": event,
                "when": moment(event.starts_at) if event.starts_at else "",
                "reason": event.cancelled_why,
                "link": order_address(order.key) if order else "",
                "is_paid": order is not None and _has_paid_for(order, event),
            },
            key=f"event-called-off:{key}",
            attachments=attachments,
        )


def send_again(*, email: str, now: datetime) -> None:
    """Sends the tickets and orders of an address to it once more, and the links to advice that was bought. One mail with all of them, and no more than 3 an hour."""
    email = email.strip().lower()
    lately = Mail.objects.filter(
        template="event_tickets_again", to=email, created_at__gt=now - timedelta(hours=1)
    )
    places = Place.objects.filter(email__iexact=email, state=PlaceState.CONFIRMED).select_related(
        "pool__event"
    )
    orders = Order.objects.filter(email__iexact=email).exclude(state=OrderState.OPEN)
    found = [(place.pool.event, ticket_address(place.key)) for place in places.order_by("pk")[:100]]
    ordered = [(order, order_address(order.key)) for order in orders.order_by("pk")[:100]]
    if not (found or ordered) or lately.count() >= MOST_AN_HOUR:
        return
    advice = Enquiry.objects.readable().filter(
        pk__in=OrderLine.objects.filter(order__in=orders).values("advice")
    )
    context = {"tickets": found, "orders": ordered}
    context["advice"] = [(one, address_of(one)) for one in advice.order_by("pk")[:100]]
    mail.send(template="event_tickets_again", to=email, context=context)
