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
from portal.members.weekly import Part
from search.engines import Hit
from search.following import HEADING, in_words, results_of
from search.models import SavedSearch
from search.sources import KINDS

NEW, WEEKLY = "search_new", "weekly_searches"
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
    told = _all_told(news, today)
    followed = [(one.follow, words["title"]) for one, words in zip(news, told, strict=True)]
    return {"user": user, "news": told, "saved": _saved(), **follows.why(followed)}


def weekly_part(news: Sequence[News], today: date) -> Part:
    """One person's part of the one mail a week."""
    told = _all_told(news, today)
    followed = [(one.follow, f"Saved search {words['title']}") for one, words in zip(news, told, strict=True)]
    return Part(HEADING, WEEKLY, {"news": told, "saved": _saved()}, followed)


def _saved() -> str:
    return settings.BASE_URL + reverse("saved_searches")


def _all_told(news: Sequence[News], today: date) -> list[dict[str, Any]]:
    words_of_all = in_words([one.saved for one in news])
    return [
        _told(one.saved, words, one.hits, one.count, today)
        for one, words in zip(news, words_of_all, strict=True)
    ]


def _told(saved: SavedSearch, words: str, hits: Sequence[Hit], count: int, today: date) -> dict[str, Any]:
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
    }


def samples(template: str, now: datetime) -> dict[str, Any]:
    """What the preview of the mail at once shows."""
    if template != NEW:
        return {}
    told, stop = _samples(now), f"{settings.BASE_URL}/a-secret-link/"
    return {
        "news": told,
        "saved": _saved(),
        "reasons": [follows.Reason(one["title"], stop) for one in told],
        "stop_these": stop,
    }


def weekly_sample(now: datetime) -> Part:
    """A part of the weekly mail as previews show it."""
    told = _samples(now)
    titles = [(Follow(), f"Saved search {one['title']}") for one in told]
    return Part(HEADING, WEEKLY, {"news": told, "saved": _saved()}, titles)


def _samples(now: datetime) -> list[dict[str, Any]]:
    section = _sample("section", "3.2 Quorum", "Network Handbook › 3 Meetings", "/handbook/2.1/quorum/")
    post = _sample("post", "Answer by Ada Example", "Forum › Clinical directors › Who counts?", "/forum/")
    searches = [
        (SavedSearch(text="quorum"), "“quorum”", [section, post], 14),
        (SavedSearch(text="wounds", chosen="kind=post"), "“wounds” (Forum post)", [post], 1),
    ]
    today = timezone.localdate(now)
    return [_told(saved, words, hits, count, today) for saved, words, hits, count in searches]


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
