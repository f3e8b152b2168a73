"""Records who was there by a provider's report."""

from datetime import datetime

from django.db import transaction

from events.actions.baskets import refuse_unless
from events.import_plan import Preview, preview
from events.models import Attendance, EventPage, How, Place
from events.rules.attendance import refusal_of_report
from events.tables import Report
from portal.members import audit
from portal.members.actions import RefusedError
from portal.members.models import User


class ReportChanged(RefusedError):
    """What would be recorded is no longer what somebody has seen."""


@transaction.atomic
def import_report(
    *, event: EventPage, report: Report, minimum: int, state: str, by: User, now: datetime
) -> Preview:
    """Records everybody who was there for `minimum` minutes by a report; gives what was done.

    The same report again changes nothing; a longer one makes the minutes more. `state` is that of the preview that was seen:
    raises `ReportChanged` if it would be another one now, and `RefusedError` if the event has not begun.
    """
    refuse_unless(refusal_of_report(event, now))
    places = Place.objects.filter(pool__event=event).order_by("pk")
    list(places.select_for_update().values_list("pk", flat=True))
    found = preview(event, report, minimum)
    if found.state != state:
        raise ReportChanged("What is recorded has changed since you saw this page.")
    for one in found.new:
        Attendance.objects.update_or_create(
            place=one.place, how=How.REPORT, defaults={"minutes": one.minutes, "at": now, "by": by}
        )
    if found.new:
        audit.record(
            "attendance.imported",
            now=now,
            by=by,
            subject=f"event:{event.pk}",
            subject_name=event.title,
            details={"people": len(found.new), "minutes": minimum},
        )
    return found
