"""The page on which networks work out what they are paid."""

from typing import ClassVar

from django.urls import URLPattern
from django.utils.module_loading import import_string
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin

from portal.pages.blocks import PageBodyBlock
from portal.pages.fields import StreamField
from portal.pages.models import BasePage


class CalculatorPage(RoutablePageMixin, BasePage):
    """A form for list size, year and posts, and what follows from the figures that editors keep."""

    body = StreamField(
        PageBodyBlock(),
        blank=True,
        verbose_name="introduction",
        help_text="What the figures are, and what they are not.",
    )

    parent_page_types = ["pages.HomePage", "pages.HubPage", "pages.ListingPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "toolkits/calculator_page.html"
    page_description = "Works out a network's funding from the figures that you keep under Figures."

    content_panels = [*BasePage.content_panels, FieldPanel("body")]

    class Meta:
        verbose_name = "calculator"

    @classmethod
    def get_subpage_urls(cls) -> tuple[URLPattern, ...]:
        """Its own address alone: a function in `portal.toolkits.views`, which this module must not import."""
        return import_string("portal.toolkits.urls.calculator_urls")
