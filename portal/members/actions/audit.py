"""Taking the audit log out of the portal, which is itself recorded."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from portal.members import audit
from portal.members.actions.refused import RefusedError
from portal.members.models import AuditEntry, User


@transaction.atomic
def export_audit_log(*, filters: audit.Filters, by: User, now: datetime) -> QuerySet[AuditEntry]:
    """The entries that `filters` let through, for `by` to take away. Raises `RefusedError` if `by` may not.

    The log says from then on who took which entries. That line is not among them.
    """
    if not by.has_perm("members.export_auditentry"):
        raise RefusedError("You cannot export the audit log. Ask an administrator for the right to do so.")
    entry = audit.record(
        "audit.exported",
        now=now,
        by=by,
        subject="audit-log",
        subject_name="Audit log",
        details={"filters": filters.given()},
    )
    return filters.entries().filter(pk__lt=entry.pk)
