"""Settings of an event, and the terms that whoever books accepts."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from events.models import AcceptedTerms, BookingSettings, BookingTerms, EventPage, Order
from events.terms import Terms
from portal.members import audit
from portal.members.models import User


@transaction.atomic
def change_settings(
    *, event: EventPage, terms: str, reminder_days: Iterable[int], answers_kept: int, by: User, now: datetime
) -> BookingSettings:
    """Sets the terms of an event, how many days before it people are reminded, and for how many after it answers are kept."""
    values = {
        "terms": terms.strip(),
        "reminder_days": sorted(set(reminder_days), reverse=True),
        "answers_kept": answers_kept,
    }
    made, _ = BookingSettings.objects.update_or_create(event=event, defaults=values)
    audit.record(
        "event.settings-changed",
        now=now,
        by=by,
        subject=f"event:{event.pk}",
        subject_name=event.title,
        details={"reminders": values["reminder_days"], "days": answers_kept},
    )
    return made


@transaction.atomic
def accept_terms(*, order: Order, terms: Iterable[Terms], now: datetime) -> None:
    """Writes down that whoever orders has accepted terms, in the words that they were shown. A second time changes nothing."""
    for one in terms:
        kept, _ = BookingTerms.objects.get_or_create(
            event_id=one.event.pk, digest=one.digest, defaults={"text": one.text}
        )
        AcceptedTerms.objects.get_or_create(order=order, terms=kept, defaults={"accepted_at": now})
