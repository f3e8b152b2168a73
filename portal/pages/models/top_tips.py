"""Short advice in numbered tips."""

from wagtail.admin.panels import FieldPanel

from portal.pages.blocks import PageBodyBlock, TipBlock
from portal.pages.fields import StreamField
from portal.pages.models.base import BasePage, Dated


class TopTipsPage(Dated, BasePage):
    """An introduction and numbered tips, each a short imperative with a few sentences."""

    introduction = StreamField(
        PageBodyBlock(), blank=True, help_text="Why these tips, and who they come from."
    )
    tips = StreamField([("tip", TipBlock())], help_text="Seven to ten tips. Readers see them numbered.")

    parent_page_types = ["pages.ListingPage"]
    subpage_types: list[str] = []
    template = "pages/top_tips_page.html"
    page_description = "Practical advice in numbered tips."

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("published_on"),
        FieldPanel("introduction"),
        FieldPanel("tips"),
    ]

    class Meta:
        verbose_name = "top tips"
        verbose_name_plural = "top tips"
