"""The feedback form: made by organisers, sent to those who were there, and filled in once by each."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from events.actions.attending import locked_place
from events.actions.baskets import refuse_unless
from events.addresses import Use, address_for
from events.feedback import refusal_to_answer
from events.models import (
    Answered,
    Attendance,
    EventPage,
    FeedbackAnswer,
    FeedbackQuestion,
    Place,
    PlaceState,
    Response,
)
from events.rules.feedback import ASKED_FOR, USUAL, is_asked
from portal.members import mail
from portal.members.models import Mail

HAS_ANSWERS = "People have answered, so the form can no longer be changed."


@transaction.atomic
def add_usual_questions(*, event: EventPage) -> None:
    """Gives an event the usual questions. Raises `RefusedError` if it has some."""
    refuse_unless("There are questions already." if event.feedback_questions.exists() else None)
    FeedbackQuestion.objects.bulk_create(
        FeedbackQuestion(
            event=event, position=position, kind=kind, text=text, choices=choices, is_required=required
        )
        for position, (kind, text, choices, required) in enumerate(USUAL)
    )


@transaction.atomic
def save_question(*, question: FeedbackQuestion) -> FeedbackQuestion:
    """Adds a question at the end, or changes one. Raises `RefusedError` once people have answered."""
    _refuse_if_answered(question.event)
    if question.pk is None:
        question.position = question.event.feedback_questions.count()
    question.save()
    return question


@transaction.atomic
def remove_question(*, question: FeedbackQuestion) -> None:
    """Raises `RefusedError` once people have answered."""
    _refuse_if_answered(question.event)
    question.delete()


def _refuse_if_answered(event: EventPage) -> None:
    # Whoever answers locks the event too, so that no answer comes to a question that is about to go.
    EventPage.objects.select_for_update(of=("self",)).only("pk").get(pk=event.pk)
    refuse_unless(HAS_ANSWERS if Response.objects.filter(event=event).exists() else None)


@transaction.atomic
def answer(*, place: Place, values: Mapping[int, str], now: datetime) -> None:
    """Keeps what whoever has a place answers, by the primary keys of questions, apart from the fact that they did.

    Raises `RefusedError`: there is nothing to answer, it is not the time, they were not there, or they have answered.
    """
    place = locked_place(place)
    event = EventPage.objects.select_for_update(of=("self",)).only("pk").get(pk=place.pool.event_id)
    refuse_unless(refusal_to_answer(place, now))
    said = {pk: value.strip() for pk, value in values.items() if value.strip()}
    response = Response.objects.create(event=event)
    questions = FeedbackQuestion.objects.filter(event=event, pk__in=said)
    FeedbackAnswer.objects.bulk_create(
        FeedbackAnswer(response=response, question=question, value=said[question.pk])
        for question in questions
    )
    Answered.objects.create(place=place)


def ask(now: datetime | None = None) -> int:
    """Sends the form to everybody who was at an event that is over, once each. Gives how many mails it wrote.

    Runs as often as one wants: whoever turns out later to have been there is asked then.
    """
    now = now or timezone.now()
    events = EventPage.objects.filter(
        Exists(FeedbackQuestion.objects.filter(event=OuterRef("pk"))),
        ends_at__lte=now,
        ends_at__gt=now - ASKED_FOR,
    )
    return sum(_ask(event) for event in events.defer_streamfields() if is_asked(event, now))


def _ask(event: EventPage) -> int:
    places = Place.objects.filter(
        Exists(Attendance.objects.filter(place=OuterRef("pk"))),
        ~Exists(Answered.objects.filter(place=OuterRef("pk"))),
        pool__event=event,
        state=PlaceState.CONFIRMED,
    ).exclude(email="")
    keys = {f"event-feedback:{place.key}": place for place in places.select_related("pool__event")}
    asked = set(Mail.objects.filter(key__in=keys).values_list("key", flat=True))
    due = [key for key in keys if key not in asked]
    for key in due:
        place = keys[key]
        mail.send(
            template="event_feedback",
            to=place.email,
            context={
                "place": place,
                "event": event,
                "link": address_for(place, Use.FEEDBACK),
                "needed": hasattr(event, "arrangements")
                and event.arrangements.gives_certificates
                and event.arrangements.needs_feedback,
            },
            key=key,
        )
    return len(due)
