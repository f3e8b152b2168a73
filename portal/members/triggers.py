"""What the database itself refuses about people: to alter the audit log, published terms, acceptances or recorded periods."""

from collections.abc import Iterator

from portal.members.models import Acceptance, AuditEntry, MembershipPeriod, TermsVersion
from portal.triggers import Guard, Trigger


def _triggers() -> Iterator[Trigger]:
    audit = AuditEntry._meta.db_table
    yield Trigger(audit, "UPDATE")
    yield Trigger(audit, "DELETE")
    yield Trigger(TermsVersion._meta.db_table, "UPDATE", "OLD.published_at IS NOT NULL")
    yield Trigger(TermsVersion._meta.db_table, "DELETE", "OLD.published_at IS NOT NULL")
    yield Trigger(Acceptance._meta.db_table, "UPDATE")
    # A period is replaced, never overwritten; that somebody who recorded it has gone is no change of it.
    fixed = " OR ".join(
        f"OLD.{column} IS DISTINCT FROM NEW.{column}"
        for column in ("membership_id", "category", "starts_on", "ends_on", "recorded_at")
    )
    replaced_twice = "(OLD.replaced_at IS NOT NULL AND NEW.replaced_at IS DISTINCT FROM OLD.replaced_at)"
    yield Trigger(MembershipPeriod._meta.db_table, "UPDATE", f"{fixed} OR {replaced_twice}")


guard = Guard(_triggers, "What has been recorded is never overwritten.")
