"""Queries as PostgreSQL's full-text search reads them."""

from typing import Any

from search.engines.base import PHRASE_WEIGHT
from search.engines.matching import Matched
from search.fulltext import CONFIGURATION, PLAIN
from search.rules.queries import Query, Term

POSITION = "STRPOS"
# Of D, C, B and A: body, author, summary and title, as parts of the heaviest.
WEIGHTS = "'{0.25, 0.5, 0.5, 1.0}'"
# Looked up in the index once: asked of each row, its words would have to be read for it again.
WITH_ALL = "entry.id IN (SELECT other.id FROM search_entry other, asked WHERE other.fulltext @@ asked.first)"
# Long texts have more words: the rank is divided by 1 + the logarithm of their length.
BY_LENGTH = 1


def matched(query: Query) -> Matched:
    """The tables to search, what a row has to match, and how well it does."""
    parameters: list[Any] = []
    if not query.wanted:
        unwanted = [f"NOT entry.fulltext @@ {_term(term, parameters)}" for term in query.unwanted]
        return Matched("search_entry entry", " AND ".join(unwanted) or "1 = 1", "0", parameters)
    text = " && ".join(_term(term, parameters) for term in query.wanted)
    if query.unwanted:
        text = f"{text} && {' && '.join(f'!! {_term(term, parameters)}' for term in query.unwanted)}"
    phrase = "NULL::tsquery"
    if query.phrase:
        phrase = _words(query.phrase, parameters)
    first = " && ".join(_term(term, parameters) for term in query.first) or "NULL::tsquery"
    score = f"(ts_rank({WEIGHTS}, entry.fulltext, asked.words, {BY_LENGTH})"
    if query.phrase:
        # ts_rank takes a phrase for words that may stand anywhere.
        together = f"{PHRASE_WEIGHT} * ts_rank({WEIGHTS}, entry.fulltext, asked.phrase, {BY_LENGTH})"
        score += f" + CASE WHEN entry.fulltext @@ asked.phrase THEN {together} ELSE 0 END"
    return Matched(
        "asked, search_entry entry",
        "entry.fulltext @@ asked.words",
        f"{score})",
        before=f"asked AS MATERIALIZED (SELECT {text} AS words, {phrase} AS phrase, {first} AS first), ",
        parameters_before=parameters,
        has_all=WITH_ALL if query.first else "",
    )


def _term(term: Term, parameters: list[Any]) -> str:
    ways = [_words(way, parameters) for way in term.alternatives]
    if term.is_prefix:
        parameters.append(_beginning(term.alternatives[0]))
        ways.append(f"to_tsquery('{CONFIGURATION}', %s)")
    return f"({' || '.join(ways)})"


def _words(words: tuple[str, ...], parameters: list[Any]) -> str:
    parameters.append(" ".join(words))
    return f"phraseto_tsquery('{CONFIGURATION}', %s)"


def _beginning(words: tuple[str, ...]) -> str:
    quoted = [f"'{word}'" for word in words if "'" not in word and "\\" not in word]
    return " <-> ".join([*quoted[:-1], f"{quoted[-1]}:*"]) if quoted else ""


def titles(words: tuple[str, ...]) -> Matched:
    """Titles in which every one of the words begins a word."""
    return Matched(
        "search_entry entry",
        f"entry.titles @@ to_tsquery('{PLAIN}', %s)",
        "(1.0 / (1 + LENGTH(entry.title)))",
        [" & ".join(f"'{word}':*" for word in words)],
    )
