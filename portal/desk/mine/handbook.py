"""What has changed in handbooks since a person read them."""

from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone

from handbook.following import handbook_key
from handbook.history import SinceRead
from handbook.history import since_read as changed_since
from handbook.models import HandbookPage
from handbook.reading import Entry, Reading, open_edition
from portal.desk.cards.base import SHOWN, Card, Line
from portal.members.models import User


def since_read(user: User, now: datetime) -> Iterator[Card]:
    """For each handbook that anyone may read, what has other words than the person marked as read, and what has come since."""
    today = timezone.localdate(now)
    for handbook in HandbookPage.objects.live().public().order_by("path"):
        reading = open_edition(handbook, None, today)
        if reading is not None:
            yield _card(reading, changed_since(user, reading))


def _card(reading: Reading, found: SinceRead | None) -> Card:
    title, lines = reading.handbook.title, []
    if found is None:
        empty = "Mark sections as read, and you see here which of them change afterwards."
    else:
        empty = "Nothing has changed since you read it."
        lines = [
            Line(_named(one.entry), f"changed since {day_of(one.read_at)}", one.compared or one.entry.url)
            for one in found.changed
        ]
        lines += [Line(_named(one), "new", one.url) for one in found.new]
    in_force = f"Edition {reading.edition.number}, in force since {day_of(reading.edition.effective_on)}"
    return Card(
        key=handbook_key(reading.handbook.pk).replace(":", "-"),
        title=f"{title}: what has changed since you read it",
        count=len(lines),
        lines=lines[:SHOWN],
        empty=empty,
        url=reading.handbook.url,
        link=in_force,
    )


def _named(entry: Entry) -> str:
    return f"{entry.section.number} {entry.section.title}"


def day_of(moment: datetime) -> str:
    local = timezone.localtime(moment) if isinstance(moment, datetime) else moment
    return f"{local:%-d %B %Y}"
