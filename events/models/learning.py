"""What there is to learn and how: the kinds of learning, what is to be had at the moment, and resources to learn from."""

from typing import ClassVar

from django.urls import URLPattern
from django.utils.module_loading import import_string
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin

from events.blocks import LearningKindBlock
from portal.pages.blocks import GatheredBlock, PageBodyBlock
from portal.pages.fields import StreamField
from portal.pages.models import BasePage


class LearningPage(RoutablePageMixin, BasePage):
    """Learning and development: which kinds there are, what can be booked or begun now, and what to learn from by oneself."""

    body = StreamField(PageBodyBlock(), blank=True, verbose_name="introduction")
    kinds = StreamField(
        [("kind", LearningKindBlock())],
        verbose_name="kinds of learning",
        help_text="For each: what it is like and for whom. Events of these kinds are shown below by themselves.",
    )
    resources = StreamField(
        [("group", GatheredBlock())],
        blank=True,
        verbose_name="learning resources",
        help_text="What people can read or watch by themselves, in groups such as “Before you begin”.",
    )

    parent_page_types = ["pages.HomePage", "pages.HubPage"]
    subpage_types: ClassVar[list[str]] = []
    max_count = 1
    template = "events/learning_page.html"
    page_description = (
        "Kinds of learning, the latest courses and the like from the list of events, and resources."
    )

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("body"),
        FieldPanel("kinds"),
        FieldPanel("resources"),
    ]

    class Meta:
        verbose_name = "learning and development"
        verbose_name_plural = "learning and development"

    @classmethod
    def get_subpage_urls(cls) -> tuple[URLPattern, ...]:
        """The address of the page: a function in `events.views`, which this module must not import."""
        return import_string("events.urls.learning_urls")

    @property
    def chosen_kinds(self) -> list[str]:
        """The kinds of event that it gathers, in the order of its editors."""
        return list(dict.fromkeys(block.value["kind"] for block in self.kinds))
