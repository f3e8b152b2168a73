"""The waiting list of a pool: joined and left, offers taken, and looked at by the schedule."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from events.actions.baskets import add_lines, locked_basket, price_of, refuse_unless
from events.actions.settling import give_up, lock, lock_and_settle, settle
from events.mail import offer_address
from events.models import ENDS, Order, OrderLine, Place, PlaceState, Pool, Ticket, Waiting, WaitingState
from events.rules.holding import end_of_hold
from events.rules.tickets import (
    Standing,
    refusal_of_event,
    refusal_of_person,
    refusal_to_wait,
)
from events.rules.waiting import NO_OFFER, refusal_to_join, refusal_to_leave, waits
from events.rules.words import places
from events.standing import standing_of, standing_of_order, standings_of_addresses
from events.stock import offer_to
from portal.members import mail
from portal.members.models import User


@transaction.atomic
def join(
    *, ticket: Ticket, name: str, email: str, wanted: int, now: datetime, user: User | None = None
) -> Waiting:
    """Puts somebody at the end of the queue for a ticket's pool. Without a `user` they count as somebody who is not a member.

    Raises `RefusedError`: the ticket is not for them or not to be had, there are places to take at once, the address waits
    already, or they want too many.
    """
    email = email.strip().lower()
    refuse_unless(refusal_to_wait(ticket, ticket.pool.event, standing_of(user, now), now))
    stock = lock_and_settle([ticket.pool_id], now)[ticket.pool_id]
    known = Waiting.objects.filter(pool=ticket.pool_id, email=email, state__in=waits())
    refuse_unless(refusal_to_join(wanted, stock.for_walk_ins, most=ticket.most, waits_already=known.exists()))
    made = Waiting.objects.create(
        ticket=ticket, pool_id=ticket.pool_id, name=name.strip(), email=email, wanted=wanted, since=now
    )
    settle([ticket.pool_id], now)
    if offer_to(made, now) is None:
        mail.send(
            template="event_waiting",
            to=made.email,
            context={
                "name": made.name,
                "event": ticket.pool.event,
                "ticket": ticket.name,
                "places": places(wanted),
                "link": offer_address(made.key),
            },
            key=f"event-waiting:{made.pk}",
        )
    return made


@transaction.atomic
def leave(*, waiting: Waiting, now: datetime) -> None:
    """Takes somebody out of the queue, or what they asked for back; what is offered to them goes to the next.

    Raises `RefusedError` if they do not wait.
    """
    lock([waiting.pool_id])
    rows = Waiting.objects.filter(pk=waiting.pk, state__in=waits())
    refuse_unless(refusal_to_leave(waits=rows.update(state=WaitingState.GONE) == 1))
    give_up(waiting.places.filter(state=PlaceState.OFFERED))
    settle([waiting.pool_id], now)


@transaction.atomic
def accept(*, waiting: Waiting, order: Order, now: datetime) -> list[OrderLine]:
    """Takes all that is offered to somebody into a basket, where it is kept for 15 minutes or until the offer ends, if that is later.

    Whoever has the secret key of `waiting` has shown that its address is theirs, so they are given its standing if the basket
    has no account. What they want beyond the offer they go on waiting for, in front. Raises `RefusedError`.
    """
    order = locked_basket(order)
    ticket = waiting.ticket
    standing = _standing_of_who_waited(waiting, order, now)
    refuse_unless(refusal_of_event(ticket.pool.event, now), refusal_of_person(ticket, standing))
    pence = price_of(ticket, standing)
    lock_and_settle([waiting.pool_id], now)
    offer = offer_to(waiting, now)
    refuse_unless(None if offer else NO_OFFER)
    taken = list(waiting.places.filter(state=PlaceState.OFFERED))
    Place.objects.filter(pk__in=[place.pk for place in taken]).update(
        state=PlaceState.HELD, expires_at=end_of_hold(now, offer.until)
    )
    rest = Waiting.objects.get(pk=waiting.pk).wanted - len(taken)
    Waiting.objects.filter(pk=waiting.pk).update(
        wanted=rest, state=WaitingState.WAITING if rest else WaitingState.DONE
    )
    return add_lines(order, ticket, taken, pence)


def sweep(now: datetime | None = None) -> int:
    """Ends what ran out and offers what is free, in every pool where there may be something to do. Gives how many these were.

    Each pool is a transaction of its own, so that it can be killed and run by any number of workers at once.
    """
    now = now or timezone.now()
    over = Place.objects.filter(state__in=ENDS, expires_at__lte=now)
    awaited = Waiting.objects.filter(state=WaitingState.WAITING)
    due = Pool.objects.filter(Q(pk__in=over.values("pool")) | Q(pk__in=awaited.values("pool"))).order_by("pk")
    pools = list(due.values_list("pk", flat=True))
    for pool in pools:
        with transaction.atomic():
            lock_and_settle([pool], now)
    return len(pools)


def _standing_of_who_waited(waiting: Waiting, order: Order, now: datetime) -> Standing:
    if order.user_id is not None:
        return standing_of_order(order, now)
    return standings_of_addresses([waiting.email], now)[waiting.email.lower()]
