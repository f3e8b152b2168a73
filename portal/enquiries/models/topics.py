"""What advice is given about, who answers, and in how many days."""

from django.contrib.auth.models import Group
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from wagtail.admin.panels import FieldPanel


class AdviceTopicQuerySet(models.QuerySet["AdviceTopic"]):
    def offered(self) -> "AdviceTopicQuerySet":
        """Those that people can choose now."""
        return self.filter(is_offered=True)


class AdviceTopic(models.Model):
    """A subject on which advice is given, such as employment. Those who answer are the members of its group."""

    name = models.CharField(max_length=80, unique=True)
    hint = models.CharField(
        max_length=200, blank=True, help_text="What belongs here, in one sentence. Shown below the name."
    )
    group = models.ForeignKey(
        Group,
        null=True,  # without a group only those answer who may answer everything
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name="who answers",
        help_text="The group of staff whose members see and answer these questions.",
    )
    adviser_email = models.EmailField(
        "shared address",
        blank=True,
        help_text="Where new questions are told of, if not to each member of the group. A mailbox of yours, such as advice@….",
    )
    answer_days = models.PositiveSmallIntegerField(
        "working days until the answer",
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text="The promise. Weekends and the bank holidays of England do not count, nor does the day of the question.",
    )
    is_offered = models.BooleanField("people can choose it", default=True)
    position = models.PositiveSmallIntegerField(default=0, help_text="The smallest comes first.")

    objects = AdviceTopicQuerySet.as_manager()

    panels = [
        FieldPanel("name"),
        FieldPanel("hint"),
        FieldPanel("group"),
        FieldPanel("adviser_email"),
        FieldPanel("answer_days"),
        FieldPanel("is_offered"),
        FieldPanel("position"),
    ]

    class Meta:
        ordering = ["position", "name"]
        verbose_name = "topic of advice"
        verbose_name_plural = "topics of advice"
        constraints = [
            models.CheckConstraint(
                condition=Q(answer_days__gte=1, answer_days__lte=60), name="topic_days_are_few"
            ),
        ]

    def __str__(self) -> str:
        return self.name
