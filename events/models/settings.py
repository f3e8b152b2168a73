"""What organisers set for an event beside its page: terms, reminders, and how long answers are kept."""

from django.core.validators import MaxValueValidator
from django.db import models

from events.models.orders import Order
from events.models.pages import EventPage
from events.models.places import Place

ANSWERS_KEPT = 30  # days after an event
REMINDERS = [7, 1]  # days before it


def reminders_by_default() -> list[int]:
    return list(REMINDERS)


class BookingSettings(models.Model):
    """Settings of one event that do not belong to the drafts of its page. An event without a row has the defaults."""

    event = models.OneToOneField(EventPage, on_delete=models.CASCADE, related_name="booking_settings")
    terms = models.TextField("booking terms", blank=True, max_length=20_000)
    reminder_days = models.JSONField(default=reminders_by_default, blank=True)
    answers_kept = models.PositiveSmallIntegerField(
        "days for which sensitive answers are kept",
        default=ANSWERS_KEPT,
        validators=[MaxValueValidator(365)],
    )

    class Meta:
        verbose_name_plural = "booking settings"

    def __str__(self) -> str:
        return f"Settings of {self.event}"


class BookingTerms(models.Model):
    """The terms of an event as somebody accepted them, known by their own content: `digest` is its SHA-256. Never changed."""

    event = models.ForeignKey(EventPage, on_delete=models.CASCADE, related_name="booking_terms")
    digest = models.CharField(max_length=64)
    text = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "digest"], name="booking_terms_once")]

    def __str__(self) -> str:
        return f"Terms {self.digest[:8]}"


class AcceptedTerms(models.Model):
    """Whoever ordered has accepted these terms, at that moment."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="accepted_terms")
    terms = models.ForeignKey(BookingTerms, on_delete=models.PROTECT, related_name="acceptances")
    accepted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "terms"], name="terms_accepted_once_for_an_order")
        ]

    def __str__(self) -> str:
        return f"{self.terms}, {self.order}"


class Reminder(models.Model):
    """Whoever had a place has been reminded of the event, so many days before it."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="reminders")
    days = models.PositiveSmallIntegerField()
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place", "days"], name="reminder_once")]

    def __str__(self) -> str:
        return f"{self.days} days before"
