"""What mails about saved searches say."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse

from portal.members import follows
from portal.members.models import Follow, User
from search.engines import Hit
from search.following import results_of, words_for
from search.models import SavedSearch
from search.sources import KINDS

NEW = "search_new"
MOST_TITLES = 10


@dataclass(frozen=True)
class News:
    """What is new and fits a saved search: the first hits, and how many there are in all."""

    saved: SavedSearch
    follow: Follow
    hits: Sequence[Hit]
    count: int


def context_for(user: User, news: Collection[News]) -> dict[str, Any]:
    """What the mail about these searches of one person is made of."""
    told = [_told(one.saved, one.hits, one.count, stop=follows.stop_address(one.follow)) for one in news]
    return {
        "user": user,
        "news": told,
        "stop_these": follows.stop_these_address([one.follow for one in news]),
        "saved": settings.BASE_URL + reverse("saved_searches"),
    }


def _told(saved: SavedSearch, hits: Sequence[Hit], count: int, *, stop: str) -> dict[str, Any]:
    return {
        "title": words_for(saved),
        "link": settings.BASE_URL + results_of(saved.text, saved.chosen),
        "lines": [
            {
                "title": hit.title,
                "kind": KINDS.get(hit.kind, ""),
                "trail": hit.trail,
                "link": urljoin(settings.BASE_URL, hit.url),
            }
            for hit in hits
        ],
        "left_out": count - len(hits),
        "stop": stop,
    }


def samples(template: str, now: datetime) -> dict[str, Any]:
    """What the preview of the mail shows."""
    if template != NEW:
        return {}
    found = [
        ("section", "3.2 Quorum", "Network Handbook › 3 Meetings", "/handbook/2.1/quorum/"),
        ("post", "Answer by Ada Example", "Forum › Clinical directors › How many make a quorum?", "/forum/"),
    ]
    hits = [Hit("", kind, url, title, "", "", trail, "", None, None, "") for kind, title, trail, url in found]
    stop = f"{settings.BASE_URL}/a-secret-link/"
    searches = [
        (SavedSearch(text="quorum", chosen=""), hits, 14),
        (SavedSearch(text="wound care", chosen="kind=post"), hits[1:], 1),
    ]
    return {
        "news": [_told(saved, shown, count, stop=stop) for saved, shown, count in searches],
        "stop_these": stop,
        "saved": settings.BASE_URL + reverse("saved_searches"),
    }
