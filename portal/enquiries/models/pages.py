"""The page at which the advisory service begins."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, PageChooserPanel

from portal.enquiries.models.topics import AdviceTopic
from portal.pages.blocks import PageBodyBlock
from portal.pages.fields import StreamField
from portal.pages.models import BasePage


class AdvicePage(BasePage):
    """What advice there is, what of it is free, and the way to the form."""

    body = StreamField(PageBodyBlock(), blank=True)
    free = models.TextField(
        "what is free",
        blank=True,
        max_length=1000,
        help_text="For whom and how much. Shown beside the form too.",
    )
    paid = models.TextField(
        "what has to be paid for", blank=True, max_length=1000, help_text="Such as an hour with an adviser."
    )
    paid_address = models.CharField(
        "where that is bought",
        max_length=300,
        blank=True,
        help_text="An address in this portal, such as /booking/products/, or of another site.",
    )
    privacy_page = models.ForeignKey(
        "wagtailcore.Page",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Says how questions are kept. Whoever asks agrees to it.",
    )

    parent_page_types = ["pages.HomePage", "pages.HubPage"]
    subpage_types: ClassVar[list[str]] = []
    max_count = 1
    template = "enquiries/advice_page.html"
    page_description = "The start of the advisory service, with the way to the form."

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("body"),
        MultiFieldPanel(
            [FieldPanel("free"), FieldPanel("paid"), FieldPanel("paid_address")],
            heading="What is free and what is not",
        ),
        PageChooserPanel("privacy_page"),
    ]

    class Meta:
        verbose_name = "advisory service"

    @classmethod
    def current(cls) -> "AdvicePage | None":
        """The page that readers see, if there is one."""
        return cls.objects.live().select_related("privacy_page").first()

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), "topics": AdviceTopic.objects.offered()}
