"""What is on, the places that there are, and the orders by which they are taken."""

from events.models.attendance import Arrangements, Attendance, CodeTry, FormerTicket, How
from events.models.certificates import Certificate
from events.models.feedback import Answer, Answered, Question, QuestionKind, Response
from events.models.joining import Joining
from events.models.letters import EventLetter
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
from events.models.programme import EventSession, EventSpeaker
from events.models.rights import EventRight, Right

__all__ = [
    "ENDS",
    "LIVE",
    "Answer",
    "Answered",
    "Arrangements",
    "Attendance",
    "Certificate",
    "CodeTry",
    "EventIndexPage",
    "EventKind",
    "EventLetter",
    "EventPage",
    "EventRight",
    "EventSession",
    "EventSpeaker",
    "FormerTicket",
    "How",
    "Joining",
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
    "Question",
    "QuestionKind",
    "RecordingsFor",
    "Response",
    "Right",
    "Ticket",
    "Waiting",
    "WaitingState",
    "Whom",
]
