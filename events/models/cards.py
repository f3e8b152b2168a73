"""Pages of the card provider's on which orders are paid."""

import uuid

from django.db import models
from django.db.models import Q

from events.models.orders import Order
from portal.members.models import User


class CardState(models.TextChoices):
    """What has become of a payment by card."""

    OPEN = "open", "To be paid"
    WAITING = "waiting", "The bank has not answered yet"
    PAID = "paid", "Paid"
    ENDED = "ended", "Ended without a payment"


class CardSession(models.Model):
    """A page of the provider's on which somebody can pay an order until `ends_at`. What was paid is in the ledger (`Payment`).

    `key` is ours: the provider is told it, and makes one page for it however often it is asked. `content` is a fingerprint of what
    is to be paid: once the order has another one, the page is closed. `provider_id` and `url` are empty until the provider answered.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="card_sessions")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    provider_id = models.CharField(max_length=255, unique=True, null=True, blank=True)
    url = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=CardState, default=CardState.OPEN)
    pence = models.PositiveIntegerField()
    content = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    asked_at = models.DateTimeField("the provider was last asked")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=CardState.values), name="card_session_state_is_known"
            ),
            models.UniqueConstraint(
                fields=["order"], name="card_session_open_once", condition=Q(state=CardState.OPEN)
            ),
        ]
        indexes = [
            models.Index(
                fields=["asked_at"],
                name="card_session_to_ask",
                condition=Q(state__in=(CardState.OPEN, CardState.WAITING)),
            ),
        ]

    def __str__(self) -> str:
        return f"£{self.pence / 100:.2f}, {self.get_state_display()}"


class RefundState(models.TextChoices):
    ASKED = "asked", "On its way"
    DONE = "done", "Paid back"
    REFUSED = "refused", "Refused by the provider"
    FAILED = "failed", "Did not arrive"


class CardRefund(models.Model):
    """Money that an organiser sends back to a card through the provider. It counts against what can be paid back from the moment it is asked.

    `key` is what the form was given, with the payment: so that a second press, or a worker that was killed, sends nothing twice.
    """

    payment = models.ForeignKey("events.Payment", on_delete=models.PROTECT, related_name="card_refunds")
    key = models.CharField(max_length=80, unique=True)
    pence = models.PositiveIntegerField()
    reason = models.CharField(max_length=250)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=RefundState, default=RefundState.ASKED)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=RefundState.values), name="card_refund_state_is_known"
            ),
            models.CheckConstraint(condition=Q(pence__gte=1), name="card_refund_is_of_something"),
        ]

    def __str__(self) -> str:
        return f"£{self.pence / 100:.2f}, {self.get_state_display()}"
