"""A page that lists the pages below it."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel

from portal.pages.blocks import PageBodyBlock
from portal.pages.fields import StreamField
from portal.pages.models.base import BasePage

PAGES_A_SCREEN = 20


class ListingPage(BasePage):
    """An index of the pages below it in the order that editors give them: guidance, top tips or toolkits."""

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
    ]
    template = "pages/listing_page.html"
    page_description = "A list of the pages below it: guidance, top tips or toolkits."

    content_panels = [*BasePage.content_panels, FieldPanel("body", heading="Introduction")]

    class Meta:
        verbose_name = "listing page"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        pages = self.get_children().live().public().specific()
        listed = Paginator(pages, PAGES_A_SCREEN).get_page(request.GET.get("page"))
        return {**super().get_context(request, *args, **kwargs), "listed": listed}
