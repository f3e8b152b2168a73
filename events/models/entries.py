"""What attendees were told to put into their calendars."""

from django.db import models

from events.models.places import Place


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
