"""The entries for places in people's calendars: sent to them by mail, and in one calendar to subscribe to.

A mail has its entry twice: as an alternative to its text, which mail programs that know invitations take (RFC 6047), and as a
file, for those that take files only. https://devguide.calconnect.org/iMip/iMip-Best-Practices/ has tried which do what.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parseaddr

from django.conf import settings
from django.db.models import QuerySet
from icalendar import Calendar, Event, vCalAddress

from events.calendars import changed_at, empty, entry_of, to_subscribe_to
from events.mail import ways_to
from events.models import CalendarEntry, EventPage, Place, PlaceState
from events.rules.entries import uid_of
from portal.members.mail import Attachment
from portal.members.models import User

REQUEST, CANCEL = "REQUEST", "CANCEL"


def address_of(event: EventPage) -> str:
    """The path of an event's page; the portal's own if it has none now."""
    parts = event.get_url_parts()
    return parts[2] if parts and parts[2] else "/"


def attachments(place: Place, method: str, sequence: int, at: datetime) -> list[Attachment]:
    """What a mail to whoever has the place carries: `REQUEST` puts the entry in or changes it, `CANCEL` takes it out."""
    entry = _entry(place, sequence, at)
    attendee = _address(place.name, place.email)
    # Whoever has booked has said yes: nobody is asked for an answer, which would go to an address that is not read.
    attendee.params |= {"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED", "RSVP": "FALSE"}
    entry.add("attendee", attendee)
    if method == CANCEL:
        entry["status"] = "CANCELLED"
        entry["transp"] = "TRANSPARENT"
    made = empty(method)
    made.add_component(entry)
    content = made.to_ical()
    return [
        Attachment(f"text/calendar; method={method}", content, is_alternative=True),
        Attachment("application/ics", content, name="invite.ics" if method == REQUEST else "cancel.ics"),
    ]


def places_of(user: User) -> QuerySet[Place]:
    """The places of a person, by any of their confirmed addresses, in the order of their events. One query, with all that is shown."""
    addresses = user.emailaddress_set.filter(verified=True).values("email")
    places = Place.objects.filter(state=PlaceState.CONFIRMED, email__in=addresses)
    return places.select_related("ticket", "pool__event", "line__order", "entry").order_by(
        "pool__event__starts_at", "pk"
    )


def calendar_of_places(places: Iterable[Place], name: str) -> bytes:
    """A calendar of one person's places, each with the UID that the mail about it had."""
    made: Calendar = to_subscribe_to(name)
    for place in places:
        told: CalendarEntry | None = getattr(place, "entry", None)
        event = place.pool.event
        if event.starts_at is None:
            continue
        # A change that no mail has told of yet gets the number that the mail will have.
        sequence = told.sequence + (told.told_of != event.sequence) if told else 0
        at = max(changed_at(event), told.told_at) if told else changed_at(event)
        made.add_component(_entry(place, sequence, at))
    return made.to_ical()


def _entry(place: Place, sequence: int, at: datetime) -> Event:
    event = place.pool.event
    entry = entry_of(event, address_of(event))
    for name, value in {
        "uid": uid_of(event.translation_key, place.pk),
        "sequence": sequence,
        "dtstamp": at.astimezone(UTC).replace(microsecond=0),
    }.items():
        entry.pop(name)
        entry.add(name, value)
    ways = ways_to(place)
    if ways["join"] and not ways["at_venue"]:
        entry.pop("location")
        entry.add("location", "On-line")
    if join := ways["join"]:
        # The only link: whoever opens the entry in the hour has one thing to press.
        for name, value in {
            "url": join,
            "description": "\n\n".join(filter(None, (event.summary, f"Join: {join}"))),
        }.items():
            entry.pop(name)
            entry.add(name, value)
    entry.add("organizer", _address(*parseaddr(settings.DEFAULT_FROM_EMAIL)))
    return entry


def _address(name: str, email: str) -> vCalAddress:
    made = vCalAddress(f"mailto:{email}")
    # Few programs know how a quotation mark is written here (RFC 6868).
    made.params["CN"] = name.replace('"', "'") or email
    return made
