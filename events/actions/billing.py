"""Who pays an order."""

from django.db import transaction

from events.actions.baskets import locked_basket
from events.models import Order


@transaction.atomic
def bill_to(*, order: Order, address: str, purchase_order: str) -> None:
    """Says what has to stand on the invoice of a basket. Raises `RefusedError` if it has been placed."""
    order = locked_basket(order)
    order.billing_address, order.purchase_order = address.strip(), purchase_order.strip()
    order.save(update_fields=["billing_address", "purchase_order"])
