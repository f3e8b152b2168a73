"""Who took the people of an event out of the portal, in the audit log."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from events.models import EventPage
from portal.members import audit
from portal.members.models import User


def record_export(*, event: EventPage, by: User, now: datetime, filters: Mapping[str, Any]) -> None:
    """Writes down that somebody exported the people whom `filters` let through."""
    audit.record(
        "event.people-exported",
        now=now,
        by=by,
        subject=f"event:{event.pk}",
        subject_name=event.title,
        details={"filters": dict(filters)},
    )


def record_badges(*, event: EventPage, by: User, now: datetime, count: int) -> None:
    """Writes down that somebody had so many name badges made."""
    audit.record(
        "event.badges-made",
        now=now,
        by=by,
        subject=f"event:{event.pk}",
        subject_name=event.title,
        details={"people": count},
    )
