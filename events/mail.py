"""What the mails about places say: the addresses in them, and samples for the preview. Reads only."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from events.models import EventPage
from events.rules.words import moment, places

PREFIX = "event_"


def offer_address(key: UUID) -> str:
    """The absolute address of the page on which an offer is taken. `key` is that of whoever waits (`Waiting.key`)."""
    return f"{settings.BASE_URL}/events/offers/{key}/"


def samples(template: str, now: datetime) -> dict[str, Any]:
    """What the previews of the mails about places are filled with; nothing for any other mail."""
    if not template.startswith(PREFIX):
        return {}
    return {
        "name": "Ada Example",
        "event": EventPage(title="Conference of network directors"),
        "ticket": "Both days, in the hall",
        "places": places(2),
        "rest": places(1),
        "until": moment(now + timedelta(hours=24)),
    }
