"""Kinds and topics of events as something to follow, by the keys `event-kind:<kind>` and `event-topic:<topic>`."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db.models import Q

from events import listing
from events.listing import Filter, Listed
from events.models import EventIndexPage, EventKind, EventPage
from events.rules import times
from portal.members.follows import Followed, register
from portal.pages import news
from portal.pages.models import Theme
from portal.pages.news import Item

HEADING = "Events"
KIND = re.compile(r"event-kind:([a-z-]{1,20})")
TOPIC = re.compile(r"event-topic:([1-9]\d{0,8})")
KINDS: dict[str, str] = {
    EventKind.CONFERENCE: "conferences",
    EventKind.WEBINAR: "webinars",
    EventKind.COURSE: "courses",
    EventKind.MASTERCLASS: "masterclasses",
    EventKind.E_LEARNING: "e-learning",
    EventKind.COACHING: "coaching",
}


SAMPLE = Item(
    page_id=0,
    what="webinar",
    title="Your first hundred days as a clinical director",
    url="https://portal.example/events/first-hundred-days/",
    facts=("Tuesday 12 January 2027, 12:30pm to 1:30pm, London time (GMT)", "On-line", "Free"),
    summary="What to settle first, whom to meet, and what can wait.",
    titles={"event-kind:webinar": "Webinars"},
)


class Offer(NamedTuple):
    """Something to follow: its key is the prefix, a colon and the name."""

    prefix: str
    name: object
    what: str


def kind_key(kind: str) -> str:
    return f"event-kind:{kind}"


def topic_key(pk: int) -> str:
    return f"event-topic:{pk}"


def connect() -> None:
    """Tells the follows what our keys mean, and has new events told of."""
    register("event-kind", describe_kinds, group=HEADING)
    register("event-topic", describe_topics, group=HEADING)
    news.register(HEADING, lambda: [EventPage], items_of, SAMPLE)


def offered(chosen: Filter) -> list[Offer]:
    """What a list that is narrowed like this offers to follow: the kinds and topics that are chosen, or else every kind."""
    topics = {topic.slug: topic for item in chosen.items for topic in item.page.topics.all()}
    found = [offer_of_kind(kind) for kind in chosen.chosen["kind"]]
    found += [
        Offer("event-topic", topics[slug].pk, f"events about {topics[slug].name}")
        for slug in chosen.chosen["topic"]
    ]
    return found or [offer_of_kind(kind) for kind in KINDS]


def offer_of_kind(kind: str) -> Offer:
    return Offer("event-kind", kind, KINDS[kind])


def describe_kinds(keys: Sequence[str]) -> dict[str, Followed]:
    """The kinds, as long as there is a list of events."""
    wanted = {found[1]: key for key in keys if (found := KIND.fullmatch(key)) and found[1] in KINDS}
    home = _list_url()
    return {
        key: Followed(KINDS[kind].capitalize(), f"{home}?kind={kind}") for kind, key in wanted.items() if home
    }


def describe_topics(keys: Sequence[str]) -> dict[str, Followed]:
    """The topics, as long as there is a list of events."""
    wanted = {int(found[1]): key for key in keys if (found := TOPIC.fullmatch(key))}
    topics, home = Theme.objects.filter(pk__in=wanted), _list_url()
    return {
        wanted[topic.pk]: Followed(f"Events about {topic.name}", f"{home}?topic={topic.slug}")
        for topic in topics
        if home
    }


def items_of(pages: Sequence[int], now: datetime) -> list[Item]:
    """Those of the pages that are events which anyone may read, and that are neither over nor called off, the next one first."""
    index = _list()
    if index is None:
        return []
    events = listing.events_of(index).filter(Q(ends_at=None) | Q(ends_at__gt=now), cancelled_at=None)
    events = events.filter(pk__in=pages).order_by("starts_at", "pk")
    return [_item(one) for one in listing.listed(index, events, now)]


def _item(one: Listed) -> Item:
    page = one.page
    facts = (times.when(page.starts_at, page.ends_at), one.where, one.price)
    return Item(
        page_id=page.pk,
        what=page.get_kind_display().lower(),
        title=page.title,
        url=f"{settings.BASE_URL}{one.url}",
        facts=tuple(filter(None, facts)),
        summary=page.summary,
        titles={
            kind_key(page.kind): KINDS[page.kind].capitalize(),
            **{topic_key(topic.pk): f"Events about {topic.name}" for topic in page.topics.all()},
        },
    )


def _list() -> EventIndexPage | None:
    return EventIndexPage.objects.live().public().first()


def _list_url() -> str:
    index = _list()
    return index.url or "" if index else ""
