"""Who was there: checked in at the entrance, taken back, or by the code that is told at the end."""

from datetime import datetime

from django.db import transaction

from events.actions.baskets import refuse_unless
from events.models import Attendance, Certificate, CodeTry, EventPage, How, Place
from events.people import arrangements_of, name_of
from events.rules.attendance import (
    MOST_TRIES,
    TRIES_COUNT_FOR,
    code_is_asked,
    refusal_of_closing_code,
    refusal_of_ticket,
    refusal_to_check_in,
    used_already,
)
from events.rules.ticket_codes import code_of
from portal.members import audit
from portal.members.models import User


def locked_place(place: Place) -> Place:
    """The place as it is now, locked until the transaction ends."""
    return (
        Place.objects.select_for_update(of=("self",)).select_related("ticket", "pool__event").get(pk=place.pk)
    )


@transaction.atomic
def check_in(*, place: Place, event: EventPage, by: User, now: datetime) -> Attendance:
    """Lets somebody in. Raises `RefusedError`: the ticket does not count, it is not the day, or it was used already, and when."""
    place = locked_place(place)
    refuse_unless(refusal_to_check_in(place, event, now))
    before = place.attendance.filter(how=How.CHECKED_IN).select_related("by").first()
    refuse_unless(used_already(before.at, name_of(before.by)) if before else None)
    return Attendance.objects.create(place=place, how=How.CHECKED_IN, at=now, by=by)


@transaction.atomic
def undo_check_in(*, place: Place, by: User, now: datetime) -> bool:
    """Takes back that somebody was checked in, and withdraws their certificate if nothing else shows that they were there.

    Whether they had been checked in.
    """
    place = locked_place(place)
    rows = place.attendance.filter(how=How.CHECKED_IN)
    before = rows.first()
    if before is None:
        return False
    rows.delete()
    if not place.attendance.exists():
        Certificate.objects.filter(place=place, withdrawn_at=None).update(withdrawn_at=now)
    audit.record(
        "attendance.undone",
        now=now,
        by=by,
        subject=f"place:{place.pk}",
        subject_name=f"{place.pool.event.title}: {code_of(place.pk)}",
        details={"at": before.at.isoformat()},
    )
    return True


def type_code(*, place: Place, typed: str, now: datetime) -> None:
    """Notes that somebody was there who knows the closing code. Typed again it changes nothing.

    Raises `RefusedError`: the place does not count, it is not the time, the code is wrong, or there were too many wrong ones.
    """
    refuse_unless(_refusal_once_noted(place, typed, now))


@transaction.atomic
def _refusal_once_noted(place: Place, typed: str, now: datetime) -> str | None:
    """Notes the attendance, or the wrong code, which is kept although it is refused. Gives why it is."""
    place = locked_place(place)
    event, tries = place.pool.event, CodeTry.objects.filter(place=place)
    if refusal := refusal_of_ticket(place, event):
        return refusal
    if place.attendance.filter(how=How.CODE).exists():
        return None
    tries.filter(at__lte=now - TRIES_COUNT_FOR).delete()
    arrangements, count = arrangements_of(event), tries.count()
    refusal = refusal_of_closing_code(event, arrangements, typed, count, now)
    if refusal is None:
        Attendance.objects.create(place=place, how=How.CODE, at=now)
    elif count < MOST_TRIES and code_is_asked(event, arrangements, now):
        CodeTry.objects.create(place=place, at=now)
    return refusal
