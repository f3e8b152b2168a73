"""The working copy: Wagtail pages that editors write, and that readers see only once an edition has frozen them."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.module_loading import import_string
from wagtail.admin.panels import FieldPanel, HelpPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin
from wagtail.models import Page

from handbook.blocks import SectionBlock
from portal.pages.fields import StreamField
from portal.pages.models import BasePage

# Addresses of the handbook's own pages; a section with one of these would be hidden by them.
RESERVED_SLUGS = frozenset(
    {"amendments", "api", "as-at", "assets", "compare", "editions", "page", "pdf", "search", "whole"}
)


class HandbookPage(RoutablePageMixin, BasePage):
    """A handbook. Its addresses show editions (`handbook.reading`); the section pages below it are the working copy."""

    parent_page_types = ["pages.HomePage"]
    subpage_types = ["handbook.SectionPage"]
    admin_default_ordering = "ord"
    allowed_http_methods = Page.allowed_http_methods  # each view below says what it takes

    @classmethod
    def get_subpage_urls(cls) -> tuple[URLPattern, ...]:
        """The addresses below a handbook: functions in `handbook.views`, which this module must not import."""
        return import_string("handbook.urls.reader_urls")

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> list[dict[str, Any]]:
        """The handbook's own address and that of every section of the edition in force."""
        edition = self.editions.in_force(timezone.localdate())
        if edition is None:
            return super().get_sitemap_urls(request)
        home = self.get_full_url(request)
        anchors = edition.sections.present().values_list("anchor", flat=True)
        pages = ["", "whole/", "amendments/", *(f"{anchor}/" for anchor in anchors)]
        return [{"location": home + page, "lastmod": edition.published_at} for page in pages]

    def sections(self) -> models.QuerySet["SectionPage"]:
        """The working copy in reading order, drafts included."""
        return SectionPage.objects.descendant_of(self).order_by("path")


class SectionPage(Page):
    """A section or chapter of the working copy. Live means: accepted for the next edition.

    `translation_key` is the section's identity through every edition. An imported section remembers where it came
    from: `source_path` (the file's path in its folder, or number and title in a Word file) and `source_text`, the
    text it was made of, by which a later import recognises a file that was renamed.
    """

    body = StreamField(SectionBlock(), blank=True)
    review_by = models.DateField(
        null=True, blank=True, help_text="The day by which somebody should have read this section again."
    )
    source_path = models.CharField(max_length=500, blank=True, editable=False)
    source_text = models.TextField(blank=True, editable=False)

    parent_page_types = ["handbook.HandbookPage", "handbook.SectionPage"]
    subpage_types = ["handbook.SectionPage"]
    admin_default_ordering = "ord"
    template = "handbook/section_preview.html"
    content_panels = [
        HelpPanel(
            "<p>This is the working copy. Readers see a change only after it is in a published edition: publish the "
            "section here to accept it for the next edition, then choose <strong>Handbook editions</strong> in the menu.</p>"
        ),
        *Page.content_panels,
        FieldPanel("body"),
        FieldPanel("review_by"),
    ]
    promote_panels = [
        FieldPanel(
            "slug", help_text="The section's address below the handbook's. Old addresses lead to the new one."
        )
    ]

    @property
    def handbook(self) -> HandbookPage:
        return HandbookPage.objects.ancestor_of(self).get()

    def clean(self) -> None:
        """The reader's address is flat, so a slug may stand only once in the whole handbook."""
        super().clean()
        if self.slug in RESERVED_SLUGS:
            raise ValidationError({"slug": f"“{self.slug}” is the address of another page of the handbook."})
        # A page that is being added has no place in the tree yet: Wagtail sets its parent's path on save.
        if self.path and self.handbook.sections().filter(slug=self.slug).exclude(pk=self.pk).exists():
            raise ValidationError(
                {
                    "slug": f"Another section of this handbook has the address “{self.slug}”. Choose a different one."
                }
            )

    def get_url_parts(self, request: HttpRequest | None = None) -> tuple[int, str, str] | None:
        """The section's address is that of the edition in force, whatever chapter it stands in."""
        parts = self.handbook.get_url_parts(request)
        return parts and (parts[0], parts[1], f"{parts[2]}{self.slug}/")

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(self.get_url(request))

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        request.is_preview = True
        return TemplateResponse(request, self.template, self.get_context(request))

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> list[dict[str, Any]]:
        """None of its own: the handbook lists the sections of the edition in force."""
        return []
