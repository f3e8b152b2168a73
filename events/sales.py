"""How an event sells: its pools and tickets, the money, and how it went from day to day. Reads only."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from events.models import EventPage, Order, OrderLine, OrderState, PlaceState, Pool, Ticket, WaitingState
from events.rules.places import is_filling_up
from events.rules.words import pounds
from events.stock import Stock, stocks


@dataclass(frozen=True)
class PoolSales:
    """A pool with what is taken of it at a moment. `promised`: held in baskets or offered. `wait`: people in its queue."""

    pool: Pool
    stock: Stock
    taken: int
    wait: int

    @property
    def promised(self) -> int:
        return self.stock.live - self.taken

    @property
    def percent(self) -> int:
        """The part that is taken, for a bar."""
        return round(100 * self.taken / self.pool.size) if self.pool.size else 0


@dataclass(frozen=True)
class TicketSales:
    """A ticket with how many have it, and what these were priced at in pence."""

    ticket: Ticket
    taken: int
    pence: int

    @property
    def income(self) -> str:
        return pounds(self.pence)


@dataclass(frozen=True)
class Money:
    """What has been ordered of an event, in pence with VAT, and how much of it is of orders that are paid."""

    ordered: int
    paid: int

    @property
    def in_words(self) -> tuple[str, str, str]:
        """Ordered, paid and still to come, in pounds."""
        return pounds(self.ordered), pounds(self.paid), pounds(self.ordered - self.paid)


@dataclass(frozen=True)
class Day:
    """One day in London: how many more places were taken than given back, and how many are taken since."""

    day: date
    change: int
    total: int


def pools_of(event: EventPage, now: datetime) -> list[PoolSales]:
    """The event's pools as they stand at `now`. Four queries at most, however many there are."""
    taken = Count("places", filter=Q(places__state=PlaceState.CONFIRMED), distinct=True)
    wait = Count("waiting", filter=Q(waiting__state=WaitingState.WAITING), distinct=True)
    pools = list(event.pools.annotate(taken=taken, wait=wait).prefetch_related("tickets__prices"))
    found = stocks([pool.pk for pool in pools], now)
    return [PoolSales(pool, found[pool.pk], pool.taken, pool.wait) for pool in pools]


def filling_up(events: QuerySet[EventPage], now: datetime) -> list[tuple[EventPage, PoolSales]]:
    """The pools of those `events` that are still to begin and take place, of which nearly all is taken, or for which people wait.

    The next event first. Five queries at most, however many there are.
    """
    coming = events.live().filter(starts_at__gt=now, cancelled_at=None)
    taken = Count("places", filter=Q(places__state=PlaceState.CONFIRMED), distinct=True)
    wait = Count("waiting", filter=Q(waiting__state=WaitingState.WAITING), distinct=True)
    pools = list(
        Pool.objects.filter(event__in=coming.values("pk"))
        .annotate(taken=taken, wait=wait)
        .order_by("event__starts_at", "event", "pk")
    )
    found = stocks([pool.pk for pool in pools], now)
    pages = events.defer_streamfields().in_bulk({pool.event_id for pool in pools})
    return [
        (pages[pool.event_id], PoolSales(pool, found[pool.pk], pool.taken, pool.wait))
        for pool in pools
        if is_filling_up(pool.size, found[pool.pk].live, pool.wait)
    ]


def tickets_of(event: EventPage) -> list[TicketSales]:
    """The event's tickets, those of one pool together."""
    confirmed = Q(places__state=PlaceState.CONFIRMED)
    tickets = Ticket.objects.filter(pool__event=event).select_related("pool")
    tickets = tickets.annotate(
        taken=Count("places", filter=confirmed),
        pence=Coalesce(Sum("places__line__pence", filter=confirmed & Q(places__line__cancelled_at=None)), 0),
    ).order_by("pool", "position", "pk")
    return [TicketSales(ticket, ticket.taken, ticket.pence) for ticket in tickets]


def money_of(event: EventPage) -> Money:
    """What is ordered and paid. An order counts as paid once all that is left of it is."""
    lines = OrderLine.objects.filter(
        place__pool__event=event, order__state=OrderState.PLACED, cancelled_at=None
    )
    ordered = lines.aggregate(sum=Coalesce(Sum("pence"), 0))["sum"]
    orders = Order.objects.filter(pk__in=lines.values("order"))
    due = dict(
        orders.annotate(
            due=Sum("lines__pence", filter=Q(lines__cancelled_at=None)) - F("reduced")
        ).values_list("pk", "due")
    )
    came = dict(orders.annotate(came=Coalesce(Sum("payments__pence"), 0)).values_list("pk", "came"))
    settled = [pk for pk, sum_due in due.items() if came[pk] >= sum_due]
    paid = lines.filter(order__in=settled).aggregate(sum=Coalesce(Sum("pence"), 0))["sum"]
    return Money(ordered, paid)


def days_of(event: EventPage) -> list[Day]:
    """From the day of the first order to that of the last change, each with how many places are taken then."""
    lines = OrderLine.objects.filter(place__pool__event=event, order__placed_at__isnull=False)
    changes: Counter[date] = Counter()
    for placed, cancelled in lines.values_list(F("order__placed_at"), "cancelled_at"):
        changes[timezone.localdate(placed)] += 1
        if cancelled is not None:
            changes[timezone.localdate(cancelled)] -= 1
    if not changes:
        return []
    first, last = min(changes), max(changes)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    totals = accumulate(changes[day] for day in days)
    return [Day(day, changes[day], total) for day, total in zip(days, totals, strict=True)]


def orders_in_trouble(event: EventPage) -> list[Order]:
    """The orders with places at the event that an organiser has to look at."""
    found = Order.objects.filter(lines__place__pool__event=event).exclude(trouble="")
    return list(found.distinct().order_by("placed_at", "pk")[:50])
