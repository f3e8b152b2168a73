"""What the mails about places say: the addresses in them, and samples for the preview. Reads only."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from events.addresses import Use, address_for, coming_with
from events.models import Document, EventLetter, EventPage, Order, OrderLine, Place
from events.rules.times import when
from events.rules.words import moment, places

PREFIX = "event_"


def offer_address(key: UUID) -> str:
    """The absolute address of the page on which an offer is taken. `key` is that of whoever waits (`Waiting.key`)."""
    return settings.BASE_URL + reverse("offer", args=[key])


def order_address(key: UUID) -> str:
    """The absolute address of an order, which its secret key opens."""
    return settings.BASE_URL + reverse("order", args=[key])


def order_address_in_admin(order: Order) -> str:
    """The absolute address of an order for those who look after money: at the first of its events; among products if it has no place."""
    events = (
        order.lines.filter(place__isnull=False).order_by("pk").values_list("place__pool__event", flat=True)
    )
    event = events.first()
    name, first = ("shop_order", []) if event is None else ("order", [event])
    return settings.BASE_URL + reverse(f"places:{name}", args=[*first, order.pk])


def document_address(document: Document) -> str:
    """The absolute address of an invoice, a receipt or a credit note."""
    return settings.BASE_URL + reverse("order_document", args=[document.order.key, document.pk])


def download_address(key: UUID, line: int) -> str:
    """The absolute address of the file of a line of the order of that key."""
    return settings.BASE_URL + reverse("download", args=[key, line])


def paid_address(key: UUID) -> str:
    """The absolute address to which the card provider leads after a payment for the order of that key."""
    return settings.BASE_URL + reverse("order_paid", args=[key])


def basket_address() -> str:
    """The absolute address of the basket."""
    return settings.BASE_URL + reverse("basket")


def ticket_address(key: UUID) -> str:
    """The absolute address of a ticket, which its secret key opens."""
    return settings.BASE_URL + reverse("ticket", args=[key])


def ways_to(place: Place) -> dict[str, Any]:
    """What a mail to whoever has a place says of how they take part: `at_venue`, `join` and `link`, the address of the ticket.

    `join` is the address by which they join on-line, empty if they do not. It is their own, and all that mails and calendars may
    say: it leads to the provider only in the hour, by a button.
    """
    way = coming_with(place)
    return {
        "at_venue": way.at_venue,
        "join": address_for(place, Use.JOIN) if way.on_line else "",
        "link": ticket_address(place.key),
    }


def answers_address(key: UUID) -> str:
    """The absolute address of the page on which whoever has a ticket answers what organisers ask."""
    return settings.BASE_URL + reverse("ticket_answers", args=[key])


def _sample_lines(template: str) -> list[Any]:
    what = "Both days, in the hall"
    return [(what, "£120, with £20 VAT")] if template == "event_to_invoice" else [OrderLine(description=what)]


def samples(template: str, now: datetime) -> dict[str, Any]:
    """What the previews of the mails about places are filled with; nothing for any other mail."""
    if not template.startswith(PREFIX):
        return {}
    event = EventPage(title="Conference of network directors", starts_at=now + timedelta(days=30))
    place = Place(name="Ada Example", email="ada@example.org")
    return {
        "name": "Ada Example",
        "event": event,
        "ticket": "Both days, in the hall",
        "places": places(2),
        "rest": places(1),
        "until": moment(now + timedelta(hours=24)),
        "when": moment(now + timedelta(days=30)),
        "answers": f"{settings.BASE_URL}/booking/",
        "in_days": "tomorrow",
        "dates": when(now + timedelta(days=30), now + timedelta(days=30, hours=6)),
        "place": place,
        "join": f"{settings.BASE_URL}/booking/",
        "at_venue": True,
        "order": Order(name="Ada Example", reference="C4H7K9"),
        "lines": _sample_lines(template),
        "total": "£120",
        "sum": "£120",
        "how": "to the card that you paid with",
        "credits": [("Credit note CRN-2026-0007", f"{settings.BASE_URL}/booking/")],
        "product": "Joint posts: a toolkit",
        "download": f"{settings.BASE_URL}/booking/",
        "invoice": "INV-2026-0042",
        "in_admin": f"{settings.BASE_URL}/admin/places/",
        "vat": "£20",
        "code": "042731",
        "tickets": [(event, f"{settings.BASE_URL}/booking/")],
        "orders": [],
        "advice": [],
        "needed": True,
        "cpd": "2 hours",
        "reason": "The hall has been flooded.",
        "letter": EventLetter(
            subject="Bring a coat",
            text="The hall is cold.\n\nIt opens at half past eight: https://www.example.org/",
        ),
    }
