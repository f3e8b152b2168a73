"""The audit log, and what the database refuses about people, whoever writes."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

from portal.members import audit
from portal.members.models import (
    Acceptance,
    AuditEntry,
    Membership,
    MembershipPeriod,
    Terms,
    TermsVersion,
    User,
)
from tests.factories import NOW, make_user

pytestmark = pytest.mark.django_db


def test_an_entry_says_who_did_what_to_whom_and_outlives_their_accounts() -> None:
    manager, person = make_user("manager@example.org", first_name="Mary"), make_user("ada@example.org")
    audit.record(
        "appointment.confirmed", now=NOW, by=manager, person=person, subject="appointment:1", reason="Seen."
    )

    User.objects.all().delete()

    entry = AuditEntry.objects.get()
    assert (entry.at, entry.action, entry.by_name, entry.person_name, entry.subject, entry.reason) == (
        NOW,
        "appointment.confirmed",
        "Mary Example <manager@example.org>",
        "Ada Example <ada@example.org>",
        "appointment:1",
        "Seen.",
    )


def test_an_action_that_nobody_declared_is_refused() -> None:
    with pytest.raises(audit.UnknownActionError):
        audit.record("appointment.confrimed", now=NOW)


def entry() -> QuerySet[Any]:
    return AuditEntry.objects.filter(pk=audit.record("terms.accepted", now=NOW).pk)


def published() -> QuerySet[Any]:
    terms = Terms.objects.create(title="Code of conduct")
    version = TermsVersion.objects.create(terms=terms, number=1, text="Be kind.", published_at=NOW)
    return TermsVersion.objects.filter(pk=version.pk)


def acceptance() -> QuerySet[Any]:
    made = Acceptance.objects.create(user=make_user(), version=published().get(), accepted_at=NOW)
    return Acceptance.objects.filter(pk=made.pk)


def period(**fields: Any) -> QuerySet[Any]:
    membership = Membership.objects.create(number="10001")
    made = MembershipPeriod.objects.create(
        membership=membership, starts_on=NOW.date(), recorded_at=NOW, recorded_by=make_user(), **fields
    )
    return MembershipPeriod.objects.filter(pk=made.pk)


@pytest.mark.parametrize(
    ("make", "change"),
    [
        (entry, {"reason": "Nothing happened."}),
        (entry, None),
        (published, {"text": "Do as you like."}),
        (published, None),
        (acceptance, {"accepted_at": NOW - timedelta(days=1)}),
        (period, {"ends_on": NOW.date() + timedelta(days=365)}),
    ],
    ids=[
        "entry changed",
        "entry deleted",
        "terms changed",
        "terms deleted",
        "acceptance moved",
        "period changed",
    ],
)
def test_what_has_been_recorded_is_never_overwritten(make: Any, change: dict[str, Any] | None) -> None:
    rows = make()
    values = list(rows.values())

    with pytest.raises(IntegrityError, match="never overwritten"), transaction.atomic():
        rows.update(**change) if change else rows._raw_delete(rows.db)

    assert list(rows.values()) == values


def test_a_period_is_replaced_once_and_loses_nothing_but_the_account_that_recorded_it() -> None:
    rows = period()
    assert rows.update(replaced_at=NOW + timedelta(days=1)) == 1
    User.objects.all().delete()
    assert rows.get().recorded_by is None

    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(replaced_at=None)


def test_the_triggers_are_there() -> None:
    from portal.members.triggers import guard

    assert guard.missing(connection) == []
    assert guard.tables() == {
        "members_auditentry",
        "members_termsversion",
        "members_acceptance",
        "members_membershipperiod",
    }
