"""Money that came by bank transfer is written down by hand."""

from datetime import datetime

from django.db import transaction

from events.actions.baskets import locked, refuse_unless
from events.actions.ordering import pay
from events.models import Method, Order, OrderState, Payment
from events.paying import money_of
from events.rules.paying import refusal_of_transfer
from portal.members.models import User


@transaction.atomic
def mark_as_paid(*, order: Order, pence: int, said: str, by: User, key: str, now: datetime) -> Payment:
    """Somebody has seen a transfer for an order; `said` is what the bank says of it. `key` is that of the form: booked once for each.

    What is too much is trouble that somebody has to look at. Raises `RefusedError` for a basket, an order of which nothing is left to
    be paid, or a sum that is none.
    """
    order, reference = locked(order), f"by-hand:{key}"
    if not Payment.objects.filter(order=order, reference=reference).exists():
        refuse_unless(
            "Enter a sum above nothing." if pence < 1 else None,
            refusal_of_transfer(money_of(order).left, is_basket=order.state == OrderState.OPEN),
        )
    return pay(
        order=order,
        method=Method.INVOICE,
        pence=pence,
        reference=reference,
        now=now,
        by=by,
        note=said.strip(),
    )
