"""What events hold about a person: what they ordered, the places that they have, and what they wait for."""

from collections.abc import Iterable

from django.db.models import Q

from events.models import Order, Place, Waiting
from portal.members.personal import Person, Record, Section, Subject


def orders(person: Person) -> Iterable[Record]:
    """What the person ordered, by their account or one of their addresses."""
    found = Order.objects.filter(Q(user=person.user) | Q(email__in=person.addresses))
    for one in found.prefetch_related("lines__enquiry", "payments", "documents").order_by("pk"):
        yield {
            "Reference": one.reference or "",
            "State": one.get_state_display(),
            "Name": one.name,
            "E-mail address": one.email,
            "Address confirmed": one.email_confirmed_at,
            "Begun": one.began_at,
            "Placed": one.placed_at,
            "Paid how": one.get_method_display(),
            "Purchase order": one.purchase_order,
            "Address for the invoice": one.billing_address,
            "What organisers had to look at": one.trouble,
            "Lines": [
                {"What": line.description, "Pence": line.pence, "Taken back": line.cancelled_at}
                for line in one.lines.all()
            ],
            "Enquiries": [
                {
                    "What": str(line.enquiry),
                    "State": line.enquiry.get_state_display(),
                    "Opened": line.enquiry.opened_at,
                }
                for line in one.lines.all()
                if hasattr(line, "enquiry")
            ],
            "Documents": [
                {"What": str(document), "When": document.made_at, "To": document.data["buyer"]}
                for document in one.documents.all()
            ],
            "Payments": [
                {"When": payment.at, "Pence": payment.pence, "How": payment.get_method_display()}
                for payment in one.payments.all()
            ],
        }


def places(person: Person) -> Iterable[Record]:
    """Places in the person's name, whoever ordered them."""
    found = Place.objects.filter(email__in=person.addresses).select_related("ticket", "pool__event")
    for one in found.order_by("pk"):
        yield {
            "Event": one.pool.event.title,
            "Ticket": one.ticket.name,
            "Name": one.name,
            "E-mail address": one.email,
            "What became of it": one.get_state_display(),
            "Since": one.taken_at,
        }


def waiting(person: Person) -> Iterable[Record]:
    found = Waiting.objects.filter(email__in=person.addresses).select_related("ticket", "pool__event")
    for one in found.order_by("pk"):
        yield {
            "Event": one.pool.event.title,
            "Ticket": one.ticket.name,
            "Name": one.name,
            "E-mail address": one.email,
            "Places": one.wanted,
            "Since": one.since,
            "What became of it": one.get_state_display(),
        }


SUBJECT = Subject(
    sections=(
        Section(
            "Orders",
            "What you ordered and paid for events.",
            ("events.Order.user", "events.Order.email"),
            orders,
        ),
        Section("Places at events", "Those in your name.", ("events.Place.email",), places),
        Section(
            "Waiting lists of events", "What you wait or waited for.", ("events.Waiting.email",), waiting
        ),
    ),
    not_shown={
        "events.Payment.by": "It says which organiser wrote a payment down, which the audit log says too.",
        "events.Product.adviser_email": "It is where an adviser works, as organisers wrote it down.",
        "events.Enquiry.adviser_email": "It is where an adviser works. The enquiry itself is shown to whoever ordered.",
        "events.Seller.email": "It is the association’s own.",
        "events.CardRefund.by": "It says which organiser had money paid back, which the audit log says too.",
    },
    lets_go=("events.Order.email", "events.Place.email", "events.Waiting.email"),
    stays={
        "events.Product.adviser_email": "It is where an adviser works: organisers change it when somebody else advises.",
        "events.Enquiry.adviser_email": "It is where an adviser works, and says who was asked for advice.",
        "events.Seller.email": "It is the association’s own.",
    },
)
