"""When whoever comes is reminded of an event."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from events.rules.times import LONDON

LONGEST = 60  # days before an event


def remind_at(starts_at: datetime, days: int) -> datetime:
    """So many days before an event, at the time of the day at which it begins in London, also where the clocks change between."""
    local = starts_at.astimezone(LONDON)
    return (local.replace(tzinfo=None) - timedelta(days=days)).replace(tzinfo=LONDON)


def due(starts_at: datetime, days: Iterable[int], now: datetime) -> int | None:
    """Which reminder is due, by its days; `None` if none is. Of several whose moment has come, only the one nearest to the event.

    Once the event has begun none is.
    """
    if now >= starts_at:
        return None
    return min((one for one in days if remind_at(starts_at, one) <= now), default=None)


def in_words(starts_at: datetime, now: datetime) -> str:
    """“today”, “tomorrow”, “in 7 days”, counted in days of London."""
    left = (starts_at.astimezone(LONDON).date() - now.astimezone(LONDON).date()).days
    return {0: "today", 1: "tomorrow"}.get(left, f"in {left} days")
