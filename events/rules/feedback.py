"""When feedback is asked for and taken, and what becomes of the answers in numbers."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from events.models import EventPage, PlaceState
from events.models.feedback import FeedbackKind

ASKED_FOR = timedelta(days=60)  # so long after the end people are still asked, such as those in a late report
TAKEN_FOR = timedelta(days=180)
WIDEST = 100

USUAL = (
    (FeedbackKind.SCALE, "How useful was it for your work? (5 is very useful)", "", True),
    (FeedbackKind.SCALE, "How well was it organised? (5 is very well)", "", False),
    (FeedbackKind.CHOICE, "Would you recommend it to a colleague?", "Yes\nPerhaps\nNo", False),
    (FeedbackKind.TEXT, "What will you do differently?", "", False),
    (FeedbackKind.TEXT, "What should we do better?", "", False),
)


def is_asked(event: EventPage, now: datetime) -> bool:
    """Whether people are asked for feedback at `now`: from the end of the event on, for 60 days."""
    return (
        event.cancelled_at is None
        and event.ends_at is not None
        and event.ends_at <= now < event.ends_at + ASKED_FOR
    )


def refusal_of_feedback(
    event: EventPage, state: str, now: datetime, *, has_form: bool, was_there: bool, has_answered: bool
) -> str | None:
    """Why somebody cannot fill in the form of an event now; `None` if they can."""
    if has_answered:
        return "You have filled in the form. Thank you."
    if not has_form or state != PlaceState.CONFIRMED or event.cancelled_at is not None:
        return "There is no form to fill in."
    if event.ends_at is not None and now < event.ends_at:
        return "You can fill in the form once the event is over."
    if event.ends_at is not None and now >= event.ends_at + TAKEN_FOR:
        return "The form is closed."
    if not was_there:
        return "The form is for those who were there, and we do not know yet that you were. If you were, write to the organisers."
    return None


@dataclass(frozen=True)
class Bar:
    """How often an answer was given, out of those who answered; `width` of its bar is at most 100."""

    label: str
    count: int
    percent: int
    width: int


def bars(labels: Sequence[str], values: Iterable[str]) -> list[Bar]:
    """A bar for each answer that there is to give. The most frequent one is the widest."""
    counted = Counter(values)
    total, most = (
        sum(counted[label] for label in labels),
        max((counted[label] for label in labels), default=0),
    )
    return [
        Bar(
            label,
            counted[label],
            round(100 * counted[label] / total) if total else 0,
            round(WIDEST * counted[label] / most) if most else 0,
        )
        for label in labels
    ]


def mean(values: Iterable[str]) -> str:
    """“4.2” of the numbers; empty if there are none."""
    numbers = [int(value) for value in values]
    return f"{sum(numbers) / len(numbers):.1f}" if numbers else ""
