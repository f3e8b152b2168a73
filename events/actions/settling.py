"""The lock of a pool, and what is done first by whoever has it: what ran out ends, and what is free is offered to those who wait."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.db.models import Max, QuerySet

from events.mail import offer_address
from events.models import ENDS, Place, PlaceState, Waiting, WaitingState
from events.rules.places import end_of_offer, to_offer
from events.rules.tickets import closes_at, refusal_of_event
from events.rules.words import moment, places
from events.stock import Stock, stocks
from portal.members import mail

LOCK = "UPDATE events_pool SET version = version + 1 WHERE id = %s"


def lock(pools: Iterable[int]) -> None:
    """Locks pools, by their primary keys, until the transaction ends: nobody else takes or frees a place of theirs meanwhile.

    Writing is the lock on both databases: of the row on PostgreSQL, of everything on SQLite. One after the other in the order
    of their keys, so that no two wait for each other.
    """
    with connection.cursor() as cursor:
        for pool in sorted(set(pools)):
            cursor.execute(LOCK, [pool])


def lock_and_settle(pools: Iterable[int], now: datetime) -> dict[int, Stock]:
    """Locks pools, settles them, and gives what each has then, by its primary key."""
    pools = set(pools)
    lock(pools)
    return settle(pools, now)


def settle(pools: Iterable[int], now: datetime) -> dict[int, Stock]:
    """Ends what ran out in pools that are locked, and offers what is free to those who wait. Gives what each has then."""
    pools = set(pools)
    found = stocks(pools, now)
    if any(one.ended for one in found.values()):
        _end(pools, now)
        found = stocks(pools, now)
    offers = [offer for one in found.values() for offer in to_offer(one.free, one.queue)]
    made = [_offer(number, count, now) for number, count in offers]
    return stocks(pools, now) if any(made) else found


def give_up(rows: QuerySet[Place]) -> None:
    """Makes places free again, in pools that are locked. Whoever calls settles the pools afterwards."""
    rows.update(state=PlaceState.GONE, expires_at=None)


def _end(pools: set[int], now: datetime) -> None:
    """Ends holds and offers that ran out. Whoever let an offer end no longer waits, and is told."""
    over = Place.objects.filter(pool__in=pools, state__in=ENDS, expires_at__lte=now)
    lapsed = Waiting.objects.filter(
        pk__in=over.filter(state=PlaceState.OFFERED).values("waiting"), state=WaitingState.WAITING
    )
    for one in lapsed.select_related("ticket", "pool__event").order_by("pk"):
        mail.send(
            template="event_offer_lapsed",
            to=one.email,
            context={"name": one.name, "event": one.pool.event, "ticket": one.ticket.name},
            key=f"event-offer-lapsed:{one.pk}",
        )
        Waiting.objects.filter(pk=one.pk).update(state=WaitingState.LAPSED)
    give_up(over)


def _offer(number: int, count: int, now: datetime) -> bool:
    """Offers so many more places to somebody who waits, and writes to them. Whether it did: an event that is over offers none.

    All that is offered to them has one end, that of the newest.
    """
    waiting = Waiting.objects.select_related("ticket", "pool__event").get(pk=number)
    event = waiting.pool.event
    if refusal_of_event(event, now):
        return False
    before = waiting.places.filter(state=PlaceState.OFFERED)
    offered, latest = before.count(), before.aggregate(end=Max("expires_at"))["end"]
    end = end_of_offer(now, waiting.pool.offer_hours, closes_at(event))
    end = end if latest is None else max(end, latest)
    before.update(expires_at=end)
    made = Place.objects.bulk_create(
        Place(
            pool=waiting.pool,
            ticket=waiting.ticket,
            waiting=waiting,
            state=PlaceState.OFFERED,
            expires_at=end,
            taken_at=now,
        )
        for _ in range(count)
    )
    offered += count
    mail.send(
        template="event_offer",
        to=waiting.email,
        context={
            "name": waiting.name,
            "event": event,
            "ticket": waiting.ticket.name,
            "is_let_in": bool(waiting.words),
            "places": places(offered),
            "rest": places(waiting.wanted - offered) if waiting.wanted > offered else "",
            "until": moment(end),
            "link": offer_address(waiting.key),
        },
        key=f"event-offer:{waiting.pk}:{made[-1].pk}",
    )
    return True
