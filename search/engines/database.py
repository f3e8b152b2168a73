"""Finding in the database itself: hits, counts, facets and the texts for snippets in one statement, trimmed in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from search.engines import postgresql, sqlite
from search.engines.base import (
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
    groups = [(_labels(row[1]), int(row[2])) for row in rows if row[0] == 0]
    hits = [row for row in rows if row[0] == 1]
    order = sorted(hits, key=lambda row: row[2])
    return Found([_hit(row[3:]) for row in order], groups)


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
    order = "day DESC, rank DESC, id DESC" if search.newest or not search.query.wanted else "rank DESC, id"
    conditions = [Sql(matched.condition, matched.parameters), *_conditions(search)]
    narrowed = _narrowed(search.chosen, dialect.POSITION)
    empty = ", ".join(f"CAST(NULL AS {TYPES.get(name, 'text')})" for name in SHOWN)
    text = (
        f"WITH {matched.before} found AS MATERIALIZED (SELECT entry.id, entry.labels, COALESCE(entry.day, 0) AS day, {rank} AS rank "
        f"FROM {matched.tables} WHERE {_all(conditions)}), "
        f"hits AS MATERIALIZED (SELECT id, ROW_NUMBER() OVER (ORDER BY {order}) AS place FROM found WHERE {narrowed.text} "
        f"ORDER BY place LIMIT {int(search.most)} OFFSET {int(search.first)}) "
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
        Sql("entry.source NOT IN (SELECT source FROM search_pending)"),
        _editions(search.editions),
        *_typed(search.query),
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


def _typed(query: Query) -> list[Sql]:
    """What was typed besides words: `kind:`, `in:`, `from:`, `after:` and `before:`."""
    found = []
    if query.kinds:
        kinds = [
            kind for kind, words in KINDS.items() if any(is_kind(asked, kind, words) for asked in query.kinds)
        ]
        found.append(
            Sql(f"entry.kind IN ({', '.join(['%s'] * len(kinds))})", kinds) if kinds else Sql("1 = 0")
        )
    if query.places:
        parts = [
            Sql(
                "(entry.labels LIKE %s OR LOWER(entry.trail) LIKE %s)",
                [f"%|in:{_like(place)}|%", f"%{_like(place)}%"],
            )
            for place in query.places
        ]
        found.append(
            Sql(
                f"({' OR '.join(part.text for part in parts)})",
                [value for part in parts for value in part.parameters],
            )
        )
    found += [
        Sql("LOWER(entry.author) LIKE %s", [f"%{_like(word)}%"]) for name in query.authors for word in name
    ]
    if query.after:
        found.append(Sql("entry.day >= %s", [query.after.toordinal()]))
    if query.before:
        found.append(Sql("entry.day < %s", [query.before.toordinal()]))
    return found


def is_kind(asked: str, kind: str, words: str) -> bool:
    """Whether what follows `kind:` means this kind: “case-study”, “cases”, “tips”."""
    stem = asked.removesuffix("s")
    return bool(stem) and (
        kind.startswith(stem) or any(word.startswith(stem) for word in words.lower().split())
    )


def _like(text: str) -> str:
    # No sign of LIKE means anything here: what they would match is not in a name either.
    return text.replace("%", " ").replace("_", " ").replace("\\", " ")


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


def _labels(text: str) -> frozenset[str]:
    return frozenset(filter(None, text.split("|")))


def _hit(row: tuple[Any, ...]) -> Hit:
    values = dict(zip(SHOWN, row, strict=True))
    values["day"] = date.fromordinal(values["day"]) if values["day"] else None
    for name in DATES:
        if isinstance(values[name], str):  # SQLite has no days
            values[name] = date.fromisoformat(values[name])
    return Hit(**values)
