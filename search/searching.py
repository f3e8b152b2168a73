"""A search from what was typed to what is shown."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from search.engines import Editions, Found, Hit, Search, choosing, database
from search.keys import Keys
from search.models import Synonym
from search.rules.queries import Query, Synonyms, any_of, parse, synonyms_of

SYNONYMS_KEY = "search.synonyms"
SECONDS = 60
FEW = 5  # if fewer have all the words, what has some of them follows


@dataclass(frozen=True)
class Answer:
    """What was found, and for which query.

    `loosened`: only few have all the words, `with_all`, so any of them is enough; those few come first.
    """

    search: Search
    found: Found
    loosened: bool = False
    with_all: int = 0


def find(search: Search) -> Answer:
    """What a reader finds: with all of the words, and if few have them, with any."""
    found = choosing.find(search)
    loose, with_all = any_of(search.query), found.count({})
    if loose is not search.query and _are_too_few(with_all, search):
        other = replace(search, query=loose)
        return Answer(other, choosing.find(other), loosened=True, with_all=with_all)
    return Answer(search, found, with_all=with_all)


def _are_too_few(with_all: int, search: Search) -> bool:
    if search.since:  # only what fits, or nothing
        return False
    # By date, what has only some of the words would stand among what has them all.
    return with_all == 0 if search.newest else with_all < FEW


def known_to(keys: Keys, now: datetime, sources: list[str]) -> list[Hit]:
    """Of some sources those that a reader with these keys could find, in the editions that are in force. One query at most."""
    today = timezone.localdate(now)
    found = database.read(Search(Query(), keys, now, today, Editions(on=today)), sources) if keys else []
    return [replace(hit, url=hit.address(today)) for hit in found]


def asked(text: str, keys: Keys, now: datetime, **others: object) -> Search:
    """A search for what somebody typed, in the editions that are in force."""
    today = timezone.localdate(now)
    values = {"editions": Editions(on=today), **others}
    return Search(read(text), keys, now, today, **values)


def read(text: str) -> Query:
    """What somebody typed, with the synonyms of the field."""
    return parse(text, synonyms())


def synonyms() -> Synonyms:
    """All synonyms, ready to be looked up. Kept for a minute, so that most searches do not ask."""
    found = cache.get(SYNONYMS_KEY)
    if found is None:
        found = synonyms_of(one.terms() for one in Synonym.objects.all())
        cache.set(SYNONYMS_KEY, found, SECONDS)
    return found


def forget_synonyms() -> None:
    """Has the next search read the synonyms again, once they are committed."""
    transaction.on_commit(lambda: cache.delete(SYNONYMS_KEY))
