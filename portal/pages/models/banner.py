"""Announcement banners: what editors say on every page for a time."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page, PreviewableMixin


class BannerQuerySet(models.QuerySet["Banner"]):
    """Banners by where they stand in time."""

    def not_over(self, moment: datetime) -> "BannerQuerySet":
        """Those that are shown at a moment, or will be."""
        return self.filter(ends_at__gt=moment)


class Banner(PreviewableMixin, models.Model):
    """An announcement at the head of every page, from a moment until another: it is gone at the moment at which it ends."""

    class Kind(models.TextChoices):
        INFORMATION = "information", "Information"
        WARNING = "warning", "Warning"

    class Readers(models.TextChoices):
        EVERYBODY = "everybody", "Everybody"
        SIGNED_IN = "signed_in", "Only people who are signed in"

    title = models.CharField(
        max_length=100, help_text="What it is about, such as “The portal is away on Sunday”."
    )
    text = models.CharField(
        max_length=300, blank=True, help_text="One or two sentences on what readers should do."
    )
    kind = models.CharField(
        max_length=20,
        choices=Kind,
        default=Kind.INFORMATION,
        help_text="A warning is yellow. Keep it for what goes wrong if readers miss it.",
    )
    readers = models.CharField("who sees it", max_length=20, choices=Readers, default=Readers.EVERYBODY)
    starts_at = models.DateTimeField("from", help_text="The time in London from which it is shown.")
    ends_at = models.DateTimeField("until", help_text="The time in London at which it is gone.")
    link_text = models.CharField(
        "words of the link",
        max_length=100,
        blank=True,
        help_text="Say where the link leads. Leave it empty for no link.",
    )
    link_page = models.ForeignKey(
        Page, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="page"
    )
    link_address = models.CharField(
        "address",
        max_length=500,
        blank=True,
        validators=[
            RegexValidator(
                r"^(/(?!/)|https://|mailto:)[^\s\\]*$",
                "Give an address that begins with / or https://, such as /handbook/ or https://www.gov.uk/",
            )
        ],
        help_text="Only if there is no page to choose: an address that begins with / or https://",
    )

    objects = BannerQuerySet.as_manager()

    panels = [
        MultiFieldPanel(
            [FieldPanel("title"), FieldPanel("text"), FieldPanel("kind")], heading="What it says"
        ),
        MultiFieldPanel(
            [FieldPanel("link_text"), FieldPanel("link_page"), FieldPanel("link_address")],
            heading="Where it leads",
            help_text="A banner has one link at most.",
        ),
        MultiFieldPanel(
            [FieldPanel("readers"), FieldPanel("starts_at"), FieldPanel("ends_at")],
            heading="For whom and how long",
        ),
    ]

    class Meta:
        ordering = ["-ends_at", "-pk"]
        verbose_name = "announcement banner"
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="banner_says_something"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="banner_ends_after_it_starts",
                violation_error_message="A banner must end after it has begun.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["information", "warning"]), name="banner_has_a_known_kind"
            ),
            models.CheckConstraint(
                condition=Q(readers__in=["everybody", "signed_in"]), name="banner_has_known_readers"
            ),
            models.CheckConstraint(
                condition=Q(link_page=None) | Q(link_address=""), name="banner_has_one_link_at_most"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def href(self) -> str:
        """Where its link leads; empty if it has none, or if the page that was chosen is not published."""
        if not self.link_text:
            return ""
        if self.link_page:
            return self.link_page.url or "" if self.link_page.live else ""
        return self.link_address

    def clean(self) -> None:
        """Asks for an end after the beginning, and for a link that is whole."""
        super().clean()
        errors = {}
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            errors["ends_at"] = "Give a time after the one from which it is shown."
        if self.link_page and self.link_address:
            errors["link_address"] = "Choose a page or give an address, not both."
        if self.link_text and not (self.link_page or self.link_address):
            errors["link_page"] = "Choose a page or give an address, or leave the words of the link empty."
        if (self.link_page or self.link_address) and not self.link_text:
            errors["link_text"] = "Say where the link leads."
        if errors:
            raise ValidationError(errors)

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "pages/admin/banner_preview.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        return {"banners": [self]}
