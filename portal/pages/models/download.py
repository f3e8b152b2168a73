"""Documents in their versions: which one holds, since when, and what it replaced."""

import mimetypes
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils import timezone
from django.utils.module_loading import import_string
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.contrib.routable_page.models import RoutablePageMixin
from wagtail.documents.models import AbstractDocument
from wagtail.models import Orderable

from portal.pages.blocks import PageBodyBlock
from portal.pages.fields import StreamField
from portal.pages.models.audience import Audience
from portal.pages.models.base import BasePage
from portal.pages.models.case_study import Theme
from portal.pages.models.index import Indexed, IndexPage

# What of a version nobody changes once readers have seen it.
FIXED = ("number", "dated_on", "document")


class DownloadKind(models.TextChoices):
    TEMPLATE = "template", "Template"
    AGREEMENT = "agreement", "Agreement"
    POLICY = "policy", "Policy"
    FORM = "form", "Form"
    GUIDE = "guide", "Guide"
    TOOL = "tool", "Spreadsheet"


class DownloadIndexPage(IndexPage):
    """All downloads, those changed last first, which readers narrow down by topic, kind and audience."""

    addresses = "portal.pages.urls.download_list_urls"

    parent_page_types = ["pages.HomePage"]
    subpage_types = ["pages.DownloadPage"]
    max_count = 1
    template = "pages/download_index_page.html"
    page_description = "The list of all downloads with their versions, with a feed."

    class Meta:
        verbose_name = "list of downloads"
        verbose_name_plural = "lists of downloads"

    def below(self) -> QuerySet["DownloadPage"]:
        return DownloadPage.objects.child_of(self)


class DownloadForm(WagtailAdminPageForm):
    """What is asked of the versions of a download together."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        rows = [form.cleaned_data for form in self.formsets["versions"].forms if form.is_valid()]
        kept = [row for row in rows if row and not row.get("DELETE")]
        for message in self._faults(kept):
            self.add_error(None, message)
        return cleaned

    def save(self, *args: Any, **kwargs: Any) -> "DownloadPage":
        page = super().save(*args, **kwargs)
        page.supersede()  # a preview is made of the form, without checking the page again
        return page

    def _faults(self, kept: list[dict[str, Any]]) -> list[str]:
        """What an editor has to put back."""
        faults = []
        by_key = {row["id"].pk: row for row in kept if row.get("id")}
        for version in self.instance.published_versions():
            row = by_key.get(version.pk)
            if row is None:
                faults.append(f"Readers have seen version {version.number}. It is kept: add a new version.")
            elif any(row[name] != getattr(version, name) for name in FIXED):
                faults.append(
                    f"Readers have seen version {version.number}. Its number, date and file stay: add a new version."
                )
        return faults


class DownloadPage(RoutablePageMixin, Indexed):
    """A document that people fill in, sign or keep, in all its versions. The latest holds; the others are superseded."""

    kind = models.CharField(max_length=20, choices=DownloadKind)
    topics = ParentalManyToManyField(Theme, blank=True, related_name="downloads")
    audiences = ParentalManyToManyField(
        Audience, blank=True, related_name="downloads", verbose_name="for whom"
    )
    body = StreamField(
        PageBodyBlock(),
        blank=True,
        verbose_name="how to use it",
        help_text="When to use it, and what to fill in.",
    )

    parent_page_types = ["pages.DownloadIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "pages/download_page.html"
    page_description = "A document to download, in all its versions."
    base_form_class = DownloadForm

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("kind"),
        FieldPanel("audiences", widget=forms.CheckboxSelectMultiple),
        FieldPanel("topics", widget=forms.CheckboxSelectMultiple),
        InlinePanel("versions", heading="Versions, the earliest first", label="Version", min_num=1),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = "download"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=DownloadKind.values),
                name="download_kind_is_known",
                violation_error_message="Choose what kind of document it is.",
            )
        ]

    @classmethod
    def get_subpage_urls(cls) -> tuple[URLPattern, ...]:
        """The addresses of a download: functions in `portal.pages.views`, which this module must not import."""
        return import_string("portal.pages.urls.download_urls")

    @property
    def history(self) -> list["DownloadVersion"]:
        """Its versions, the current one first."""
        return list(self.versions.all())[::-1]

    @property
    def current(self) -> "DownloadVersion":
        """The version that holds. Raises `IndexError` if there is none, which no page on the site is without."""
        return self.history[0]

    def published_versions(self) -> QuerySet["DownloadVersion"]:
        """What readers have seen, whatever stands in a draft."""
        seen = Q(page__first_published_at__isnull=False)
        return DownloadVersion.objects.filter(seen, page=self.pk or 0).select_related("document")

    def clean(self) -> None:
        super().clean()
        self.supersede()

    def supersede(self) -> None:
        """Has each version end where the next begins."""
        versions = list(self.versions.all())
        following = [*(version.dated_on for version in versions[1:]), None]
        for version, day in zip(versions, following, strict=False):
            version.superseded_on = day
        self.versions.set(versions)

    def with_content_json(self, content: dict[str, Any]) -> "DownloadPage":
        """A draft, or an earlier state of the page, takes no version away that readers have seen meanwhile."""
        page = super().with_content_json(content)
        drafted = {version.pk: version for version in page.versions.all()}
        for seen in self.published_versions():
            version = drafted.get(seen.pk, seen)
            for name in FIXED:
                setattr(version, name, getattr(seen, name))
            page.versions.add(version)
        page.supersede()
        return page

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        history = list(self.versions.select_related("document"))[::-1]
        topics, audiences = list(self.topics.all()), list(self.audiences.all())
        return {
            **super().get_context(request, *args, **kwargs),
            "history": history,
            "topics": topics,
            "audiences": audiences,
            "structured": {
                "@type": "DigitalDocument",
                "version": history[0].number,
                "dateModified": history[0].dated_on.isoformat(),
                "datePublished": history[-1].dated_on.isoformat(),
                "encoding": _file(history[0].document),
                "genre": self.get_kind_display(),
                "keywords": [topic.name for topic in topics],
                "audience": [{"@type": "Audience", "audienceType": one.name} for one in audiences],
            },
        }


class DownloadVersion(Orderable):
    """A document as it was from one day until the next version. `superseded_on` follows from the versions after it."""

    page = ParentalKey(DownloadPage, on_delete=models.CASCADE, related_name="versions")
    number = models.CharField(
        max_length=9,
        validators=[RegexValidator(r"^\d{1,4}(\.\d{1,4})?\Z", "Give a number, such as 2 or 2.1.")],
        help_text="As it stands in the file, such as 2.1.",
    )
    dated_on = models.DateField(
        "date",
        default=timezone.localdate,
        help_text="The day from which it holds. The version before ends with it.",
    )
    document = models.ForeignKey(
        "wagtaildocs.Document",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="file",
        help_text="A file of its own: do not replace the file of an earlier version.",
    )
    changes = models.CharField(
        "what changed",
        max_length=300,
        blank=True,
        help_text="What whoever holds the version before needs to know. Empty for the first.",
    )
    superseded_on = models.DateField(null=True, blank=True, editable=False)

    panels = [
        FieldRowPanel([FieldPanel("number"), FieldPanel("dated_on")]),
        FieldPanel("document"),
        FieldPanel("changes"),
    ]

    class Meta:
        verbose_name = "version of a download"
        verbose_name_plural = "versions of a download"
        ordering = ["dated_on", "sort_order"]
        constraints = [
            models.UniqueConstraint(
                fields=["page"],
                condition=Q(superseded_on__isnull=True),
                name="download_has_one_current_version",
            ),
            models.UniqueConstraint(fields=["page", "number"], name="download_version_number_once"),
            models.UniqueConstraint(fields=["page", "document"], name="download_version_has_its_own_file"),
            models.CheckConstraint(
                condition=Q(superseded_on__isnull=True) | Q(superseded_on__gte=F("dated_on")),
                name="download_version_superseded_after_its_date",
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number}"

    def clean(self) -> None:
        super().clean()
        if self.dated_on and self.dated_on > timezone.localdate():
            message = "Give a day that has come. A page can be scheduled to be published later."
            raise ValidationError({"dated_on": message})

    @property
    def address(self) -> str:
        """Where the file is. That of a superseded version has to be asked for, or leads to its page."""
        return f"{self.document.url}?superseded=1" if self.superseded_on else self.document.url


def superseded_version_of(document: AbstractDocument) -> DownloadVersion | None:
    """The superseded version of a published download whose file this is; `None` if it is none, or also holds somewhere."""
    rows = DownloadVersion.objects.filter(document=document, page__live=True).select_related("page")
    versions = list(rows.order_by("-dated_on", "-sort_order"))
    return versions[0] if versions and all(version.superseded_on for version in versions) else None


def _file(document: AbstractDocument) -> dict[str, str]:
    kind, _ = mimetypes.guess_type(document.filename)
    return {
        "@type": "MediaObject",
        "contentUrl": f"{settings.BASE_URL}{document.url}",
        "encodingFormat": kind or "application/octet-stream",
        "contentSize": str(document.get_file_size()),
    }
