"""Who is on which list: subscriptions with the history of their states, and access that a manager has given."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from forum.models.lists import MailingList
from portal.members.models import Network, Role, User


class State(models.TextChoices):
    """How a person stands to a list. What that allows at a moment depends on the rules and the dates too."""

    APPLIED = "applied", "Applied"
    ACTIVE = "active", "Active"
    SUSPENDED = "suspended", "Suspended"
    LEFT = "left", "Left"
    REFUSED = "refused", "Application refused"


class DeliveryMode(models.TextChoices):
    """What a subscriber gets of a list by mail."""

    EACH = "each", "Every post"
    FOLLOWED = "followed", "Only the topics that I follow"
    DAILY = "daily", "One mail a day"
    WEEKLY = "weekly", "One mail a week"
    NONE = "none", "No mail"


class MailFormat(models.TextChoices):
    """How mails of a list are written."""

    HTML = "html", "With formatting"
    PLAIN = "plain", "Plain text"
    MIME = "mime", "Plain text, each post of a digest as a message of its own"


class Subscription(models.Model):
    """A person and a list that they applied for, are on, or were on."""

    list = models.ForeignKey(MailingList, on_delete=models.CASCADE, related_name="subscriptions")
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="subscriptions", verbose_name="person"
    )
    joined_on = models.DateField(
        "joined", null=True, blank=True, help_text="The day, in London, on which they were first let in."
    )
    role = models.CharField("role given when applying", max_length=20, choices=Role, blank=True)
    network = models.ForeignKey(Network, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    number = models.CharField("membership number given when applying", max_length=20, blank=True)
    question = models.TextField("what a manager asked", blank=True)
    answer = models.TextField("what they answered", blank=True)
    delivery = models.CharField("by mail", max_length=10, choices=DeliveryMode, default=DeliveryMode.EACH)
    mail_format = models.CharField("format", max_length=10, choices=MailFormat, default=MailFormat.HTML)
    own_posts = models.BooleanField("send me my own posts too", default=True)
    paused_until = models.DateTimeField(
        "no mail until", null=True, blank=True, help_text="From this moment on mail comes again."
    )
    bounce_score = models.FloatField(default=0, editable=False)
    bounced_at = models.DateTimeField("last bounce", null=True, blank=True, editable=False)
    stopped_at = models.DateTimeField(
        "mail stopped, since it came back", null=True, blank=True, editable=False
    )

    class Meta:
        ordering = ["list", "user"]
        constraints = [
            models.UniqueConstraint(fields=["list", "user"], name="subscription_once"),
            models.CheckConstraint(
                condition=Q(delivery__in=DeliveryMode.values), name="subscription_delivery_is_known"
            ),
            models.CheckConstraint(
                condition=Q(mail_format__in=MailFormat.values), name="subscription_mail_format_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} on {self.list}"


class SubscriptionPeriodQuerySet(models.QuerySet["SubscriptionPeriod"]):
    def at(self, moment: datetime) -> "SubscriptionPeriodQuerySet":
        """Those that hold at `moment`."""
        return self.filter(holds_at(moment))


def holds_at(moment: datetime) -> Q:
    """What holds at `moment`: its first moment counts, the one at which it ends no longer does."""
    return Q(starts_at__lte=moment) & (Q(ends_at__isnull=True) | Q(ends_at__gt=moment))


class SubscriptionPeriod(models.Model):
    """A subscription was in a state from one moment until another (half-open)."""

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="periods")
    state = models.CharField(max_length=10, choices=State)
    starts_at = models.DateTimeField("from")
    ends_at = models.DateTimeField("until", null=True, blank=True)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=500, blank=True)

    objects = SubscriptionPeriodQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="subscription_period_state"),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="subscription_period_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["subscription"],
                condition=Q(ends_at__isnull=True),
                name="subscription_period_one_open",
            ),
            models.UniqueConstraint(
                fields=["subscription", "starts_at"], name="subscription_period_one_from_a_moment"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} from {self.starts_at:%Y-%m-%d %H:%M}"


class GrantKind(models.TextChoices):
    """Why somebody was given access beyond the rules."""

    EXTENSION = "extension", "Extension: stays on the list after the rules have ended"
    STAFF = "staff", "Staff: reads or manages the list without being on it"


class Level(models.IntegerChoices):
    """What a person may do on a list at a moment. Each level includes those below it."""

    NOTHING = 0, "Nothing"
    READ = 1, "Read"
    POST = 2, "Read and post"
    MANAGE = 3, "Manage"


class GrantQuerySet(models.QuerySet["Grant"]):
    def on(self, mailing_list: MailingList, moment: datetime) -> "GrantQuerySet":
        """Those that hold on a list at `moment`, with who has them and who gave them: what its owners see."""
        return self.filter(holds_at(moment), list=mailing_list).select_related("user", "by")


class Grant(models.Model):
    """A manager gave a person access to a list, for a reason and until a moment. It is shown to the list's owners."""

    list = models.ForeignKey(MailingList, on_delete=models.CASCADE, related_name="grants")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants", verbose_name="person")
    kind = models.CharField(max_length=10, choices=GrantKind)
    level = models.PositiveSmallIntegerField(choices=Level)
    starts_at = models.DateTimeField("from")
    ends_at = models.DateTimeField("until")
    reason = models.CharField(max_length=500)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = GrantQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=GrantKind.values), name="grant_kind"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="grant_ends_after_start"),
            models.CheckConstraint(condition=~Q(reason=""), name="grant_has_a_reason"),
            models.CheckConstraint(
                condition=Q(kind=GrantKind.EXTENSION, level=Level.POST)
                | Q(kind=GrantKind.STAFF, level__in=[Level.READ, Level.POST, Level.MANAGE]),
                name="grant_level_fits_its_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} on {self.list}: {self.get_level_display()}"
