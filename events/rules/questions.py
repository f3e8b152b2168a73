"""What can be asked at once, when it can be answered, and what of a question can still be changed."""

from dataclasses import dataclass
from datetime import datetime

from events.models import EventPage, QuestionKind


@dataclass(frozen=True)
class Ready:
    """A question that organisers add with one press."""

    words: str
    hint: str
    kind: QuestionKind = QuestionKind.LONG_TEXT


READY = {
    "diet": Ready(
        "Do you have any dietary needs?", "Such as vegetarian, halal or an allergy. Leave it empty if not."
    ),
    "access": Ready(
        "Do you have any access needs?",
        "Such as step-free access, a hearing loop or a sign-language interpreter. Leave it empty if not.",
    ),
}


def refusal_to_answer(event: EventPage, now: datetime) -> str | None:
    """Why answers can no longer be changed; `None` if they can. They can until the event begins."""
    if event.cancelled_at is not None and event.cancelled_at <= now:
        return f"{event.title} has been called off."
    if event.starts_at is not None and event.starts_at <= now:
        return f"{event.title} has begun, so answers can no longer be changed. Tell the organisers."
    return None


def refusal_to_change(*, is_answered: bool, kind_changes: bool, sensitivity_changes: bool) -> str | None:
    """Why a question cannot be changed in this way; `None` if it can. Answers have to fit what they answer."""
    if is_answered and (kind_changes or sensitivity_changes):
        return "There are answers already. Archive this question and ask another one."
    return None


def missing(answers: dict[int, object], required: set[int]) -> set[int]:
    """Which of the required questions, by their numbers, have no answer."""
    return {number for number in required if answers.get(number) in (None, "", [])}
