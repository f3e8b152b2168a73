"""Places in a basket: taken, changed in number, given back, and kept for longer, once."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from events.actions.baskets import add_lines, locked_basket, look_at_cards, price_of, refuse_unless
from events.actions.settling import give_up, lock, lock_and_settle, settle
from events.models import Order, OrderLine, OrderState, Place, PlaceState, Ticket
from events.rules.holding import (
    end_of_hold,
    refusal_of_count,
    refusal_of_origin,
    refusal_to_hold,
    refusal_to_prolong,
)
from events.rules.tickets import refusal_to_take
from events.standing import standing_of_order
from events.stock import Stock, held, held_until, stocks


def hold(*, order: Order, ticket: Ticket, count: int, now: datetime) -> list[OrderLine]:
    """Takes so many places with a ticket into a basket, where they are kept for 15 minutes. Gives their lines.

    Raises `RefusedError`: the ticket is not for this person or not to be had now, there are not enough places left, others wait
    for them, or one visitor would hold too many.
    """
    # Asked before the lock too: when all is taken, most who come need not wait for one another to hear it.
    refuse_unless(_refusal_of_stock(ticket, count, stocks([ticket.pool_id], now)))
    return _hold(order, ticket, count, now)


@transaction.atomic
def _hold(order: Order, ticket: Ticket, count: int, now: datetime) -> list[OrderLine]:
    order = locked_basket(order)
    standing = standing_of_order(order, now)
    refuse_unless(refusal_to_take(ticket, ticket.pool.event, standing, now))
    pence = price_of(ticket, standing)
    stock = lock_and_settle([ticket.pool_id], now)
    of_ticket, in_basket = _held_by_visitor(order, ticket, now)
    refuse_unless(
        refusal_of_count(ticket.name, count, most=ticket.most, of_ticket=of_ticket, in_basket=in_basket),
        _refusal_of_stock(ticket, count, stock),
        refusal_of_origin(
            count, _held_from(order, ticket.pool_id, now), stock[ticket.pool_id].size, ticket.most
        ),
    )
    if order.is_prolonged and not in_basket:
        Order.objects.filter(pk=order.pk).update(is_prolonged=False)
    end = end_of_hold(now)
    taken = Place.objects.bulk_create(
        Place(pool_id=ticket.pool_id, ticket=ticket, state=PlaceState.HELD, expires_at=end, taken_at=now)
        for _ in range(count)
    )
    return add_lines(order, ticket, taken, pence)


def _refusal_of_stock(ticket: Ticket, count: int, stock: dict[int, Stock]) -> str | None:
    left = stock[ticket.pool_id]
    return refusal_to_hold(ticket.name, count, left.for_walk_ins, is_awaited=left.is_awaited)


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


def _held_from(order: Order, pool: int, now: datetime) -> int:
    """How many places of a pool are in baskets that were begun from the same network address, this one included."""
    if not order.origin:
        return 0
    held_there = Place.objects.filter(pool=pool, state=PlaceState.HELD, expires_at__gt=now)
    return held_there.filter(line__order__origin=order.origin).count()


def _held_by_visitor(order: Order, ticket: Ticket, now: datetime) -> tuple[int, int]:
    """How many places with the ticket, and how many in all, are in the baskets of whoever has this one: a person can have several.

    Whoever takes places anew does not also want those of the same ticket that ran out before: these leave the basket.
    """
    whose = Q(order=order)
    if order.user_id is not None:
        whose |= Q(order__user=order.user_id, order__state=OrderState.OPEN)
    lines = OrderLine.objects.filter(whose, place__isnull=False).order_by()
    rows = list(lines.values_list("pk", "order", "place__ticket", "place__state", "place__expires_at"))
    held = [of for *_, of, state, end in rows if state == PlaceState.HELD and now < end]
    over = [row[0] for row in rows if row[1:4] == (order.pk, ticket.pk, PlaceState.GONE)]
    if over:
        OrderLine.objects.filter(pk__in=over).delete()
    return held.count(ticket.pk), len(held)
