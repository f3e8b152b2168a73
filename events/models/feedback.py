"""What attendees are asked after an event, and what they answered, with nothing that says who answered what."""

import uuid

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from events.models.pages import EventPage
from events.models.places import Place


class FeedbackKind(models.TextChoices):
    SCALE = "scale", "From 1 to 5"
    CHOICE = "choice", "One of several answers"
    TEXT = "text", "Words of their own"


class FeedbackQuestion(models.Model):
    """A question of an event's feedback form. `choices` are the answers to choose from, one on each line."""

    event = models.ForeignKey(EventPage, on_delete=models.CASCADE, related_name="feedback_questions")
    position = models.PositiveSmallIntegerField(default=0, validators=[MinValueValidator(0)])
    kind = models.CharField("answered by", max_length=10, choices=FeedbackKind, default=FeedbackKind.SCALE)
    text = models.CharField("question", max_length=200)
    choices = models.TextField(
        "answers to choose from", max_length=1000, blank=True, help_text="One on each line, two at least."
    )
    is_required = models.BooleanField("has to be answered", default=False)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=FeedbackKind.values), name="feedback_kind_is_known"),
            models.CheckConstraint(
                condition=Q(kind=FeedbackKind.CHOICE) & ~Q(choices="")
                | ~Q(kind=FeedbackKind.CHOICE) & Q(choices=""),
                name="question_has_choices_if_one_chooses",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def listed(self) -> list[str]:
        """The answers that there are to choose from; none for words of their own."""
        if self.kind == FeedbackKind.SCALE:
            return ["1", "2", "3", "4", "5"]
        return [line.strip() for line in self.choices.splitlines() if line.strip()]


class Response(models.Model):
    """The form as somebody filled it in. It says neither who nor when, and its key follows no order."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(EventPage, on_delete=models.CASCADE, related_name="responses")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.id)


class FeedbackAnswer(models.Model):
    """What one response says to one question: a number, one of the answers, or words."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(FeedbackQuestion, on_delete=models.PROTECT, related_name="answers")
    value = models.TextField(max_length=4000)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint("response", "question", name="answer_once_for_a_question"),
            models.CheckConstraint(condition=~Q(value=""), name="answer_says_something"),
        ]

    def __str__(self) -> str:
        return self.value


class Answered(models.Model):
    """That whoever has a place has filled in the form: so that they do it once, and get their certificate. Not what they said."""

    place = models.OneToOneField(Place, on_delete=models.CASCADE, related_name="answered")

    class Meta:
        verbose_name_plural = "answered"

    def __str__(self) -> str:
        return self.place.name
