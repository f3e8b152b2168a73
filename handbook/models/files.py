"""The files of editions: what their sections show, and the PDFs made of them."""

from typing import Self

from django.db import models
from django.db.models import Q
from wagtail.documents import get_document_model_string
from wagtail.images import get_image_model_string

from handbook.models.edition import Edition


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


class EditionPdfQuerySet(models.QuerySet["EditionPdf"]):
    def made(self) -> Self:
        """Those that are there; the others record why they are not."""
        return self.exclude(file="")

    def newest(self) -> "EditionPdf | None":
        """The one that readers are given, or None while it is being made."""
        return self.made().order_by("-errata").first()


class EditionPdf(models.Model):
    """A PDF of an edition, made once and kept: the first without errata, and one more after each erratum.

    A row without a file says what kept it from being made; the next attempt takes its place.
    """

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="pdfs")
    errata = models.PositiveIntegerField(
        help_text="How many errata its errata sheet lists; 0 if it has none."
    )
    file = models.FileField(upload_to="handbook", blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    front = models.PositiveIntegerField(
        default=0, help_text="How many pages the errata sheet takes in front."
    )
    length = models.PositiveIntegerField(default=0, help_text="How many pages it has.")
    page_map = models.JSONField(
        default=dict,
        help_text="The page on which each section begins, by the section's key, and what follows them all.",
    )
    problem = models.TextField(blank=True)
    made_at = models.DateTimeField()

    AFTER_SECTIONS = "after-sections"  # the key in `page_map` of the page on which the amendments begin

    objects = EditionPdfQuerySet.as_manager()

    class Meta:
        verbose_name = "PDF"
        ordering = ["edition", "errata"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "errata"], name="edition_pdf_once_per_errata"),
            models.CheckConstraint(
                condition=(~Q(file="") & ~Q(sha256="") & Q(problem=""))
                | (Q(file="", sha256="") & ~Q(problem="")),
                name="edition_pdf_has_a_file_or_a_problem",
            ),
        ]

    def __str__(self) -> str:
        return f"PDF of {self.edition}"

    @property
    def size(self) -> int | None:
        """The bytes of the file; None if it is missing, which must not take the page with it."""
        try:
            return self.file.size
        except OSError:
            return None
