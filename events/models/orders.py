"""Orders: a basket until it is placed, with a line for each place or product, and what has been paid."""

import uuid

from django.db import models
from django.db.models import Q

from events.models.places import Place
from events.models.products import Product
from portal.members.models import User


class OrderState(models.TextChoices):
    OPEN = "open", "A basket"
    PLACED = "placed", "Placed"
    CANCELLED = "cancelled", "Cancelled"


class Method(models.TextChoices):
    """How an order is paid."""

    FREE = "free", "Nothing to pay"
    INVOICE = "invoice", "By invoice"
    CARD = "card", "By card"


class Order(models.Model):
    """What somebody takes together. While it is open it is a basket, and its places are held until `Place.expires_at`.

    `origin` stands for a network address without telling it; it changes each day, and goes when the order is placed.
    `key` is the secret by which whoever ordered comes back to it without an account. One without an address has been forgotten.
    `reduced` grows when money goes back for something that was not taken back.
    `untold_since`: it has been placed, and whoever ordered and whoever comes have not been written to yet.
    `pays_until` is set once somebody went to pay it by card: until then a basket's places were kept for that.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reference = models.CharField(max_length=12, unique=True, null=True, blank=True, editable=False)
    state = models.CharField(max_length=10, choices=OrderState, default=OrderState.OPEN)
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="orders")
    name = models.CharField(max_length=150, blank=True)
    email = models.EmailField(blank=True)
    email_confirmed_at = models.DateTimeField(null=True, blank=True, editable=False)
    method = models.CharField(max_length=10, choices=Method, blank=True)
    purchase_order = models.CharField(max_length=50, blank=True)
    billing_address = models.TextField(blank=True)
    origin = models.CharField(
        "where the basket was begun", max_length=16, blank=True, db_index=True, editable=False
    )
    is_prolonged = models.BooleanField(default=False, editable=False)
    began_at = models.DateTimeField("begun")
    placed_at = models.DateTimeField(null=True, blank=True, editable=False)
    untold_since = models.DateTimeField("to be told since", null=True, blank=True, editable=False)
    pays_until = models.DateTimeField(
        "kept for a payment by card until", null=True, blank=True, editable=False
    )
    reduced = models.PositiveIntegerField("pence that need not be paid any more", default=0, editable=False)
    trouble = models.CharField("what organisers have to look at", max_length=250, blank=True, editable=False)

    class Meta:
        ordering = ["-began_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=OrderState.values), name="order_state_is_known"),
            models.CheckConstraint(
                condition=Q(state=OrderState.OPEN, placed_at__isnull=True, reference__isnull=True)
                | ~Q(state=OrderState.OPEN)
                & Q(placed_at__isnull=False, reference__isnull=False)
                & ~Q(method="")
                & (~Q(email="") | Q(name="", billing_address="", purchase_order="")),
                name="order_placed_has_all_that_it_needs",
            ),
            models.CheckConstraint(
                condition=Q(untold_since__isnull=True) | Q(placed_at__isnull=False),
                name="order_told_of_once_placed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["untold_since"], name="order_untold", condition=Q(untold_since__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return self.reference or "Basket"


class OrderLine(models.Model):
    """One place or one product in an order, with the price that was agreed. What was taken back stays, cancelled.

    `advice` is what was opened with the advisers, once, when it had been paid.
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    place = models.OneToOneField(Place, on_delete=models.PROTECT, null=True, blank=True, related_name="line")
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, null=True, blank=True, related_name="lines"
    )
    description = models.CharField(max_length=250)
    pence = models.PositiveIntegerField("price in pence, with VAT")
    vat_percent = models.PositiveSmallIntegerField("VAT in per cent")
    advice = models.OneToOneField(
        "enquiries.Enquiry", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    cancelled_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(place__isnull=False, product__isnull=True)
                | Q(place__isnull=True, product__isnull=False),
                name="line_is_a_place_or_a_product",
            ),
            models.UniqueConstraint(
                fields=["order", "product"],
                name="line_one_of_each_product",
                condition=Q(product__isnull=False, cancelled_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.description


class Payment(models.Model):
    """Money that came in for an order, or went back (then `pence` is below zero). Never changed.

    `reference` is the provider's own, so that what it says twice is booked once. `of`: the payment that went back, if the provider knows.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments")
    method = models.CharField(max_length=10, choices=Method)
    pence = models.IntegerField()
    at = models.DateTimeField()
    reference = models.CharField(max_length=255, unique=True)
    of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="refunds")
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=250, blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"£{self.pence / 100:.2f}"
