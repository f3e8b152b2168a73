"""Cards about events: of which nearly all places are taken and for which people wait; and at which somebody helps."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from events.models import EventPage, EventRight, Right
from events.rights import EVERYWHERE, events_organised_by, may_help
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


def helping(user: User, now: datetime) -> Iterator[Card]:
    """The events to come at which the reader checks people in or looks after the money, the next first. Nothing if there are none."""
    if user.has_perm(EVERYWHERE) or not may_help(user):
        return
    rights = EventRight.objects.filter(user=user).exclude(
        Q(right=Right.ORGANISE) | Q(event__ends_at__lte=now)
    )
    found = list(rights.select_related("event").order_by("event__starts_at", "event", "right"))
    if found:
        yield Card(
            key="helping",
            title="Events at which you help",
            count=len(found),
            lines=[_of_right(one) for one in found[:SHOWN]],
            empty="",
            url=reverse("places:index"),
            link="All your events",
        )


def _of_right(held: EventRight) -> Line:
    begins = held.event.starts_at
    when = f" Begins on {timezone.localtime(begins):%-d %B %Y}." if begins else ""
    address = reverse(
        "places:check_in" if held.right == Right.CHECK_IN else "places:event", args=[held.event_id]
    )
    return Line(held.event.title, f"{held.get_right_display()}.{when}", address)


def _line(event: EventPage, pool: PoolSales) -> Line:
    note = f"{pool.pool.name}: {pool.stock.live} of {pool.pool.size} places taken"
    if pool.wait:
        note = f"{note}, {pool.wait} waiting"
    begins = timezone.localtime(event.starts_at)
    return Line(
        event.title, f"{note}. Begins on {begins:%-d %B %Y}.", reverse("places:event", args=[event.pk])
    )
