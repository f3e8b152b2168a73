"""What an event's feedback form asks and what came of it, as organisers see it. Reads only."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from events.models import Answered, EventPage, FeedbackAnswer, FeedbackKind, FeedbackQuestion, Place, Response
from events.people import has_attended
from events.rules.feedback import Bar, bars, mean, refusal_of_feedback


@dataclass(frozen=True)
class Result:
    """The answers to one question: bars where there is something to choose, words where not."""

    question: FeedbackQuestion
    count: int
    bars: tuple[Bar, ...] = ()
    mean: str = ""
    words: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """The plot in words: “12 answers, 4.2 on average. 1: 0, …”."""
        said = f"{self.count} answer{'' if self.count == 1 else 's'}{f', {self.mean} on average' if self.mean else ''}"
        return f"{said}. " + ", ".join(f"{bar.label}: {bar.count}" for bar in self.bars)


def results(event: EventPage) -> list[Result]:
    """The answers to each question of an event, words in no order that tells who wrote when. Two queries."""
    values: dict[int, list[str]] = defaultdict(list)
    for question, value in (
        FeedbackAnswer.objects.filter(question__event=event).order_by("id").values_list("question", "value")
    ):
        values[question].append(value)
    return [
        _result(question, values[question.pk]) for question in FeedbackQuestion.objects.filter(event=event)
    ]


def _result(question: FeedbackQuestion, values: list[str]) -> Result:
    if question.kind == FeedbackKind.TEXT:
        return Result(question, len(values), words=tuple(values))
    average = mean(values) if question.kind == FeedbackKind.SCALE else ""
    return Result(question, len(values), tuple(bars(question.listed, values)), average)


def table(event: EventPage) -> tuple[list[str], Iterator[list[str]]]:
    """The questions, and a row for each response with its answers, in no order that tells who wrote when."""
    questions = list(FeedbackQuestion.objects.filter(event=event))
    answers: dict[object, dict[int, str]] = defaultdict(dict)
    rows = FeedbackAnswer.objects.filter(question__event=event).values_list("response", "question", "value")
    for response, question, value in rows:
        answers[response][question] = value
    responses = Response.objects.filter(event=event).order_by("id").values_list("pk", flat=True)
    return (
        [question.text for question in questions],
        ([answers[response].get(question.pk, "") for question in questions] for response in responses),
    )


def refusal_to_answer(place: Place, now: datetime) -> str | None:
    """Why whoever has a place cannot fill in the form of its event; `None` if they can."""
    event = place.pool.event
    return refusal_of_feedback(
        event,
        place.state,
        now,
        has_form=FeedbackQuestion.objects.filter(event=event).exists(),
        was_there=has_attended(place),
        has_answered=Answered.objects.filter(place=place).exists(),
    )
