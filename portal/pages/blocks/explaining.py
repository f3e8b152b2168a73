"""Blocks that explain: facts in figures, and an animation with its transcript."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock

from portal.pages.blocks.library import ADDRESS
from portal.pages.blocks.prose import INLINE_AND_LISTS
from portal.pages.films import are_captions, film_type

# What the portal has drawn itself. Each plays for 5 seconds at most and then rests with everything in view.
DRAWINGS = {"how-networks-work": "How a network is made"}


class FigureBlock(blocks.StructBlock):
    """A figure, what it counts, who says so and for when."""

    number = blocks.CharBlock(
        max_length=30, help_text="As readers see it, such as “1,250” or “30,000 to 50,000”."
    )
    counts = blocks.CharBlock(max_length=150, help_text="What it counts, such as “networks in England”.")
    source = blocks.CharBlock(max_length=120, help_text="Who says so.")
    address = blocks.CharBlock(
        required=False,
        max_length=500,
        validators=[ADDRESS],
        help_text="Where they say so, if it can be read.",
    )
    holds_for = blocks.DateBlock(label="Holds for", help_text="The day for which the source gives it.")

    class Meta:
        icon = "plus"
        template = "blocks/figure.html"
        description = "A figure with what it counts, its source and the day for which it holds."
        preview_value = {
            "number": "1,250",
            "counts": "networks in England",
            "source": "Sign-up of practices",
            "address": "",
            "holds_for": date(2020, 5, 31),
        }


class AnimationValue(blocks.StructValue):
    """Knows what kind of file a film is."""

    @property
    def content_type(self) -> str:
        return film_type(self["film"])


class AnimationBlock(blocks.StructBlock):
    """A short animation or film, with all that it says and shows as text."""

    title = blocks.CharBlock(max_length=120, help_text="What it explains.")
    drawing = blocks.ChoiceBlock(
        choices=list(DRAWINGS.items()), required=False, help_text="An animation that comes with the portal."
    )
    film = DocumentChooserBlock(required=False, help_text="Or a film of yours: WebM or MP4.")
    captions = DocumentChooserBlock(
        required=False, help_text="What is said in the film, with times: a WebVTT file (.vtt)."
    )
    address = blocks.CharBlock(
        required=False,
        max_length=500,
        validators=[ADDRESS],
        help_text="Or the address of a film that is kept elsewhere. It is linked to, not shown within the page.",
    )
    transcript = blocks.RichTextBlock(
        features=INLINE_AND_LISTS,
        help_text="All that is said and shown, for people who cannot see or hear it.",
    )

    class Meta:
        icon = "media"
        template = "blocks/animation.html"
        value_class = AnimationValue
        description = "A short animation or film with a transcript."
        preview_value = {
            "title": "How a network is made",
            "drawing": "how-networks-work",
            "film": None,
            "captions": None,
            "address": "",
            "transcript": "<p>Six practices stand apart. Lines join them.</p>",
        }

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if errors := dict(_faults(cleaned)):
            raise blocks.StructBlockValidationError(
                block_errors={name: ValidationError(message) for name, message in errors.items()}
            )
        return cleaned

    def get_searchable_content(self, value: blocks.StructValue) -> list[str]:
        """Its words: where the film lies is none."""
        return [
            value["title"],
            *self.child_blocks["transcript"].get_searchable_content(value["transcript"]),
        ]


def _faults(value: blocks.StructValue) -> list[tuple[str, str]]:
    """What an editor has to mend, by field."""
    faults = []
    if sum(bool(value[name]) for name in ("drawing", "film", "address")) != 1:
        faults.append(("drawing", "Choose an animation, choose a film or give an address: one of the three."))
    if value["film"] and not film_type(value["film"]):
        faults.append(("film", "Choose a WebM or MP4 file."))
    if value["film"] and not value["captions"]:
        faults.append(("captions", "A film needs captions, for people who cannot hear it."))
    if value["captions"] and (not value["film"] or not are_captions(value["captions"])):
        faults.append(("captions", "Choose a WebVTT file (.vtt), and the film that it belongs to."))
    return faults
