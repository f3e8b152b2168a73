"""What attendees were told to put into their calendars."""

import uuid

from django.db import models

from events.models.places import Place
from portal.members.models import User


class CalendarEntry(models.Model):
    """The entry for a place in the calendar of whoever has it. `sequence` goes up each time a calendar is told something.

    Calendars take no entry whose sequence is lower than that of the one they have, so it never goes down, whoever has the place.
    `told_of` is the sequence of the event as it was told; `is_there`: the last that was told was to put it in, not to take it out.
    """

    place = models.OneToOneField(Place, on_delete=models.CASCADE, related_name="entry")
    sequence = models.PositiveIntegerField(default=0)
    told_of = models.PositiveIntegerField()
    told_at = models.DateTimeField()
    is_there = models.BooleanField(default=True)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "calendar entries"

    def __str__(self) -> str:
        return f"{self.place_id}, {self.sequence}"


class PersonalCalendar(models.Model):
    """The secret address of a person's own calendar. Whoever has it can read where the person will be, so there is none until they ask."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="event_calendar")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"Calendar of {self.user}"
