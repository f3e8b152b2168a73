"""Events for tests, published below a list of events."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from events.models import (
    EventIndexPage,
    EventPage,
    EventSession,
    EventSpeaker,
    LearningPage,
    Place,
    Pool,
    Price,
    Ticket,
)
from portal.pages.models import Theme
from tests.factories import NOW, make_home

_numbers = count(1)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def make_index(**fields: Any) -> EventIndexPage:
    """The list of events below the home page."""
    home = make_home()
    return home.add_child(instance=EventIndexPage(**{"title": "Events", "slug": "events", **fields}))


def make_event(index: EventIndexPage, *, topics: tuple[str, ...] = (), **fields: Any) -> EventPage:
    """A published webinar on 12 March 2026 from 9.30am to 4pm in London, unless `fields` say otherwise."""
    number = next(_numbers)
    fields = {
        "title": f"Event {number}",
        "slug": f"event-{number}",
        "kind": "webinar",
        "starts_at": utc(2026, 3, 12, 9, 30),
        "ends_at": utc(2026, 3, 12, 16),
        "is_online": "venue" not in fields,
        "first_published_at": NOW,
        "last_published_at": NOW,
        **fields,
    }
    page = EventPage(**fields)
    page.topics = [
        Theme.objects.get_or_create(slug=slug, defaults={"name": slug.title()})[0] for slug in topics
    ]
    index.refresh_from_db()
    return index.add_child(instance=page)


def make_learning(*kinds: str, **fields: Any) -> LearningPage:
    """The page on learning below the home page, with these kinds of it."""
    values = [
        {"kind": kind, "text": f"About {kind}.", "for_whom": "", "takes": ""}
        for kind in kinds or ("course", "e-learning")
    ]
    blocks = [{"type": "kind", "value": value} for value in values]
    page = LearningPage(**{"title": "Learning", "slug": "learning", "kinds": blocks, **fields})
    return make_home().add_child(instance=page)


def make_session(page: EventPage, starts_at: datetime, ends_at: datetime, **fields: Any) -> EventSession:
    """A session of an event, stored at once."""
    speakers = fields.pop("speakers", ())
    fields = {"title": f"Session {next(_numbers)}", **fields}
    session = EventSession(event=page, starts_at=starts_at, ends_at=ends_at, **fields)
    session.save()
    session.speakers.set([EventSpeaker.objects.get_or_create(name=name)[0] for name in speakers])
    session.save()
    return session


def make_places(page: EventPage, size: int, *, taken: int = 0, **prices: int) -> Pool:
    """A pool of an event with a ticket at these prices in pence, such as `members=0`, and so many places that are taken."""
    pool = Pool.objects.create(event=page, name=f"Pool {next(_numbers)}", size=size)
    ticket = Ticket.objects.create(pool=pool, name="A place")
    for whom, pence in prices.items():
        Price.objects.create(ticket=ticket, whom=whom.replace("_", "-"), pence=pence)
    for _ in range(taken):
        Place.objects.create(pool=pool, ticket=ticket, state="confirmed", taken_at=NOW)
    return pool
