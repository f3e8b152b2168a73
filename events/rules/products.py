"""What a product costs somebody, and when it is handed over."""

from events.models import Order, OrderLine, OrderState, Product
from events.rules.tickets import Standing


def price_for(product: Product, standing: Standing) -> int:
    """What a product costs somebody of that standing, in pence with VAT."""
    if standing.is_member and product.member_pence is not None:
        return min(product.pence, product.member_pence)
    return product.pence


def refusal_of_product(product: Product) -> str | None:
    """Why a product cannot be ordered; `None` if it can."""
    return None if product.is_sold else f"“{product.name}” is no longer to be had."


def is_handed_over(order: Order, line: OrderLine, *, paid: int, due: int) -> bool:
    """Whether whoever ordered has what a line says: it was not taken back, the order is paid in full, and the money did not go back.

    What costs nothing is handed over at once.
    """
    is_ordered = order.state == OrderState.PLACED and line.cancelled_at is None
    return is_ordered and paid >= due and (paid > 0 or not line.pence)
