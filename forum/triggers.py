"""What the database itself refuses about lists: to alter the history of a subscription, or access that was given."""

from collections.abc import Iterator

from forum.models import Grant, SubscriptionPeriod
from portal.triggers import Guard, Trigger


def _triggers() -> Iterator[Trigger]:
    # A period that has no end yet, or one that is to come, can be given an earlier one; what began stays as it began.
    yield Trigger(
        SubscriptionPeriod._meta.db_table,
        "UPDATE",
        _changed("subscription_id", "state", "starts_at", "reason"),
    )
    # Access can be taken back by an earlier end.
    columns = _changed("list_id", "user_id", "kind", "level", "starts_at", "reason")
    yield Trigger(Grant._meta.db_table, "UPDATE", f"{columns} OR NEW.ends_at > OLD.ends_at")


def _changed(*columns: str) -> str:
    return " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)


guard = Guard(_triggers, "What has been recorded is never overwritten.")
