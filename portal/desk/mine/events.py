"""A person's places at events to come, and what waits for them to decide or pay."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from events.own import Coming, coming_events
from portal.desk.cards.base import SHOWN, Card, Line
from portal.members.models import User


def coming(user: User, now: datetime) -> Iterator[Card]:
    """Offers of places first, since they end; then places in the order of their events."""
    found = coming_events(user, now)
    yield Card(
        key="events",
        title="Your events",
        count=len(found),
        lines=[_line(one) for one in found[:SHOWN]],
        empty="You have no place at an event to come.",
        url=reverse("my_events"),
        link="Your events, tickets and certificates",
    )


def _line(one: Coming) -> Line:
    return Line(one.title, one.words, one.url)
