"""Certificates of attendance."""

from django.db import models
from django.db.models import Q

from events.models.places import Place


class Certificate(models.Model):
    """That somebody was at an event, as it was when it was given: later changes of the page or the place do not change it.

    `code` is what anybody can check it by. Withdrawn, it counts for nothing. One without a name is of somebody who was forgotten.
    """

    place = models.OneToOneField(Place, on_delete=models.PROTECT, related_name="certificate")
    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=150, blank=True)
    title = models.CharField(max_length=255)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    cpd_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["given_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(code="") & ~Q(title=""), name="certificate_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.title}"
