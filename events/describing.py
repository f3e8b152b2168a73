"""An event described for search engines (schema.org)."""

from typing import Any

from django.conf import settings

from events.listing import Listed
from events.rules.times import LONDON

SCHEMA = "https://schema.org/"


def described(item: Listed) -> dict[str, Any]:
    """What is known of the event; what has no dates is a course."""
    page = item.page
    found: dict[str, Any] = {"@type": "Event" if page.starts_at else "Course"}
    if page.provider:
        found["provider" if not page.starts_at else "organizer"] = {
            "@type": "Organization",
            "name": page.provider,
            "url": page.provider_url,
        }
    if page.starts_at:
        found |= {
            "startDate": page.starts_at.astimezone(LONDON).isoformat(),
            "endDate": page.ends_at.astimezone(LONDON).isoformat(),
            "eventStatus": f"{SCHEMA}{'EventCancelled' if page.cancelled_at else 'EventScheduled'}",
            "eventAttendanceMode": f"{SCHEMA}{_attendance(item)}",
            "location": _locations(item),
        }
    if offers := _offers(item):
        found["offers"] = offers
    return found


def _attendance(item: Listed) -> str:
    if item.page.is_online:
        return "MixedEventAttendanceMode" if item.page.venue else "OnlineEventAttendanceMode"
    return "OfflineEventAttendanceMode"


def _locations(item: Listed) -> list[dict[str, str]]:
    page = item.page
    found = []
    if page.venue:
        address = ", ".join(line.strip() for line in page.address.splitlines() if line.strip())
        found.append({"@type": "Place", "name": page.venue, "address": address or page.get_region_display()})
    if page.is_online:
        found.append({"@type": "VirtualLocation", "url": f"{settings.BASE_URL}{item.url}"})
    return found


def _offers(item: Listed) -> list[dict[str, Any]]:
    if not item.is_open or item.is_closed:
        return []
    availability = f"{SCHEMA}{'SoldOut' if item.left == 0 else 'InStock'}"
    return [
        {
            "@type": "Offer",
            "price": f"{pence / 100:.2f}",
            "priceCurrency": "GBP",
            "availability": availability,
            "url": f"{settings.BASE_URL}{item.url}",
        }
        for pence in sorted({offer.pence for offer in item.offers})
    ]
