"""What will be let go of, of the people of one event: how much, when, and what becomes of it. Reads only."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Q

from events.models import EventPage, Order, Place, SensitiveAnswer, Waiting
from events.models.settings import ANSWERS_KEPT, BookingSettings
from events.rules.keeping import INVOICES, NAMES, answers_end_at


@dataclass(frozen=True)
class Foreseen:
    """`first` is when the first of it goes, `last` when the last does; both are empty if there is nothing, or no date to count from."""

    what: str
    count: int
    becomes: str
    first: datetime | None = None
    last: datetime | None = None


def foreseen(event: EventPage) -> list[Foreseen]:
    """What goes by itself, in the order of the periods. As many queries for many people as for few.

    An event without dates has nothing to count from here: each row of it goes by itself.
    """
    kept = BookingSettings.objects.filter(event=event).values_list("answers_kept", flat=True).first()
    end = event.ends_at
    answers_end = answers_end_at(end, ANSWERS_KEPT if kept is None else kept) if end else None
    names_end = end + NAMES if end else None
    answers = SensitiveAnswer.objects.filter(place__pool__event=event).count()
    places = Place.objects.filter(pool__event=event).exclude(name="", email="").count()
    waiting = Waiting.objects.filter(pool__event=event).exclude(name="", email="", words="").count()
    orders = Order.objects.filter(
        pk__in=Order.objects.filter(lines__place__pool__event=event, placed_at__isnull=False).values("pk")
    ).exclude(email="", user=None)
    costly = Q(pk__in=Order.objects.filter(Q(lines__pence__gt=0) | Q(payments__isnull=False)).values("pk"))
    free = orders.exclude(costly).count()
    paid = orders.filter(costly).annotate(last=Max("payments__at")).values_list("placed_at", "last")
    moments = [max(filter(None, row)) + INVOICES for row in paid]
    return [
        _row("Answers to sensitive questions", answers, "deleted", answers_end),
        _row(
            "Names and addresses of who has or had a place",
            places,
            "emptied, and all answers deleted",
            names_end,
        ),
        _row("Names and addresses of who waited or asked for a place", waiting, "emptied", names_end),
        _row("Names and addresses of orders that cost nothing", free, "emptied", names_end),
        Foreseen(
            "Names and addresses of orders that cost something",
            len(moments),
            "emptied; lines and payments stay",
            min(moments, default=None),
            max(moments, default=None),
        ),
    ]


def _row(what: str, count: int, becomes: str, at: datetime | None) -> Foreseen:
    return Foreseen(what, count, becomes, at if count else None, at if count else None)
