"""Longer papers in brief: chapters, and who should read which of them."""

import re
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable

from portal.pages.blocks import ChapterBlock, PageBodyBlock
from portal.pages.fields import StreamField
from portal.pages.models.audience import Audience
from portal.pages.models.base import BasePage, Dated, ReadAtLength
from portal.pages.models.case_study import Theme
from portal.pages.models.index import Indexed, IndexPage


class BriefingIndexPage(IndexPage):
    """All briefings, the newest first, which readers narrow down by topic and audience."""

    addresses = "portal.pages.urls.briefing_urls"

    parent_page_types = ["pages.HomePage"]
    subpage_types = ["pages.BriefingPage"]
    max_count = 1
    template = "pages/briefing_index_page.html"
    page_description = "The list of all briefings, with a feed."

    class Meta:
        verbose_name = "list of briefings"
        verbose_name_plural = "lists of briefings"

    def below(self) -> QuerySet["BriefingPage"]:
        return BriefingPage.objects.child_of(self).select_related("pdf")


class BriefingForm(WagtailAdminPageForm):
    """What is asked of who should read what: that the chapters are there."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        chapters = len(cleaned.get("chapters") or [])
        for form in self.formsets["readers"].forms:
            row = form.cleaned_data if form.is_valid() else {}
            if row and not row.get("DELETE") and max(numbers_in(row["chapters"]), default=0) > chapters:
                self.add_error("chapters", f"There is no chapter {max(numbers_in(row['chapters']))}.")
        return cleaned


class BriefingPage(Dated, ReadAtLength, Indexed):
    """What a paper says, for people who decide whether and where to read it."""

    topics = ParentalManyToManyField(Theme, blank=True, related_name="briefings")
    introduction = StreamField(
        PageBodyBlock(), blank=True, help_text="What has happened, and why it matters now."
    )
    chapters = StreamField(
        [("chapter", ChapterBlock())], blank=True, help_text="Readers see them numbered, with a list of them."
    )
    paper_title = models.CharField("full paper", max_length=250, blank=True)
    paper_publisher = models.CharField("published by", max_length=150, blank=True)
    paper_url = models.URLField("where it is", blank=True, max_length=500)
    pdf = models.ForeignKey(
        "wagtaildocs.Document",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="as a PDF",
        help_text="The briefing itself, to print or pass on.",
    )

    parent_page_types = ["pages.BriefingIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "pages/briefing_page.html"
    page_description = "A paper in brief, in chapters, with who should read what."
    base_form_class = BriefingForm

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("published_on"),
        FieldPanel("topics", widget=forms.CheckboxSelectMultiple),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("paper_title"), FieldPanel("paper_publisher")]),
                FieldPanel("paper_url"),
                FieldPanel("pdf"),
            ],
            heading="The full paper",
        ),
        FieldPanel("introduction"),
        FieldPanel("chapters"),
        InlinePanel("readers", heading="Who should read what", label="Audience"),
    ]

    class Meta:
        verbose_name = "briefing"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(paper_url="", paper_title="")
                | ~models.Q(paper_url="") & ~models.Q(paper_title=""),
                name="briefing_names_its_paper",
                violation_error_message="Give the title of the full paper and its address, or neither.",
            )
        ]

    def texts(self) -> list[Any]:
        return [self.introduction, self.chapters]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        topics, readers = list(self.topics.all()), list(self.readers.select_related("audience"))
        structured: dict[str, Any] = {
            "@type": "Report",
            "keywords": [topic.name for topic in topics],
            "timeRequired": f"PT{self.reading_minutes}M",
            "audience": [{"@type": "Audience", "audienceType": reader.audience.name} for reader in readers],
        }
        if self.paper_url:
            structured["isBasedOn"] = {
                "@type": "CreativeWork",
                "name": self.paper_title,
                "url": self.paper_url,
            }
        return {
            **super().get_context(request, *args, **kwargs),
            "topics": topics,
            "readers": [(reader, reader.chapters_of(self)) for reader in readers],
            "structured": structured,
        }


class BriefingReader(Orderable):
    """An audience, and the chapters that it should read."""

    briefing = ParentalKey(BriefingPage, on_delete=models.CASCADE, related_name="readers")
    audience = models.ForeignKey(Audience, on_delete=models.PROTECT, related_name="briefings")
    chapters = models.CharField(
        max_length=60,
        validators=[RegexValidator(r"^\d{1,2}(\s*,\s*\d{1,2})*$", "Give numbers, such as 1, 3, 4.")],
        help_text="The numbers of the chapters, such as 1, 3, 4.",
    )
    why = models.CharField(max_length=240, blank=True, help_text="What they get out of it.")

    panels = [
        FieldRowPanel([FieldPanel("audience"), FieldPanel("chapters")]),
        FieldPanel("why"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = "audience of a briefing"
        verbose_name_plural = "audiences of a briefing"

    def __str__(self) -> str:
        return f"{self.audience}: {self.chapters}"

    def clean(self) -> None:
        super().clean()
        if 0 in numbers_in(self.chapters):
            raise ValidationError({"chapters": "The first chapter has the number 1."})

    def chapters_of(self, briefing: BriefingPage) -> list[tuple[int, str]]:
        """The number and title of each of them that the briefing has."""
        titles = dict(enumerate((block.value["title"] for block in briefing.chapters), start=1))
        return [(number, titles[number]) for number in numbers_in(self.chapters) if number in titles]


def numbers_in(text: str) -> list[int]:
    return sorted({int(number) for number in re.findall(r"\d+", text)})
