"""What a page may hold beside its text: what leads on from it, and what to do and what not."""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from wagtail import blocks

from portal.pages.blocks.prose import BOXES, INLINE, INLINE_AND_LISTS, LINKS, TEXTS, ProseBlock


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
