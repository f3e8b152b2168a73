"""Writes down who was refused at the door of a list."""

from datetime import datetime, timedelta

from django.db import transaction

from forum.models import MailingList
from forum.rules import Access
from portal.members import audit
from portal.members.models import AuditEntry, User

# Whoever tries again and again within this time is written down once.
ONCE_IN = timedelta(hours=1)


@transaction.atomic
def record_refusal(*, mailing_list: MailingList, user: User, access: Access, now: datetime) -> None:
    """Adds an entry to the audit log, unless there is one of the last hour for this person and list."""
    lately = AuditEntry.objects.filter(
        action="door.refused", person=user.pk, subject=mailing_list.key, at__gt=now - ONCE_IN
    )
    if not lately.exists():
        audit.record(
            "door.refused",
            now=now,
            by=user,
            person=user,
            subject=mailing_list.key,
            subject_name=mailing_list.name,
            details={"because": access.because.reason.value},
        )
