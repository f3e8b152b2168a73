"""Questions of organisers, asked and answered. No answer is ever written into a log."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models.functions import Lower

from events.actions.baskets import refuse_unless
from events.models import Answer, EventPage, Place, PlaceState, Question, SensitiveAnswer, Ticket
from events.questions import TABLES, is_answered
from events.rules.questions import READY, refusal_to_answer, refusal_to_change
from portal.members import audit
from portal.members.models import User

TAKEN = (PlaceState.HELD, PlaceState.CONFIRMED)


@transaction.atomic
def save_question(*, question: Question, tickets: Iterable[Ticket], by: User, now: datetime) -> Question:
    """Stores a question of an event, a new one or one that was changed.

    Raises `RefusedError`: it is asked already, or it has answers and would be answered differently.
    """
    stored = Question.objects.select_for_update().filter(pk=question.pk).first()
    asked = Question.objects.filter(event=question.event_id, archived_at=None).exclude(pk=question.pk)
    same = asked.annotate(small=Lower("words")).filter(small=question.words.strip().lower())
    refuse_unless(
        "This question is asked already." if same.exists() else None,
        stored
        and refusal_to_change(
            is_answered=is_answered(stored),
            kind_changes=stored.kind != question.kind,
            sensitivity_changes=stored.is_sensitive != question.is_sensitive,
        ),
    )
    question.words = question.words.strip()
    question.save()
    question.tickets.set(tickets)
    _record("question.changed" if stored else "question.added", question, by, now)
    return question


def add_ready(*, event: EventPage, which: str, by: User, now: datetime) -> Question:
    """Asks one of the questions that are ready (`READY`), as a sensitive one. Raises `RefusedError` if it is asked already."""
    ready = READY[which]
    position = event.questions.filter(archived_at=None).count()
    made = Question(
        event=event,
        words=ready.words,
        hint=ready.hint,
        kind=ready.kind,
        is_sensitive=True,
        position=position,
    )
    return save_question(question=made, tickets=(), by=by, now=now)


@transaction.atomic
def remove_question(*, question: Question, by: User, now: datetime) -> bool:
    """Asks something no longer. What nobody has answered is deleted, the rest archived with its answers. Whether it was deleted."""
    stored = Question.objects.select_for_update().get(pk=question.pk)
    if stored.archived_at is not None:
        return False
    if is_answered(stored):
        Question.objects.filter(pk=stored.pk).update(archived_at=now)
        _record("question.archived", stored, by, now)
        return False
    _record("question.removed", stored, by, now)
    stored.delete()
    return True


@transaction.atomic
def answer(*, place: Place, answers: Mapping[Question, object], now: datetime) -> None:
    """Keeps what somebody answered about a place; an empty answer takes the one before back.

    Raises `RefusedError` if the place has gone, or the event has begun.
    """
    found = Place.objects.select_related("pool__event").get(pk=place.pk)
    refuse_unless(
        None if found.state in TAKEN and found.is_live(now) else "This place has gone.",
        refusal_to_answer(found.pool.event, now),
    )
    for question, value in answers.items():
        table = SensitiveAnswer if question.is_sensitive else Answer
        if value in (None, "", []):
            table.objects.filter(question=question, place=found).delete()
        else:
            table.objects.update_or_create(
                question=question, place=found, defaults={"value": value, "at": now}
            )


def forget_answers(places: Iterable[Place]) -> None:
    """Deletes all that was answered about places: whoever has them from now on is somebody else, or nobody."""
    ids = [place.pk for place in places]
    for table in TABLES:
        table.objects.filter(place__in=ids).delete()


def record_export(*, event: EventPage, by: User, now: datetime, count: int) -> None:
    """Writes down who took the answers of how many people away."""
    audit.record(
        "event.answers-exported",
        now=now,
        by=by,
        subject=f"event:{event.pk}",
        subject_name=event.title,
        details={"people": count},
    )


def _record(action: str, question: Question, by: User, now: datetime) -> None:
    audit.record(
        action,
        now=now,
        by=by,
        subject=f"event:{question.event_id}",
        subject_name=question.event.title,
        details={"question": question.words},
    )
