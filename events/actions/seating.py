"""What organisers do about places by hand, each with a reason: somebody is added, or moved to another ticket."""

from datetime import datetime

from django.db import transaction

from events.actions.announcing import tell_after_commit, tell_of_order
from events.actions.baskets import add_lines, locked, refuse_unless
from events.actions.documents import write_invoice
from events.actions.ordering import record
from events.actions.settling import lock_and_settle, settle
from events.actions.taking import refusal_of_address
from events.actions.telling import tell_of_ticket
from events.models import Method, Order, OrderLine, OrderState, Place, PlaceState, Ticket
from events.rules.ordering import reference_of
from events.rules.seating import refusal_to_move, refusal_to_seat
from portal.members.models import User


@transaction.atomic
def add_attendee(
    *, ticket: Ticket, name: str, email: str, pence: int, bill_to: str, by: User, reason: str, now: datetime
) -> Order:
    """Gives somebody a place, whoever the ticket is for and until whenever it is to be had. Gives the order that was made for it.

    With something to pay it is by invoice, to `bill_to`. Never more places than there are: raises `RefusedError` if none is left, or
    the address has one.
    """
    email = email.strip().lower()
    stock = lock_and_settle([ticket.pool_id], now)[ticket.pool_id]
    place = Place(
        pool_id=ticket.pool_id,
        ticket=ticket,
        name=name.strip(),
        email=email,
        state=PlaceState.CONFIRMED,
        taken_at=now,
    )
    refuse_unless(
        refusal_to_seat(ticket.pool.event, stock.free, pence=pence, bill_to=bill_to, now=now),
        refusal_of_address(place, email),
    )
    order = Order.objects.create(name=place.name, email=email, email_confirmed_at=now, began_at=now)
    place.save()
    add_lines(order, ticket, [place], pence)
    order.state, order.placed_at, order.reference = OrderState.PLACED, now, reference_of(order.pk)
    order.method, order.billing_address = (Method.INVOICE if pence else Method.FREE), bill_to.strip()
    tell_after_commit(order, now)
    order.save()
    write_invoice(order, now)
    record("place.added", order, by=by, now=now, reason=reason, details={"ticket": ticket.name})
    return order


@transaction.atomic
def move(*, line: OrderLine, ticket: Ticket, by: User, reason: str, now: datetime) -> None:
    """Gives somebody another ticket of the same event in place of theirs, at the price that they agreed to.

    Raises `RefusedError` if it has been taken back, or if there is no place left there.
    """
    order = locked(line.order)
    if order.untold_since is not None:
        tell_of_order(order.pk)
    line = OrderLine.objects.select_related("place__ticket", "place__pool__event").get(pk=line.pk)
    place = line.place
    pools = {place.pool_id, ticket.pool_id}
    stock = lock_and_settle(pools, now)[ticket.pool_id]
    place.refresh_from_db()
    free = stock.free + (place.pool_id == ticket.pool_id)
    refuse_unless(refusal_to_move(place, ticket, free))
    before = place.ticket.name
    place.pool_id, place.ticket = ticket.pool_id, ticket
    refuse_unless(refusal_of_address(place, place.email))
    place.save(update_fields=["pool", "ticket"])
    OrderLine.objects.filter(pk=line.pk).update(description=ticket.name)
    settle(pools, now)
    tell_of_ticket(place, again=f"moved-{int(now.timestamp())}")
    details = {"line": line.pk, "before": before, "after": ticket.name}
    record("place.moved", order, by=by, now=now, reason=reason, details=details)
