"""What the portal's processes tell each other: which generation of pages is current, and when the worker was last alive."""

from django.db import models
from django.db.models import Q
from django.utils import timezone


class PageGeneration(models.Model):
    """One row. Its number goes up whenever a public page may have changed; kept pages of an older generation are void.

    `changed_at` is when it last went up: no public page has changed since, but for what midnight changes.
    """

    number = models.PositiveBigIntegerField(default=0)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="page_generation_is_one_row")]

    def __str__(self) -> str:
        return f"Generation {self.number}"


class Heartbeat(models.Model):
    """One row: when the background worker last ran something."""

    heard_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="heartbeat_is_one_row")]

    def __str__(self) -> str:
        return f"Heard at {self.heard_at:%d %B %Y, %H:%M:%S}"
