"""A person has read a section, or says that they know them all."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from handbook.models import Edition, EditionSection, ReadMark
from portal.members.models import User


class NotInForceError(Exception):
    """What was to be marked as read is not what is in force. The message is for the reader."""


@transaction.atomic
def mark_read(*, user: User, section: EditionSection, now: datetime) -> None:
    """Remembers that `user` has read the section's words, as the edition has them. Raises NotInForceError."""
    _refuse_others(section.edition, now)
    _store(user, [(section.key, section.body_id)], now)


@transaction.atomic
def mark_all_read(*, user: User, edition: Edition, now: datetime) -> int:
    """The same for every section of the edition; returns how many there are. Raises NotInForceError."""
    _refuse_others(edition, now)
    # In one order for everybody: two requests that lock the same rows in different orders would wait for each other.
    rows = edition.sections.present().order_by("key").values_list("key", "body_id")
    return _store(user, rows, now)


def _refuse_others(edition: Edition, now: datetime) -> None:
    in_force = edition.handbook.editions.in_force(timezone.localdate(now))
    if in_force is None or in_force.pk != edition.pk:
        raise NotInForceError(
            f"Nothing is marked as read, because edition {edition.number} is not the one in force. "
            "Read the section as it is now, then mark it."
        )


def _store(user: User, rows: Iterable[tuple[UUID, str]], now: datetime) -> int:
    marks = [ReadMark(user=user, key=key, body_id=body, read_at=now) for key, body in rows]
    ReadMark.objects.bulk_create(
        marks, update_conflicts=True, unique_fields=["user", "key"], update_fields=["body", "read_at"]
    )
    return len(marks)
