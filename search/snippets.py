"""The piece of a text that shows why it was found, with what was asked for marked. The same on every engine."""

import re
from collections.abc import Iterable

from handbook import searching
from handbook.searching import Piece
from search.engines import Hit
from search.rules.queries import Query

WORDS_IN_SNIPPET = 36
# Longer texts are looked through for the first word that was asked for, and only what is around it is taken apart.
LONG = 20_000
AROUND = 6_000

__all__ = ["Piece", "snippet", "title"]


def title(hit: Hit, query: Query) -> list[Piece]:
    """The title of a hit in pieces."""
    return searching.marked(hit.title, _as_marked(query))


def snippet(hit: Hit, query: Query) -> list[Piece]:
    """The piece of a hit's text that shows most of the query; its summary, if the text shows nothing of it."""
    wanted = _as_marked(query)
    pieces = searching.marked(_near(hit.body, wanted), wanted, WORDS_IN_SNIPPET)
    if hit.summary and not any(piece.found for piece in pieces):
        return searching.marked(hit.summary, wanted)
    return pieces


def _as_marked(query: Query) -> searching.Query:
    """The query with every other way to say something, as the handbook's own search marks words."""
    ways: dict[tuple[str, ...], None] = {}
    for term in query.wanted:
        ways.update(dict.fromkeys(term.alternatives))
    return searching.Query(tuple(searching.Term(way, exact=len(way) > 1) for way in ways))


def _near(text: str, wanted: searching.Query) -> str:
    if len(text) <= LONG:
        return text
    found = re.search(_beginnings(term.words[0] for term in wanted.wanted), text, re.IGNORECASE)
    start = max(0, (found.start() if found else 0) - AROUND // 4)
    cut = text[start : start + AROUND]
    # Neither end in the middle of a word.
    return (cut if not start else cut.partition(" ")[2]).rpartition(" ")[0]


def _beginnings(words: Iterable[str]) -> str:
    return rf"\b(?:{'|'.join(re.escape(searching.stem(word)) for word in words) or '(?!)'})"
