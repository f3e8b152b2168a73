"""What organisers write to the people of an event."""

from django.db import models

from events.models.pages import EventPage
from events.models.places import Ticket
from portal.members.models import User


class EventLetter(models.Model):
    """One mail to a selection of people. It goes to each of their addresses once, also if it is sent on after a fall."""

    class To(models.TextChoices):
        COMING = "coming", "Everybody who has a place"
        WAITING = "waiting", "Everybody who waits for one"
        ORDERED = "ordered", "Everybody who ordered"

    event = models.ForeignKey(EventPage, on_delete=models.CASCADE, related_name="letters")
    to = models.CharField("to", max_length=10, choices=To, default=To.COMING)
    ticket = models.ForeignKey(Ticket, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    subject = models.CharField(max_length=150)
    text = models.TextField()
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    written_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    count = models.PositiveIntegerField("sent to", default=0)

    class Meta:
        ordering = ["-written_at", "-pk"]

    def __str__(self) -> str:
        return self.subject
