"""What a person has of events that are not over: places, what is offered to them, and what they wait for. Reads only."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Min, Q, QuerySet
from django.urls import reverse

from events.entries import places_of
from events.models import Place, PlaceState, Waiting, WaitingState
from events.rules.times import when
from events.rules.words import moment
from portal.members.models import User


@dataclass(frozen=True)
class Coming:
    """An event, what the person has of it in words, and where they see to it."""

    title: str
    words: str
    url: str


def coming_events(user: User, now: datetime) -> list[Coming]:
    """Offers first, since they end; then places in the order of their events; then what is waited for. Three queries."""
    waiting = list(_waiting(user, now))
    return [
        *(one for one, is_offer in waiting if is_offer),
        *_places(user, now),
        *(one for one, is_offer in waiting if not is_offer),
    ]


def waited_for(user: User, now: datetime) -> list[Coming]:
    """What the person waits for, what is offered to them first. One query."""
    return [one for one, _ in sorted(_waiting(user, now), key=lambda pair: not pair[1])]


def called_off_places(user: User, now: datetime) -> QuerySet[Place]:
    """The places that the person had at events that were called off and would not be over, in the order of the events. One query."""
    addresses = user.emailaddress_set.filter(verified=True).values("email")
    taken_back = Q(state=PlaceState.GONE, line__cancelled_at__gte=F("pool__event__cancelled_at"))
    return (
        Place.objects.filter(
            Q(state=PlaceState.CONFIRMED) | taken_back,
            Q(pool__event__ends_at__gt=now) | Q(pool__event__ends_at=None),
            email__in=addresses,
            pool__event__cancelled_at__isnull=False,
        )
        .select_related("pool__event")
        .order_by("pool__event__starts_at", "pk")
    )


def _places(user: User, now: datetime) -> Iterator[Coming]:
    for place in places_of(user):
        event = place.pool.event
        if event.ends_at is not None and event.ends_at <= now:
            continue
        if event.cancelled_at is not None:
            words = "Called off"
        elif event.starts_at is None:
            words = "At any time"
        else:
            words = when(event.starts_at, event.ends_at)
        yield Coming(event.title, words, reverse("ticket", args=[place.key]))


def _waiting(user: User, now: datetime) -> Iterator[tuple[Coming, bool]]:
    """What the person waits for, and whether it is offered to them now."""
    addresses = user.emailaddress_set.filter(verified=True).values("email")
    offered = Q(places__state=PlaceState.OFFERED, places__expires_at__gt=now)
    rows = Waiting.objects.filter(
        Q(pool__event__ends_at__gt=now) | Q(pool__event__ends_at=None),
        email__in=addresses,
        state__in=(WaitingState.APPLIED, WaitingState.WAITING),
        pool__event__cancelled_at=None,
    )
    for row in rows.annotate(until=Min("places__expires_at", filter=offered)).select_related("pool__event"):
        if row.until is not None:
            words = f"A place is offered to you until {moment(row.until)}"
        elif row.state == WaitingState.APPLIED:
            words = "You have asked for a place. The organisers decide."
        else:
            words = "You are on the waiting list"
        url = reverse("offer", args=[row.key])
        yield Coming(row.pool.event.title, words, url), row.until is not None
