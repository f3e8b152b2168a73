"""Pages that are new, in the words of mails: at once, and as a part of the one mail a week.

Each subject registers which of its pages are news, and what one may follow to hear of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import QuerySet
from wagtail.models import Page

from portal.members import follows, weekly
from portal.members.models import Follow, User
from portal.members.rules import Week
from portal.members.weekly import Part, Source, unheard
from portal.pages.models import PageNews

NEW, WEEKLY = "page_new", "weekly_pages"
MOST_LINES = 30


@dataclass(frozen=True)
class Item:
    """A new page in words. `what` it is reads on from “New”; `url` is absolute; `titles` are the keys that one may follow to
    hear of it, each with what lies behind it.
    """

    page_id: int
    what: str
    title: str
    url: str
    facts: tuple[str, ...]
    summary: str
    titles: Mapping[str, str]


ItemsOf = Callable[[Sequence[int], datetime], list[Item]]


@dataclass(frozen=True)
class Subject:
    """Pages of these models are news. `items_of` is given primary keys of pages and the moment, and leaves out those of other
    subjects and what anyone should not, or need not, be told of any more.
    """

    heading: str
    models: Callable[[], Sequence[type[Page]]]
    items_of: ItemsOf


_subjects: dict[str, Subject] = {}


def register(
    heading: str, models: Callable[[], Sequence[type[Page]]], items_of: ItemsOf, sample: Item
) -> None:
    """Has new pages of a subject told of, also in a part of the weekly mail under this heading. Previews show the `sample`."""
    subject = Subject(heading, models, items_of)
    _subjects[heading] = subject
    weekly.register(heading, partial(_prepare, subject), partial(_sample_part, heading, sample))


def unnoticed(since: datetime, until: datetime) -> QuerySet[Page]:
    """The pages that were first published between the two moments, can be read by anyone, and have not been noticed yet."""
    models = [model for subject in _subjects.values() for model in subject.models()]
    found = Page.objects.type(tuple(models)).live().public()
    return found.filter(first_published_at__gt=since, first_published_at__lte=until, news=None)


def item_of(page_id: int, now: datetime) -> Item | None:
    """A new page in words; `None` if nobody should be told of it now."""
    return next((item for subject in _subjects.values() for item in subject.items_of([page_id], now)), None)


def follows_of(item: Item, news: PageNews) -> QuerySet[Follow]:
    """The follows that bring a new page: of what it belongs to, begun before it was published."""
    return Follow.objects.filter(key__in=item.titles, created_at__lte=news.made_at)


def items_followed(user: User, since: datetime, now: datetime) -> list[tuple[Item, datetime]]:
    """What is new since a moment of what somebody follows, however they hear of it, with when it was noticed."""
    follows = dict(Follow.objects.filter(user=user).values_list("key", "created_at"))
    if not follows:
        return []
    made = dict(PageNews.objects.filter(made_at__gt=since, made_at__lte=now).values_list("page", "made_at"))
    items = [item for subject in _subjects.values() for item in subject.items_of(list(made), now)]
    return [
        (item, made[item.page_id])
        for item in items
        if any(key in follows and follows[key] <= made[item.page_id] for key in item.titles)
    ]


def told_key(page_id: int) -> str:
    """What the key of the mail at once begins with. The person's primary key comes behind it."""
    return f"page-news:{page_id}:"


def context_for(user: User, item: Item, followed: Sequence[Follow]) -> dict[str, Any]:
    """What the mail at once is filled with."""
    return {
        "user": user,
        "item": item,
        **follows.why((follow, item.titles[follow.key]) for follow in followed),
    }


# --- Once a week --------------------------------------------------------------------------------------------------------


def _prepare(subject: Subject, week: Week, now: datetime) -> Source:
    rows = PageNews.objects.filter(made_at__gte=week.start, made_at__lt=week.end)
    news = {row.page_id: row for row in rows}
    due: dict[int, list[tuple[Item, list[Follow]]]] = {}
    for item in subject.items_of(list(news), now):
        row = news[item.page_id]
        left = unheard(follows_of(item, row), told_key(item.page_id), is_told=row.told_at is not None)
        by_person: dict[int, list[Follow]] = {}
        for follow in left.order_by("key"):
            by_person.setdefault(follow.user_id, []).append(follow)
        for person, followed in by_person.items():
            due.setdefault(person, []).append((item, followed))

    def part_for(user: User) -> Part:
        return _part(subject.heading, due[user.pk])

    return Source(due, part_for)


def _part(heading: str, due: Sequence[tuple[Item, Sequence[Follow]]]) -> Part:
    items = [item for item, _ in due]
    followed = {follow: item.titles[follow.key] for item, follows in due for follow in follows}
    context = {"items": items[:MOST_LINES], "left_out": max(len(items) - MOST_LINES, 0)}
    return Part(heading, WEEKLY, context, list(followed.items()))


# --- Samples ------------------------------------------------------------------------------------------------------------


def samples(template: str, now: datetime) -> dict[str, Any]:
    """What the preview of the mail at once shows."""
    return {"item": SAMPLE, **weekly.sample_why(SAMPLE.titles.values())} if template == NEW else {}


def _sample_part(heading: str, sample: Item, now: datetime) -> Part:
    titles = [(Follow(), title) for title in sample.titles.values()]
    return Part(heading, WEEKLY, {"items": [sample], "left_out": 0}, titles)


SAMPLE = Item(
    page_id=0,
    what="in Blog",
    title="What I wish I had known in my first year",
    url="https://portal.example/blog/first-year/",
    facts=(),
    summary="A clinical director on time, money and saying no.",
    titles={"page:1": "Blog"},
)
