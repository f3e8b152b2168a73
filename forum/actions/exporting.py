"""Taking people's names out of the portal, which the audit log records."""

from datetime import datetime
from typing import Any

from django.db import transaction

from forum.models import MailingList
from portal.members import audit
from portal.members.actions import RefusedError
from portal.members.models import User


@transaction.atomic
def record_export(
    action: str, *, mailing_list: MailingList, by: User, now: datetime, details: dict[str, Any]
) -> None:
    """Says in the audit log that `by` takes people of a list away, and which. Raises `RefusedError` if they may not see them."""
    if not by.has_perm("listserver.view_subscription"):
        raise RefusedError(
            "You cannot export the people of lists. Ask an administrator for the right to do so."
        )
    audit.record(
        action, now=now, by=by, subject=mailing_list.key, subject_name=mailing_list.name, details=details
    )
