"""Blocks of the pages around the handbook: chapters, questions with links, steps in time, and what is gathered for somebody."""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from wagtail import blocks

from portal.pages.blocks.page import LinkedCardBlock
from portal.pages.blocks.prose import INLINE_AND_LISTS, PREVIEW_TEXT, ProseBlock

ADDRESS = RegexValidator(
    r"^(/(?!/)|https://)[^\s\\]*$", "Give an address that begins with https:// or with /"
)


class ChapterBlock(blocks.StructBlock):
    """A chapter of a briefing."""

    title = blocks.CharBlock(max_length=150)
    body = ProseBlock(required=True, help_text="Headings within a chapter begin at the third level.")

    class Meta:
        icon = "list-ol"
        template = "blocks/chapter.html"
        description = "A chapter. Readers see it numbered."
        preview_value = {
            "title": "What the money is for",
            "body": [{"type": "text", "value": PREVIEW_TEXT.replace("h2>", "h3>")}],
        }


class ResourceLinkBlock(blocks.StructBlock):
    """A link that somebody has followed, with what they found."""

    title = blocks.CharBlock(max_length=200, help_text="What it is called there.")
    address = blocks.CharBlock(
        max_length=500,
        validators=[ADDRESS],
    )
    source = blocks.CharBlock(max_length=120, help_text="Who publishes it, such as “NHS England”.")
    dated = blocks.DateBlock(required=False, help_text="The date that it bears, if it bears one.")
    note = blocks.CharBlock(
        required=False, max_length=240, help_text="What readers find there, in one sentence."
    )
    checked_on = blocks.DateBlock(help_text="The day on which somebody last followed the link.")
    status = blocks.ChoiceBlock(
        choices=[
            ("works", "It was there"),
            ("older", "It was there, but parts of it no longer hold"),
            ("gone", "It was gone"),
        ],
        default="works",
        help_text="What they found.",
    )

    class Meta:
        icon = "link"
        label = "Link"

    def get_searchable_content(self, value: blocks.StructValue) -> list[str]:
        """Its words: the address and what became of it are none."""
        return [value["title"], value["source"], value["note"] or ""]


class QuestionBlock(blocks.StructBlock):
    """A question with a short answer and where to read on."""

    question = blocks.CharBlock(max_length=200, help_text="As readers ask it.")
    answer = blocks.RichTextBlock(
        required=False, features=INLINE_AND_LISTS, help_text="The short answer, if there is one."
    )
    links = blocks.ListBlock(ResourceLinkBlock(), min_num=1)

    class Meta:
        icon = "help"
        template = "blocks/question.html"
        description = "A question with a short answer and links to where it is answered in full."
        preview_value = {
            "question": "Who holds the contract?",
            "answer": "<p>Each practice holds its own.</p>",
            "links": [
                {
                    "title": "What a network is",
                    "address": "/handbook/what-a-network-is/",
                    "source": "PCN handbook",
                    "dated": None,
                    "note": "",
                    "checked_on": date(2026, 3, 1),
                    "status": "works",
                }
            ],
        }


class StepValue(blocks.StructValue):
    """Knows the last day of a step."""

    @property
    def last_day(self) -> date | None:
        """The day before it is over, if it lasts for more than one."""
        last = self["ends_on"] - timedelta(days=1) if self["ends_on"] else None
        return last if last and last > self["begins_on"] else None


class StepBlock(blocks.StructBlock):
    """Something that begins on a day."""

    begins_on = blocks.DateBlock(label="Day", help_text="The day on which it happens or begins.")
    ends_on = blocks.DateBlock(
        required=False,
        label="Until before",
        help_text="The first day on which it is over. Empty for one day.",
    )
    title = blocks.CharBlock(max_length=150)
    text = blocks.RichTextBlock(required=False, features=INLINE_AND_LISTS, help_text="What it means.")
    address = blocks.CharBlock(
        required=False, max_length=500, validators=[ADDRESS], help_text="Where readers can read more."
    )
    link_text = blocks.CharBlock(
        required=False, max_length=120, help_text="The words of the link, which say where it leads."
    )

    class Meta:
        icon = "date"
        template = "blocks/step.html"
        value_class = StepValue
        description = "Something that begins on a day, and what it means."
        preview_value = {
            "begins_on": date(2026, 4, 1),
            "ends_on": None,
            "title": "The new contract begins",
            "text": "<p>Practices have signed by the day before.</p>",
            "address": "",
            "link_text": "",
        }

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if bool(cleaned["address"]) != bool(cleaned["link_text"]):
            message = "Give an address and the words of the link, or neither."
            raise blocks.StructBlockValidationError(block_errors={"address": ValidationError(message)})
        if cleaned["ends_on"] and cleaned["ends_on"] <= cleaned["begins_on"]:
            message = "It has to be over after the day on which it begins."
            raise blocks.StructBlockValidationError(block_errors={"ends_on": ValidationError(message)})
        return cleaned


class GatheredBlock(blocks.StructBlock):
    """A group of pages, sections and resources."""

    heading = blocks.CharBlock(max_length=120, help_text="What they have in common.")
    cards = blocks.ListBlock(LinkedCardBlock(), min_num=1, max_num=12)

    class Meta:
        icon = "folder-open-inverse"
        label = "Group"
        template = "blocks/gathered.html"
        description = "Pages, sections of the handbook and resources that belong together."
        preview_value = {"heading": "Your contract", "cards": [LinkedCardBlock._meta_class.preview_value] * 2}
