"""What events hold about a person: what they ordered, the places that they have, and what they wait for."""

from collections.abc import Iterable

from django.db.models import Q

from events.models import EventRight, Order, PersonalCalendar, Place, Waiting
from portal.members.personal import Person, Record, Section, Subject


def orders(person: Person) -> Iterable[Record]:
    """What the person ordered, by their account or one of their addresses."""
    found = Order.objects.filter(Q(user=person.user) | Q(email__in=person.addresses))
    with_it = ("lines", "payments", "accepted_terms__terms", "documents")
    for one in found.prefetch_related(*with_it).order_by("pk"):
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
            "Booking terms accepted": [
                {"When": accepted.accepted_at, "Terms": accepted.terms.text}
                for accepted in one.accepted_terms.all()
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
    found = found.select_related("answered", "certificate").prefetch_related(
        "attendance", "joinings", "answers__question", "sensitiveanswers__question"
    )
    for one in found.order_by("pk"):
        yield {
            "Event": one.pool.event.title,
            "Ticket": one.ticket.name,
            "Name": one.name,
            "E-mail address": one.email,
            "What became of it": one.get_state_display(),
            "Since": one.taken_at,
            "Was there": [
                {"How we know": known.get_how_display(), "When": known.at, "Minutes": known.minutes}
                for known in one.attendance.all()
            ],
            "Certificate": one.certificate.code if hasattr(one, "certificate") else "",
            "Has given feedback": hasattr(one, "answered"),
            "Joined on-line": [
                {"First": used.at, "Last": used.last_at, "Times": used.times} for used in one.joinings.all()
            ],
            "Answers": [
                {"Question": given.question.words, "Answer": given.in_words, "When": given.at}
                for given in (*one.answers.all(), *one.sensitiveanswers.all())
            ],
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
            "What you said": one.words,
            "What became of it": one.get_state_display(),
        }


def rights(person: Person) -> Iterable[Record]:
    """What the person may do at which event."""
    for one in EventRight.objects.filter(user=person.user).select_related("event"):
        yield {"Event": one.event.title, "May": one.get_right_display(), "Since": one.given_at}


def calendars(person: Person) -> Iterable[Record]:
    for one in PersonalCalendar.objects.filter(user=person.user):
        yield {"Address made": one.made_at}


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
        Section(
            "Rights at events", "What you may do there as a helper.", ("events.EventRight.user",), rights
        ),
        Section(
            "Calendar of your events",
            "That you have a secret address for it. The address itself is on the page “My events”.",
            ("events.PersonalCalendar.user",),
            calendars,
        ),
    ),
    not_shown={
        "events.Payment.by": "It says which organiser wrote a payment down, which the audit log says too.",
        "events.EventLetter.by": "It says which organiser wrote a letter, which the audit log says too.",
        "events.EventRight.given_by": "It says which organiser gave a right, which the audit log says too.",
        "events.Attendance.by": "It says which member of staff let somebody in.",
        "events.Seller.email": "It is the association’s own.",
        "events.CardRefund.by": "It says which organiser had money paid back, which the audit log says too.",
    },
    lets_go=("events.Order.email", "events.Place.email", "events.Waiting.email"),
    stays={
        "events.Seller.email": "It is the association’s own.",
    },
)
