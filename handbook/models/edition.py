"""Editions: what readers see. Once published an edition never changes; `handbook.triggers` holds the database to it too."""

from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from wagtail.documents import get_document_model_string
from wagtail.images import get_image_model_string
from wagtail.models import DraftStateMixin, LockableMixin, RevisionMixin, WorkflowMixin

from handbook.models.handbook import HandbookPage


class PublishedEditionError(Exception):
    """Somebody tried to change or delete an edition that has been published."""


class State(models.TextChoices):
    """Where an edition is on its way to readers."""

    PREPARED = "prepared", "Being prepared"
    PUBLISHED = "published", "Published"


class Change(models.TextChoices):
    """What happened to a section since the edition before."""

    ADDED = "added", "Added"
    AMENDED = "amended", "Amended"
    RENAMED = "renamed", "Renamed"
    MOVED = "moved", "Moved"
    REMOVED = "removed", "Removed"


class Significance(models.TextChoices):
    """Whether a reader who knows the section has to read it again."""

    MAJOR = "major", "Major"
    MINOR = "minor", "Minor"


class EditionQuerySet(models.QuerySet["Edition"]):
    def published(self) -> Self:
        return self.filter(state=State.PUBLISHED)

    def in_force(self, on: date) -> "Edition | None":
        """The newest published edition whose day has come by `on`, or None."""
        return self.published().filter(effective_on__lte=on).order_by("-sequence").first()


class Edition(WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, models.Model):
    """The handbook as it was frozen on one day. `sha256` covers its text and the edition before it, so editions form a chain."""

    # What Wagtail keeps for itself; everything else is fixed when the edition is published.
    BOOKKEEPING = frozenset(
        {
            "live",
            "has_unpublished_changes",
            "first_published_at",
            "last_published_at",
            "go_live_at",
            "expire_at",
            "expired",
            "live_revision",
            "latest_revision",
            "locked",
            "locked_at",
            "locked_by",
        }
    )

    handbook = models.ForeignKey(HandbookPage, on_delete=models.PROTECT, related_name="editions")
    number = models.CharField(max_length=20)
    sequence = models.PositiveIntegerField(
        help_text="1 for the first edition of this handbook, then 2, 3 and so on."
    )
    effective_on = models.DateField("in force from")
    summary = models.TextField(
        blank=True, help_text="Two or three sentences for readers: what this edition is about."
    )
    previous = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="next"
    )
    sha256 = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.PREPARED)
    frozen_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ["-sequence"]
        constraints = [
            models.UniqueConstraint(fields=["handbook", "number"], name="edition_number_once_per_handbook"),
            models.UniqueConstraint(
                fields=["handbook", "sequence"], name="edition_sequence_once_per_handbook"
            ),
            models.UniqueConstraint(
                fields=["handbook"], condition=Q(state="prepared"), name="edition_one_prepared_per_handbook"
            ),
            models.CheckConstraint(
                condition=Q(state="prepared", published_at__isnull=True, sha256="")
                | (Q(state="published", published_at__isnull=False) & ~Q(sha256="")),
                name="edition_published_is_sealed",
            ),
            models.CheckConstraint(
                condition=Q(sequence=1, previous__isnull=True) | Q(sequence__gt=1, previous__isnull=False),
                name="edition_follows_another_but_the_first",
            ),
        ]
        permissions = [
            ("prepare_edition", "Can prepare an edition of a handbook"),
            ("release_edition", "Can publish an edition of a handbook"),
        ]

    def __str__(self) -> str:
        return f"{self.handbook.title}, edition {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises PublishedEditionError when a published edition would change."""
        stored = Edition.objects.filter(pk=self.pk, state=State.PUBLISHED).first() if self.pk else None
        if stored is not None:
            for field in self.protected_fields():
                if getattr(stored, field.attname) != getattr(self, field.attname):
                    raise PublishedEditionError(
                        f"{stored} is published. Its {field.verbose_name} cannot change."
                    )
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Raises PublishedEditionError for a published edition."""
        if self.is_published:
            raise PublishedEditionError(f"{self} is published. It cannot be deleted.")
        return super().delete(*args, **kwargs)

    @property
    def is_published(self) -> bool:
        return self.state == State.PUBLISHED

    @classmethod
    def protected_fields(cls) -> list[models.Field]:
        """The stored fields that publication fixes."""
        return [field for field in cls._meta.concrete_fields if field.name not in cls.BOOKKEEPING]


class Body(models.Model):
    """The words of a section, shared by every edition that has the same. `sha256` is the hash of `html`."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    html = models.TextField()
    source = models.JSONField(help_text="The blocks that it was rendered from.")
    text = models.TextField()

    def __str__(self) -> str:
        return self.sha256[:12]


class EditionSectionQuerySet(models.QuerySet["EditionSection"]):
    def present(self) -> Self:
        """The sections that a reader of the edition finds in it, in reading order."""
        return self.exclude(change=Change.REMOVED).order_by("position")

    def amendments(self) -> Self:
        """Those that differ from the edition before, in reading order; removed ones last."""
        return self.exclude(change="").order_by("position")


class EditionSection(models.Model):
    """A section as an edition has it; or, with `change` removed, the record that it has it no longer."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="sections")
    key = models.UUIDField(help_text="The section's identity in every edition.")
    parent = models.UUIDField(null=True, help_text="The key of the chapter it stands in.")
    position = models.PositiveIntegerField()
    depth = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=30)
    title = models.CharField(max_length=255)
    anchor = models.SlugField(max_length=255)
    path = models.CharField(max_length=500)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    change = models.CharField(max_length=10, choices=Change, blank=True)
    significance = models.CharField(max_length=5, choices=Significance, blank=True)
    note = models.TextField(blank=True)
    pdf_page = models.PositiveIntegerField(null=True, blank=True)

    objects = EditionSectionQuerySet.as_manager()

    class Meta:
        ordering = ["edition", "position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "key"], name="section_key_once_per_edition"),
            models.UniqueConstraint(fields=["edition", "position"], name="section_position_once_per_edition"),
            models.UniqueConstraint(
                fields=["edition", "anchor"],
                condition=~Q(change="removed"),
                name="section_anchor_once_per_edition",
            ),
            models.CheckConstraint(
                condition=Q(change="", significance="") | (~Q(change="") & ~Q(significance="")),
                name="section_change_has_significance",
            ),
        ]
        indexes = [models.Index(fields=["key"])]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class Asset(models.Model):
    """A picture or document as an edition shows it, copied byte for byte. `sha256` is the hash of the file."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    file = models.FileField(upload_to="handbook")

    def __str__(self) -> str:
        return self.sha256[:12]


class EditionAsset(models.Model):
    """What an asset of an edition was copied from. The origin cannot be deleted while an edition shows it."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="assets")
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="uses")
    image = models.ForeignKey(
        get_image_model_string(), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    document = models.ForeignKey(
        get_document_model_string(), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(image__isnull=False, document__isnull=True)
                | Q(image__isnull=True, document__isnull=False),
                name="edition_asset_has_one_origin",
            ),
            models.UniqueConstraint(
                fields=["edition", "asset", "image"], name="edition_asset_once_per_image"
            ),
            models.UniqueConstraint(
                fields=["edition", "asset", "document"], name="edition_asset_once_per_document"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asset} in {self.edition}"


class EditionFiles(models.Model):
    """What is made from an edition after it is frozen. Beside the edition, so that making a file never touches it."""

    edition = models.OneToOneField(Edition, on_delete=models.CASCADE, related_name="files")
    pdf = models.FileField(upload_to="handbook", blank=True)
    errata_pdf = models.FileField(upload_to="handbook", blank=True)
    page_map = models.JSONField(default=dict)
    made_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "edition files"

    def __str__(self) -> str:
        return f"Files of {self.edition}"


class ReadMark(models.Model):
    """The words of a section that a person last read."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.UUIDField()
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="read_mark_once_per_section")]

    def __str__(self) -> str:
        return f"{self.user} read {self.body}"
