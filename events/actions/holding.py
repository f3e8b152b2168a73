"""Places in a basket: taken, changed in number, given back, and kept for longer, once."""

from collections import Counter, defaultdict
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from events.actions.baskets import add_lines, locked_basket, look_at_cards, price_of, refuse_unless
from events.actions.settling import give_up, lock, lock_and_settle, settle
from events.actions.statements import insert
from events.actions.taking import take
from events.models import Order, OrderLine, Place, PlaceState, Ticket
from events.rules.holding import (
    end_of_hold,
    refusal_of_count,
    refusal_of_origin,
    refusal_to_hold,
    refusal_to_prolong,
)
from events.rules.tickets import refusal_to_take
from events.standing import standing_of_order
from events.stock import held, held_until, visitor_of


@transaction.atomic
def hold(*, order: Order, ticket: Ticket, count: int, now: datetime) -> list[OrderLine]:
    """Takes so many places with a ticket into a basket, where they are kept for 15 minutes. Gives their lines.

    Whoever orders may take them for colleagues: whom the ticket is for is asked of whoever comes. Raises `RefusedError`: the ticket
    is not to be had now, there are not enough places left, others wait for them, or one visitor would hold too many.
    """
    order = locked_basket(order)
    standing = standing_of_order(order, now, [ticket])
    refuse_unless(refusal_to_take(ticket, ticket.pool.event, now))
    pence = price_of(ticket, standing)
    stock = lock_and_settle([ticket.pool_id], now)[ticket.pool_id]
    mine = visitor_of(order, ticket, now)
    refuse_unless(
        refusal_of_count(
            ticket.name, count, most=ticket.most, of_ticket=mine.of_ticket, in_basket=mine.in_basket
        ),
        refusal_to_hold(ticket.name, count, stock.for_walk_ins, is_awaited=stock.is_awaited),
        refusal_of_origin(count, mine.from_origin, stock.size, ticket.most),
    )
    if mine.has_stale:
        _drop_stale(order, ticket)
    if order.is_prolonged and not mine.in_basket:
        Order.objects.filter(pk=order.pk).update(is_prolonged=False)
    end = end_of_hold(now)
    held = {"state": PlaceState.HELD, "expires_at": end, "taken_at": now}
    taken = insert([Place(pool_id=ticket.pool_id, ticket=ticket, **held) for _ in range(count)])
    return add_lines(order, ticket, taken, pence)


@transaction.atomic
def hold_again(*, order: Order, now: datetime) -> None:
    """Keeps the places of a basket whose hold ran out for another 15 minutes, with who comes on them, or none of them.

    Raises `RefusedError` like `hold`. Does nothing if all are still kept.
    """
    order = locked_basket(order)
    lost = order.lines.filter(place__state=PlaceState.GONE) | order.lines.filter(
        place__state=PlaceState.HELD, place__expires_at__lte=now
    )
    lines = list(lost.select_related("place__ticket__pool__event").order_by("pk"))
    by_ticket = defaultdict(list)
    for line in lines:
        by_ticket[line.place.ticket].append(line)
    stocks = lock_and_settle({ticket.pool_id for ticket in by_ticket}, now)
    # What is kept again with the tickets that have been looked at already, by pools.
    again = Counter()
    for ticket, wanted in by_ticket.items():
        count, mine = len(wanted), visitor_of(order, ticket, now)
        in_basket, from_origin = mine.in_basket + again.total(), mine.from_origin + again[ticket.pool_id]
        refuse_unless(
            refusal_to_take(ticket, ticket.pool.event, now),
            refusal_of_count(
                ticket.name, count, most=ticket.most, of_ticket=mine.of_ticket, in_basket=in_basket
            ),
            refusal_of_origin(count, from_origin, stocks[ticket.pool_id].size, ticket.most),
        )
        again[ticket.pool_id] += count
    if lines:
        take(lines, now, end_of_hold(now))
        look_at_cards(order)


@transaction.atomic
def change(*, order: Order, ticket: Ticket, count: int, now: datetime) -> None:
    """Makes it so many places with a ticket in a basket: takes more, or gives back the newest. Raises `RefusedError` like `hold`."""
    order = locked_basket(order)
    mine = list(held(order, now).filter(ticket=ticket).order_by("-pk").values_list("line", flat=True))
    if count > len(mine):
        hold(order=order, ticket=ticket, count=count - len(mine), now=now)
    else:
        stale = order.lines.filter(place__ticket=ticket).exclude(pk__in=mine)
        going = [*mine[: len(mine) - max(0, count)], *stale.values_list("pk", flat=True)]
        release(order=order, lines=order.lines.filter(pk__in=going), now=now)


@transaction.atomic
def release(*, order: Order, lines: QuerySet[OrderLine], now: datetime) -> None:
    """Takes lines out of a basket. Their places are free again, and offered to those who wait. Raises `RefusedError` if it is placed.

    Lines of other orders are left alone.
    """
    order = locked_basket(order)
    going = dict(lines.filter(order=order).values_list("pk", "place"))
    freed = Place.objects.filter(pk__in=[place for place in going.values() if place], state=PlaceState.HELD)
    pools = set(freed.values_list("pool", flat=True))
    lock(pools)
    OrderLine.objects.filter(pk__in=going).delete()
    give_up(freed)
    settle(pools, now)
    look_at_cards(order)


@transaction.atomic
def prolong(*, order: Order, now: datetime) -> datetime:
    """Keeps what a basket holds for another 15 minutes from now, once. Gives where the first of it ends. Raises `RefusedError`."""
    order = locked_basket(order)
    mine = held(order, now)
    lock(mine.values_list("pool", flat=True))
    refuse_unless(refusal_to_prolong(is_prolonged=order.is_prolonged, end=held_until(order, now), now=now))
    end = end_of_hold(now)
    Place.objects.filter(pk__in=list(mine.values_list("pk", flat=True)), expires_at__lt=end).update(
        expires_at=end
    )
    Order.objects.filter(pk=order.pk).update(is_prolonged=True)
    return end


def _drop_stale(order: Order, ticket: Ticket) -> None:
    """Whoever takes places anew does not also want those of the same ticket that ran out before: these leave the basket."""
    OrderLine.objects.filter(order=order, place__ticket=ticket, place__state=PlaceState.GONE).delete()
