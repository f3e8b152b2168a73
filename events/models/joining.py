"""Uses of the addresses by which attendees join what is on-line."""

from django.db import models
from django.db.models import F, Q

from events.models.places import Place


class Joining(models.Model):
    """That the address of a place was used in one browser, `times` times, until another one took over.

    The newest row is the browser that may use it now. `browser` is a random word that the browser keeps in its session. It is
    no attendance: nobody knows whether they stayed.
    """

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="joinings")
    browser = models.CharField(max_length=40)
    at = models.DateTimeField()
    last_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_at__gte=F("at")), name="joining_is_used_last_after_first"
            ),
            models.CheckConstraint(condition=Q(times__gte=1), name="joining_is_once_at_least"),
        ]

    def __str__(self) -> str:
        return f"{self.place.name}, {self.at}"
