"""What saved searches are called, where they lead, and that they are followed by the key `search:<id>`."""

import re
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import parse_qs, urlencode

from django.db.models import CharField, Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse

from portal.members.follows import Followed, register
from portal.members.models import Cadence, Follow, User
from search.labels import NAMES, Chosen, chosen_of
from search.models import SavedSearch

HEADING = "Saved searches"
PREFIX = "search"
KEY = re.compile(PREFIX + r":([1-9]\d{0,14})")


def search_key(pk: int) -> str:
    return f"{PREFIX}:{pk}"


def connect() -> None:
    """Tells the follows what our keys mean."""
    register(PREFIX, describe_searches, group=HEADING, is_open_to=is_own)


def describe_searches(keys: Sequence[str]) -> dict[str, Followed]:
    """The saved searches. Nobody but its own person can follow one, so nobody else is told what it looks for."""
    wanted = {int(found[1]): key for key in keys if (found := KEY.fullmatch(key))}
    searches = list(SavedSearch.objects.filter(pk__in=wanted))
    return {
        wanted[saved.pk]: Followed(f"Saved search {words}", address_of(saved))
        for saved, words in zip(searches, in_words(searches), strict=True)
    }


def is_own(user: User, key: str, now: datetime) -> bool:
    """Whether the key stands for a search that `user` has saved."""
    found = KEY.fullmatch(key)
    return found is not None and SavedSearch.objects.filter(pk=found[1], user=user).exists()


def followed(saved: QuerySet[SavedSearch], cadence: Cadence) -> QuerySet[SavedSearch]:
    """Those of the searches about which their people are written to this often."""
    return saved.filter(Exists(_follows().filter(cadence=cadence)))


def saved_by(user: User) -> QuerySet[SavedSearch]:
    """All that a person has saved, each with its `cadence`; None for no mails."""
    return SavedSearch.objects.filter(user=user).annotate(cadence=Subquery(_follows().values("cadence")))


def saved_as(user: User, text: str, query_string: str) -> SavedSearch | None:
    """The search with these words and choices, if `user` has saved it, with its `cadence`."""
    if not user.is_authenticated:
        return None
    chosen = canonical(chosen_in(query_string))
    return saved_by(user).filter(text=as_typed(text), chosen=chosen).first()


def as_typed(text: str) -> str:
    """What somebody typed, on one line."""
    return " ".join(text.replace("\0", " ").split())


def chosen_in(query_string: str) -> Chosen:
    """What a search is narrowed by, as an address says it. Whatever else is in the address counts for nothing."""
    asked = parse_qs(query_string)
    chosen = chosen_of(
        {facet: [value for value in values if "\0" not in value] for facet, values in asked.items()}
    )
    return {facet: tuple(sorted(values)) for facet, values in chosen.items()}


def canonical(chosen: Chosen) -> str:
    """The one way in which these choices are written."""
    return urlencode(chosen, doseq=True)


def words_for(saved: SavedSearch) -> str:
    """A saved search in words: “quorum” (Forum post, 2026)."""
    [words] = in_words([saved])
    return words


def in_words(searches: Sequence[SavedSearch]) -> list[str]:
    """Saved searches in words. At most one query for the names of each facet."""
    chosen = [chosen_in(saved.chosen) for saved in searches]
    names = {
        facet: of_facet({value for one in chosen for value in one.get(facet, ())})
        for facet, of_facet in NAMES.items()
        if any(facet in one for one in chosen)
    }
    found = []
    for saved, of_saved in zip(searches, chosen, strict=True):
        values = [
            names[facet].get(value, value) for facet, of_facet in of_saved.items() for value in of_facet
        ]
        found.append(f"“{saved.text}”" + (f" ({', '.join(values)})" if values else ""))
    return found


def results_of(text: str, chosen: str) -> str:
    """The address at which a search is run."""
    return f"{reverse('search')}?{'&'.join(filter(None, (urlencode({'q': text}), chosen)))}"


def address_of(saved: SavedSearch) -> str:
    """Where its person looks after a saved search."""
    return f"{reverse('saved_searches')}#search-{saved.pk}"


def _follows() -> QuerySet[Follow]:
    """The follow of a search by its person, for a query about searches."""
    text = CharField()
    key = Concat(Value(f"{PREFIX}:", output_field=text), Cast(OuterRef("pk"), text), output_field=text)
    return Follow.objects.filter(user=OuterRef("user"), key=key).order_by()
