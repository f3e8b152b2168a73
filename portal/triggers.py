"""Database triggers that refuse what must never be, whoever writes: the ORM, a script or a person at a prompt.

They are made again after every `migrate`, because SQLite loses them when a migration rebuilds a table.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.signals import post_migrate, pre_migrate


@dataclass(frozen=True)
class Trigger:
    """One refusal: an `event` (INSERT, UPDATE or DELETE) on a row of `table` for which `condition`, SQL over OLD and NEW, holds.

    Conditions compare with `IS DISTINCT FROM`, which SQLite spells `IS NOT`.
    """

    table: str
    event: str
    condition: str = "1 = 1"
    suffix: str = ""

    @property
    def name(self) -> str:
        return f"{self.table}_no_{self.event.lower()}{self.suffix}"


class Guard:
    """The triggers of one app, and what they say when they refuse."""

    def __init__(self, triggers: Callable[[], Iterable[Trigger]], refusal: str) -> None:
        self.triggers = triggers
        self.refusal = refusal

    def connect(self, app: AppConfig) -> None:
        """Takes the triggers away before a `migrate` of `app`, and makes them after every one."""
        # Bound methods would be forgotten at once: signals hold them weakly.
        pre_migrate.connect(partial(_before_migrate, self), sender=app, weak=False)
        post_migrate.connect(partial(_after_migrate, self), sender=app, weak=False)

    def install(self, connection: BaseDatabaseWrapper) -> None:
        """Makes the triggers, in place of any there are. PostgreSQL and SQLite; raises KeyError elsewhere."""
        self.remove(connection)
        with connection.cursor() as cursor:
            for trigger in self.triggers():
                for statement in _CREATE[connection.vendor](trigger, self.refusal):
                    cursor.execute(statement)

    def remove(self, connection: BaseDatabaseWrapper) -> None:
        """Takes the triggers away: for tests that must tamper, and before they are made again."""
        with connection.cursor() as cursor:
            for trigger in self.triggers():
                on_table = f" ON {trigger.table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {trigger.name}{on_table}")

    def tables(self) -> set[str]:
        """The tables that the triggers are on."""
        return {trigger.table for trigger in self.triggers()}

    def missing(self, connection: BaseDatabaseWrapper) -> list[str]:
        """Names of triggers that should be there and are not."""
        query = {
            "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
            "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'",
        }[connection.vendor]
        with connection.cursor() as cursor:
            cursor.execute(query)
            present = {row[0] for row in cursor.fetchall()}
        return [trigger.name for trigger in self.triggers() if trigger.name not in present]


def _before_migrate(guard: Guard, sender: AppConfig, using: str, plan: Sequence[Any] = (), **_: Any) -> None:
    # SQLite cannot rebuild a table that a trigger elsewhere names.
    if any(migration.app_label == sender.label for migration, _ in plan):
        guard.remove(connections[using])


def _after_migrate(guard: Guard, using: str, **_: Any) -> None:
    connection = connections[using]
    if guard.tables() <= set(connection.introspection.table_names()):  # not while migrating backwards
        guard.install(connection)


def _create_on_sqlite(trigger: Trigger, refusal: str) -> Iterator[str]:
    when = trigger.condition.replace("IS DISTINCT FROM", "IS NOT")
    yield (
        f"CREATE TRIGGER {trigger.name} BEFORE {trigger.event} ON {trigger.table} WHEN {when} "
        f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
    )


def _create_on_postgresql(trigger: Trigger, refusal: str) -> Iterator[str]:
    # A trigger's WHEN cannot hold a query there, so the condition stands in a function of the same name.
    row = "OLD" if trigger.event == "DELETE" else "NEW"
    yield (
        f"CREATE OR REPLACE FUNCTION {trigger.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {trigger.condition} THEN RAISE EXCEPTION '{refusal}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        f"RETURN {row}; END $$"
    )
    yield (
        f"CREATE TRIGGER {trigger.name} BEFORE {trigger.event} ON {trigger.table} "
        f"FOR EACH ROW EXECUTE FUNCTION {trigger.name}()"
    )


_CREATE: dict[str, Callable[[Trigger, str], Iterator[str]]] = {
    "sqlite": _create_on_sqlite,
    "postgresql": _create_on_postgresql,
}
