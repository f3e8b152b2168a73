"""The page at the portal's front door."""

from django.db import models
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from wagtail.admin.panels import FieldPanel
from wagtail.url_routing import RouteResult

from portal.pages.blocks import LinkedCardBlock
from portal.pages.fields import StreamField
from portal.pages.models.base import BasePage


class HomePage(BasePage):
    """The home page: a lead, cards that lead to the main parts, and steps for those who are new."""

    lead = models.CharField(
        max_length=300,
        blank=True,
        help_text="One sentence under the title that says what readers can do here.",
    )
    cards = StreamField(
        [("card", LinkedCardBlock(icon="doc-full", label="Card"))],
        blank=True,
        max_num=6,
        help_text="The main parts of the portal, two in a row.",
    )
    steps = StreamField(
        [("step", LinkedCardBlock(icon="arrow-right", label="Step"))],
        blank=True,
        max_num=5,
        help_text="Where a new clinical director should begin, in order.",
    )

    parent_page_types = ["wagtailcore.Page"]
    subpage_types = [
        "pages.HubPage",
        "pages.ListingPage",
        "pages.ArticlePage",
        "pages.AudiencePage",
        "pages.BlogIndexPage",
        "pages.BriefingIndexPage",
        "pages.CaseStudyIndexPage",
        "pages.DownloadIndexPage",
        "pages.ExplainerPage",
        "pages.InformationPage",
        "pages.ResourceIndexPage",
        "pages.TimelinePage",
        "handbook.HandbookPage",
        "events.EventIndexPage",
        "toolkits.CalculatorPage",
        "enquiries.AdvicePage",
        "events.LearningPage",
    ]
    max_count = 1
    template = "pages/home_page.html"
    page_description = "The front door: the main parts of the portal, and where to begin."

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("lead"),
        FieldPanel("cards"),
        FieldPanel("steps", heading="Where to begin"),
    ]

    class Meta:
        verbose_name = "home page"

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """The page that routing begins at is kept for a while (`navigation.site_for`); it is shown as the database has it."""
        if path_components:
            return super().route(request, path_components)
        return super(HomePage, get_object_or_404(HomePage, pk=self.pk)).route(request, [])
