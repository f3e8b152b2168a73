"""How things can be paid here, and what has been paid of an order. Reads only."""

from dataclasses import dataclass
from hashlib import sha256

from django.conf import settings
from django.db.models import Sum

from events.models import Method, Order, Seller
from events.rules.paying import money_back
from events.rules.words import pounds


def takes_cards() -> bool:
    """Whether the keys of the card provider are set."""
    return bool(settings.STRIPE_SECRET_KEY and settings.STRIPE_WEBHOOK_SECRET)


def ways_to_pay() -> list[Method]:
    """The ways in which something that costs something can be paid; none until it is known who sells, since each sale has an invoice."""
    if not Seller.current().is_known:
        return []
    return [*([Method.CARD] if takes_cards() else []), Method.INVOICE]


def paid(order: Order) -> int:
    """The pence that came in for an order and did not go back."""
    return order.payments.aggregate(sum=Sum("pence"))["sum"] or 0


def due(order: Order) -> int:
    """The pence that an order comes to, without what was taken back or taken off."""
    lines = order.lines.filter(cancelled_at=None).aggregate(sum=Sum("pence"))["sum"] or 0
    return max(0, lines - order.reduced)


@dataclass(frozen=True)
class OrderMoney:
    """The money of one order in pence: what it comes to, and what came in and did not go back."""

    due: int
    paid: int

    @property
    def left(self) -> int:
        """What is still to be paid."""
        return max(0, self.due - self.paid)

    @property
    def words(self) -> dict[str, str]:
        return {name: pounds(getattr(self, name)) for name in ("due", "paid", "left")}


def money_of(order: Order) -> OrderMoney:
    """The money of one order. Two queries."""
    return OrderMoney(due(order), paid(order))


def money_back_of(order: Order, money: OrderMoney) -> tuple[str, ...]:
    """What has gone back and is to go back of an order, in words for whoever placed it. Two queries."""
    rows = list(order.payments.values_list("method", "pence", "of"))
    # What was booked back did not arrive.
    went = -sum(pence for _, pence, of in rows if pence < 0 or of is not None)
    has_failed = any(pence > 0 and of is not None for _, pence, of in rows)
    # What did not arrive on the card is not sent there again.
    uses_card = takes_cards() and not has_failed
    by_card = sum(pence for method, pence, _ in rows if method == Method.CARD) if uses_card else 0
    return money_back(money.paid - money.due, went, by_card=max(0, by_card), seller=Seller.current().name)


@dataclass(frozen=True)
class Bill:
    """What is to be paid of an order now: lines with their pence, the sum, and a fingerprint that changes with any of it."""

    lines: tuple[tuple[str, int], ...]
    pence: int
    content: str


def bill(order: Order) -> Bill:
    """What is still to be paid of an order."""
    rows = list(
        order.lines.filter(cancelled_at=None).order_by("pk").values_list("pk", "description", "pence")
    )
    before = paid(order) + order.reduced
    pence = sum(row[2] for row in rows) - before
    lines = tuple((what, cost) for _, what, cost in rows if cost)
    if before:
        lines = ((f"What is still to be paid of the order {order}", pence),)
    said = repr((order.email, before, [(pk, cost) for pk, _, cost in rows]))
    return Bill(lines, pence, sha256(said.encode()).hexdigest())
