"""What is on, the places that there are, and the orders by which they are taken."""

from events.models.attendance import Arrangements, Attendance, CodeTry, FormerTicket, How
from events.models.cards import CardRefund, CardSession, CardState, RefundState
from events.models.certificates import Certificate
from events.models.documents import Document, DocumentKind, Seller, Series
from events.models.entries import CalendarEntry, PersonalCalendar
from events.models.feedback import Answered, FeedbackAnswer, FeedbackKind, FeedbackQuestion, Response
from events.models.joining import Joining
from events.models.learning import LearningPage
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
from events.models.products import Product
from events.models.programme import EventSession, EventSpeaker
from events.models.questions import Answer, Question, QuestionKind, SensitiveAnswer
from events.models.rights import EventRight, Right
from events.models.settings import AcceptedTerms, BookingSettings, BookingTerms, Reminder

__all__ = [
    "ENDS",
    "LIVE",
    "AcceptedTerms",
    "Answer",
    "Answered",
    "Arrangements",
    "Attendance",
    "BookingSettings",
    "BookingTerms",
    "CalendarEntry",
    "CardRefund",
    "CardSession",
    "CardState",
    "Certificate",
    "CodeTry",
    "Document",
    "DocumentKind",
    "EventIndexPage",
    "EventKind",
    "EventLetter",
    "EventPage",
    "EventRight",
    "EventSession",
    "EventSpeaker",
    "FeedbackAnswer",
    "FeedbackKind",
    "FeedbackQuestion",
    "FormerTicket",
    "How",
    "Joining",
    "LearningPage",
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
    "RefundState",
    "Reminder",
    "Response",
    "Right",
    "Seller",
    "SensitiveAnswer",
    "Series",
    "Ticket",
    "Waiting",
    "WaitingState",
    "Whom",
]
