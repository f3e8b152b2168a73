"""Memberships of the association: a number, and the periods for which it has been paid. Nothing is ever overwritten."""

from datetime import date, datetime

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from portal.members.models.networks import ends_after_start, holds_on
from portal.members.models.people import User


class Membership(models.Model):
    """A membership as the association's register has it. It is a person's once they have claimed its number."""

    number = models.CharField(max_length=20, unique=True)
    first_name = models.CharField("first name", max_length=150, blank=True)
    last_name = models.CharField("last name", max_length=150, blank=True)
    email = models.EmailField("e-mail address", blank=True)
    user = models.OneToOneField(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="membership",
        verbose_name="person",
    )
    claimed_at = models.DateTimeField("claimed", null=True, blank=True, editable=False)

    class Meta:
        ordering = ["number"]
        permissions = [("import_membership", "Can import memberships")]
        indexes = [models.Index(fields=["email"], name="membership_email")]
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="membership_email_is_lower_case"),
            models.CheckConstraint(condition=~Q(number=""), name="membership_has_a_number"),
            models.CheckConstraint(
                condition=Q(user__isnull=True) | Q(claimed_at__isnull=False), name="membership_claim_is_dated"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.first_name} {self.last_name}".strip()


class MembershipPeriodQuerySet(models.QuerySet["MembershipPeriod"]):
    def standing(self) -> "MembershipPeriodQuerySet":
        """Those that hold as far as we know today: not replaced by a later correction."""
        return self.filter(replaced_at__isnull=True)

    def current(self, on: date) -> "MembershipPeriodQuerySet":
        """Those that hold on the day `on`, as far as we know today."""
        return self.standing().filter(holds_on(on))


class MembershipPeriod(models.Model):
    """A membership holds from one day until another (half-open). A correction replaces a period and leaves it to be seen."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="periods")
    category = models.CharField(max_length=60, blank=True)
    starts_on = models.DateField("from")
    ends_on = models.DateField(
        "until", null=True, blank=True, help_text="The first day on which it no longer holds."
    )
    recorded_at = models.DateTimeField("recorded")
    recorded_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    replaced_at = models.DateTimeField("replaced", null=True, blank=True)

    objects = MembershipPeriodQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "pk"]
        constraints = [
            ends_after_start("membership_period_ends_after_start"),
            models.UniqueConstraint(
                fields=["membership", "starts_on"],
                condition=Q(replaced_at__isnull=True),
                name="membership_period_one_from_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership_id}: {self.starts_on} to {self.ends_on or 'open'}"


class ClaimState(models.TextChoices):
    """Where a claim to a membership stands."""

    OPEN = "open", "Waiting for a manager"
    ACCEPTED = "accepted", "Accepted"
    REFUSED = "refused", "Refused"


class MembershipClaim(models.Model):
    """A person says that a number is theirs. One that fits the register is accepted at once, another waits for a manager."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="membership_claims", verbose_name="person"
    )
    number = models.CharField("membership number", max_length=20)
    state = models.CharField(max_length=10, choices=ClaimState)
    mismatch = models.CharField("what does not fit", max_length=300, blank=True)
    made_at = models.DateTimeField("made")
    decided_at = models.DateTimeField("decided", null=True, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    reason = models.CharField("reason given", max_length=500, blank=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        permissions = [("decide_membershipclaim", "Can decide on claims to memberships")]
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(state=ClaimState.OPEN),
                name="membership_claim_one_open_per_person",
            ),
            models.CheckConstraint(
                condition=Q(state=ClaimState.OPEN, decided_at__isnull=True)
                | (~Q(state=ClaimState.OPEN) & Q(decided_at__isnull=False)),
                name="membership_claim_decided_is_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.number}"


def end_of(last_day: date | None) -> date | None:
    """The day on which a period ends whose last day is `last_day`: the next one."""
    return None if last_day is None else date.fromordinal(last_day.toordinal() + 1)


def recorded(period: MembershipPeriod, at: datetime) -> bool:
    """Whether `period` was what the register said at the moment `at`."""
    return period.recorded_at <= at and (period.replaced_at is None or at < period.replaced_at)
