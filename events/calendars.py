"""Events as calendars read them (RFC 5545): one to take along, or all that is to come to subscribe to.

An entry is known by the key of its page for ever. `sequence` says which state of it is newer, so an update moves the entry, and
an event that was called off takes it away.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.conf import settings
from icalendar import Calendar, Event, Timezone

from events.models import EventPage
from events.rules.times import LONDON

CONTENT_TYPE = "text/calendar; charset=utf-8"
PRODUCT = "-//Network directors portal//Events//EN"
REFRESH = timedelta(hours=1)
# The rule since 1996, instead of the date of each change: the last Sundays of March and October, at 1am in UTC.
TIMEZONE = Timezone.from_ical(
    "BEGIN:VTIMEZONE\r\n"
    "TZID:Europe/London\r\n"
    "BEGIN:DAYLIGHT\r\n"
    "DTSTART:19960331T010000\r\n"
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\n"
    "TZNAME:BST\r\n"
    "TZOFFSETFROM:+0000\r\n"
    "TZOFFSETTO:+0100\r\n"
    "END:DAYLIGHT\r\n"
    "BEGIN:STANDARD\r\n"
    "DTSTART:19961027T020000\r\n"
    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\n"
    "TZNAME:GMT\r\n"
    "TZOFFSETFROM:+0100\r\n"
    "TZOFFSETTO:+0000\r\n"
    "END:STANDARD\r\n"
    "END:VTIMEZONE\r\n"
)


def calendar_of(page: EventPage, url: str) -> bytes:
    """One event to put into a calendar; if it was called off, what takes it out again."""
    made = empty("CANCEL" if page.cancelled_at else "PUBLISH")
    made.add_component(entry_of(page, url))
    return made.to_ical()


def calendar_of_all(events: Iterable[tuple[EventPage, str]], name: str) -> bytes:
    """A calendar to subscribe to, of events with dates and their addresses. What was called off says so."""
    made = to_subscribe_to(name)
    for page, url in events:
        if page.starts_at:
            made.add_component(entry_of(page, url))
    return made.to_ical()


def to_subscribe_to(name: str) -> Calendar:
    """A calendar without entries, under a name, that asks to be fetched again now and then."""
    made = empty("PUBLISH")
    made.add("name", name)
    made.add("x-wr-calname", name)
    made.add("x-wr-timezone", str(LONDON))
    made.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    return made


def empty(method: str) -> Calendar:
    """A calendar without entries. `method` says what is to be done with them (RFC 5546)."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(TIMEZONE)
    return calendar


def entry_of(page: EventPage, url: str) -> Event:
    """What stands in a calendar for an event whose page has that address."""
    address = f"{settings.BASE_URL}{url}"
    entry = Event()
    entry.add("uid", str(page.translation_key))
    entry.add("sequence", page.sequence)
    entry.add("dtstamp", changed_at(page))
    if page.starts_at:
        entry.add("dtstart", _moment(page.starts_at))
        entry.add("dtend", _moment(page.ends_at))
    entry.add("summary", f"Called off: {page.title}" if page.cancelled_at else page.title)
    entry.add("status", "CANCELLED" if page.cancelled_at else "CONFIRMED")
    entry.add("location", _location(page))
    entry.add("description", "\n\n".join(part for part in (page.summary, address) if part))
    entry.add("url", address)
    # What lasts for days leaves the time of its guests free: they are not there at night.
    lasts = page.starts_at and page.ends_at - page.starts_at > timedelta(days=1)
    entry.add("transp", "TRANSPARENT" if lasts or page.cancelled_at else "OPAQUE")
    return entry


def _moment(moment: datetime) -> datetime:
    """In London time. The second of two hours that are called the same can be told from the first in UTC only."""
    local = moment.astimezone(LONDON)
    return moment.astimezone(UTC) if local.fold else local


def changed_at(page: EventPage) -> datetime:
    """When what an entry says was last changed: the same bytes each time until then."""
    moments = (page.last_published_at, page.first_published_at, page.cancelled_at)
    latest = max((moment for moment in moments if moment), default=page.starts_at)
    return latest.astimezone(UTC).replace(microsecond=0)


def _location(page: EventPage) -> str:
    parts = [part for part in (page.venue, *page.address.splitlines()) if part.strip()]
    return ", ".join(parts) or ("On-line" if page.is_online else "")
