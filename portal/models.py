"""What the portal's processes tell each other: which generation of pages is current, and when the worker was last alive."""

from django.db import models
from django.db.models import Q


class PageChange(models.Model):
    """A commit that may have changed public pages; once counted, one row stands for all the `changes` so far.

    The generation of pages is the sum of `changes`, whoever has counted how many of them. A row is written in the transaction
    that makes the change, and nobody waits for anybody else's. `counted_at` is some moment after the commits that the row
    stands for; until it is counted, a row can tell no such moment.
    """

    changes = models.PositiveBigIntegerField(default=1)
    counted_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.changes} changes"


class Heartbeat(models.Model):
    """One row: when the background worker last ran something."""

    heard_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="heartbeat_is_one_row")]

    def __str__(self) -> str:
        return f"Heard at {self.heard_at:%d %B %Y, %H:%M:%S}"
