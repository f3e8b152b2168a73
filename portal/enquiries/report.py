"""The figures on questions, as rows without persons: those whose words have been deleted are counted too. Reads only."""

from collections.abc import Iterator
from datetime import date, datetime, time

from django.utils import timezone

from portal.enquiries.models import Enquiry, State
from portal.enquiries.rules.figures import Asked, Figures, by_month_and_topic, figures_of, months_until

COLUMNS = (
    "Month",
    "Topic",
    "Asked",
    "Answered",
    "Working days, median",
    "Working days, 90 in 100 within",
    "Late or overdue",
)
ALL_TOPICS = "All topics"


def asked_since(first: date, today: date) -> list[Asked]:
    """Every question that was opened from the month that begins on `first` on."""
    since = timezone.make_aware(datetime.combine(first, time.min))
    found = Enquiry.objects.opened().filter(opened_at__gte=since)
    rows = found.values_list(
        "opened_at", "topic__name", "answered_at", "working_days", "was_late", "state", "promised_on"
    )
    return [
        Asked(
            month=timezone.localdate(opened).replace(day=1),
            topic=topic,
            is_answered=answered is not None,
            working_days=days,
            is_overdue=late if late is not None else state == State.OPEN and promised < today,
        )
        for opened, topic, answered, days, late, state, promised in rows
    ]


def by_month(rows: list[Asked], last: date, count: int) -> list[Figures]:
    """All topics together, a line for each of so many months up to `last`, the earliest first, empty months too."""
    return [
        figures_of(month, ALL_TOPICS, [row for row in rows if row.month == month])
        for month in months_until(last, count)
    ]


def cells(rows: list[Asked]) -> Iterator[tuple[str | int | float, ...]]:
    """The lines of the export: by month and topic, the newest month first."""
    for one in by_month_and_topic(rows):
        median = "" if one.median_days is None else one.median_days
        slowest = "" if one.slowest_days is None else one.slowest_days
        yield f"{one.month:%Y-%m}", one.topic, one.asked, one.answered, median, slowest, one.overdue
