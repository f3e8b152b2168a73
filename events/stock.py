"""What pools have left, who waits for them, and what a basket holds and until when. Reads only, by the moment that it is given."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, IntegerField, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from events.models import ENDS, LIVE, Order, Place, PlaceState, Pool, Waiting, WaitingState
from events.rules import places as rules
from events.rules.places import Queued


@dataclass(frozen=True)
class Stock:
    """What a pool has: its size, the places that somebody has now, those that ran out and are not marked yet, and the queue."""

    size: int
    live: int
    ended: int
    queue: tuple[Queued, ...] = ()

    @property
    def free(self) -> int:
        """Places that nobody has."""
        return rules.free(self.size, self.live)

    @property
    def for_walk_ins(self) -> int:
        """Places that somebody may take who did not wait."""
        return rules.for_walk_ins(self.free, self.queue)

    @property
    def is_awaited(self) -> bool:
        """Whether somebody waits for a place that is not offered to them."""
        return any(one.lacking for one in self.queue)


def stocks(pools: Iterable[int], now: datetime) -> dict[int, Stock]:
    """What each pool has at `now`, by its primary key. Two queries, however many there are; one if nobody waits."""
    over = Q(state__in=ENDS, expires_at__lte=now)
    rows = Pool.objects.filter(pk__in=list(pools)).order_by("pk")
    found = rows.annotate(
        live=_number(Place.objects.filter(~over, state__in=LIVE)),
        ended=_number(Place.objects.filter(over)),
        waits=_number(Waiting.objects.filter(state=WaitingState.WAITING)),
    ).values_list("pk", "size", "live", "ended", "waits")
    numbers = list(found)
    queues = _queues([pool for pool, *_, waits in numbers if waits], now)
    return {pool: Stock(size, live, ended, queues[pool]) for pool, size, live, ended, _ in numbers}


def _number(rows: QuerySet[Any]) -> Coalesce:
    """How many of the rows are of the pool that is asked for."""
    counted = rows.filter(pool=OuterRef("pk")).order_by().values("pool").annotate(number=Count("pk"))
    return Coalesce(Subquery(counted.values("number")), 0, output_field=IntegerField())


def _queues(pools: list[int], now: datetime) -> dict[int, tuple[Queued, ...]]:
    queues: dict[int, list[Queued]] = defaultdict(list)
    if pools:
        offered = Q(places__state=PlaceState.OFFERED, places__expires_at__gt=now)
        rows = Waiting.objects.filter(pool__in=pools, state=WaitingState.WAITING)
        rows = rows.annotate(offered=Count("places", filter=offered)).order_by("pk")
        for pool, number, wanted, count in rows.values_list("pool", "pk", "wanted", "offered"):
            queues[pool].append(Queued(number, wanted, count))
    return defaultdict(tuple, {pool: tuple(queue) for pool, queue in queues.items()})


def position_of(waiting: Waiting, now: datetime) -> int | None:
    """Where somebody stands in the queue, from 1; `None` if they wait for no more than is offered to them."""
    return rules.position(stocks([waiting.pool_id], now)[waiting.pool_id].queue, waiting.pk)


@dataclass(frozen=True)
class Offer:
    """How many places somebody who waited can take, and until when."""

    count: int
    until: datetime


def offer_to(waiting: Waiting, now: datetime) -> Offer | None:
    """What is offered to somebody now; `None` if nothing is."""
    offered = waiting.places.filter(state=PlaceState.OFFERED, expires_at__gt=now)
    found = offered.aggregate(count=Count("pk"), until=Min("expires_at"))
    return Offer(**found) if found["count"] else None


def held(order: Order, now: datetime) -> QuerySet[Place]:
    """The places that a basket holds at `now`."""
    return Place.objects.filter(line__order=order, state=PlaceState.HELD, expires_at__gt=now)


def held_until(order: Order, now: datetime) -> datetime | None:
    """Where the first of the basket's places ends; `None` if it holds none."""
    return held(order, now).aggregate(end=Min("expires_at"))["end"]
