"""Reminding the owners of sections that somebody should read them again."""

import hashlib
from datetime import datetime

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.log_actions import log

from handbook.reviewing import REMINDED, Reminder, reminders
from portal.members import mail


@transaction.atomic
def remind_of_reviews(now: datetime | None = None) -> int:
    """Writes to owners 14 days before a section's day and on it, once each: one mail a person, whatever their sections.

    What has been sent is kept in the pages' history in the same transaction, so that it catches up after downtime and does
    nothing the second time. Returns how many mails it wrote.
    """
    found = reminders(timezone.localdate(now or timezone.now()))
    by_person: dict[EmailAddress, list[Reminder]] = {}
    for reminder in found:
        for address in reminder.to:
            by_person.setdefault(address, []).append(reminder)
    for address, theirs in by_person.items():
        _write(address, theirs)
    for reminder in found:
        log(instance=reminder.line.section, action=REMINDED, data=reminder.facts)
    return len(by_person)


def _write(address: EmailAddress, theirs: list[Reminder]) -> None:
    facts = sorted([str(reminder.line.section.pk), *reminder.facts.values()] for reminder in theirs)
    # Two runs at once find the same reminders: the key keeps the second from writing again.
    digest = hashlib.sha256(repr(facts).encode()).hexdigest()
    sections = [
        {
            "title": reminder.line.section.title,
            "handbook": reminder.line.handbook.title,
            "day": reminder.line.section.review_by,
            "url": settings.BASE_URL + reverse("wagtailadmin_pages:edit", args=[reminder.line.section.pk]),
        }
        for reminder in theirs
    ]
    context = {
        "user": address.user,
        "sections": sections,
        "report": settings.BASE_URL + reverse("handbook_editions:sections_to_review"),
    }
    mail.send(
        template="handbook_review",
        to=address.email,
        context=context,
        key=f"handbook-review:{address.user_id}:{digest}",
    )
