"""What people follow, and up to whom the weekly mails about it have been written."""

from django.db import models
from django.db.models import Q

from portal.members.models.people import User


class Cadence(models.TextChoices):
    """How often a person is written to about what they follow."""

    AT_ONCE = "at-once", "As soon as it happens"
    WEEKLY = "weekly", "Once a week, in one mail"


class Follow(models.Model):
    """A person wants to hear about a thing. Its key, such as `handbook:12`, is understood by `portal.members.follows`."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="follows", verbose_name="person")
    key = models.CharField(max_length=100)
    cadence = models.CharField("how often", max_length=10, choices=Cadence)
    created_at = models.DateTimeField("since")

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["key"], name="follow_key")]
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="follow_once_per_person"),
            models.CheckConstraint(condition=Q(cadence__in=Cadence.values), name="follow_cadence_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.key}"


class WeeklyMailing(models.Model):
    """That the mails about a week are being written, or were. `reached` is the last person so far, in the order of their ids."""

    week = models.CharField(max_length=8, unique=True)
    reached = models.BigIntegerField(default=0)
    written_at = models.DateTimeField("written", null=True, blank=True)

    class Meta:
        ordering = ["week"]

    def __str__(self) -> str:
        return f"Mails about {self.week}"
