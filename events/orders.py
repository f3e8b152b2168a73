"""The orders of an event as those see them who look after its money. Reads only."""

from dataclasses import dataclass

from django.db.models import F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Greatest

from events.models import (
    CardRefund,
    Document,
    EventPage,
    Method,
    Order,
    OrderLine,
    OrderState,
    Payment,
    RefundState,
)
from events.paying import OrderMoney, money_of, takes_cards

UNPAID, PAID, TROUBLE = "unpaid", "paid", "trouble"


def _sum_of(rows: QuerySet) -> Coalesce:
    """The pence of an order's rows, each order by itself: two joins would count each as often as the other has rows."""
    summed = (
        rows.filter(order=OuterRef("pk")).order_by().values("order").annotate(sum=Sum("pence")).values("sum")
    )
    return Coalesce(Subquery(summed, output_field=IntegerField()), 0)


def with_money(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Orders with `comes_to` and `came`: what each comes to and what has come in for it, in pence."""
    return orders.annotate(
        comes_to=Greatest(_sum_of(OrderLine.objects.filter(cancelled_at=None)) - F("reduced"), 0),
        came=_sum_of(Payment.objects.all()),
    )


def orders_of(event: EventPage | None, *, words: str = "", show: str = "") -> QuerySet[Order]:
    """The orders with places at an event, or without an event those of products alone, and baskets for which money came in.

    The newest first.

    `words` are parts of the reference, of a name or of an address. `show`: “unpaid”, “paid”, “trouble”, or all.
    """
    places = OrderLine.objects.filter(place__isnull=False).values("order")
    if event is None:
        orders = Order.objects.exclude(pk__in=places).filter(lines__isnull=False).distinct()
    else:
        orders = Order.objects.filter(pk__in=places.filter(place__pool__event=event))
    found = with_money(orders).exclude(state=OrderState.OPEN, came=0, trouble="")
    for word in words.split():
        found = found.filter(
            Q(reference__icontains=word)
            | Q(name__icontains=word)
            | Q(email__icontains=word)
            | Q(billing_address__icontains=word)
            | Q(purchase_order__icontains=word)
        )
    if show == UNPAID:
        found = found.filter(state=OrderState.PLACED, came__lt=F("comes_to"))
    elif show == PAID:
        found = found.filter(came__gt=0, came__gte=F("comes_to"))
    elif show == TROUBLE:
        found = found.exclude(trouble="")
    return found.order_by(F("placed_at").desc(nulls_first=True), "-pk")


@dataclass(frozen=True)
class Held:
    """An order with its lines, its money, what went in and out, and what can be done about it."""

    order: Order
    lines: list[OrderLine]
    payments: list[Payment]
    money: OrderMoney
    documents: list[Document]
    on_its_way: list[CardRefund]
    to_card: int

    @property
    def to_pay_back(self) -> int:
        """What can be paid back at most, in pence."""
        return max(0, self.money.paid - sum(one.pence for one in self.on_its_way))

    @property
    def surplus(self) -> int:
        """What was paid too much, in pence."""
        return max(0, self.to_pay_back - self.money.due)


def held(order: Order) -> Held:
    """All that is to be seen of one order."""
    payments = list(order.payments.select_related("by").prefetch_related("refunds"))
    refunds = CardRefund.objects.filter(payment__order=order, state=RefundState.ASKED)
    return Held(
        order=order,
        lines=list(order.lines.select_related("place__pool__event", "product")),
        payments=payments,
        money=money_of(order),
        documents=list(order.documents.all()),
        on_its_way=list(refunds),
        to_card=sum(left for _, left in by_card(order)) if takes_cards() else 0,
    )


def by_card(order: Order) -> list[tuple[Payment, int]]:
    """The card payments of an order, each with the pence of it that can still go back."""
    found = order.payments.filter(method=Method.CARD, pence__gt=0, of=None).prefetch_related(
        "refunds", "card_refunds"
    )
    rows = [(one, one.pence + _gone_back(one)) for one in found]
    return [(payment, left) for payment, left in rows if left > 0]


def _gone_back(payment: Payment) -> int:
    """What went back of a payment or is on its way back, as pence below zero."""
    asked = [one.pence for one in payment.card_refunds.all() if one.state == RefundState.ASKED]
    return sum(one.pence for one in payment.refunds.all()) - sum(asked)


def on_its_way(order: Order) -> int:
    """The pence that the provider has been asked to pay back and that are not in the ledger yet."""
    rows = CardRefund.objects.filter(payment__order=order, state=RefundState.ASKED)
    return rows.aggregate(sum=Sum("pence"))["sum"] or 0
