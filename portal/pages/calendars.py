"""Steps of a timeline as calendars read them (RFC 5545): whole days, without a clock."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from icalendar import Calendar, Event

from portal.pages.anchors import plain_text
from portal.pages.rules import end_of

CONTENT_TYPE = "text/calendar; charset=utf-8"
PRODUCT = "-//Network directors portal//Timelines//EN"
REFRESH = timedelta(days=1)


def calendar_of(name: str, address: str, steps: Iterable[Any], changed_at: datetime) -> bytes:
    """A calendar to subscribe to. Each of `steps`, blocks with an id, is known by it for ever."""
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("name", name)
    made.add("x-wr-calname", name)
    made.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for step in steps:
        made.add_component(_entry(step, address, changed_at))
    return made.to_ical()


def _entry(step: Any, address: str, changed_at: datetime) -> Event:
    value = step.value
    entry = Event()
    entry.add("uid", str(step.id))
    entry.add("dtstamp", changed_at.astimezone(UTC).replace(microsecond=0))
    entry.add("dtstart", value["begins_on"])
    entry.add("dtend", end_of(value["begins_on"], value["ends_on"]))
    entry.add("summary", value["title"])
    words = plain_text(str(value["text"].source).replace("<", " <")) if value["text"] else ""
    entry.add("description", "\n\n".join(part for part in (words, address) if part))
    entry.add("url", address)
    entry.add("transp", "TRANSPARENT")
    return entry
