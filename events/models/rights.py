"""What staff may do at one event, beside those who may organise every event."""

from django.db import models
from django.db.models import Q

from events.models.pages import EventPage
from portal.members.models import User


class Right(models.TextChoices):
    """What somebody may do at an event."""

    ORGANISE = "organise", "Organiser"
    CHECK_IN = "check-in", "Check-in"
    FINANCE = "finance", "Finance"


class EventRight(models.Model):
    """One person, an event helper, has one right at one event. Whoever may organise every event needs none."""

    event = models.ForeignKey(EventPage, on_delete=models.CASCADE, related_name="rights")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="event_rights")
    right = models.CharField("may", max_length=10, choices=Right)
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["event", "user", "right"]
        permissions = [
            ("organise_every_event", "Can organise every event"),
            ("help_at_events", "Can be given rights at single events"),
        ]
        constraints = [
            models.UniqueConstraint("event", "user", "right", name="event_right_once"),
            models.CheckConstraint(condition=Q(right__in=Right.values), name="event_right_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_right_display()}"
