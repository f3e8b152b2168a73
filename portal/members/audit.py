"""Writes the audit log: what was done to whom, by whom and why, in the same transaction as the thing itself."""

from datetime import datetime
from typing import Any

from portal.members.models import AuditEntry, User

# What can stand in the log, and how the admin says it. Apps above add theirs with `register`.
ACTIONS: dict[str, str] = {
    "membership.claimed": "Membership number claimed",
    "membership.claim-refused": "Claim to a membership number refused",
    "membership.imported": "Memberships imported",
    "membership.changed": "Membership changed by hand",
    "appointment.confirmed": "Appointment confirmed",
    "appointment.unconfirmed": "Appointment no longer confirmed",
    "appointment.ended": "Appointment ended",
    "network.imported": "Networks imported",
    "terms.published": "Version of terms published",
    "terms.accepted": "Terms accepted",
    "audit.exported": "Audit log exported",
}


class UnknownActionError(Exception):
    """An action that is not in `ACTIONS`: a slip of the pen must not make a kind of its own."""


def register(actions: dict[str, str]) -> None:
    """Adds kinds of actions: the key under which they are kept, and the words for it."""
    ACTIONS.update(actions)


def record(
    action: str,
    *,
    now: datetime,
    by: User | None = None,
    person: User | None = None,
    subject: str = "",
    subject_name: str = "",
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> AuditEntry:
    """Adds one entry. `subject` is the key of what it concerns, such as `list:7`; `details` is kept as JSON.

    Raises `UnknownActionError`.
    """
    if action not in ACTIONS:
        raise UnknownActionError(action)
    return AuditEntry.objects.create(
        at=now,
        action=action,
        by=by.pk if by else None,
        by_name=_name(by),
        person=person.pk if person else None,
        person_name=_name(person),
        subject=subject,
        subject_name=subject_name[:300],
        reason=reason[:1000],
        details=details or {},
    )


def _name(user: User | None) -> str:
    return f"{user} <{user.email}>"[:300] if user else ""
