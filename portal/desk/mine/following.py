"""What is new in whatever a person follows."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.text import Truncator

from handbook.mail import News, news_followed
from portal.desk.cards.base import SHOWN, Card, Line
from portal.desk.mine.handbook import day_of
from portal.members.models import User
from portal.pages.news import Item, items_followed

# Whoever follows something has had a mail about it. Here it can be found again, as long as it is news.
NEWS_FOR = timedelta(days=60)


def followed(user: User, now: datetime) -> Iterator[Card]:
    """What was published in the last 60 days of what the person follows: handbooks, lists of pages and kinds of event."""
    since = now - NEWS_FOR
    news = [
        (one.announcement.made_at, _of_handbook(one)) for one in news_followed(user, since=since, until=now)
    ]
    news += [(made_at, _of_page(item, made_at)) for item, made_at in items_followed(user, since, now)]
    news.sort(key=lambda pair: pair[0], reverse=True)
    yield Card(
        key="followed",
        title="New in what you follow",
        count=len(news),
        lines=[line for _, line in news[:SHOWN]],
        empty="Nothing new in the last 60 days.",
        url=reverse("following"),
        link="What you follow",
    )


def _of_page(item: Item, made_at: datetime) -> Line:
    return Line(item.title, f"{day_of(made_at)}: new {item.what}", item.url.removeprefix(settings.BASE_URL))


def _of_handbook(news: News) -> Line:
    made = day_of(news.announcement.made_at)
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
