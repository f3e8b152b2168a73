"""What is proposed while somebody types: titles that anybody may know, and the reader's own lists."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from forum.models import MailingList
from search.engines import Editions, Search
from search.engines.database import titles
from search.keys import VISITOR, Keys
from search.rules.queries import LONGEST_QUERY, Query, words_of
from search.sources import KINDS

MOST = 8
MOST_WORDS = 8
SHORTEST = 2
OWN_LIST = "Your list"


@dataclass(frozen=True)
class Suggestion:
    """A title that fits what has been typed so far, what it is, and its address."""

    title: str
    kind: str
    url: str


def suggestions(text: str, keys: Keys, now: datetime) -> list[Suggestion]:
    """What begins as it has been typed, the best first: eight at most, none for less than two letters. Two queries at most."""
    words = words_of(text[:LONGEST_QUERY])[:MOST_WORDS]
    if sum(len(word) for word in words) < SHORTEST:
        return []
    own = _own_lists(words, keys)
    names = {one.title for one in own}
    # What their list says of itself they know.
    return [*own, *(one for one in _titles(words, now) if one.title not in names)][:MOST]


def _own_lists(words: tuple[str, ...], keys: Keys) -> list[Suggestion]:
    mine = [int(key.removeprefix("list:")) for key in keys if key.startswith("list:")]
    if not mine:
        return []
    return [
        Suggestion(one.name, OWN_LIST, reverse("list", args=[one.slug]))
        for one in MailingList.objects.filter(pk__in=mine)
        if _fits(words, words_of(one.name))
    ]


def _fits(typed: tuple[str, ...], words: tuple[str, ...]) -> bool:
    return all(any(word.startswith(beginning) for word in words) for beginning in typed)


def _titles(words: tuple[str, ...], now: datetime) -> list[Suggestion]:
    found = titles(
        words,
        Search(Query(), VISITOR, now, timezone.localdate(now), Editions(timezone.localdate(now)), most=MOST),
    )
    return [Suggestion(title, KINDS.get(kind, ""), url) for title, kind, url in found]
