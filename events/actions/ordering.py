"""An order is placed, paid and taken back; and its places get the names of those who come."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from events.actions.announcing import tell_after_commit, tell_of_order
from events.actions.baskets import locked, look_at_cards, refuse_unless
from events.actions.documents import write_credit, write_invoice, write_receipt
from events.actions.handing import hand_over, take_back_product
from events.actions.settling import give_up, lock, settle
from events.actions.taking import lines_to_order, refuse_without_answers, take
from events.actions.telling import (
    tell_of_cancelled,
    tell_of_credit,
    tell_of_receipt,
    tell_of_refund,
    tell_of_trouble,
)
from events.models import Method, Order, OrderLine, OrderState, Payment, Place
from events.paying import due, paid, ways_to_pay
from events.rules.ordering import (
    reference_of,
    refusal_of_change,
    refusal_of_method,
    refusal_to_cancel,
    trouble_with,
)
from portal.members import audit
from portal.members.actions import RefusedError
from portal.members.models import User


@transaction.atomic
def place(*, order: Order, method: str, now: datetime, seen: str | None = None) -> Order:
    """Places an order: every place in it is taken for good, or none is. Gives the order with its reference.

    `seen`: what whoever orders was shown (`rules.ordering.shown_as`); it is placed only if it is that still.
    Placed a second time, it is the same order. Places whose hold ran out are taken again if they are free and nobody waits.
    Raises `RefusedError`, and then nothing has been placed.
    """
    return _placed(order, method, now, is_paid=False, seen=seen)


def _placed(order: Order, method: str, now: datetime, *, is_paid: bool, seen: str | None = None) -> Order:
    order = locked(order)
    if order.state == OrderState.PLACED:
        return order
    lines = lines_to_order(order, now)
    pence = sum(line.pence for line in lines)
    refuse_unless(
        refusal_of_change(((line.pk, line.pence) for line in lines), seen),
        refusal_of_method(pence, method, ways=ways_to_pay() if pence else ()),
        "Pay it by card first." if method == Method.CARD and paid(order) < pence else None,
    )
    if not is_paid:
        refuse_without_answers(order, lines)
    take(lines, now)
    order.state, order.method, order.placed_at = OrderState.PLACED, method, now
    order.reference, order.origin = reference_of(order.pk), ""
    tell_after_commit(order, now)
    order.save(update_fields=["state", "method", "placed_at", "reference", "origin", "untold_since"])
    look_at_cards(order)
    if pence:
        write_invoice(order, now)
    if any(line.product_id is not None for line in lines):
        hand_over(order, now)
    return order


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
    if by is None:
        if line.place is None:
            raise RefusedError("Only a place can be taken back. Write to us about anything else.")
        refuse_unless(refusal_to_cancel(line.place.pool.event, now))
    take_back(line=line, now=now, tell=tell_of_cancelled)
    if by is not None:
        record("place.cancelled", order, by=by, now=now, reason=reason, details={"line": line.pk})


@transaction.atomic
def take_back(*, line: OrderLine, now: datetime, tell: Callable[[OrderLine], object]) -> bool:
    """Takes back a line, whatever the event allows: its place goes to whoever waits, what was paid is to be paid back.

    `tell` writes to whoever came. Whether it did: a second time it does nothing.
    """
    order = locked(line.order)
    line = OrderLine.objects.select_related("place__pool__event", "order").get(pk=line.pk)
    if line.cancelled_at is not None:
        return False
    if order.untold_since is not None:
        tell_of_order(order.pk)
    if line.place is not None:
        lock([line.place.pool_id])
        give_up(Place.objects.filter(pk=line.place_id))
        settle([line.place.pool_id], now)
    else:
        take_back_product(line, now)
    OrderLine.objects.filter(pk=line.pk).update(cancelled_at=now)
    # What of it was taken off before has been credited before.
    before = min(order.reduced, line.pence)
    order.reduced -= before
    tell_of_credit(order, write_credit(order, [line], line.pence - before, now))
    if not order.lines.filter(cancelled_at=None).exists():
        order.state = OrderState.CANCELLED
    _look_at_money(order, now)
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
    of: Payment | None = None,
    arrived: bool = True,
) -> Payment:
    """Books money for an order, or, with `pence` below zero, money that went back. What is booked already is given back as it is.

    What goes back beyond what was paid too much need not be paid any more (`Order.reduced`). Whoever ordered is told of it in one
    mail, with the credit note; of what has not `arrived`, only that they need not pay it.

    A basket that is paid in full is placed by it. If it cannot be, or if too much was paid, `Order.trouble` says so to
    organisers; nobody gets a place beyond those that there are. Raises `RefusedError` if the reference is that of another payment.
    """
    order = locked(order)
    known = Payment.objects.filter(reference=reference).first()
    if known is not None:
        if (known.order_id, known.pence) != (order.pk, pence):
            raise RefusedError(f"The payment {reference} is booked with another order or sum.")
        return known
    if pence < 0 and order.untold_since is not None:
        tell_of_order(order.pk)
    surplus, was_placed, credit = paid(order) - due(order), order.state != OrderState.OPEN, None
    payment = Payment.objects.create(
        order=order, method=method, pence=pence, at=now, reference=reference, by=by, note=note, of=of
    )
    if pence < 0 and was_placed:
        taken_off = max(0, -pence - max(0, surplus))
        order.reduced += taken_off
        credit = write_credit(order, [], taken_off, now)
    if order.state == OrderState.OPEN and pence > 0 and paid(order) >= due(order):
        order = _placed_if_it_can_be(order, method, now)
    _look_at_money(order, now)
    payment.order = order
    receipt = write_receipt(payment, now)
    if was_placed:
        tell_of_receipt(order, receipt)
    if pence < 0 and arrived:
        tell_of_refund(payment)
    else:
        tell_of_credit(order, credit)
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


def _placed_if_it_can_be(order: Order, method: str, now: datetime) -> Order:
    try:
        with transaction.atomic():
            return _placed(order, method, now, is_paid=True)
    except RefusedError:
        return order


def _look_at_money(order: Order, now: datetime) -> None:
    """Says in the order what organisers have to look at, and stores its state; what is paid is handed over."""
    before = order.trouble
    order.trouble = trouble_with(paid(order), due(order), is_placed=order.state == OrderState.PLACED)
    order.save(update_fields=["state", "reduced", "trouble"])
    hand_over(order, now)
    look_at_cards(order)
    if order.trouble and order.trouble != before:
        tell_of_trouble(order)


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
