"""The blocks that texts are made of. Their templates in `templates/blocks/` render plain, semantic HTML; `.prose` styles it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTable, TypedTableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

INLINE = ["bold", "italic", "link", "document-link"]
INLINE_AND_LISTS = [*INLINE, "ul", "ol"]
TEXT = ["h2", "h3", "h4", *INLINE, "ol", "ul", "hr", "code", "superscript", "subscript"]

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
    """A picture with a description for those who cannot see it."""

    image = ImageChooserBlock()
    alt_text = blocks.CharBlock(
        required=False,
        help_text="What the picture shows, for people who cannot see it. Empty only if it is decoration.",
    )
    caption = blocks.CharBlock(required=False, help_text="A line under the picture, such as its source.")

    class Meta:
        icon = "image"
        group = TEXTS
        template = "blocks/image.html"
        description = "A picture with a caption. Never use it to show text."
        preview_template = "blocks/preview/image.html"
        preview_value: dict[str, Any] = {}


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


class LinkValue(blocks.StructValue):
    """Knows where a link leads, whichever way its editor gave it."""

    @property
    def href(self) -> str:
        """The address; empty if the page that was chosen is not published."""
        page = self.get("page")
        if page:
            return page.url or "" if page.live else ""
        return self.get("address") or ""


class LinkBlock(blocks.StructBlock):
    """Where something leads: a page of the portal, or an address."""

    page = blocks.PageChooserBlock(
        required=False, help_text="A page of this portal. The link follows it when it moves."
    )
    address = blocks.CharBlock(
        required=False,
        max_length=500,
        validators=[
            RegexValidator(
                r"^(/(?!/)|https?://|mailto:)[^\s\\]*$",
                "Give an address that begins with / or https://, such as /handbook/ or https://www.gov.uk/",
            )
        ],
        help_text="Only if there is no page to choose: an address that begins with / or https://",
    )

    def clean(self, value: blocks.StructValue) -> blocks.StructValue:
        cleaned = super().clean(value)
        if bool(cleaned["page"]) == bool(cleaned["address"]):
            message = (
                "Choose a page or give an address, not both."
                if cleaned["page"]
                else "Choose a page or give an address."
            )
            raise blocks.StructBlockValidationError(block_errors={"address": ValidationError(message)})
        return cleaned

    class Meta:
        icon = "link"
        value_class = LinkValue


class LinkedCardBlock(blocks.StructBlock):
    """A title and a sentence that lead somewhere."""

    title = blocks.CharBlock(max_length=100, help_text="The words of the link. Say where it leads.")
    text = blocks.CharBlock(
        required=False, max_length=300, help_text="One or two sentences on what readers find there."
    )
    link = LinkBlock()

    class Meta:
        icon = "doc-full"
        group = LINKS
        template = "blocks/card.html"
        description = "A box with a title and a sentence that leads to a page."
        preview_value = {
            "title": "Toolkits",
            "text": "Guidance with checklists and templates.",
            "link": {"page": None, "address": "/toolkits/"},
        }


class CardGroupBlock(blocks.StructBlock):
    """Several cards side by side."""

    cards = blocks.ListBlock(LinkedCardBlock(), min_num=2, max_num=6)

    class Meta:
        icon = "grip"
        group = LINKS
        template = "blocks/card_group.html"
        description = "Two to six cards, two in a row, that lead to other pages."
        preview_value = {"cards": [LinkedCardBlock._meta_class.preview_value] * 2}


class ActionLinkBlock(blocks.StructBlock):
    """The one thing that readers should do next."""

    text = blocks.CharBlock(max_length=120, help_text="Begins with a verb, such as “Download the agenda”.")
    link = LinkBlock()

    class Meta:
        icon = "arrow-right"
        group = LINKS
        template = "blocks/action_link.html"
        description = "The one thing that readers should do next, with a green arrow."
        preview_value = {"text": "Read the handbook", "link": {"page": None, "address": "/handbook/"}}


class ExpanderBlock(blocks.StructBlock):
    """One part of a group that opens."""

    title = blocks.CharBlock(max_length=120, help_text="Says what is inside.")
    body = blocks.RichTextBlock(features=["h3", "h4", *INLINE_AND_LISTS])


class ExpanderGroupBlock(blocks.StructBlock):
    """Parts that readers open one by one."""

    expanders = blocks.ListBlock(ExpanderBlock(), label="Parts")

    class Meta:
        icon = "list-ul"
        group = BOXES
        template = "blocks/expander_group.html"
        description = "Several parts that readers open one by one, such as questions and answers."
        preview_value = {
            "expanders": [
                {
                    "title": "Who can be a clinical director?",
                    "body": "<p>A GP, nurse or other clinician.</p>",
                },
                {"title": "Who chooses them?", "body": "<p>The practices of the network.</p>"},
            ]
        }


class AdviceBlock(blocks.StructBlock):
    """A list of things to do, or to avoid."""

    heading = blocks.CharBlock(max_length=120, help_text="Such as “Do” or “Don’t”.")
    items = blocks.ListBlock(
        blocks.CharBlock(max_length=300), help_text="Each begins with a verb in small letters."
    )

    class Meta:
        group = BOXES


class DoBlock(AdviceBlock):
    """What readers should do."""

    class Meta:
        icon = "tick"
        label = "Do list"
        template = "blocks/do.html"
        description = "A list of things to do, with green ticks."
        preview_value = {"heading": "Do", "items": ["send papers a week ahead", "count the quorum first"]}


class DontBlock(AdviceBlock):
    """What readers should avoid."""

    class Meta:
        icon = "cross"
        label = "Don’t list"
        template = "blocks/dont.html"
        description = "A list of things to avoid, with red crosses."
        preview_value = {
            "heading": "Don’t",
            "items": ["decide without a quorum", "leave the minutes until later"],
        }


class SummaryRowBlock(blocks.StructBlock):
    """One fact: what it is, and what it says."""

    key = blocks.CharBlock(max_length=100, help_text="Such as “Population”.")
    value = blocks.RichTextBlock(features=INLINE, help_text="Such as “30,000 to 50,000 people”.")


class SummaryListBlock(blocks.StructBlock):
    """Facts in pairs."""

    rows = blocks.ListBlock(SummaryRowBlock())

    class Meta:
        icon = "form"
        group = TEXTS
        template = "blocks/summary_list.html"
        description = "Facts in pairs: what it is on the left, what it says on the right."
        preview_value = {
            "rows": [
                {"key": "Population", "value": "<p>30,000 to 50,000 people</p>"},
                {"key": "Payment", "value": "<p>£1.50 a patient a year</p>"},
            ]
        }


class PageBodyBlock(ProseBlock):
    """What pages are made of: any text, and what leads on from it."""

    action_link = ActionLinkBlock()
    card_group = CardGroupBlock()
    expander_group = ExpanderGroupBlock()
    do = DoBlock()
    dont = DontBlock()
    summary_list = SummaryListBlock()


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
