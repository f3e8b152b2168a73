"""Which documents can be filled in, and which toolkits offer them: kept in the cache, since every toolkit asks."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.cache import cache

from portal.toolkits.models import FillableDocument

KEY = "toolkits.documents"
# Other processes notice a change after this time; the one that makes it notices at once.
SECONDS = 60


@dataclass(frozen=True)
class Offered:
    """A document as a list names it."""

    title: str
    slug: str
    summary: str
    toolkits: frozenset[int]


def offered() -> Sequence[Offered]:
    """All that readers can fill in, by title."""
    found = cache.get(KEY)
    if found is None:
        documents = FillableDocument.objects.filter(is_offered=True).defer("content", "fields")
        found = [
            Offered(one.title, one.slug, one.summary, frozenset(kit.pk for kit in one.toolkits.all()))
            for one in documents.prefetch_related("toolkits").order_by("title", "pk")
        ]
        cache.set(KEY, found, SECONDS)
    return found


def offered_by(toolkit: int) -> Sequence[Offered]:
    """Those that a toolkit offers."""
    return [one for one in offered() if toolkit in one.toolkits]


def forget_offered() -> None:
    """Have the next page read them again."""
    cache.delete(KEY)
