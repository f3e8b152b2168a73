"""Terms in versions: which version holds, from when on it must have been accepted, and what a person still owes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from portal.members.models import TermsVersion


@dataclass(frozen=True)
class Owed:
    """A version that a person has yet to accept, and the moment from which on they cannot go on without it."""

    version: TermsVersion
    due_at: datetime

    def is_overdue(self, now: datetime) -> bool:
        """Whether the person cannot go on any more."""
        return self.due_at <= now


def days_after(moment: datetime, days: int) -> datetime:
    """`moment`, so many days later by the calendar in London: 10am stays 10am when the clocks change."""
    local = timezone.localtime(moment)
    return timezone.make_aware(datetime.combine(local.date() + timedelta(days=days), local.time()))


def published_by(versions: Iterable[TermsVersion], now: datetime) -> list[TermsVersion]:
    """Those of the versions of some terms that are published at the moment `now`, in the order of their numbers."""
    published = [one for one in versions if one.published_at is not None and one.published_at <= now]
    return sorted(published, key=lambda one: one.number)


def current_version(versions: Iterable[TermsVersion], now: datetime) -> TermsVersion | None:
    """The version that readers see at the moment `now` and that can be accepted; `None` if nothing is published."""
    return next(reversed(published_by(versions, now)), None)


def required_from(versions: Iterable[TermsVersion], now: datetime) -> list[tuple[int, datetime]]:
    """For each version that is published at `now`: its number, and from when on it must have been accepted.

    The first is required at once: nobody has accepted an earlier one, so it has no grace.
    """
    first, *later = published_by(versions, now) or [None]
    if first is None:
        return []
    return [
        (first.number, first.published_at),
        *((one.number, days_after(one.published_at, one.grace_days)) for one in later),
    ]


def required_version(versions: Iterable[TermsVersion], now: datetime) -> int:
    """The number of the version that must have been accepted at the moment `now`, it or a later one; 0 if none must."""
    return max((number for number, since in required_from(versions, now) if since <= now), default=0)


def owed(versions: Iterable[TermsVersion], accepted: int, now: datetime) -> Owed | None:
    """What a person who has accepted the version `accepted` at most (0: none) has yet to accept; `None` if nothing."""
    versions = list(versions)
    current = current_version(versions, now)
    if current is None or current.number <= accepted:
        return None
    return Owed(current, min(since for number, since in required_from(versions, now) if number > accepted))


def grace_days_left(due_at: datetime, now: datetime) -> int:
    """How many midnights in London lie between `now` and the end of the grace: 0 on its last day and after it."""
    return max((timezone.localdate(due_at) - timezone.localdate(now)).days, 0)


def refusal_to_draft(versions: Iterable[TermsVersion]) -> str | None:
    """Why no new version of some terms can be begun; `None` if it can."""
    if any(one.published_at is None for one in versions):
        return "There is a new version already that is not published yet. Change that one."
    return None


def refusal_to_change_version(version: TermsVersion) -> str | None:
    """Why a version cannot be changed; `None` if it can."""
    if version.published_at is not None:
        return (
            "This version is published, and people have accepted these very words. "
            "So it can never be changed or deleted. Write a new version."
        )
    return None


def refusal_to_publish_version(version: TermsVersion) -> str | None:
    """Why a version cannot be published yet, worded for whoever wrote it; `None` if it can."""
    if version.published_at is not None:
        return "This version is published already."
    if not version.text.strip():
        return "The new version has no text yet. Write it first."
    if version.number > 1 and not version.change.strip():
        return "Say first what is new in this version: people who accepted the one before will be told."
    return None


def refusal_to_accept_version(
    version: TermsVersion, versions: Iterable[TermsVersion], now: datetime
) -> str | None:
    """Why `version`, one of the `versions` of its terms, cannot be accepted at the moment `now`; `None` if it can."""
    if version.published_at is None or now < version.published_at:
        return "This version is not published yet."
    current = current_version(versions, now)
    if current is not None and current.number > version.number:
        return f"Version {current.number} has taken the place of this version. Read that one and accept it."
    return None
