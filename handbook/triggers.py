"""What the database itself refuses, so that published editions stay as they are (`portal.triggers`)."""

from collections.abc import Iterator

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
from portal.triggers import Guard, Trigger


def _triggers() -> Iterator[Trigger]:
    edition = Edition._meta.db_table
    fixed = {field.column for field in Edition.protected_fields()}
    yield Trigger(edition, "UPDATE", f"OLD.state = '{State.PUBLISHED}' AND ({_differ(fixed)})")
    # Approval and publication change the state and its moment; only withdrawing opens the rest.
    yield Trigger(
        edition,
        "UPDATE",
        (
            f"OLD.state = '{State.SUBMITTED}' AND NEW.state <> '{State.PREPARED}' "
            f"AND ({_differ(fixed - {'state', 'published_at'})})"
        ),
        "_when_submitted",
    )
    yield Trigger(edition, "DELETE", f"OLD.state <> '{State.PREPARED}'")
    for table in (EditionSection._meta.db_table, EditionAsset._meta.db_table):
        yield Trigger(table, "INSERT", _sealed("NEW"))
        yield Trigger(table, "UPDATE", f"{_sealed('OLD')} OR {_sealed('NEW')}")
        yield Trigger(table, "DELETE", _sealed("OLD"))
    for table in (Body._meta.db_table, Asset._meta.db_table):
        yield Trigger(table, "UPDATE")
    errata, pdfs = Erratum._meta.db_table, EditionPdf._meta.db_table
    for event in ("UPDATE", "DELETE"):
        yield Trigger(errata, event)
        # A row that only says why there is no PDF may be replaced by one with the file.
        yield Trigger(pdfs, event, f"OLD.file <> '' AND {_published('OLD')}")


def _differ(columns: set[str]) -> str:
    return " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in sorted(columns))


def _sealed(row: str) -> str:
    return f"{_state_of(row)} <> '{State.PREPARED}'"


def _published(row: str) -> str:
    return f"{_state_of(row)} = '{State.PUBLISHED}'"


def _state_of(row: str) -> str:
    return f"(SELECT state FROM {Edition._meta.db_table} WHERE id = {row}.edition_id)"


guard = Guard(_triggers, "A published edition of the handbook never changes.")
install, remove, missing = guard.install, guard.remove, guard.missing
