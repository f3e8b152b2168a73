"""What mails about saved searches say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from portal.members import follows
from portal.members.models import Follow, User
from search.engines import Hit
from search.following import in_words, results_of
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


def context_for(user: User, news: Sequence[News], today: date) -> dict[str, Any]:
    """What the mail about these searches of one person is made of."""
    told = [
        _told(one.saved, words, one.hits, one.count, stop=follows.stop_address(one.follow), today=today)
        for one, words in zip(news, in_words([one.saved for one in news]), strict=True)
    ]
    return {
        "user": user,
        "news": told,
        "stop_these": follows.stop_these_address([one.follow for one in news]),
        "saved": settings.BASE_URL + reverse("saved_searches"),
    }


def _told(
    saved: SavedSearch, words: str, hits: Sequence[Hit], count: int, *, stop: str, today: date
) -> dict[str, Any]:
    return {
        "title": words,
        "link": settings.BASE_URL + results_of(saved.text, saved.chosen),
        "lines": [
            {
                "title": hit.title,
                "kind": KINDS.get(hit.kind, ""),
                "trail": hit.trail,
                "link": urljoin(settings.BASE_URL, hit.address(today)),
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
    section = _sample("section", "3.2 Quorum", "Network Handbook › 3 Meetings", "/handbook/2.1/quorum/")
    post = _sample("post", "Answer by Ada Example", "Forum › Clinical directors › Who counts?", "/forum/")
    stop, today = f"{settings.BASE_URL}/a-secret-link/", timezone.localdate(now)
    searches = [
        (SavedSearch(text="quorum"), "“quorum”", [section, post], 14),
        (SavedSearch(text="wounds", chosen="kind=post"), "“wounds” (Forum post)", [post], 1),
    ]
    return {
        "news": [
            _told(saved, words, hits, count, stop=stop, today=today) for saved, words, hits, count in searches
        ],
        "stop_these": stop,
        "saved": settings.BASE_URL + reverse("saved_searches"),
    }


def _sample(kind: str, title: str, trail: str, url: str) -> Hit:
    return Hit(
        source="",
        kind=kind,
        url=url,
        title=title,
        summary="",
        author="",
        trail=trail,
        edition="",
        day=None,
        effective_on=None,
        superseded_on=None,
        body="",
    )
