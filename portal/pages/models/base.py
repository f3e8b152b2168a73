"""What every page of the portal has."""

from typing import Any

from django.apps import apps
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import strip_tags
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page, PageViewRestriction
from wagtail.url_routing import RouteResult

# The addresses of a list's own pages; a page below with one of these would be hidden by them.
RESERVED_SLUGS = frozenset({"feed"})


TYPES_BELOW = "pages.types-below.{}"
MOST_TYPES = 1000


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

    # The pages above, from the home page down, for a page that was found by its address.
    above: list[Page] | None = None

    class Meta:
        abstract = True

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """As Wagtail does it; a page below is read once, as what it is, and knows the way back up."""
        self.above = self.above or []
        if path_components and (below := self._below(path_components[0])):
            below._cached_parent_obj, below.above = self, [*self.above, self]
            return below.route(request, path_components[1:])
        return super().route(request, path_components)

    def _below(self, slug: str) -> Page | None:
        """The page below with that slug, in one query once its type is known: what type it had is kept, where it is never trusted."""
        key = TYPES_BELOW.format(self.pk)
        types = cache.get(key, {})
        if slug in types:
            pages = apps.get_model(types[slug]).objects.child_of(self).filter(slug=slug)
            page = pages.annotate(pages_are_restricted=Exists(PageViewRestriction.objects.all())).first()
            if page is not None:
                return page
        page = self.get_children().filter(slug=slug).first()
        if page is None:
            return None
        types = {**types, slug: page.specific_class._meta.label} if len(types) < MOST_TYPES else {}
        cache.set(key, types)
        return page.specific

    def clean(self) -> None:
        super().clean()
        if self.slug in RESERVED_SLUGS:
            raise ValidationError({"slug": f"“{self.slug}” is the address of another page."})

    def get_view_restrictions(self) -> models.QuerySet[PageViewRestriction]:
        """Wagtail's answer, without its two queries while nobody has restricted any page: whoever read the page has asked for that."""
        are_restricted = getattr(self, "pages_are_restricted", None)
        if are_restricted is None:
            are_restricted = PageViewRestriction.objects.exists()
        return super().get_view_restrictions() if are_restricted else PageViewRestriction.objects.none()


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
