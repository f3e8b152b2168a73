"""When two queries ask for the same, so that what was put first for one comes first for the other."""

from search.rules.queries import Query

# For each wish of a query, one after the other, all the ways to say it.
Wishes = tuple[frozenset[tuple[str, ...]], ...]


def wishes(query: Query) -> Wishes:
    """What a query asks for; nothing if it is narrowed: then its reader knows better what should come first."""
    narrowed = query.unwanted or query.kinds or query.places or query.authors or query.after or query.before
    return () if narrowed else tuple(frozenset(term.alternatives) for term in query.wanted)


def same(one: Wishes, other: Wishes) -> bool:
    """Whether two queries ask for the same: each wish of one can be said as that of the other."""
    return bool(one) and len(one) == len(other) and all(map(frozenset.intersection, one, other))
