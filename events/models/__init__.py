"""What is on, the places that there are, and the orders by which they are taken."""

from events.models.entries import CalendarEntry, PersonalCalendar
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
from events.models.questions import Answer, Question, QuestionKind, SensitiveAnswer
from events.models.rights import EventRight, Right
from events.models.settings import AcceptedTerms, BookingSettings, BookingTerms, Reminder

__all__ = [
    "ENDS",
    "LIVE",
    "AcceptedTerms",
    "Answer",
    "BookingSettings",
    "BookingTerms",
    "CalendarEntry",
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
    "PersonalCalendar",
    "Place",
    "PlaceState",
    "Pool",
    "Price",
    "Product",
    "Question",
    "QuestionKind",
    "RecordingsFor",
    "Reminder",
    "Right",
    "SensitiveAnswer",
    "Ticket",
    "Waiting",
    "WaitingState",
    "Whom",
]
