"""The listserver's way out: what goes to whom by mail, and what became of it."""

from django.db import models
from django.db.models import F, Q

from forum.forum_conversation.models import Post
from forum.models.lists import MailingList
from forum.models.subscriptions import Subscription


class Period(models.TextChoices):
    """What a digest covers. A day ends at 07:00 in London, a week on a Monday at 07:00."""

    DAY = "daily", "A day"
    WEEK = "weekly", "A week"


class Digest(models.Model):
    """The posts that came to be read in a list in a day or a week (half-open), as one mail."""

    list = models.ForeignKey(MailingList, on_delete=models.CASCADE, related_name="digests")
    period = models.CharField(max_length=10, choices=Period)
    starts_at = models.DateTimeField("from")
    ends_at = models.DateTimeField("until")

    class Meta:
        ordering = ["ends_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["list", "period", "ends_at"], name="digest_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="digest_ends_after_start"),
            models.CheckConstraint(condition=Q(period__in=Period.values), name="digest_period_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_period_display()} of {self.list} until {self.ends_at:%Y-%m-%d %H:%M}"


class DeliveryState(models.TextChoices):
    """What became of a mail to one person."""

    QUEUED = "queued", "Waits to be sent"
    DEFERRED = "deferred", "Refused for now, tried again later"
    SENT = "sent", "Handed over"
    REFUSED = "refused", "Refused for good"
    BOUNCED = "bounced", "Came back"
    LEFT_OUT = "left-out", "Not sent: the person may not read it any more, or wants no mail"


WAITING = (DeliveryState.QUEUED, DeliveryState.DEFERRED)


class Batch(models.Model):
    """Deliveries that one worker has claimed until a moment, to send them in the order of their numbers.

    `sent_up_to` is the last of them that the mail server is known to have taken, and is written as each mail goes; the deliveries
    themselves are written many at a time. If the worker dies, others finish what it has written down, and go on after that.
    """

    claimed_until = models.DateTimeField("claimed until")
    sent_up_to = models.BigIntegerField("sent up to the delivery", default=0)

    class Meta:
        verbose_name_plural = "batches"

    def __str__(self) -> str:
        return f"Batch {self.pk}, sent up to delivery {self.sent_up_to}, claimed until {self.claimed_until:%Y-%m-%d %H:%M}"


class Delivery(models.Model):
    """A post, or a digest, on its way to one subscriber. In a batch it is a worker's, and waits until the batch has been written up."""

    # A row is written three times and read hardly more often: each index costs more than it saves, but for those below, which begin
    # with the post, the digest and the batch.
    post = models.ForeignKey(
        Post, on_delete=models.CASCADE, null=True, blank=True, db_index=False, related_name="deliveries"
    )
    digest = models.ForeignKey(
        Digest, on_delete=models.CASCADE, null=True, blank=True, db_index=False, related_name="deliveries"
    )
    batch = models.ForeignKey(
        Batch, on_delete=models.SET_NULL, null=True, blank=True, db_index=False, related_name="deliveries"
    )
    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="deliveries")
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.QUEUED)
    queued_at = models.DateTimeField("queued")
    due_at = models.DateTimeField("due")
    attempts = models.PositiveSmallIntegerField(default=0)
    settled_at = models.DateTimeField("sent or given up", null=True, blank=True)
    said = models.CharField("what the mail server said", max_length=500, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["post", "subscription"], condition=Q(post__isnull=False), name="delivery_of_post_once"
            ),
            models.UniqueConstraint(
                fields=["digest", "subscription"],
                condition=Q(digest__isnull=False),
                name="delivery_of_digest_once",
            ),
            models.CheckConstraint(
                condition=Q(post__isnull=False, digest__isnull=True)
                | Q(post__isnull=True, digest__isnull=False),
                name="delivery_of_post_or_digest",
            ),
            models.CheckConstraint(
                condition=Q(state__in=WAITING, settled_at__isnull=True)
                | (Q(state__in=DeliveryState.values) & ~Q(state__in=WAITING) & Q(settled_at__isnull=False)),
                name="delivery_settled_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(batch__isnull=True) | Q(state__in=WAITING), name="delivery_in_batch_waits"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(state__in=WAITING, batch__isnull=True),
                name="delivery_waiting",
            ),
            models.Index(fields=["batch"], condition=Q(batch__isnull=False), name="delivery_in_batch"),
        ]

    def __str__(self) -> str:
        what = f"post {self.post_id}" if self.post_id else f"digest {self.digest_id}"
        return f"{what} to subscription {self.subscription_id}: {self.get_state_display()}"


class Bounce(models.Model):
    """A mail to a subscriber came back. What counts of it is in `Subscription.bounce_score`."""

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="bounces")
    delivery = models.ForeignKey(
        Delivery, on_delete=models.SET_NULL, null=True, blank=True, related_name="bounces"
    )
    is_hard = models.BooleanField("for good")
    said = models.CharField("what the mail server said", max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"Bounce of subscription {self.subscription_id}, {self.at:%Y-%m-%d %H:%M}"
