"""Guidance together with what one needs to act on it."""

from wagtail.admin.panels import FieldPanel

from portal.pages.blocks import ChecklistGroupBlock, DownloadBlock, PageBodyBlock
from portal.pages.fields import StreamField
from portal.pages.models.base import BasePage, Dated


class ToolkitPage(Dated, BasePage):
    """Guidance, a checklist to print and tick, and templates to download."""

    body = StreamField(
        PageBodyBlock(), blank=True, help_text="What to do, in what order, and what goes wrong."
    )
    checklist = StreamField(
        [("group", ChecklistGroupBlock())],
        blank=True,
        help_text="Groups of things to do. Readers can print the list and tick it.",
    )
    templates_to_download = StreamField(
        [("download", DownloadBlock(label="Template"))],
        blank=True,
        verbose_name="templates",
        help_text="Documents that a network can fill in. Word files are easier to change than PDFs.",
    )

    parent_page_types = ["pages.ListingPage"]
    subpage_types: list[str] = []
    template = "pages/toolkit_page.html"
    page_description = "Guidance with a checklist and templates to download."

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("published_on"),
        FieldPanel("body", heading="Guidance"),
        FieldPanel("checklist"),
        FieldPanel("templates_to_download"),
    ]

    class Meta:
        verbose_name = "toolkit"
