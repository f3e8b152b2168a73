"""Something explained from the beginning: an animation, facts in figures, and steps."""

from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel

from portal.pages.blocks import AnimationBlock, FigureBlock, LinkedCardBlock, PageBodyBlock, TipBlock
from portal.pages.fields import StreamField
from portal.pages.models.base import BasePage, Dated


class ExplainerPage(Dated, BasePage):
    """An overview for people who come to a subject for the first time."""

    body = StreamField(PageBodyBlock(), blank=True, verbose_name="introduction")
    animation = StreamField(
        [("animation", AnimationBlock())],
        blank=True,
        max_num=2,
        help_text="With a transcript of all it says and shows.",
    )
    figures = StreamField(
        [("figure", FigureBlock())],
        blank=True,
        max_num=8,
        verbose_name="facts in figures",
        help_text="Each with its source and the day for which it holds.",
    )
    steps = StreamField(
        [("step", TipBlock(label="Step"))],
        blank=True,
        help_text="How it works, step by step. Readers see them numbered.",
    )
    related = StreamField(
        [("card", LinkedCardBlock())], blank=True, max_num=6, verbose_name="where to read on"
    )

    parent_page_types = ["pages.HomePage", "pages.HubPage", "pages.ListingPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "pages/explainer_page.html"
    page_description = "A subject explained: an animation, facts in figures, and steps."

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("published_on"),
        FieldPanel("body"),
        FieldPanel("animation"),
        FieldPanel("figures"),
        FieldPanel("steps"),
        FieldPanel("related"),
    ]

    class Meta:
        verbose_name = "explainer"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        films = [block.value for block in self.animation if block.value["film"]]
        structured: dict[str, Any] = {"citation": [_citation(block.value) for block in self.figures]}
        if films:
            structured["video"] = [self._film(film) for film in films]
        return {**super().get_context(request, *args, **kwargs), "structured": structured}

    def _film(self, value: Any) -> dict[str, str]:
        return {
            "@type": "VideoObject",
            "name": value["title"],
            "uploadDate": self.published_on.isoformat(),
            "contentUrl": f"{settings.BASE_URL}{value['film'].url}",
            "encodingFormat": value.content_type,
        }


def _citation(value: Any) -> dict[str, str]:
    known = {
        "@type": "CreativeWork",
        "name": f"{value['number']} {value['counts']}",
        "publisher": value["source"],
        "temporalCoverage": value["holds_for"].isoformat(),
    }
    return {**known, "url": value["address"]} if value["address"] else known
