"""What networks did and what came of it, and the index that finds it."""

from typing import ClassVar

from django import forms
from django.db import models
from django.db.models import QuerySet
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, TitleFieldPanel

from portal.members.models import Region
from portal.pages.blocks import PageBodyBlock
from portal.pages.fields import StreamField
from portal.pages.models.base import BasePage, Dated
from portal.pages.models.index import Indexed, IndexPage


class Label(models.Model):
    """A word by which case studies are found."""

    name = models.CharField(max_length=80, unique=True)
    slug = models.SlugField(
        "short form",
        max_length=80,
        unique=True,
        help_text="Used in addresses. Small letters, numbers and hyphens.",
    )

    panels = [TitleFieldPanel("name", targets=["slug"]), FieldPanel("slug")]

    class Meta:
        abstract = True
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Theme(Label):
    """What a case study is about."""


class StaffRole(Label):
    """A member of staff who plays a part in a case study."""

    class Meta(Label.Meta):
        verbose_name = "staff role"


class CaseStudyIndexPage(IndexPage):
    """All case studies, newest first, which readers narrow down by region, theme, role and size of the network."""

    addresses = "portal.pages.urls.case_study_urls"

    parent_page_types = ["pages.HomePage"]
    subpage_types = ["pages.CaseStudyPage"]
    max_count = 1
    template = "pages/case_study_index_page.html"
    page_description = "The list of all case studies, which readers can filter."

    class Meta:
        verbose_name = "list of case studies"
        verbose_name_plural = "lists of case studies"

    def below(self) -> QuerySet["CaseStudyPage"]:
        return CaseStudyPage.objects.child_of(self)


class CaseStudyPage(Dated, Indexed):
    """What one network did about a problem, and what changed."""

    network = models.CharField(max_length=200, help_text="The network's name, such as Harbour and Heath PCN.")
    region = models.CharField(max_length=30, choices=Region)
    list_size = models.PositiveIntegerField(
        "registered patients",
        null=True,
        blank=True,
        help_text="How many people are registered with its practices.",
    )
    themes = ParentalManyToManyField(Theme, blank=True, related_name="case_studies")
    roles = ParentalManyToManyField(StaffRole, blank=True, related_name="case_studies")
    body = StreamField(
        PageBodyBlock(),
        blank=True,
        help_text="The problem, what they did, what changed (with figures), and what they would do differently.",
    )

    parent_page_types = ["pages.CaseStudyIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "pages/case_study_page.html"
    page_description = "What one network did about a problem, and what changed."

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [FieldPanel("network"), FieldRowPanel([FieldPanel("region"), FieldPanel("list_size")])],
            heading="The network",
        ),
        MultiFieldPanel(
            [
                FieldPanel("themes", widget=forms.CheckboxSelectMultiple),
                FieldPanel("roles", widget=forms.CheckboxSelectMultiple),
            ],
            heading="How readers find it",
        ),
        FieldPanel("published_on"),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = "case study"
        verbose_name_plural = "case studies"
