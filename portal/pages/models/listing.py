"""A page that lists the pages below it."""

from django.urls import URLPattern
from django.utils.module_loading import import_string
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin

from portal.pages.blocks import PageBodyBlock
from portal.pages.fields import StreamField
from portal.pages.models.base import BasePage


class ListingPage(RoutablePageMixin, BasePage):
    """An index of the pages below it in the order that editors give them: guidance, top tips or toolkits."""

    has_feed = True

    body = StreamField(
        PageBodyBlock(), blank=True, help_text="A short introduction above the list, if one is needed."
    )

    parent_page_types = ["pages.HomePage", "pages.HubPage"]
    subpage_types = [
        "pages.ArticlePage",
        "pages.AudiencePage",
        "pages.ExplainerPage",
        "pages.TimelinePage",
        "pages.TopTipsPage",
        "pages.ToolkitPage",
        "toolkits.CalculatorPage",
    ]
    template = "pages/listing_page.html"
    page_description = "A list of the pages below it: guidance, top tips or toolkits."

    content_panels = [*BasePage.content_panels, FieldPanel("body", heading="Introduction")]

    class Meta:
        verbose_name = "listing page"

    @classmethod
    def get_subpage_urls(cls) -> tuple[URLPattern, ...]:
        return import_string("portal.pages.urls.listing_urls")
