"""Triggers of the database that note what has changed, whoever writes: the ORM, a script or a person at a prompt.

What has been noted is found no longer until it has been indexed again (`search.actions.indexing`), so that no change which
tightens access can be late. They are made after every `migrate`, and taken away before it.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

PREFIX = "search_watch_"


@dataclass(frozen=True)
class Watch:
    """A table, the columns whose change matters (none: all of them), and SQL for the sources that a row concerns.

    In `sources`, `{row}` stands for the row: `'post:' || {row}.id`, or a SELECT.
    """

    table: str
    sources: str
    columns: tuple[str, ...] = ()
    events: tuple[str, ...] = ("INSERT", "UPDATE", "DELETE")
    condition: str = ""

    def select(self, row: str) -> str:
        found = self.sources.format(row=row)
        return found if found.lstrip().upper().startswith("SELECT") else f"SELECT {found}"


@dataclass(frozen=True)
class Trigger:
    """A trigger as a database has it. The name holds a hash of what it does, so a name that is there is what is wanted."""

    table: str
    name: str
    event: str
    sources: str
    condition: str = ""


def connect(app: Any) -> None:
    """Has the triggers made after every `migrate`, and taken away before one that changes anything."""
    from django.db.models.signals import post_migrate, pre_migrate

    pre_migrate.connect(_before_migrate, sender=app, dispatch_uid="search.watching")
    post_migrate.connect(_after_migrate, sender=app, dispatch_uid="search.watching")


@cache
def triggers() -> tuple[Trigger, ...]:
    """All triggers, by the sources there are (`search.sources`)."""
    from search.sources import WATCHES

    return tuple(found for watch in WATCHES for found in _triggers(watch))


def _triggers(watch: Watch) -> Iterator[Trigger]:
    for event in watch.events:
        columns = f" OF {', '.join(watch.columns)}" if event == "UPDATE" and watch.columns else ""
        row = "OLD" if event == "DELETE" else "NEW"
        condition = watch.condition.format(row=row)
        sources = watch.select(row)
        digest = hashlib.sha256(f"{watch.table} {event}{columns} {condition} {sources}".encode()).hexdigest()[
            :16
        ]
        yield Trigger(watch.table, f"{PREFIX}{digest}", event + columns, sources, condition)


def install(connection: BaseDatabaseWrapper) -> None:
    """Makes the triggers that are missing, and takes away those that are no longer wanted. SQLite and PostgreSQL."""
    wanted = {trigger.name: trigger for trigger in triggers()}
    present = dict(_present(connection))
    with connection.cursor() as cursor:
        for name in present.keys() - wanted.keys():
            _drop(cursor, connection.vendor, name, present[name])
        for name in wanted.keys() - present.keys():
            for statement in _CREATE[connection.vendor](wanted[name]):
                cursor.execute(statement)


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The tables and events of triggers that should be there and are not."""
    present = dict(_present(connection))
    return [f"{trigger.event} of {trigger.table}" for trigger in triggers() if trigger.name not in present]


def remove(connection: BaseDatabaseWrapper) -> None:
    """Takes all the triggers away: SQLite cannot rebuild a table that a trigger elsewhere names."""
    with connection.cursor() as cursor:
        for name, table in _present(connection):
            _drop(cursor, connection.vendor, name, table)


def _before_migrate(using: str, plan: Sequence[Any] = (), **_: Any) -> None:
    if plan:
        remove(connections[using])


def _after_migrate(using: str, **_: Any) -> None:
    connection = connections[using]
    if {trigger.table for trigger in triggers()} <= set(connection.introspection.table_names()):
        install(connection)


def _present(connection: BaseDatabaseWrapper) -> list[tuple[str, str]]:
    query = {
        "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [(name, table) for name, table in cursor.fetchall() if name.startswith(PREFIX)]


def _drop(cursor: Any, vendor: str, name: str, table: str) -> None:
    if vendor == "postgresql":
        cursor.execute(f"DROP FUNCTION IF EXISTS {name}() CASCADE")
    else:
        cursor.execute(f"DROP TRIGGER IF EXISTS {name}")


def _create_on_sqlite(trigger: Trigger) -> Iterator[str]:
    when = f" WHEN {trigger.condition}" if trigger.condition else ""
    yield (
        f"CREATE TRIGGER {trigger.name} AFTER {trigger.event} ON {trigger.table}{when} "
        f"BEGIN INSERT INTO search_pending(source) {trigger.sources}; END"
    )


def _create_on_postgresql(trigger: Trigger) -> Iterator[str]:
    note = f"INSERT INTO search_pending(source) {trigger.sources};"
    body = f"IF {trigger.condition} THEN {note} END IF;" if trigger.condition else note
    yield (
        f"CREATE OR REPLACE FUNCTION {trigger.name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {body} RETURN NULL; END $$"
    )
    yield (
        f"CREATE TRIGGER {trigger.name} AFTER {trigger.event} ON {trigger.table} "
        f"FOR EACH ROW EXECUTE FUNCTION {trigger.name}()"
    )


_CREATE = {"sqlite": _create_on_sqlite, "postgresql": _create_on_postgresql}
