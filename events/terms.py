"""The booking terms of events, as they are now. Reads only."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from events.models import BookingSettings, EventPage


@dataclass(frozen=True)
class Terms:
    """Terms of an event. Other words are other terms."""

    event: EventPage
    text: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def field(self) -> str:
        """What the box is called with which somebody accepts these words, and no others."""
        return f"terms-{self.event.pk}-{self.digest[:16]}"


def terms_of(events: Iterable[EventPage]) -> list[Terms]:
    """The terms of those events that have some, in their order. One query."""
    events = list(events)
    texts = dict(
        BookingSettings.objects.filter(event__in=events).exclude(terms="").values_list("event", "terms")
    )
    return [Terms(event, texts[event.pk]) for event in events if event.pk in texts]


def settings_of(event: EventPage) -> BookingSettings:
    """The settings of an event; the defaults, not stored, if nobody has set any."""
    return BookingSettings.objects.filter(event=event).first() or BookingSettings(event=event)
