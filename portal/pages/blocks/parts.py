"""Blocks of one type of page alone: of the hub, of tips, of checklists and downloads."""

from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock

from portal.pages.blocks.prose import INLINE_AND_LISTS, PREVIEW_TEXT, ProseBlock


class InBriefBlock(blocks.StructBlock):
    """A part of a hub page that opens."""

    title = blocks.CharBlock(max_length=100, help_text="One or two words, such as “Governance”.")
    body = ProseBlock(required=True)

    class Meta:
        icon = "collapse-down"
        label = "Part"
        template = "blocks/in_brief.html"
        description = "A part of the page that readers open."
        preview_value = {"title": "Governance", "body": [{"type": "text", "value": PREVIEW_TEXT}]}


class DownloadBlock(blocks.StructBlock):
    """A document to download. Its type and size are shown."""

    document = DocumentChooserBlock()
    title = blocks.CharBlock(max_length=150, help_text="What it is, in words that a reader would use.")
    description = blocks.CharBlock(
        required=False, max_length=300, help_text="What it is for, and how to use it."
    )

    class Meta:
        icon = "download"
        template = "blocks/download.html"
        description = "A document to download, with its type and size."
        preview_template = "blocks/preview/download.html"
        preview_value = {
            "title": "Agenda for a first meeting",
            "description": "Two hours, with the decision wanted.",
        }


class TipBlock(blocks.StructBlock):
    """One tip: a short imperative and what it means."""

    heading = blocks.CharBlock(
        max_length=120, help_text="A short imperative, such as “Visit every practice”."
    )
    text = blocks.RichTextBlock(features=INLINE_AND_LISTS, help_text="Two to four sentences.")

    class Meta:
        icon = "pick"
        template = "blocks/tip.html"
        description = "One tip. Readers see it numbered."
        preview_value = {
            "heading": "Visit every practice",
            "text": "<p>Go before you chair your first meeting.</p>",
        }


class ChecklistItemBlock(blocks.StructBlock):
    """Something to do, and how."""

    text = blocks.CharBlock(max_length=200, help_text="Begins with a verb, such as “Set the quorum”.")
    help = blocks.CharBlock(
        required=False, max_length=300, help_text="A sentence on how, if it is not plain."
    )


class ChecklistGroupBlock(blocks.StructBlock):
    """Things to do that belong together."""

    heading = blocks.CharBlock(max_length=120, help_text="What they have in common, such as “Money and tax”.")
    items = blocks.ListBlock(ChecklistItemBlock())

    class Meta:
        icon = "list-ul"
        label = "Group"
        template = "blocks/checklist_group.html"
        description = "Things to do that belong together, with boxes to tick on paper."
        preview_value = {
            "heading": "Money and tax",
            "items": [
                {"text": "Open a separate account", "help": "Two people approve each payment."},
                {"text": "Make a first-year budget", "help": ""},
            ],
        }
