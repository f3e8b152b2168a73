"""Database triggers that keep published editions as they are, whoever writes: the ORM, a script or a person at a prompt.

They are made again after every `migrate`, because SQLite loses them when a migration rebuilds a table.
"""

from collections.abc import Iterator

from django.db.backends.base.base import BaseDatabaseWrapper

from handbook.models import (
    Asset,
    Body,
    Edition,
    EditionAsset,
    EditionPdf,
    EditionSection,
    Erratum,
    State,
)

REFUSAL = "A published edition of the handbook never changes."


def install(connection: BaseDatabaseWrapper) -> None:
    """Makes the triggers, in place of any there are. PostgreSQL and SQLite; raises KeyError elsewhere."""
    remove(connection)
    with connection.cursor() as cursor:
        for statement in _CREATE[connection.vendor]():
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Takes the triggers away: for tests that must tamper, and before they are made again."""
    with connection.cursor() as cursor:
        for name, table, _, _ in _triggers():
            on_table = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")


def tables() -> set[str]:
    """The tables that the triggers are on."""
    return {table for _, table, _, _ in _triggers()}


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of triggers that should be there and are not."""
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        present = {row[0] for row in cursor.fetchall()}
    return [name for name, _, _, _ in _triggers() if name not in present]


def _triggers() -> Iterator[tuple[str, str, str, str]]:
    """(name, table, event, condition) of each. Conditions compare with `IS DISTINCT FROM`, which SQLite spells `IS NOT`."""
    edition = Edition._meta.db_table
    fixed = {field.column for field in Edition.protected_fields()}
    yield f"{edition}_no_update", edition, "UPDATE", f"OLD.state = '{State.PUBLISHED}' AND ({_differ(fixed)})"
    # Approval and publication change the state and its moment; only withdrawing opens the rest.
    yield (
        f"{edition}_no_update_when_submitted",
        edition,
        "UPDATE",
        (
            f"OLD.state = '{State.SUBMITTED}' AND NEW.state <> '{State.PREPARED}' "
            f"AND ({_differ(fixed - {'state', 'published_at'})})"
        ),
    )
    yield f"{edition}_no_delete", edition, "DELETE", f"OLD.state <> '{State.PREPARED}'"
    for table in (EditionSection._meta.db_table, EditionAsset._meta.db_table):
        yield f"{table}_no_insert", table, "INSERT", _sealed("NEW")
        yield f"{table}_no_update", table, "UPDATE", f"{_sealed('OLD')} OR {_sealed('NEW')}"
        yield f"{table}_no_delete", table, "DELETE", _sealed("OLD")
    for table in (Body._meta.db_table, Asset._meta.db_table):
        yield f"{table}_no_update", table, "UPDATE", "1 = 1"
    errata, pdfs = Erratum._meta.db_table, EditionPdf._meta.db_table
    for event in ("UPDATE", "DELETE"):
        yield f"{errata}_no_{event.lower()}", errata, event, "1 = 1"
        # A row that only says why there is no PDF may be replaced by one with the file.
        yield f"{pdfs}_no_{event.lower()}", pdfs, event, f"OLD.file <> '' AND {_published('OLD')}"


def _differ(columns: set[str]) -> str:
    return " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in sorted(columns))


def _sealed(row: str) -> str:
    return f"{_state_of(row)} <> '{State.PREPARED}'"


def _published(row: str) -> str:
    return f"{_state_of(row)} = '{State.PUBLISHED}'"


def _state_of(row: str) -> str:
    return f"(SELECT state FROM {Edition._meta.db_table} WHERE id = {row}.edition_id)"


def _create_on_sqlite() -> Iterator[str]:
    for name, table, event, condition in _triggers():
        when = condition.replace("IS DISTINCT FROM", "IS NOT")
        yield (
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {when} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )


def _create_on_postgresql() -> Iterator[str]:
    # A trigger's WHEN cannot hold a query there, so the condition stands in a function of the same name.
    for name, table, event, condition in _triggers():
        row = "OLD" if event == "DELETE" else "NEW"
        yield (
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {condition} THEN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
            f"RETURN {row}; END $$"
        )
        yield f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"


_CREATE = {"sqlite": _create_on_sqlite, "postgresql": _create_on_postgresql}
