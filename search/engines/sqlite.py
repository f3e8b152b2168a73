"""Queries as SQLite's FTS5 reads them."""

from collections.abc import Sequence

from search.engines.base import COLUMN_WEIGHTS
from search.engines.matching import Matched
from search.fulltext import FULLTEXT, TITLES
from search.rules.queries import Query, Term

POSITION = "INSTR"


def matched(query: Query) -> Matched:
    """The tables to search, what a row has to match, and how well it does."""
    if not query.wanted:
        return _all_but(query.unwanted)
    weights = ", ".join(str(weight) for weight in COLUMN_WEIGHTS)
    with_all = f"entry.id IN (SELECT rowid FROM {FULLTEXT} WHERE {FULLTEXT} MATCH %s)"
    return Matched(
        # Without CROSS the planner may begin with the entries, and look each of them up in the index.
        f"{FULLTEXT} CROSS JOIN search_entry entry ON entry.id = {FULLTEXT}.rowid",
        f"{FULLTEXT} MATCH %s",
        f"-bm25({FULLTEXT}, {weights})",
        [expression(query)],
        parameters_before=[" AND ".join(_term(term) for term in query.first)] if query.first else [],
        has_all=with_all if query.first else "",
    )


def _all_but(unwanted: Sequence[Term]) -> Matched:
    if not unwanted:
        return Matched("search_entry entry", "1 = 1", "0")
    with_them = f"SELECT rowid FROM {FULLTEXT} WHERE {FULLTEXT} MATCH %s"
    return Matched(
        "search_entry entry",
        f"entry.id NOT IN ({with_them})",
        "0",
        [" OR ".join(_term(term) for term in unwanted)],
    )


def expression(query: Query) -> str:
    """The query in FTS5's own language. Every word stands in quotation marks, so none can be an operator."""
    text = " AND ".join(_term(term) for term in query.wanted)
    if query.phrase:
        # Whatever has this has all the words too: it only counts for more.
        text = f"({text}) OR {_words(query.phrase)}"
    if query.unwanted:
        text = f"({text}) NOT ({' OR '.join(_term(term) for term in query.unwanted)})"
    return text


def _term(term: Term) -> str:
    ways = [_words(way) for way in term.alternatives]
    if term.is_prefix:
        ways.append(f"{ways[0]} *")
    return f"({' OR '.join(ways)})"


def _words(words: tuple[str, ...]) -> str:
    return '"' + " ".join(words).replace('"', " ") + '"'


def titles(words: tuple[str, ...]) -> Matched:
    """Titles in which every one of the words begins a word."""
    return Matched(
        f"{TITLES} CROSS JOIN search_entry entry ON entry.id = {TITLES}.rowid",
        f"{TITLES} MATCH %s",
        f"-bm25({TITLES})",
        [" AND ".join(f"{_words((word,))} *" for word in words)],
    )
