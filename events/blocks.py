"""Blocks of events alone."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from wagtail import blocks
from wagtail.documents import get_document_model
from wagtail.documents.blocks import DocumentChooserBlock

from portal.pages.films import are_captions, film_type

# The kinds of events that are learning, as they are called where there are several.
LEARNING = {
    "course": "Courses",
    "masterclass": "Masterclasses",
    "e-learning": "E-learning",
    "coaching": "Coaching",
    "webinar": "Webinars",
}


class LearningKindBlock(blocks.StructBlock):
    """A kind of learning: what it is like, and for whom."""

    kind = blocks.ChoiceBlock(choices=list(LEARNING.items()))
    text = blocks.CharBlock(max_length=400, help_text="What it is like, in two or three sentences.")
    for_whom = blocks.CharBlock(required=False, max_length=200, help_text="Whom it suits.")
    takes = blocks.CharBlock(required=False, max_length=80, help_text="How long it takes, such as “One day”.")

    class Meta:
        icon = "lightbulb"
        label = "Kind of learning"

    def get_searchable_content(self, value: blocks.StructValue) -> list[str]:
        """Its words as readers see them."""
        return [LEARNING[value["kind"]], value["text"], value["for_whom"] or "", value["takes"] or ""]


# What of a recording is a document.
FILES = ("film", "captions", "transcript", "slides")


class RecordingValue(blocks.StructValue):
    """Knows what kind of file its video is."""

    @property
    def content_type(self) -> str:
        return film_type(self["film"])


class RecordingBlock(blocks.StructBlock):
    """A video of an event, with what is said in it as text."""

    title = blocks.CharBlock(max_length=150, help_text="What it is about.")
    description = blocks.CharBlock(required=False, max_length=300)
    minutes = blocks.IntegerBlock(min_value=1, max_value=600, help_text="How long it is.")
    video = blocks.CharBlock(
        required=False,
        max_length=500,
        validators=[
            RegexValidator(
                r"^(/(?!/)|https://)[^\s\\]*$", "Give an address that begins with https:// or with /"
            )
        ],
        help_text="The address of the video, if it is kept elsewhere. It is linked to, not shown within the page.",
    )
    film = DocumentChooserBlock(
        required=False,
        label="Video file",
        help_text="The video itself, if it is kept here: WebM or MP4. Only those who may see the recordings get it.",
    )
    captions = DocumentChooserBlock(
        required=False,
        help_text="What is said in the video file, with times: a WebVTT file (.vtt). People who cannot hear it need it.",
    )
    transcript = DocumentChooserBlock(
        help_text="What is said, as text: for people who cannot hear it or would rather read."
    )
    slides = DocumentChooserBlock(required=False)

    def bulk_to_python(self, values: list[dict[str, Any]]) -> list[blocks.StructValue]:
        """As Wagtail does it, with one query for all files instead of one for each kind of them."""
        files = [{name: value.get(name) for name in FILES} for value in values]
        found = get_document_model().objects.in_bulk({pk for one in files for pk in one.values() if pk})
        rest = [{name: part for name, part in value.items() if name not in FILES} for value in values]
        recordings = super().bulk_to_python(rest)
        for recording, one in zip(recordings, files, strict=True):
            recording.update({name: found.get(pk) for name, pk in one.items()})
        return recordings

    def clean(self, value: blocks.StructValue) -> blocks.StructValue:
        cleaned = super().clean(value)
        faults = {}
        if cleaned["video"] and cleaned["film"]:
            faults["film"] = ValidationError("Give the address of the video or choose a file, not both.")
        elif cleaned["film"] and not film_type(cleaned["film"]):
            faults["film"] = ValidationError("Choose a WebM or MP4 file.")
        if cleaned["captions"] and not (cleaned["film"] and are_captions(cleaned["captions"])):
            faults["captions"] = ValidationError(
                "Choose a WebVTT file (.vtt), and the video file that it belongs to."
            )
        if faults:
            raise blocks.StructBlockValidationError(faults)
        return cleaned

    class Meta:
        icon = "media"
        value_class = RecordingValue
        template = "events/blocks/recording.html"
        description = "A video with its transcript and slides."
