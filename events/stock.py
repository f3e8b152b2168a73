"""What pools have left, who waits for them, and what a basket holds and until when. Reads only, by the moment that it is given."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count, Min, Q, QuerySet

from events.models import Order, Place, PlaceState, Waiting, WaitingState
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


# Asked by everybody who takes a place, under the lock. Written out, since Django needs many times as long to put it together.
STOCK = """
    SELECT pool.id, pool.size,
        (SELECT COUNT(*) FROM events_place AS place WHERE place.pool_id = pool.id
            AND place.state IN ('held', 'offered', 'confirmed')
            AND (place.expires_at IS NULL OR place.expires_at > %s)),
        (SELECT COUNT(*) FROM events_place AS place WHERE place.pool_id = pool.id
            AND place.state IN ('held', 'offered', 'confirmed') AND place.expires_at <= %s),
        EXISTS (SELECT 1 FROM events_waiting AS waiting WHERE waiting.pool_id = pool.id AND waiting.state = 'waiting')
    FROM events_pool AS pool WHERE pool.id IN ({}) ORDER BY pool.id
"""


def stocks(pools: Iterable[int], now: datetime) -> dict[int, Stock]:
    """What each pool has at `now`, by its primary key. Two queries, however many there are; one if nobody waits."""
    pools = list(pools)
    if not pools:
        return {}
    moment = connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        cursor.execute(STOCK.format(", ".join(["%s"] * len(pools))), [moment, moment, *pools])
        rows = cursor.fetchall()
    queues = _queues([pool for pool, *_, is_awaited in rows if is_awaited], now)
    return {pool: Stock(size, live, ended, queues[pool]) for pool, size, live, ended, _ in rows}


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
