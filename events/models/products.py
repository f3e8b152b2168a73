"""What is sold and is no place: toolkits with their private files, and advice."""

import uuid
from pathlib import PurePath

from django import forms
from django.core.files.storage import Storage, storages
from django.core.validators import FileExtensionValidator
from django.db import models
from django.db.models import Q
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

FOLDER = "products"
EXTENSIONS = ("csv", "docx", "odt", "ods", "pdf", "pptx", "xlsx", "zip")


def private_storage() -> Storage:
    return storages["private"]


def place_of_file(product: "Product", filename: str) -> str:
    """Where the file of a product lies. A new one never takes the place of another, which somebody may be reading."""
    return f"{FOLDER}/{uuid.uuid4().hex}{PurePath(filename).suffix.lower()}"


class Product(models.Model):
    """Something that is sold and is no place: a toolkit to download, or advice."""

    class Handover(models.TextChoices):
        DOWNLOAD = "download", "A file to download"
        ENQUIRY = "enquiry", "An adviser gets in touch"

    name = models.CharField(max_length=150)
    slug = models.SlugField(unique=True, help_text="The end of its address.")
    summary = models.CharField(max_length=240)
    description = models.TextField(
        blank=True, help_text="What is in it. A blank line begins a new paragraph."
    )
    pence = models.PositiveIntegerField("price in pence, with VAT")
    member_pence = models.PositiveIntegerField("price for members in pence, with VAT", null=True, blank=True)
    vat_percent = models.PositiveSmallIntegerField("VAT in per cent", default=20)
    handover = models.CharField("handed over as", max_length=10, choices=Handover)
    file = models.FileField(
        storage=private_storage,
        upload_to=place_of_file,
        max_length=120,
        blank=True,
        validators=[FileExtensionValidator(EXTENSIONS)],
        help_text="Only those can download it who have paid.",
    )
    file_name = models.CharField(
        max_length=150, blank=True, help_text="What it is called when it is downloaded, such as toolkit.docx."
    )
    topic = models.ForeignKey(
        "enquiries.AdviceTopic",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="topic of advice",
        help_text="Its advisers answer whoever has paid. People need not be able to choose the topic themselves.",
    )
    is_sold = models.BooleanField("to be had", default=True)

    panels = [
        *(FieldPanel(name) for name in ("name", "slug", "summary", "description", "is_sold")),
        MultiFieldPanel(
            [FieldPanel(name) for name in ("pence", "member_pence", "vat_percent")], heading="Price"
        ),
        MultiFieldPanel(
            [
                FieldPanel("handover"),
                FieldPanel("file", widget=forms.FileInput),
                FieldPanel("file_name"),
                FieldPanel("topic"),
            ],
            heading="After payment",
        ),
    ]

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(handover="download") & ~Q(file="") | Q(handover="enquiry", topic__isnull=False),
                name="product_can_be_handed_over",
                violation_error_message="Add the file that is downloaded, or the topic whose advisers get in touch.",
            ),
            models.CheckConstraint(condition=Q(vat_percent__lte=100), name="product_vat_is_a_part"),
        ]

    def __str__(self) -> str:
        return self.name
