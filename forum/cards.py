"""Cards in the forum: what the links in posts lead to, for one reader at one moment; and what leads to a topic of a list.

Cards of what anybody may read are kept for a minute, so that a topic which is read often asks for them once. What is in the
forum is asked each time, for all links of a page at once.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.utils import timezone

from forum.access import visible_to
from forum.models import Post, Topic
from portal.pages import cards
from portal.pages.cards import Card, NothingThereError, card_for

MOST_ON_A_PAGE = 20  # links to the portal that are looked up; the others are links all the same
LONGEST = 500
SECONDS = 60
LINK = re.compile(r'<a href="([^"]{1,2000})"')
OURS = re.compile(r"/forum/([\w-]{1,60})/(topics|posts)/(\d{1,15})/")
NO_CARDS = ("/forum/attachments/", "/forum/people/", "/accounts/", "/admin/")


@dataclass(frozen=True)
class Linked:
    """A card beside a post: the address as it is in the text, and what lies there."""

    url: str
    card: Card


def connect() -> None:
    cards.register(forum_card)


def forum_card(path: str, user: Any, now: datetime) -> Card | None:
    """The card of a topic or post for those who may read its list at this moment; None outside the forum.

    Raises NothingThereError for whatever else is in the forum.
    """
    if not path.startswith("/forum/"):
        return None
    card = _topic_cards({path}, user, now).get(path)
    if card is None:
        raise NothingThereError
    return card


def cards_of(texts: Mapping[int, str], user: Any, now: datetime) -> dict[int, list[Linked]]:
    """The cards of the links in some HTML texts, by the keys of the texts: for this reader, at this moment.

    However many texts and links there are, the forum is asked once. Links to the same address are one card.
    """
    addresses = {key: _addresses(html) for key, html in texts.items()}
    paths = list(dict.fromkeys(path for found in addresses.values() for path in found))
    known = _known(paths[:MOST_ON_A_PAGE], user, now)
    return {
        key: [Linked(url, known[path]) for path, url in found.items() if path in known]
        for key, found in addresses.items()
    }


def _addresses(html: str) -> dict[str, str]:
    """The paths in a text that are the portal's own, each with the address that was written."""
    found: dict[str, str] = {}
    for match in LINK.finditer(html):
        url = unescape(match[1])
        path = urlsplit(url.removeprefix(settings.BASE_URL)).path
        is_ours = url.startswith(("/", f"{settings.BASE_URL}/")) and not url.startswith("//")
        if is_ours and len(path) <= LONGEST and not path.startswith(("//", *NO_CARDS)):
            found.setdefault(path, url)
    return found


def _known(paths: list[str], user: Any, now: datetime) -> dict[str, Card]:
    ours = {path for path in paths if path.startswith("/forum/")}
    known = _topic_cards(ours, user, now) if ours else {}
    names = {f"forum.card:{timezone.localdate(now)}:{path}": path for path in paths if path not in ours}
    kept = cache.get_many(list(names)) if names else {}
    for name, path in names.items():
        if name not in kept:
            kept[name] = card_for(path, user=AnonymousUser(), now=now) or ""
            cache.set(name, kept[name], SECONDS)
        if kept[name]:
            known[path] = kept[name]
    return known


def _topic_cards(paths: Iterable[str], user: Any, now: datetime) -> dict[str, Card]:
    """The cards of those paths that lead to a topic or a post which readers of its list see, if the reader is one."""
    places = {path: match for path in paths if (match := OURS.fullmatch(path))}
    if not places or not user.is_authenticated:
        return {}
    lists = visible_to(user, now)
    topics = {int(match[3]) for match in places.values() if match[2] == "topics"}
    posts = {int(match[3]) for match in places.values() if match[2] == "posts"}
    seen = {"approved": True, "forum__mailing_list__in": lists}
    found: dict[tuple[str, int], Topic] = {}
    for topic in Topic.objects.filter(pk__in=topics, **seen).select_related("forum__mailing_list"):
        found["topics", topic.pk] = topic
    if posts:
        shown = Post.objects.filter(pk__in=posts, approved=True, topic__forum__mailing_list__in=lists)
        for post in shown.select_related("topic__forum__mailing_list"):
            found["posts", post.pk] = post.topic
    made: dict[str, Card] = {}
    for path, match in places.items():
        topic = found.get((match[2], int(match[3])))
        if topic is not None and topic.forum.mailing_list.slug == match[1]:
            kind = "Topic" if match[2] == "topics" else "Post"
            made[path] = Card(topic.subject, f"{kind} in {topic.forum.mailing_list}")
    return made
