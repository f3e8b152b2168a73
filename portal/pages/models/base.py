"""What every page of the portal has."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.html import strip_tags
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page, PageViewRestriction

# The addresses of a list's own pages; a page below with one of these would be hidden by them.
RESERVED_SLUGS = frozenset({"feed"})


class BasePage(Page):
    """A page with a summary, which listings, search engines and the page's own lead paragraph use."""

    summary = models.CharField(
        max_length=240,
        blank=True,
        help_text="One or two sentences that say who this is for and what it helps them do. Shown under the title and in lists.",
    )

    allowed_http_methods = [
        "GET",
        "HEAD",
        "OPTIONS",
    ]  # a page takes nothing; forms have addresses of their own

    content_panels = [*Page.content_panels, FieldPanel("summary")]

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        if self.slug in RESERVED_SLUGS:
            raise ValidationError({"slug": f"“{self.slug}” is the address of another page."})

    def get_view_restrictions(self) -> models.QuerySet[PageViewRestriction]:
        """Wagtail's answer, in one query instead of two while nobody has restricted any page."""
        if PageViewRestriction.objects.exists():
            return super().get_view_restrictions()
        return PageViewRestriction.objects.none()


class Dated(models.Model):
    """A page that shows the day on which it was published, as its editor gives it."""

    published_on = models.DateField(
        "date",
        default=timezone.localdate,
        help_text="Shown to readers. Change it when you have checked the whole page again.",
    )

    class Meta:
        abstract = True


WORDS_A_MINUTE = 220


class ReadAtLength(models.Model):
    """A page that says how long it takes to read."""

    class Meta:
        abstract = True

    def texts(self) -> list[Any]:
        """The values of the StreamFields that are to be read."""
        return [self.body]

    @property
    def reading_minutes(self) -> int:
        """Whole minutes, one at least."""
        found = [part for text in self.texts() for part in text.stream_block.get_searchable_content(text)]
        words = sum(len(strip_tags(str(part)).split()) for part in found)
        return max(1, round(words / WORDS_A_MINUTE))
