"""A page that gives one subject in brief and leads on from there."""

from datetime import date

from django.db import models
from django.utils import timezone
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

from portal.pages.blocks import DownloadBlock, InBriefBlock, PageBodyBlock
from portal.pages.fields import StreamField
from portal.pages.models.base import BasePage


class HubPage(BasePage):
    """The essentials of a subject: an introduction, parts that open, and documents to download."""

    body = StreamField(PageBodyBlock(), blank=True, help_text="A few paragraphs that introduce the subject.")
    in_brief = StreamField(
        [("part", InBriefBlock())],
        blank=True,
        help_text="For example governance, funding, workforce and the wider NHS. Readers open the parts that they need.",
    )
    downloads = StreamField([("download", DownloadBlock())], blank=True)
    committee = models.CharField(
        "publishing committee", max_length=200, blank=True, help_text="Who answers for what this page says."
    )
    updated_on = models.DateField(
        "last updated",
        null=True,
        blank=True,
        help_text="Shown to readers. If you leave it empty, they see the day on which the page was last published.",
    )

    parent_page_types = ["pages.HomePage"]
    subpage_types = [
        "pages.ArticlePage",
        "pages.ExplainerPage",
        "pages.ListingPage",
        "pages.TimelinePage",
        "events.LearningPage",
        "toolkits.CalculatorPage",
        "enquiries.AdvicePage",
    ]
    template = "pages/hub_page.html"
    page_description = "A subject in brief, in parts that readers open, with documents to download."

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("body", heading="Introduction"),
        FieldPanel("in_brief"),
        FieldPanel("downloads"),
        MultiFieldPanel(
            [FieldPanel("committee"), FieldPanel("updated_on")], heading="Who publishes it, and when"
        ),
    ]

    class Meta:
        verbose_name = "hub page"

    @property
    def last_updated_on(self) -> date | None:
        """The day given by the editor, else the day of the last publication; `None` for a page never published."""
        if self.updated_on:
            return self.updated_on
        return timezone.localdate(self.last_published_at) if self.last_published_at else None
