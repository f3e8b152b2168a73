"""What happened, happens and will happen, in order of time."""

from typing import ClassVar

from django.urls import URLPattern
from django.utils.module_loading import import_string
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin

from portal.pages.blocks import PageBodyBlock, StepBlock
from portal.pages.fields import StreamField
from portal.pages.models.base import BasePage, Dated


class TimelinePage(RoutablePageMixin, Dated, BasePage):
    """Dated steps: past, going on and to come. Also as a calendar."""

    body = StreamField(PageBodyBlock(), blank=True, verbose_name="introduction")
    steps = StreamField([("step", StepBlock())], help_text="In any order: readers see them by date.")

    parent_page_types = ["pages.HomePage", "pages.HubPage", "pages.ListingPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "pages/timeline_page.html"
    page_description = "Dated steps: past, now and to come. Readers can put them into their calendars."

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("published_on"),
        FieldPanel("body"),
        FieldPanel("steps"),
    ]

    class Meta:
        verbose_name = "timeline"

    @classmethod
    def get_subpage_urls(cls) -> tuple[URLPattern, ...]:
        """The addresses of a timeline: functions in `portal.pages.views`, which this module must not import."""
        return import_string("portal.pages.urls.timeline_urls")
