"""What becomes of questions that look like spam: staff release them, or delete them."""

from datetime import datetime

from django.db import transaction

from portal.enquiries.actions.asking import go_on
from portal.enquiries.models import Enquiry
from portal.enquiries.rules.standing import refusal_to_release
from portal.members import audit
from portal.members.actions import RefusedError
from portal.members.models import User


@transaction.atomic
def release(*, enquiry: Enquiry, by: User, now: datetime) -> Enquiry:
    """It is none: it goes on as if it had come now. Raises `RefusedError`."""
    found = _held(enquiry)
    found.signs = []
    found.save(update_fields=["signs"])
    _log("advice.released", found, by, now)
    go_on(found, now)
    return found


@transaction.atomic
def discard(*, enquiry: Enquiry, by: User, now: datetime) -> None:
    """It is spam, and goes with all its words. Raises `RefusedError`."""
    found = _held(enquiry)
    _log("advice.discarded", found, by, now)
    found.delete()


def _held(enquiry: Enquiry) -> Enquiry:
    found = (
        Enquiry.objects.select_for_update(of=("self",))
        .select_related("topic__group")
        .filter(pk=enquiry.pk)
        .first()
    )
    if found is None:
        raise RefusedError("Somebody has deleted it already.")
    if refusal := refusal_to_release(found):
        raise RefusedError(refusal)
    return found


def _log(action: str, found: Enquiry, by: User, now: datetime) -> None:
    audit.record(action, now=now, by=by, subject=f"advice:{found.pk}", subject_name=found.reference)
