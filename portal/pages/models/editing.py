"""What editors have agreed on about keeping pages right, and the pages that somebody has read again."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting
from wagtail.contrib.settings.registry import register_setting
from wagtail.models import Page


@register_setting(icon="edit", order=250)
class EditingRules(BaseGenericSetting):
    """When a page has to be read again, and when reviewers are reminded. There is at most one row; without it the defaults hold."""

    stale_after_months = models.PositiveSmallIntegerField(
        "months until a page is read again",
        default=12,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
        help_text="A page that nobody has published or read again for so long is on the editors’ board.",
    )

    remind_after_days = models.PositiveSmallIntegerField(
        "working days until reviewers are reminded",
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(30)],
        help_text="Of a page or an edition that waits for their approval; then once a week.",
    )

    panels = [FieldPanel("stale_after_months"), FieldPanel("remind_after_days")]

    class Meta:
        verbose_name = "editing"
        constraints = [
            models.CheckConstraint(
                condition=Q(stale_after_months__gte=1, stale_after_months__lte=120),
                name="editing_months_are_sensible",
            ),
            models.CheckConstraint(
                condition=Q(remind_after_days__gte=1, remind_after_days__lte=30),
                name="editing_days_are_sensible",
            ),
        ]

    def __str__(self) -> str:
        return "Editing"

    @classmethod
    def current(cls) -> "EditingRules":
        """The rules as they are. Reading them never writes a row."""
        return cls.objects.first() or cls()


class PageReview(models.Model):
    """When somebody last said of a page that they have read it again and that it still holds. Who it was is in its history."""

    page = models.OneToOneField(Page, on_delete=models.CASCADE, related_name="last_review")
    reviewed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.page}: {self.reviewed_at:%d %B %Y}"
