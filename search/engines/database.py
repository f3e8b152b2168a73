"""Finding in the database itself: hits, counts, facets and the texts for snippets in one statement, trimmed in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from search.engines import postgresql, sqlite
from search.engines.base import (
    ALL_WORDS_WEIGHT,
    HALF_LIFE,
    LEAST_OF_OLD,
    NOTHING,
    OF_SUPERSEDED,
    Editions,
    Found,
    Hit,
    Search,
)
from search.rules.queries import Query
from search.sources import KINDS

DIALECTS = {"sqlite": sqlite, "postgresql": postgresql}
DATES = ("effective_on", "superseded_on")
SHOWN = ("source", "kind", "url", "title", "summary", "author", "trail", "edition", "day", *DATES, "body")
TYPES = {"day": "integer", **dict.fromkeys(DATES, "date")}


@dataclass
class Sql:
    """A piece of SQL with its parameters."""

    text: str
    parameters: list[Any] = field(default_factory=list)


def find(search: Search) -> Found:
    """What a reader with these keys finds. One statement; none without keys."""
    if not search.keys:
        return NOTHING
    statement = _statement(search)
    with connection.cursor() as cursor:
        cursor.execute(statement.text, statement.parameters)
        rows = cursor.fetchall()
    groups = [(labels_of(row[1]), int(row[2])) for row in rows if row[0] == 0]
    hits = [row for row in rows if row[0] == 1]
    order = sorted(hits, key=lambda row: row[2])
    return Found([_hit(row[3:]) for row in order], groups)


def read(search: Search, sources: list[str]) -> list[Hit]:
    """What another engine found, as it is in the table, in the same order: without what does not meet the conditions there."""
    if not sources:
        return []
    conditions = [Sql(f"entry.source IN ({', '.join(['%s'] * len(sources))})", sources), *_conditions(search)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(f'entry.{name}' for name in SHOWN)} FROM search_entry entry WHERE {_all(conditions)}",
            [value for condition in conditions for value in condition.parameters],
        )
        found = {row[0]: _hit(row) for row in cursor.fetchall()}
    return [found[source] for source in sources if source in found]


def titles(words: tuple[str, ...], search: Search) -> list[tuple[str, str, str]]:
    """Titles, kinds and addresses of what has all these words in its title, the last of which may go on. One statement."""
    matched = DIALECTS[connection.vendor].titles(words)
    conditions = [Sql(matched.condition, matched.parameters), *_conditions(search)]
    text = (
        f"SELECT entry.title, entry.kind, entry.url FROM {matched.tables} WHERE {_all(conditions)} "
        f"ORDER BY {matched.score} * entry.weight DESC, LENGTH(entry.title), entry.id LIMIT {int(search.most)}"
    )
    with connection.cursor() as cursor:
        cursor.execute(text, [value for condition in conditions for value in condition.parameters])
        return cursor.fetchall()


def _all(conditions: list[Sql]) -> str:
    return " AND ".join(condition.text for condition in conditions if condition.text)


def _statement(search: Search) -> Sql:
    dialect = DIALECTS[connection.vendor]
    matched = dialect.matched(search.query)
    rank = f"{matched.score} * entry.weight * {_age(search)}" if search.query.wanted else "0"
    if matched.has_all:
        rank += f" + CASE WHEN {matched.has_all} THEN {ALL_WORDS_WEIGHT} ELSE 0 END"
    order = "day DESC, rank DESC, id DESC" if search.newest or not search.query.wanted else "rank DESC, id"
    conditions = [Sql(matched.condition, matched.parameters), *_conditions(search)]
    narrowed = _narrowed(search.chosen, dialect.POSITION)
    empty = ", ".join(f"CAST(NULL AS {TYPES.get(name, 'text')})" for name in SHOWN)
    text = (
        f"WITH {matched.before} found AS MATERIALIZED (SELECT entry.id, entry.labels, COALESCE(entry.day, 0) AS day, {rank} AS rank "
        f"FROM {matched.tables} WHERE {_all(conditions)}), "
        # The best few are picked out before they are numbered: numbering them all would sort them all.
        f"hits AS MATERIALIZED (SELECT id, ROW_NUMBER() OVER (ORDER BY {order}) AS place FROM (SELECT id, day, rank FROM found "
        f"WHERE {narrowed.text} ORDER BY {order} LIMIT {int(search.most)} OFFSET {int(search.first)}) best) "
        f"SELECT 0, labels, COUNT(*), {empty} FROM found GROUP BY labels UNION ALL "
        f"SELECT 1, '', hits.place, {', '.join(f'entry.{name}' for name in SHOWN)} FROM hits JOIN search_entry entry ON entry.id = hits.id"
    )
    parameters = [*matched.parameters_before]
    for condition in conditions:
        parameters += condition.parameters
    return Sql(text, [*parameters, *narrowed.parameters])


def _conditions(search: Search) -> list[Sql]:
    """What a hit has to be, whatever its words are."""
    now = connection.ops.adapt_datetimefield_value(search.now)
    keys = sorted(search.keys)
    return [
        Sql(f"entry.access IN ({', '.join(['%s'] * len(keys))})", keys),
        Sql("(entry.shown_from IS NULL OR entry.shown_from <= %s)", [now]),
        Sql("(entry.shown_until IS NULL OR entry.shown_until > %s)", [now]),
        # Mostly nothing waits, and then no entry is asked.
        Sql(
            "(NOT EXISTS (SELECT 1 FROM search_pending) OR entry.source NOT IN (SELECT source FROM search_pending))"
        ),
        _editions(search.editions),
        *_typed(search.query, DIALECTS[connection.vendor].POSITION),
        *_new(search.since, search.until),
    ]


def _new(since: datetime | None, until: datetime | None) -> list[Sql]:
    """What could first be found after a moment, and at another or before.

    That is when it was indexed, or later if it is shown only from then on: an edition from midnight of its day.
    """
    found = []
    if since:
        found.append(
            Sql(
                "(entry.appeared_at > %s OR entry.shown_from > %s OR entry.effective_on > %s)",
                _moments(since),
            )
        )
    if until:
        found.append(
            Sql(
                "(entry.appeared_at <= %s AND (entry.shown_from IS NULL OR entry.shown_from <= %s) "
                "AND (entry.effective_on IS NULL OR entry.effective_on <= %s))",
                _moments(until),
            )
        )
    return found


def _moments(moment: datetime) -> list[Any]:
    at = connection.ops.adapt_datetimefield_value(moment)
    return [at, at, connection.ops.adapt_datefield_value(timezone.localdate(moment))]


def _editions(editions: Editions) -> Sql:
    if editions.number:
        return Sql("(entry.edition = %s OR entry.edition = '')", [editions.number])
    if editions.on is None:
        return Sql("")
    day = connection.ops.adapt_datefield_value(editions.on)
    return Sql(
        "(entry.effective_on IS NULL OR (entry.effective_on <= %s AND (entry.superseded_on IS NULL OR entry.superseded_on > %s)))",
        [day, day],
    )


def _typed(query: Query, position: str) -> list[Sql]:
    """What was typed besides words: `kind:`, `in:`, `from:`, `after:` and `before:`. `position` finds a text in another."""
    found = []
    if query.kinds:
        kinds = kinds_of(query)
        found.append(
            Sql(f"entry.kind IN ({', '.join(['%s'] * len(kinds))})", kinds) if kinds else Sql("1 = 0")
        )
    if query.places:
        here = f"{position}(entry.labels, %s) > 0 OR {position}(LOWER(entry.trail), %s) > 0"
        parameters = [value for place in query.places for value in (f"|in:{place}|", place)]
        found.append(Sql(f"({' OR '.join([here] * len(query.places))})", parameters))
    found += [
        Sql(f"{position}(LOWER(entry.author), %s) > 0", [word]) for name in query.authors for word in name
    ]
    if query.after:
        found.append(Sql("entry.day >= %s", [query.after.toordinal()]))
    if query.before:
        found.append(Sql("entry.day < %s", [query.before.toordinal()]))
    return found


def kinds_of(query: Query) -> list[str]:
    """The kinds that were typed with `kind:`."""
    return [
        kind for kind, words in KINDS.items() if any(is_kind(asked, kind, words) for asked in query.kinds)
    ]


def is_kind(asked: str, kind: str, words: str) -> bool:
    """Whether what follows `kind:` means this kind: “case-study”, “cases”, “tips”."""
    stem = asked.removesuffix("s")
    return bool(stem) and (
        kind.startswith(stem) or any(word.startswith(stem) for word in words.lower().split())
    )


def _narrowed(chosen: Mapping[str, tuple[str, ...]], position: str) -> Sql:
    groups = [(name, values) for name, values in sorted(chosen.items()) if values]
    if not groups:
        return Sql("1 = 1")
    text = " AND ".join(
        f"({' OR '.join([f'{position}(labels, %s) > 0'] * len(values))})" for _, values in groups
    )
    return Sql(text, [f"|{name}:{value}|" for name, values in groups for value in values])


def _age(search: Search) -> str:
    """SQL: how much is left of what grows old, and of what another edition has taken the place of."""
    today = search.today.toordinal()
    days = f"(CASE WHEN entry.day < {today} THEN {today} - entry.day ELSE 0 END)"
    old = f"{LEAST_OF_OLD} + {1 - LEAST_OF_OLD} * {float(HALF_LIFE)} / ({HALF_LIFE} + {days})"
    superseded = f"WHEN entry.superseded_on <= '{search.today.isoformat()}' THEN {OF_SUPERSEDED}"
    return f"(CASE {superseded} WHEN entry.grows_old AND entry.day IS NOT NULL THEN {old} ELSE 1.0 END)"


def labels_of(text: str) -> frozenset[str]:
    """The labels that a row of the table has."""
    return frozenset(filter(None, text.split("|")))


def _hit(row: tuple[Any, ...]) -> Hit:
    values = dict(zip(SHOWN, row, strict=True))
    values["day"] = date.fromordinal(values["day"]) if values["day"] else None
    for name in DATES:
        if isinstance(values[name], str):  # SQLite has no days
            values[name] = date.fromisoformat(values[name])
    return Hit(**values)
