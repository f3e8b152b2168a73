"""Where answers are to be found: questions on one subject, each with links that somebody has checked."""

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel

from portal.links.readers import gone_on
from portal.pages.blocks import PageBodyBlock, QuestionBlock
from portal.pages.fields import StreamField
from portal.pages.models.base import BasePage
from portal.pages.models.index import Indexed, IndexPage


class ResourceSubject(models.TextChoices):
    CONTRACT = "contract", "Contract"
    QUALITY = "quality-improvement", "Quality improvement"
    PROVIDERS = "providers", "Providers at scale"
    GENERAL = "general", "General questions"
    PHARMACISTS = "clinical-pharmacists", "Clinical pharmacists"
    PRESCRIBING = "social-prescribing", "Social prescribing"


class ResourceIndexPage(IndexPage):
    """All questions, which readers narrow down by subject."""

    addresses = "portal.pages.urls.resource_urls"

    parent_page_types = ["pages.HomePage"]
    subpage_types = ["pages.ResourceListPage"]
    max_count = 1
    template = "pages/resource_index_page.html"
    page_description = "All lists of resources with their questions."

    class Meta:
        verbose_name = "lists of resources"
        verbose_name_plural = "lists of resources"

    def below(self) -> QuerySet["ResourceListPage"]:
        return ResourceListPage.objects.child_of(self)


class ResourceListPage(Indexed):
    """Questions on one subject, with links to where they are answered."""

    subject = models.CharField(max_length=30, choices=ResourceSubject)
    body = StreamField(
        PageBodyBlock(), blank=True, verbose_name="introduction", help_text="What the links were chosen by."
    )
    questions = StreamField(
        [("question", QuestionBlock())], help_text="As readers ask them, the most frequent first."
    )

    parent_page_types = ["pages.ResourceIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "pages/resource_list_page.html"
    page_description = "Questions on one subject, with links that have been checked."

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("subject"),
        FieldPanel("body"),
        FieldPanel("questions"),
    ]

    class Meta:
        verbose_name = "list of resources"
        verbose_name_plural = "lists of resources by subject"
        constraints = [
            models.CheckConstraint(
                condition=Q(subject__in=ResourceSubject.values),
                name="resource_subject_is_known",
                violation_error_message="Choose what the list is about.",
            )
        ]

    @property
    def links(self) -> list[Any]:
        """All links in their order."""
        return [link for block in self.questions for link in block.value["links"]]

    @property
    def checked_on(self) -> date | None:
        """The day on which the link that has waited longest was checked."""
        return min((link["checked_on"] for link in self.links), default=None)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        there = [link for link in self.links if link["status"] != "gone"]
        return {
            **super().get_context(request, *args, **kwargs),
            "gone_on": gone_on(link["address"] for link in there),
            "structured": {
                "@type": "CollectionPage",
                "about": self.get_subject_display(),
                "mainEntity": {
                    "@type": "ItemList",
                    "itemListElement": [
                        {
                            "@type": "ListItem",
                            "position": number,
                            "name": link["title"],
                            "url": link["address"],
                        }
                        for number, link in enumerate(there, start=1)
                    ],
                },
            },
        }
