"""The people of an event as organisers see them. Reads only."""

from collections.abc import Iterable, Iterator

from django.db.models import Q, QuerySet

from events.models import EventPage, OrderLine
from events.rules.words import pounds

COLUMNS = ("Name", "E-mail address", "Ticket", "Order", "Ordered by", "Price", "Since", "Given back")


def attendees(
    event: EventPage, *, words: str = "", ticket: int | None = None, state: str = "coming"
) -> QuerySet[OrderLine]:
    """The lines of orders with places at an event, by name. `state`: “coming”, “back” (given back), or “all”.

    `words` is a part of a name, of an address or of the reference of an order.
    """
    lines = OrderLine.objects.filter(place__pool__event=event, order__reference__isnull=False)
    if state != "all":
        lines = lines.filter(cancelled_at__isnull=state == "coming")
    if ticket:
        lines = lines.filter(place__ticket=ticket)
    for word in words.split():
        lines = lines.filter(
            Q(place__name__icontains=word)
            | Q(place__email__icontains=word)
            | Q(order__reference__icontains=word)
            | Q(order__name__icontains=word)
            | Q(order__email__icontains=word)
        )
    return lines.select_related("place__ticket", "order").order_by("place__name", "pk")


def cells(lines: Iterable[OrderLine]) -> Iterator[tuple[str, ...]]:
    """The rows of an export, in the order of `COLUMNS`."""
    for line in lines:
        place, order = line.place, line.order
        yield (
            place.name,
            place.email,
            place.ticket.name,
            order.reference or "",
            f"{order.name}, {order.email}",
            pounds(line.pence),
            order.placed_at.strftime("%Y-%m-%d %H:%M") if order.placed_at else "",
            line.cancelled_at.strftime("%Y-%m-%d %H:%M") if line.cancelled_at else "",
        )
