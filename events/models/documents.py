"""Invoices, receipts and credit notes, as they were when they were made; and who sells."""

from django.db import models
from django.db.models import Q
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting
from wagtail.contrib.settings.registry import register_setting

from events.models.orders import Order, Payment


@register_setting(icon="tag")
class Seller(BaseGenericSetting):
    """Who sells, as it has to stand on invoices. There is at most one row; until it says enough, nothing that costs something is sold."""

    name = models.CharField(
        "name of the association", max_length=150, blank=True, help_text="Its full legal name."
    )
    address = models.TextField(blank=True)
    email = models.EmailField("e-mail address for questions", blank=True)
    company_number = models.CharField(max_length=30, blank=True)
    vat_number = models.CharField(
        "VAT number", max_length=30, blank=True, help_text="Without one no VAT can be charged."
    )
    account_name = models.CharField(max_length=100, blank=True)
    sort_code = models.CharField(max_length=10, blank=True, help_text="Such as 12-34-56.")
    account_number = models.CharField(max_length=20, blank=True)
    due_days = models.PositiveSmallIntegerField("days to pay an invoice", default=30)

    panels = [
        MultiFieldPanel(
            [FieldPanel(name) for name in ("name", "address", "email", "company_number", "vat_number")],
            heading="Who sells",
        ),
        MultiFieldPanel(
            [FieldPanel(name) for name in ("account_name", "sort_code", "account_number", "due_days")],
            heading="How invoices are paid",
        ),
    ]

    class Meta:
        verbose_name = "seller on invoices"

    def __str__(self) -> str:
        return self.name or "Seller"

    @classmethod
    def current(cls) -> "Seller":
        """The seller as it is set. Reading never writes a row."""
        return cls.objects.first() or cls()

    @property
    def is_known(self) -> bool:
        """Whether it says enough to write an invoice that can be paid."""
        return all((self.name, self.address, self.account_name, self.sort_code, self.account_number))


class DocumentKind(models.TextChoices):
    INVOICE = "invoice", "Invoice"
    RECEIPT = "receipt", "Receipt"
    CREDIT = "credit", "Credit note"


class Series(models.Model):
    """The last number of one kind of document in one year. Whoever writes a document locks the row, so that no number is left out."""

    kind = models.CharField(max_length=10, choices=DocumentKind)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "series"
        constraints = [models.UniqueConstraint(fields=["kind", "year"], name="series_once_a_year")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.year}: {self.last}"


class Document(models.Model):
    """An invoice, a receipt or a credit note. `data` is all that it says; its PDF is made of that alone. Never changed.

    A receipt is of one payment. A credit note is of an invoice, for what was taken back or taken off.
    """

    kind = models.CharField(max_length=10, choices=DocumentKind)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="documents")
    payment = models.OneToOneField(
        Payment, on_delete=models.PROTECT, null=True, blank=True, related_name="receipt"
    )
    made_at = models.DateTimeField()
    data = models.JSONField()

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "year", "number"], name="document_number_once"),
            models.UniqueConstraint(
                fields=["order"],
                name="document_one_invoice_for_an_order",
                condition=Q(kind=DocumentKind.INVOICE),
            ),
            models.CheckConstraint(condition=Q(kind__in=DocumentKind.values), name="document_kind_is_known"),
            models.CheckConstraint(
                condition=Q(kind=DocumentKind.RECEIPT, payment__isnull=False)
                | ~Q(kind=DocumentKind.RECEIPT) & Q(payment__isnull=True),
                name="document_is_of_a_payment_if_a_receipt",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.name}"

    @property
    def name(self) -> str:
        """The number that stands on it: “INV-2026-0042”."""
        return f"{PREFIXES[self.kind]}-{self.year}-{self.number:04}"


PREFIXES = {DocumentKind.INVOICE: "INV", DocumentKind.RECEIPT: "REC", DocumentKind.CREDIT: "CRN"}
