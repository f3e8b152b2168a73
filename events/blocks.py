"""Blocks of events alone."""

from django.core.validators import RegexValidator
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock


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
        help_text="The address of the video. It is linked to, not shown within the page.",
    )
    transcript = DocumentChooserBlock(
        help_text="What is said, as text: for people who cannot hear it or would rather read."
    )
    slides = DocumentChooserBlock(required=False)

    class Meta:
        icon = "media"
        template = "events/blocks/recording.html"
        description = "A video with its transcript and slides."
