"""What has changed in handbooks: in what a person has read, and in what they follow."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator

from handbook.following import handbook_key
from handbook.history import SinceRead
from handbook.history import since_read as changed_since
from handbook.mail import News, news_followed
from handbook.models import HandbookPage
from handbook.reading import Entry, Reading, open_edition
from portal.desk.cards.base import SHOWN, Card, Line
from portal.members.models import User

# Whoever follows something has had a mail about it. Here it can be found again, as long as it is news.
NEWS_FOR = timedelta(days=60)


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
            Line(_named(one.entry), f"changed since {_day(one.read_at)}", one.compared or one.entry.url)
            for one in found.changed
        ]
        lines += [Line(_named(one), "new", one.url) for one in found.new]
    in_force = f"Edition {reading.edition.number}, in force since {_day(reading.edition.effective_on)}"
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


def followed(user: User, now: datetime) -> Iterator[Card]:
    """What was published in the last 60 days of what the person follows in handbooks."""
    news = news_followed(user, since=now - NEWS_FOR, until=now)
    yield Card(
        key="followed",
        title="New in what you follow",
        count=len(news),
        lines=[_line(one) for one in reversed(news)][:SHOWN],
        empty="Nothing new in the last 60 days.",
        url=reverse("following"),
        link="What you follow",
    )


def _line(news: News) -> Line:
    made = _day(news.announcement.made_at)
    if news.is_erratum:
        [line] = news.lines
        return Line(
            f"{line.number} {line.title}", f"Erratum of {made}: {Truncator(line.note).words(20)}", line.url
        )
    changed = len(news.lines) + news.left_out
    sections = f"{changed} section{'' if changed == 1 else 's'}"
    what = f"{sections} that you follow changed" if news.is_for_sections else f"{sections} amended"
    return Line(
        f"{news.handbook_title}, edition {news.edition.number}", f"{made}: {what}", news.amendments_url
    )


def _day(moment: datetime) -> str:
    local = timezone.localtime(moment) if isinstance(moment, datetime) else moment
    return f"{local:%-d %B %Y}"
