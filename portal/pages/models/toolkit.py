"""Guidance together with what one needs to act on it."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid5

from wagtail.admin.panels import FieldPanel
from wagtail.blocks import StreamValue

from portal.pages.blocks import ChecklistGroupBlock, DownloadBlock, PageBodyBlock
from portal.pages.fields import StreamField
from portal.pages.models.base import BasePage, Dated

# Things to do that were stored without an id get one made of their words: the same in every version of the page.
NAMELESS = UUID("6f0b4a52-9d0e-4c5b-8a53-0f6a5d2b7c11")


def id_of_words(heading: str, text: str, number: int) -> str:
    """The id of a thing to do that has none: `number` tells those apart that have the same heading and text."""
    return str(uuid5(NAMELESS, f"{heading}\n{text}\n{number}"))


class ToolkitPage(Dated, BasePage):
    """Guidance, a checklist to print and tick, and templates to download."""

    body = StreamField(
        PageBodyBlock(), blank=True, help_text="What to do, in what order, and what goes wrong."
    )
    checklist = StreamField(
        [("group", ChecklistGroupBlock())],
        blank=True,
        help_text="Groups of things to do. Readers can print the list; networks tick it here. "
        "What you change is said beside what a network has ticked, so change a line rather than deleting it and adding another.",
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

    def save(self, *args: Any, **kwargs: Any) -> None:
        name_things(self.checklist)
        super().save(*args, **kwargs)


def name_things(checklist: StreamValue) -> None:
    """Gives each thing to do an id that stays with it, where it was stored without one or shares that of an earlier one."""
    known: set[str] = set()
    for heading, child in _things(checklist):
        if child.original_id is None or child.id in known:
            number = 1
            while (made := id_of_words(heading, child.value["text"], number)) in known:
                number += 1
            child.id = child.original_id = made
        known.add(child.id)


def _things(checklist: StreamValue) -> Iterator[tuple[str, Any]]:
    for group in checklist:
        for child in group.value["items"].bound_blocks:
            yield group.value["heading"], child
