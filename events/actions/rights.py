"""Rights at an event: given and taken back, and written into the audit log."""

from datetime import datetime

from django.db import transaction

from events.models import EventPage, EventRight, Right
from portal.members import audit
from portal.members.models import User


@transaction.atomic
def give_right(*, event: EventPage, user: User, right: Right, by: User, now: datetime) -> EventRight:
    """Gives somebody a right at an event. Given a second time, it is the same one."""
    found, is_new = EventRight.objects.get_or_create(
        event=event, user=user, right=right, defaults={"given_at": now, "given_by": by}
    )
    if is_new:
        _record("event.right-given", found, by, now)
    return found


@transaction.atomic
def take_right(*, right: EventRight, by: User, now: datetime) -> None:
    """Takes a right back, at once. A second time it does nothing."""
    if EventRight.objects.filter(pk=right.pk).delete()[0]:
        _record("event.right-taken", right, by, now)


def _record(action: str, right: EventRight, by: User, now: datetime) -> None:
    audit.record(
        action,
        now=now,
        by=by,
        person=right.user,
        subject=f"event:{right.event_id}",
        subject_name=right.event.title,
        details={"right": right.right},
    )
