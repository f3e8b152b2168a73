"""The blocks that any text is made of. Their templates render plain, semantic HTML, which editions freeze; `.prose` styles it."""

from typing import Any

from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTable, TypedTableBlock
from wagtail.images.blocks import ImageChooserBlock

INLINE = ["bold", "italic", "code", "link", "document-link"]
INLINE_AND_LISTS = [*INLINE, "ul", "ol"]
TEXT = ["h2", "h3", "h4", *INLINE, "ol", "ul", "hr", "superscript", "subscript"]

TEXTS = "Text and tables"
BOXES = "What stands out"
LINKS = "Links and cards"
OTHERS = "For special cases"

PREVIEW_TEXT = (
    "<h2>How your network decides</h2><p>Agree these points before the first vote:</p>"
    "<ul><li>who can vote</li><li>how many must be present</li><li>which decisions need everyone</li></ul>"
)


class TableBlock(TypedTableBlock):
    """A table with a heading for each column; cells hold a line of text with links."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            [
                ("text", blocks.RichTextBlock(features=INLINE, label="Text", required=False)),
                ("number", blocks.CharBlock(label="Number", required=False)),
            ],
            **options,
        )

    def get_preview_value(self) -> TypedTable:
        return self.to_python(
            {
                "columns": [{"type": "text", "heading": "Role"}, {"type": "number", "heading": "Posts"}],
                "rows": [
                    {"values": ["Clinical pharmacist", "5"]},
                    {"values": ["Social prescribing link worker", "3"]},
                ],
                "caption": "Posts in a typical network",
            }
        )

    class Meta:
        icon = "table"
        group = TEXTS
        template = "blocks/table.html"
        description = "Figures or facts in rows and columns. Choose “Number” for columns of figures."


class ImageBlock(blocks.StructBlock):
    """A picture with a description for those who cannot see it, or the word of its editor that it is decoration."""

    image = ImageChooserBlock()
    alt_text = blocks.CharBlock(
        required=False,
        label="Description",
        help_text="What the picture shows, for people who cannot see it.",
    )
    decorative = blocks.BooleanBlock(
        required=False,
        label="It is only decoration",
        help_text="Tick this if nobody misses anything who does not see the picture. Then leave the description empty.",
    )
    caption = blocks.CharBlock(required=False, help_text="A line under the picture, such as its source.")

    class Meta:
        icon = "image"
        group = TEXTS
        template = "blocks/image.html"
        description = "A picture with a caption. Never use it to show text."
        preview_template = "blocks/preview/image.html"
        preview_value: dict[str, Any] = {}

    def clean(self, value: blocks.StructValue) -> blocks.StructValue:
        """Asks for one of the two before readers see the picture; a draft may wait."""
        cleaned = super().clean(value)
        if self.is_deferred_validation or not cleaned["image"]:
            return cleaned
        is_described = bool(cleaned["alt_text"].strip())
        if is_described == bool(cleaned["decorative"]):
            name = cleaned["image"].title
            message = (
                f"“{name}” has a description and is marked as decoration. Take one of the two away."
                if is_described
                else f"“{name}” has no description. Say what it shows, or mark it as decoration."
            )
            raise blocks.StructBlockValidationError(block_errors={"alt_text": ValidationError(message)})
        return cleaned

    def get_prep_value(self, value: blocks.StructValue) -> dict[str, Any]:
        """What is stored: the mark only where there is one, so that old pictures stay as editions have frozen them."""
        stored = super().get_prep_value(value)
        if not stored["decorative"]:
            del stored["decorative"]
        return stored


class CodeBlock(blocks.StructBlock):
    """Text that must be shown exactly as typed."""

    language = blocks.CharBlock(
        required=False, help_text="Such as json or sql. Leave it empty for plain text."
    )
    code = blocks.TextBlock(help_text="Spaces and line breaks are kept.")

    class Meta:
        icon = "code"
        group = OTHERS
        template = "blocks/code.html"
        description = "Text that must be shown exactly as typed, such as a formula or a line of a file."
        preview_value = {"language": "", "code": "SNOMED code 1066391000000105\nRecorded by the link worker"}


class InsetBlock(blocks.StructBlock):
    """A passage that stands out from the text around it."""

    body = blocks.RichTextBlock(features=INLINE_AND_LISTS, help_text="Two or three sentences.")

    class Meta:
        icon = "openquote"
        group = BOXES
        template = "blocks/inset.html"
        description = "Something to notice, such as a quotation or an exception."
        preview_value = {
            "body": "<p>A network can cover fewer than 30,000 people if its commissioner agrees.</p>"
        }


class WarningBlock(blocks.StructBlock):
    """Something that goes wrong if it is missed."""

    title = blocks.CharBlock(default="Important", help_text="Two or three words.")
    body = blocks.RichTextBlock(
        features=INLINE_AND_LISTS, help_text="What to do or avoid, and what happens otherwise."
    )

    class Meta:
        icon = "warning"
        group = BOXES
        template = "blocks/warning.html"
        description = "Something that goes wrong if readers miss it. Use it once on a page at most."
        preview_value = {
            "title": "Important",
            "body": "<p>Do not share patient data before every practice has signed.</p>",
        }


class DetailsBlock(blocks.StructBlock):
    """Text that only some readers need, opened by its title."""

    title = blocks.CharBlock(help_text="Says what is inside, such as “If your practices disagree”.")
    body = blocks.RichTextBlock(features=INLINE_AND_LISTS)

    class Meta:
        icon = "collapse-down"
        group = BOXES
        template = "blocks/details.html"
        description = "Text that only some readers need. They open it by its title."
        preview_value = {
            "title": "If your practices disagree",
            "body": "<p>Follow the steps in your network agreement before you ask for help.</p>",
        }


class MarkdownBlock(blocks.TextBlock):
    """Markdown, for what the text editor cannot hold: a list with code or a table inside an item."""

    class Meta:
        icon = "edit"
        label = "Markdown"
        group = OTHERS
        template = "blocks/markdown.html"
        description = "Text in Markdown, for what the text editor cannot hold, such as a table inside a list."
        preview_value = "1. Agree the **date**\n2. Send the papers\n\n   - agenda\n   - last minutes"


class ProseBlock(blocks.StreamBlock):
    """What any text of the portal can be made of. Importers write these blocks and no others."""

    text = blocks.RichTextBlock(
        features=TEXT,
        group=TEXTS,
        template="blocks/text.html",
        preview_value=PREVIEW_TEXT,
        description="Headings, paragraphs, lists and links. Most of a page is made of these.",
    )
    table = TableBlock()
    image = ImageBlock()
    inset = InsetBlock()
    warning = WarningBlock()
    details = DetailsBlock()
    code = CodeBlock()
    markdown = MarkdownBlock()

    class Meta:
        required = False
        template = "blocks/stream.html"
