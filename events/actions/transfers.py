"""Money that came by bank transfer is written down by hand."""

from datetime import datetime

from django.db import transaction

from events.actions.baskets import locked, refuse_unless
from events.actions.ordering import pay
from events.models import Method, Order, OrderState, Payment
from portal.members.models import User


@transaction.atomic
def mark_as_paid(*, order: Order, pence: int, said: str, by: User, key: str, now: datetime) -> Payment:
    """Somebody has seen a transfer for an order; `said` is what the bank says of it. `key` is that of the form: booked once for each.

    What is too much is trouble that somebody has to look at. Raises `RefusedError` for a basket, or a sum that is none.
    """
    order = locked(order)
    refuse_unless(
        "Enter a sum above nothing." if pence < 1 else None,
        "This is a basket. Nobody has ordered it, so nobody can have paid it by transfer."
        if order.state == OrderState.OPEN
        else None,
    )
    return pay(
        order=order,
        method=Method.INVOICE,
        pence=pence,
        reference=f"by-hand:{key}",
        now=now,
        by=by,
        note=said.strip(),
    )
