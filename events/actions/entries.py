"""Keeps attendees' calendars right: each mail about a place carries its entry, with a number that only goes up."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from events.entries import CANCEL, REQUEST, attachments
from events.mail import ways_to
from events.models import CalendarEntry, EventPage, Place, PlaceState
from events.rules.times import when
from portal.members import mail
from portal.members.mail import Attachment


def invitation(place: Place, now: datetime) -> list[Attachment]:
    """What puts a place into the calendar of whoever has it, or changes it there. Belongs into the transaction that sends it.

    An event without dates stands in no calendar: what was there before is taken out.
    """
    event = place.pool.event
    if event.starts_at is None:
        return withdrawal(place, now)
    sequence, _ = _counted_on(place, now, is_there=True)
    return attachments(place, REQUEST, sequence, now)


def withdrawal(place: Place, now: datetime) -> list[Attachment]:
    """What takes a place out of the calendar of whoever had it; nothing if it is not there. `place` says who that was."""
    sequence, was_there = _counted_on(place, now, is_there=False)
    return attachments(place, CANCEL, sequence, now) if was_there else []


def _counted_on(place: Place, now: datetime, *, is_there: bool) -> tuple[int, bool]:
    """Counts on and gives the new number, and whether the entry was there before. Locks the entry, after every other lock."""
    of_event = place.pool.event.sequence
    entry, is_new = CalendarEntry.objects.get_or_create(
        place_id=place.pk, defaults={"told_of": of_event, "told_at": now, "is_there": is_there}
    )
    if is_new:
        return entry.sequence, False
    entry = CalendarEntry.objects.select_for_update().get(pk=entry.pk)
    was_there = entry.is_there
    entry.sequence, entry.told_of, entry.told_at, entry.is_there = entry.sequence + 1, of_event, now, is_there
    entry.save()
    return entry.sequence, was_there


def tell_of_changes(now: datetime | None = None) -> int:
    """Writes to everybody who has a place at an event that was published with another title, time or place since they were told.

    Each is told once of each state, in a transaction of its own: it may be killed, and run by any number of workers at once.
    What is over, called off or not to be seen is told to nobody. Gives how many mails there were.
    """
    now = now or timezone.now()
    event = "place__pool__event"
    to_come = Q(**{f"{event}__ends_at": None}) | Q(**{f"{event}__ends_at__gt": now})
    due = CalendarEntry.objects.filter(
        to_come,
        place__state=PlaceState.CONFIRMED,
        **{f"{event}__live": True, f"{event}__cancelled_at": None},
    ).exclude(told_of=F(f"{event}__sequence"))
    return sum(
        _tell_of_change(number, now) for number in list(due.order_by("pk").values_list("pk", flat=True))
    )


@transaction.atomic
def _tell_of_change(number: int, now: datetime) -> bool:
    entry = CalendarEntry.objects.select_for_update().get(pk=number)
    # Read after the lock: it may have got to somebody else, or another worker may have told them.
    place = Place.objects.select_related("ticket", "pool__event").get(pk=entry.place_id)
    event = place.pool.event
    if place.state != PlaceState.CONFIRMED or not place.email or entry.told_of == event.sequence:
        return False
    mail.send(
        template="event_changed",
        to=place.email,
        context=_words(place, event),
        key=f"event-changed:{place.pk}:{entry.sequence + 1}",
        attachments=invitation(place, now),
    )
    return True


def _words(place: Place, event: EventPage) -> dict[str, object]:
    return {
        "place": place,
        "event": event,
        "dates": when(event.starts_at, event.ends_at),
        **ways_to(place),
    }
