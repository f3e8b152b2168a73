"""Products in a basket: one of each, at the price of whoever orders."""

from datetime import datetime

from django.db import transaction

from events.actions.baskets import locked_basket, look_at_cards, refuse_unless
from events.models import Order, OrderLine, Product
from events.paying import ways_to_pay
from events.rules.ordering import NOTHING_CAN_BE_PAID
from events.rules.products import price_for, refusal_of_product
from events.standing import standing_of_order


@transaction.atomic
def add_product(*, order: Order, product: Product, now: datetime) -> OrderLine:
    """Puts a product into a basket; it is there once, however often it is put there. Raises `RefusedError`."""
    order = locked_basket(order)
    known = order.lines.filter(product=product, cancelled_at=None).first()
    if known is not None:
        return known
    product = Product.objects.get(pk=product.pk)
    pence = price_for(product, standing_of_order(order, now))
    refuse_unless(
        refusal_of_product(product),
        NOTHING_CAN_BE_PAID if pence and not ways_to_pay() else None,
    )
    look_at_cards(order)
    return OrderLine.objects.create(
        order=order, product=product, description=product.name, pence=pence, vat_percent=product.vat_percent
    )


@transaction.atomic
def remove_product(*, order: Order, product: Product) -> None:
    """Takes a product out of a basket. Raises `RefusedError` if it has been placed."""
    order = locked_basket(order)
    order.lines.filter(product=product).delete()
    look_at_cards(order)
