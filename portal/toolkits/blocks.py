"""What editors say about a document to fill in: one block for each placeholder."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from wagtail import blocks

PLACEHOLDER_NAME = r"[a-z][a-z0-9_]{0,39}"
KINDS = [
    ("text", "A line of text"),
    ("long", "A longer text, in which line breaks are kept"),
    ("date", "A date"),
    ("list", "A list: each line is a point of its own"),
    ("choice", "One of several choices"),
]
KNOWN = [("network", "the reader's network"), ("person", "the reader's name")]


class FillFieldBlock(blocks.StructBlock):
    """A field of the form: what stands in the place of `{{ name }}` in the document."""

    name = blocks.CharBlock(
        max_length=40,
        validators=[
            RegexValidator(
                rf"^{PLACEHOLDER_NAME}$",
                "Use small letters, numbers and underscores, and begin with a letter.",
            )
        ],
        help_text="As in the document: “meeting_date” for {{ meeting_date }}.",
    )
    label = blocks.CharBlock(
        max_length=120, help_text="What the reader is asked for, such as “Date of the meeting”."
    )
    hint = blocks.CharBlock(
        required=False, max_length=240, help_text="How to fill it in, if it is not plain."
    )
    kind = blocks.ChoiceBlock(choices=KINDS, default="text")
    choices = blocks.TextBlock(
        required=False, max_length=2000, rows=3, help_text="For one of several choices: one on each line."
    )
    required = blocks.BooleanBlock(required=False, default=True, label="Has to be filled in")
    known = blocks.ChoiceBlock(
        choices=KNOWN,
        required=False,
        label="Begins with",
        help_text="What people who are signed in need not type.",
    )

    class Meta:
        icon = "form"
        label = "Field"

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if (cleaned["kind"] == "choice") != (len(choices_of(cleaned)) > 1):
            message = (
                "Give two choices or more, one on each line, if the reader is to choose; otherwise none."
            )
            raise blocks.StructBlockValidationError(block_errors={"choices": ValidationError(message)})
        return cleaned


def choices_of(value: Any) -> list[str]:
    """The choices that an editor has typed, without empty lines and without repeating one."""
    return list(dict.fromkeys(line.strip() for line in (value["choices"] or "").splitlines() if line.strip()))
