"""What is on, the places that there are, and the orders by which they are taken."""

from events.models.orders import (
    Method,
    Order,
    OrderLine,
    OrderState,
    Payment,
    Product,
)
from events.models.pages import (
    EventIndexPage,
    EventKind,
    EventPage,
    EventSession,
    EventSpeaker,
)
from events.models.places import (
    ENDS,
    LIVE,
    Place,
    PlaceState,
    Pool,
    Price,
    Ticket,
    Waiting,
    WaitingState,
    Whom,
)

__all__ = [
    "ENDS",
    "LIVE",
    "EventIndexPage",
    "EventKind",
    "EventPage",
    "EventSession",
    "EventSpeaker",
    "Method",
    "Order",
    "OrderLine",
    "OrderState",
    "Payment",
    "Place",
    "PlaceState",
    "Pool",
    "Price",
    "Product",
    "Ticket",
    "Waiting",
    "WaitingState",
    "Whom",
]
