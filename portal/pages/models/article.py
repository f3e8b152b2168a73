"""A text on one subject."""

from django.db import models
from wagtail.admin.panels import FieldPanel

from portal.pages.blocks import PageBodyBlock
from portal.pages.fields import StreamField
from portal.pages.models.base import BasePage, Dated


class ArticlePage(Dated, BasePage):
    """Guidance on one subject, or news, with its author and date."""

    author = models.CharField(
        max_length=200,
        blank=True,
        help_text="A person or a committee. Leave empty if the association speaks.",
    )
    body = StreamField(PageBodyBlock())

    parent_page_types = ["pages.HomePage", "pages.HubPage", "pages.ListingPage"]
    subpage_types: list[str] = []
    template = "pages/article_page.html"
    page_description = "Guidance on one subject, with its author and date."

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("author"),
        FieldPanel("published_on"),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = "article"
