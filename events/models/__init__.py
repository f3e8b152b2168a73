"""What is on, the places that there are, and the orders by which they are taken."""

from events.models.cards import CardRefund, CardSession, CardState, RefundState
from events.models.documents import Document, DocumentKind, Seller, Series
from events.models.letters import EventLetter
from events.models.orders import (
    Method,
    Order,
    OrderLine,
    OrderState,
    Payment,
)
from events.models.pages import (
    EventIndexPage,
    EventKind,
    EventPage,
    RecordingsFor,
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
from events.models.products import Enquiry, EnquiryState, Product
from events.models.programme import EventSession, EventSpeaker
from events.models.rights import EventRight, Right

__all__ = [
    "ENDS",
    "LIVE",
    "CardRefund",
    "CardSession",
    "CardState",
    "Document",
    "DocumentKind",
    "Enquiry",
    "EnquiryState",
    "EventIndexPage",
    "EventKind",
    "EventLetter",
    "EventPage",
    "EventRight",
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
    "RecordingsFor",
    "RefundState",
    "Right",
    "Seller",
    "Series",
    "Ticket",
    "Waiting",
    "WaitingState",
    "Whom",
]
