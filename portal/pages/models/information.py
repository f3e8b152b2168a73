"""What every page has to lead to: who can use the portal, what it keeps about people, whom to write to."""

from django.db import models
from django.utils import timezone
from wagtail.admin.panels import FieldPanel

from portal.pages.blocks import PageBodyBlock
from portal.pages.fields import StreamField
from portal.pages.models.base import BasePage


class InformationPage(BasePage):
    """A page about the portal itself, such as its accessibility statement. All of them are linked at the foot of every page."""

    reviewed_on = models.DateField(
        "last reviewed",
        default=timezone.localdate,
        help_text="The day on which somebody last checked that all of it is true. Shown to readers.",
    )
    body = StreamField(PageBodyBlock())

    parent_page_types = ["pages.HomePage"]
    subpage_types: list[str] = []
    template = "pages/information_page.html"
    page_description = (
        "A page about the portal: accessibility, privacy, contact. Linked at the foot of every page."
    )

    content_panels = [*BasePage.content_panels, FieldPanel("reviewed_on"), FieldPanel("body")]

    class Meta:
        verbose_name = "page about the portal"
        verbose_name_plural = "pages about the portal"
