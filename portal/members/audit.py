"""The audit log: what was done to whom, by whom and why, written in the same transaction as the thing itself; and finding it."""

from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

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
    "appointment.listed": "Agreed to be named in the directory",
    "appointment.unlisted": "No longer named in the directory",
    "network.imported": "Networks imported",
    "terms.published": "Version of terms published",
    "terms.accepted": "Terms accepted",
    "audit.exported": "Audit log exported",
    "person.data-taken": "Everything about oneself downloaded",
    "person.forgotten": "Forgotten at their own wish",
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


@dataclass(frozen=True)
class Filters:
    """Which entries somebody wants to see. Both days count; `person` is the number of an account, doing or done to."""

    action: str = ""
    since: date | None = None
    until: date | None = None
    words: str = ""
    person: int | None = None

    def entries(self) -> QuerySet[AuditEntry]:
        """The entries, the newest first."""
        found = AuditEntry.objects.all()
        if self.action:
            found = found.filter(action=self.action)
        if self.since:
            found = found.filter(at__gte=_midnight(self.since))
        if self.until:
            found = found.filter(at__lt=_midnight(self.until + timedelta(days=1)))
        if self.person is not None:
            found = found.filter(Q(person=self.person) | Q(by=self.person))
        for word in self.words.split():
            found = found.filter(
                Q(person_name__icontains=word)
                | Q(by_name__icontains=word)
                | Q(subject_name__icontains=word)
                | Q(subject__iexact=word)
            )
        return found

    def given(self) -> dict[str, str]:
        """Those that are set, as text."""
        return {name: str(value) for name, value in asdict(self).items() if value not in ("", None)}


def words_for(action: str) -> str:
    """What happened, in words: also for a kind of action that the portal no longer knows."""
    return ACTIONS.get(action, action)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
