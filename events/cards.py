"""Cards of events: what a link to one says of it."""

from datetime import datetime
from typing import Any

from events.models import EventIndexPage, EventPage
from events.rules.times import Phase, clock, days, phase
from portal.pages import cards
from portal.pages.cards import Card


def connect() -> None:
    cards.register(event_card)


def event_card(path: str, user: Any, now: datetime) -> Card | None:
    """The card of the published event at `path`; None elsewhere."""
    path = path if path.endswith("/") else f"{path}/"
    for index in EventIndexPage.objects.live().public():
        if index.url and path.startswith(index.url):
            slug = path[len(index.url) :].strip("/")
            page = EventPage.objects.live().public().child_of(index).filter(slug=slug).first()
            return Card(page.title, page.get_kind_display(), _note(page, now)) if page else None
    return None


def _note(page: EventPage, now: datetime) -> str:
    """“12 March 2027, 9:30am”; “called off”."""
    if page.cancelled_at:
        return "called off"
    if page.starts_at is None:
        return "at any time"
    first, _ = days(page.starts_at, page.ends_at)
    day = f"{first.day} {first:%B %Y}"
    over = phase(page.starts_at, page.ends_at, now) == Phase.PAST
    return f"{day}; over" if over else f"{day}, {clock(page.starts_at)}"
