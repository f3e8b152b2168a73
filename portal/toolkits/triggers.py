"""What the database itself refuses about figures: two that say different things about one day."""

from collections.abc import Iterator

from portal.toolkits.models import Figure
from portal.triggers import Guard, Trigger

FOR_EVER = "9999-12-31"


def _triggers() -> Iterator[Trigger]:
    table = Figure._meta.db_table
    for event in ("INSERT", "UPDATE"):
        yield Trigger(table, event, _overlapping(table, "other.key = NEW.key"), "_overlap")
        yield Trigger(
            table,
            event,
            _overlapping(table, "other.unit = NEW.unit AND other.role_id = NEW.role_id"),
            "_twice",
        )


def _overlapping(table: str, same: str) -> str:
    """There is another row that is the same in what `same` says, and holds on one of the days of the new one."""
    return (
        f"EXISTS (SELECT 1 FROM {table} other WHERE {same} AND other.id IS DISTINCT FROM NEW.id "
        f"AND other.starts_on < COALESCE(NEW.ends_on, '{FOR_EVER}') "
        f"AND COALESCE(other.ends_on, '{FOR_EVER}') > NEW.starts_on)"
    )


guard = Guard(_triggers, "Two figures cannot hold on the same day.")
