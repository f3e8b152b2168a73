"""For whom something is, and the page that gathers what is for them."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from portal.pages.blocks import GatheredBlock, PageBodyBlock
from portal.pages.fields import StreamField
from portal.pages.models.base import BasePage, Dated
from portal.pages.models.case_study import Label

BRIEFINGS_FOR_THEM = 5


class Audience(Label):
    """People in one kind of post, such as practice managers."""


class AudiencePage(Dated, BasePage):
    """Guidance for one audience: what they should know, and pages, sections and resources gathered for them."""

    audience = models.ForeignKey(Audience, on_delete=models.PROTECT, related_name="pages")
    body = StreamField(
        PageBodyBlock(), blank=True, help_text="What concerns them most, before they read on elsewhere."
    )
    gathered = StreamField(
        [("group", GatheredBlock())],
        blank=True,
        help_text="Pages, sections of the handbook and resources, in groups such as “Your contract”.",
    )

    parent_page_types = ["pages.HomePage", "pages.ListingPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "pages/audience_page.html"
    page_description = "What is for one audience, such as sessional GPs or practice managers."

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("audience"),
        FieldPanel("published_on"),
        FieldPanel("body", heading="Guidance"),
        FieldPanel("gathered"),
    ]

    class Meta:
        verbose_name = "guidance for an audience"
        verbose_name_plural = "guidance for audiences"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        readers = self.audience.briefings.filter(briefing__page_ptr__in=Page.objects.live().public())
        rows = readers.select_related("briefing").defer("briefing__introduction", "briefing__chapters")
        return {
            **super().get_context(request, *args, **kwargs),
            "briefings": rows.order_by("-briefing__published_on", "briefing__title")[:BRIEFINGS_FOR_THEM],
            "structured": {"audience": {"@type": "Audience", "audienceType": self.audience.name}},
        }
