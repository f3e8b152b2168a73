"""What pools have left, who waits for them, and what a basket holds and until when. Reads only, by the moment that it is given."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from django.db import connection
from django.db.models import Count, Min, QuerySet

from events.models import Order, Place, PlaceState, Ticket, Waiting
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
# What pools have is counted once for each (AS MATERIALIZED), however many wait for it.
STOCK = """
    WITH stock AS MATERIALIZED (
        SELECT pool.event_id, pool.id, pool.size,
            (SELECT COUNT(*) FROM events_place AS place WHERE place.pool_id = pool.id
                AND place.state IN ('held', 'offered', 'confirmed')
                AND (place.expires_at IS NULL OR place.expires_at > %s)) AS live,
            (SELECT COUNT(*) FROM events_place AS place WHERE place.pool_id = pool.id
                AND place.state IN ('held', 'offered', 'confirmed') AND place.expires_at <= %s) AS ended
        FROM events_pool AS pool WHERE pool.{} IN ({})
    )
    SELECT stock.event_id, stock.id, stock.size, stock.live, stock.ended, waiting.id, waiting.wanted,
        (SELECT COUNT(*) FROM events_place AS place WHERE place.waiting_id = waiting.id
            AND place.state = 'offered' AND place.expires_at > %s)
    FROM stock LEFT JOIN events_waiting AS waiting ON waiting.pool_id = stock.id AND waiting.state = 'waiting'
    ORDER BY stock.id, waiting.id
"""


def stocks(pools: Iterable[int], now: datetime) -> dict[int, Stock]:
    """What each pool has at `now`, by its primary key. One query, however many there are."""
    return {pool: stock for _, pool, stock in _stocks("id", pools, now)}


def stocks_of_events(events: Iterable[int], now: datetime) -> dict[int, dict[int, Stock]]:
    """The same for all pools of these events, by the primary keys of the event and of the pool. An event without pools is there too."""
    events = list(events)
    found: dict[int, dict[int, Stock]] = {event: {} for event in events}
    for event, pool, stock in _stocks("event_id", events, now):
        found[event][pool] = stock
    return found


def _stocks(column: str, numbers: Iterable[int], now: datetime) -> list[tuple[int, int, Stock]]:
    """The event, the pool, and what it has, of the pools that have one of these numbers in that column."""
    numbers = list(numbers)
    if not numbers:
        return []
    moment = connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        marks = ", ".join(["%s"] * len(numbers))
        cursor.execute(STOCK.format(column, marks), [moment, moment, *numbers, moment])
        rows = cursor.fetchall()
    found = []
    for (event, pool, size, live, ended), group in groupby(rows, key=itemgetter(slice(5))):
        queue = tuple(Queued(*waiting) for _, _, _, _, _, *waiting in group if waiting[0] is not None)
        found.append((event, pool, Stock(size, live, ended, queue)))
    return found


@dataclass(frozen=True)
class Visitor:
    """What whoever has a basket holds: places in all, with one ticket, and of its pool all from the same network address.

    `has_stale`: places with the ticket that ran out still stand in the basket.
    """

    in_basket: int
    of_ticket: int
    from_origin: int
    has_stale: bool


# Asked under the lock of the pool too. What places are like stands in the columns and not behind WHERE: so every database begins
# with the orders, which are few.
VISITOR = """
    SELECT COUNT(CASE WHEN {held} THEN 1 END), COUNT(CASE WHEN place.ticket_id = %s AND {held} THEN 1 END),
        COUNT(CASE WHEN place.ticket_id = %s AND line.order_id = %s AND place.state = 'gone' THEN 1 END), {from_origin}
    FROM events_orderline AS line JOIN events_place AS place ON place.id = line.place_id
    WHERE line.order_id {orders}
"""
HELD = "place.state = 'held' AND place.expires_at > %s"
# A person can have several baskets.
OPEN_ONES_OF = "IN (SELECT id FROM events_order WHERE user_id = %s AND state = 'open')"
FROM_ORIGIN = f"""(
    SELECT COUNT(CASE WHEN place.pool_id = %s AND {HELD} THEN 1 END) FROM events_order AS other
        JOIN events_orderline AS line ON line.order_id = other.id JOIN events_place AS place ON place.id = line.place_id
    WHERE other.origin = %s)
"""  # noqa: S608  words of our own


def visitor_of(order: Order, ticket: Ticket, now: datetime) -> Visitor:
    """What whoever has a basket holds at `now`, as far as it matters to whether they can have more with a ticket. One query."""
    moment = connection.ops.adapt_datetimefield_value(now)
    orders, whose = ("= %s", order.pk) if order.user_id is None else (OPEN_ONES_OF, order.user_id)
    origin = [ticket.pool_id, moment, order.origin] if order.origin else []
    query = VISITOR.format(held=HELD, orders=orders, from_origin=FROM_ORIGIN if origin else "0")
    with connection.cursor() as cursor:
        cursor.execute(query, [moment, ticket.pk, moment, ticket.pk, order.pk, *origin, whose])
        in_basket, of_ticket, stale, from_origin = cursor.fetchone()
    return Visitor(in_basket, of_ticket, from_origin, has_stale=stale > 0)


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
