"""What saved searches are called, where they lead, and that they are followed by the key `search:<id>`."""

import re
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import CharField, Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse

from portal.members.follows import Followed, register
from portal.members.models import Cadence, Follow, User
from search.models import SavedSearch
from search.rules.saving import canonical, chosen_in
from search.sources import KINDS

PREFIX = "search"
KEY = re.compile(PREFIX + r":([1-9]\d{0,14})")
RESULTS = "/search/"


def search_key(pk: int) -> str:
    return f"{PREFIX}:{pk}"


def connect() -> None:
    """Tells the follows what our keys mean."""
    register(PREFIX, describe_searches, is_open_to=is_own)


def describe_searches(keys: Sequence[str]) -> dict[str, Followed]:
    """The saved searches. Nobody but its own person can follow one, so nobody else is told what it looks for."""
    wanted = {int(found[1]): key for key in keys if (found := KEY.fullmatch(key))}
    return {
        wanted[saved.pk]: Followed(f"Saved search {words_for(saved)}", address_of(saved))
        for saved in SavedSearch.objects.filter(pk__in=wanted)
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


def words_for(saved: SavedSearch) -> str:
    """A saved search in words: “quorum” (Forum post, 2026)."""
    chosen = [
        KINDS.get(value, value) if facet == "kind" else value
        for facet, values in chosen_in(saved.chosen).items()
        for value in values
    ]
    return f"“{saved.text}”" + (f" ({', '.join(chosen)})" if chosen else "")


def results_of(text: str, chosen: str) -> str:
    """The address at which a search is run."""
    return f"{RESULTS}?{'&'.join(filter(None, (urlencode({'q': text}), chosen)))}"


def address_of(saved: SavedSearch) -> str:
    """Where its person looks after a saved search."""
    return f"{reverse('saved_searches')}#search-{saved.pk}"


def _follows() -> QuerySet[Follow]:
    """The follow of a search by its person, for a query about searches."""
    text = CharField()
    key = Concat(Value(f"{PREFIX}:", output_field=text), Cast(OuterRef("pk"), text), output_field=text)
    return Follow.objects.filter(user=OuterRef("user"), key=key).order_by()
