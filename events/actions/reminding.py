"""Reminds those who have a place of the event: each of them once of each of its reminders, and never after it has begun."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from events.mail import ways_to
from events.models import BookingSettings, EventPage, Place, PlaceState, Reminder
from events.models.settings import REMINDERS
from events.rules.reminders import LONGEST, due, in_words, remind_at
from events.rules.times import when
from portal.members import mail


def remind(now: datetime | None = None) -> int:
    """Writes what is due, each in a transaction of its own: killed in the middle, it goes on the next time. Gives how many mails.

    Whoever took their place when the moment of a reminder had passed is not sent that one: they have just read the ticket.
    """
    now = now or timezone.now()
    # A day more: the clocks can change in between.
    events = EventPage.objects.live().filter(
        starts_at__gt=now, starts_at__lte=now + timedelta(days=LONGEST + 1), cancelled_at=None
    )
    chosen = dict(BookingSettings.objects.filter(event__in=events).values_list("event", "reminder_days"))
    sent = 0
    for event, starts_at in list(events.order_by("starts_at", "pk").values_list("pk", "starts_at")):
        days = due(starts_at, chosen.get(event, REMINDERS), now)
        if days is not None:
            places = Place.objects.filter(
                pool__event=event, state=PlaceState.CONFIRMED, taken_at__lt=remind_at(starts_at, days)
            )
            places = places.exclude(email="").exclude(reminders__days__lte=days)
            sent += sum(
                _remind(place, days, now)
                for place in list(places.order_by("pk").values_list("pk", flat=True))
            )
    return sent


@transaction.atomic
def _remind(number: int, days: int, now: datetime) -> bool:
    place = (
        Place.objects.select_for_update(of=("self",)).select_related("ticket", "pool__event").get(pk=number)
    )
    if place.state != PlaceState.CONFIRMED or not place.email:
        return False
    _, is_new = Reminder.objects.get_or_create(place=place, days=days, defaults={"sent_at": now})
    if not is_new:
        return False
    event = place.pool.event
    mail.send(
        template="event_reminder",
        to=place.email,
        context={
            "place": place,
            "event": event,
            "in_days": in_words(event.starts_at, now),
            "dates": when(event.starts_at, event.ends_at),
            **ways_to(place),
        },
        key=f"event-reminder:{place.pk}:{days}",
    )
    return True
