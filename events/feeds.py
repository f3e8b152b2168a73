"""The feed and the calendar of events, for the list of all feeds."""

from collections.abc import Iterator

from events.models import EventIndexPage
from portal.pages.feeds import Feed, Kind


def feeds_of_events() -> Iterator[Feed]:
    """The feed and the calendar of each list of events that anyone may read."""
    for index in EventIndexPage.objects.live().public().order_by("path").defer_streamfields():
        yield Feed(
            index.title,
            f"{index.url}feed/",
            Kind.ATOM,
            "What is to come. Filter the list for a feed of a part of it.",
        )
        yield Feed(index.title, f"{index.url}calendar.ics", Kind.CALENDAR, "Everything with a date.")
