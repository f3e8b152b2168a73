"""A card about events: of which nearly all places are taken, and for which people wait."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from events.models import EventPage
from events.rights import events_organised_by
from events.sales import PoolSales, filling_up
from portal.desk.cards.base import SHOWN, Card, Line
from portal.members.models import User


def filling(user: User, now: datetime) -> Iterator[Card]:
    """Pools that fill up, of the events that the reader organises."""
    events = events_organised_by(user)
    if not events.exists():
        return
    found = filling_up(events, now)
    yield Card(
        key="events",
        title="Events filling up",
        count=len(found),
        lines=[_line(event, pool) for event, pool in found[:SHOWN]],
        empty="No event that you organise is nearly full, and nobody waits for a place.",
        url=reverse("places:index"),
        link="All events with places",
    )


def _line(event: EventPage, pool: PoolSales) -> Line:
    note = f"{pool.pool.name}: {pool.stock.live} of {pool.pool.size} places taken"
    if pool.wait:
        note = f"{note}, {pool.wait} waiting"
    begins = timezone.localtime(event.starts_at)
    return Line(
        event.title, f"{note}. Begins on {begins:%-d %B %Y}.", reverse("places:event", args=[event.pk])
    )
