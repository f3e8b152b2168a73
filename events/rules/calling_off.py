"""When an event can be called off."""

from datetime import datetime

from events.models import EventPage


def refusal_to_call_off(event: EventPage, now: datetime) -> str | None:
    """Why an event cannot be called off; `None` if it can. A course on several days can until its last one is over."""
    if event.cancelled_at is not None:
        return "It has been called off already."
    if event.ends_at is not None and event.ends_at <= now:
        return "It is over."
    return None
