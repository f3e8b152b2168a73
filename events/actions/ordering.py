"""An order is placed, paid and taken back; and its places get the names of those who come."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet, Sum

from events.actions.baskets import locked, refuse_unless
from events.actions.settling import give_up, lock, lock_and_settle, settle
from events.actions.telling import tell_of_cancelled, tell_of_order
from events.models import LIVE, Order, OrderLine, OrderState, Payment, Place, PlaceState, Ticket
from events.rules.holding import ran_out
from events.rules.ordering import (
    reference_of,
    refusal_of_method,
    refusal_of_who_orders,
    refusal_to_cancel,
    trouble_with,
)
from events.rules.tickets import refusal_of_event, refusal_of_moment, refusal_of_person
from events.standing import standing_of_order
from events.stock import Stock
from portal.members import audit
from portal.members.actions import RefusedError
from portal.members.models import User


@transaction.atomic
def place(*, order: Order, method: str, now: datetime) -> Order:
    """Places an order: every place in it is taken for good, or none is. Gives the order with its reference.

    Placed a second time, it is the same order. Places whose hold ran out are taken again if they are free and nobody waits.
    Raises `RefusedError`, and then nothing has been placed.
    """
    order = locked(order)
    if order.state == OrderState.PLACED:
        return order
    refuse_unless("This order has been cancelled." if order.state == OrderState.CANCELLED else None)
    lines = list(order.lines.filter(cancelled_at=None).select_related("place"))
    refuse_unless(
        None if lines else "There is nothing in this order.",
        refusal_of_who_orders(order.name, order.email, is_confirmed=order.email_confirmed_at is not None),
        refusal_of_method(sum(line.pence for line in lines), method, can_invoice=bool(settings.INVOICES_TO)),
    )
    standing = standing_of_order(order, now)
    taken = [line.place for line in lines if line.place is not None]
    for ticket in _tickets({one.ticket_id for one in taken}):
        refuse_unless(refusal_of_event(ticket.pool.event, now), refusal_of_person(ticket, standing))
    _confirm(taken, now)
    order.state, order.method, order.placed_at = OrderState.PLACED, method, now
    order.reference, order.origin = reference_of(order.pk), ""
    order.save(update_fields=["state", "method", "placed_at", "reference", "origin"])
    tell_of_order(order)
    return order


def _tickets(tickets: set[int]) -> QuerySet[Ticket]:
    """Tickets with what is asked of them and of their events, without the words of the pages."""
    of_event = ("title", "live", "provider", "provider_url", "starts_at", "book_until", "cancelled_at")
    found = Ticket.objects.filter(pk__in=tickets).select_related("pool__event")
    return found.only("name", "whom", "role", "pool__event", *(f"pool__event__{one}" for one in of_event))


def _confirm(wanted: list[Place], now: datetime) -> None:
    """Takes places for good, each by an update that has to find it held, or free again with nobody waiting."""
    stock = lock_and_settle({one.pool_id for one in wanted}, now)
    ids = [one.pk for one in wanted]
    held = Place.objects.filter(pk__in=ids, state=PlaceState.HELD, expires_at__gt=now)
    confirmed = held.update(state=PlaceState.CONFIRMED, expires_at=None)
    if confirmed == len(wanted):
        return
    gone = list(Place.objects.filter(pk__in=ids, state=PlaceState.GONE).select_related("ticket"))
    refuse_unless(_refusal_to_take_again(gone, stock, now))
    again = Place.objects.filter(pk__in=[one.pk for one in gone], state=PlaceState.GONE)
    confirmed += again.update(state=PlaceState.CONFIRMED, taken_at=now)
    if confirmed != len(wanted):
        raise RefusedError(ran_out([]))


def _refusal_to_take_again(gone: list[Place], stock: dict[int, Stock], now: datetime) -> str | None:
    """Why places whose hold ran out cannot be had all the same; `None` if they can."""
    needed = Counter(one.pool_id for one in gone)
    lost = {
        one.ticket.name
        for one in gone
        if needed[one.pool_id] > stock[one.pool_id].for_walk_ins or refusal_of_moment(one.ticket, now)
    }
    if lost:
        return ran_out(sorted(lost))
    return next(filter(None, (refusal_of_address(one, one.email) for one in gone)), None)


@transaction.atomic
def cancel_line(*, line: OrderLine, now: datetime, by: User | None = None, reason: str = "") -> None:
    """Takes back one line of an order that was placed; its place is free, and offered to those who wait.

    An order all of whose lines are taken back is cancelled. With `by`, an organiser does it, whenever they want to; otherwise
    whoever ordered, while the event allows it. Raises `RefusedError`. Done a second time it does nothing.
    """
    order = locked(line.order)
    line = OrderLine.objects.select_related("place__pool__event").get(pk=line.pk)
    if line.cancelled_at is not None:
        return
    if order.state != OrderState.PLACED:
        raise RefusedError("Only what has been ordered can be taken back.")
    if line.place is None:
        raise RefusedError("Only a place can be taken back. Write to us about anything else.")
    if by is None:
        refuse_unless(refusal_to_cancel(line.place.pool.event, now))
    take_back(line=line, now=now, tell=tell_of_cancelled)
    if by is not None:
        record("place.cancelled", order, by=by, now=now, reason=reason, details={"line": line.pk})


@transaction.atomic
def take_back(*, line: OrderLine, now: datetime, tell: Callable[[OrderLine], object]) -> bool:
    """Takes back a line with a place, whatever the event allows: the place goes to whoever waits, what was paid is to be paid back.

    `tell` writes to whoever came. Whether it did: a second time it does nothing.
    """
    order = locked(line.order)
    line = OrderLine.objects.select_related("place__pool__event", "order").get(pk=line.pk)
    if line.cancelled_at is not None:
        return False
    lock([line.place.pool_id])
    OrderLine.objects.filter(pk=line.pk).update(cancelled_at=now)
    give_up(Place.objects.filter(pk=line.place_id))
    settle([line.place.pool_id], now)
    if not order.lines.filter(cancelled_at=None).exists():
        order.state = OrderState.CANCELLED
    _look_at_money(order)
    tell(line)
    return True


@transaction.atomic
def pay(
    *,
    order: Order,
    method: str,
    pence: int,
    reference: str,
    now: datetime,
    by: User | None = None,
    note: str = "",
) -> Payment:
    """Books money for an order, or, with `pence` below zero, money that went back. What is booked already is given back as it is.

    A basket that is paid in full is placed by it. If it cannot be, or if too much was paid, `Order.trouble` says so to
    organisers; nobody gets a place beyond those that there are. Raises `RefusedError` if the reference is that of another payment.
    """
    order = locked(order)
    known = Payment.objects.filter(reference=reference).first()
    if known is not None:
        if (known.order_id, known.pence) != (order.pk, pence):
            raise RefusedError(f"The payment {reference} is booked with another order or sum.")
        return known
    payment = Payment.objects.create(
        order=order, method=method, pence=pence, at=now, reference=reference, by=by, note=note
    )
    if order.state == OrderState.OPEN and _paid(order) >= _due(order):
        order = _placed_if_it_can_be(order, method, now)
    _look_at_money(order)
    if by is not None:
        record("payment.recorded", order, by=by, now=now, reason=note, details={"pence": pence})
    return payment


@transaction.atomic
def settle_trouble(*, order: Order, by: User, now: datetime, reason: str) -> None:
    """An organiser has looked at the trouble with an order, and says what came of it. Raises `RefusedError` without words."""
    refuse_unless(None if reason.strip() else "Write what came of it.")
    order = locked(order)
    record("order.settled", order, by=by, now=now, reason=reason, details={"trouble": order.trouble})
    Order.objects.filter(pk=order.pk).update(trouble="")


@transaction.atomic
def name_attendee(*, place: Place, name: str, email: str, now: datetime) -> None:
    """Says who comes on a place. Raises `RefusedError` if the place has gone, or the address has another one in its pool."""
    lock([place.pool_id])
    found, email = Place.objects.get(pk=place.pk), email.strip().lower()
    refuse_unless(
        None if name.strip() and email else "Write the name and the e-mail address of whoever comes.",
        None if found.is_live(now) else "This place has gone.",
        refusal_of_address(found, email),
    )
    Place.objects.filter(pk=place.pk).update(name=name.strip(), email=email)


def refusal_of_address(place: Place, email: str) -> str | None:
    """Why an address cannot have this place: it has another one. Asked under the lock of the pool."""
    others = Place.objects.filter(pool=place.pool_id, state__in=LIVE, email__iexact=email).exclude(
        pk=place.pk
    )
    if email and others.exists():
        return f"{email} has a place already. Each person needs an address of their own."
    return None


def _placed_if_it_can_be(order: Order, method: str, now: datetime) -> Order:
    try:
        with transaction.atomic():
            return place(order=order, method=method, now=now)
    except RefusedError:
        return order


def _look_at_money(order: Order) -> None:
    """Says in the order what organisers have to look at, and stores its state."""
    order.trouble = trouble_with(_paid(order), _due(order), is_placed=order.state == OrderState.PLACED)
    order.save(update_fields=["state", "trouble"])


def _paid(order: Order) -> int:
    return order.payments.aggregate(sum=Sum("pence"))["sum"] or 0


def _due(order: Order) -> int:
    return order.lines.filter(cancelled_at=None).aggregate(sum=Sum("pence"))["sum"] or 0


def record(
    action: str, order: Order, *, by: User, now: datetime, reason: str, details: dict[str, int | str]
) -> None:
    """Writes into the audit log what an organiser has done about an order."""
    audit.record(
        action,
        now=now,
        by=by,
        person=order.user,
        subject=f"order:{order.pk}",
        subject_name=str(order),
        reason=reason,
        details=details,
    )
