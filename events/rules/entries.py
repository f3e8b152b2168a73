"""How the entry for a place is known in calendars."""

from uuid import UUID, uuid5


def uid_of(event: UUID, place: int) -> str:
    """The UID of a place's entry: the same for ever, whoever has the place. `event` is the key of the event's page."""
    return str(uuid5(event, f"place:{place}"))
