"""What organisers ask those who come, and what these answer. What is sensitive lies in a table of its own."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from events.models.pages import EventPage
from events.models.places import Place, Ticket


class QuestionKind(models.TextChoices):
    """How a question is answered."""

    TEXT = "text", "A line of text"
    LONG_TEXT = "long-text", "Several lines of text"
    CHOICE = "choice", "One choice of several"
    CHOICES = "choices", "Any number of choices"
    YES_OR_NO = "yes-no", "Yes or no"


WITH_CHOICES = (QuestionKind.CHOICE, QuestionKind.CHOICES)


class Question(models.Model):
    """Something that is asked about each place with one of `tickets`, or, without any, about each place at the event.

    What has been answered is archived instead of deleted, and its kind and sensitivity stay as they are.
    """

    event = models.ForeignKey(EventPage, on_delete=models.CASCADE, related_name="questions")
    words = models.CharField("question", max_length=200)
    hint = models.CharField(max_length=240, blank=True, help_text="Stands below the question.")
    kind = models.CharField("answered with", max_length=10, choices=QuestionKind, default=QuestionKind.TEXT)
    choices = models.TextField(
        blank=True, max_length=2000, help_text="One in each line, if there are choices."
    )
    is_required = models.BooleanField("has to be answered", default=False)
    is_sensitive = models.BooleanField(
        "sensitive",
        default=False,
        help_text="About health, religion and the like: diets and access needs, for instance. Answers are deleted soon after the event.",
    )
    tickets = models.ManyToManyField(
        Ticket, blank=True, related_name="questions", help_text="None: asked with every ticket."
    )
    position = models.PositiveSmallIntegerField(default=0, help_text="Lower numbers come first.")
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=QuestionKind.values), name="question_kind_is_known"),
            models.CheckConstraint(
                condition=Q(kind__in=WITH_CHOICES) & ~Q(choices="")
                | ~Q(kind__in=WITH_CHOICES) & Q(choices=""),
                name="question_choices_only_where_one_chooses",
            ),
            models.UniqueConstraint(
                "event", Lower("words"), name="question_asked_once", condition=Q(archived_at=None)
            ),
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def options(self) -> list[str]:
        """The choices, each once."""
        lines = (line.strip() for line in self.choices.splitlines())
        return list(dict.fromkeys(line for line in lines if line))


class AnswerOfAPlace(models.Model):
    """What somebody answered about one place: text, “Yes” or “No”, or a list of choices, in the words that these had then."""

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="%(class)ss")
    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="%(class)ss")
    value = models.JSONField()
    at = models.DateTimeField("answered")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        # Never the answer itself: what is printed lands in logs.
        return f"Answer about place {self.place_id}"

    @property
    def in_words(self) -> str:
        return ", ".join(self.value) if isinstance(self.value, list) else str(self.value)


class Answer(AnswerOfAPlace):
    """An answer to a question that is not sensitive."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["question", "place"], name="answer_once")]


class SensitiveAnswer(AnswerOfAPlace):
    """An answer to a sensitive question. `portal.retention` deletes it some days after the event."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["question", "place"], name="sensitive_answer_once")]
