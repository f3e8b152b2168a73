"""Letters of organisers: written once, sent to each address once."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django_q.tasks import async_task

from events.actions.baskets import refuse_unless
from events.letters import receivers
from events.models import EventLetter, EventPage, Ticket
from portal.members import audit, mail
from portal.members.models import User


@transaction.atomic
def write(
    *, event: EventPage, to: str, ticket: Ticket | None, subject: str, text: str, by: User, now: datetime
) -> EventLetter:
    """Has a letter sent to whoever is in the selection when it goes out. Raises `RefusedError` if nobody is."""
    refuse_unless(None if receivers(event, to, ticket) else "Nobody would get it.")
    letter = EventLetter.objects.create(
        event=event, to=to, ticket=ticket, subject=subject.strip(), text=text.strip(), by=by, written_at=now
    )
    audit.record(
        "event.letter",
        now=now,
        by=by,
        subject=f"event:{event.pk}",
        subject_name=event.title,
        details={"subject": letter.subject, "to": letter.get_to_display()},
    )
    transaction.on_commit(lambda: async_task("events.actions.letters.send_waiting"), robust=True)
    return letter


def send_waiting(now: datetime | None = None) -> int:
    """Sends the letters that were not sent to all yet. Gives how many mails are new. Killed in the middle it goes on the next time."""
    now = now or timezone.now()
    waiting = EventLetter.objects.filter(sent_at=None).select_related("event", "ticket").order_by("pk")
    return sum(_send(letter, now) for letter in waiting)


def _send(letter: EventLetter, now: datetime) -> int:
    found = receivers(letter.event, letter.to, letter.ticket)
    for email, name in found.items():
        mail.send(
            template="event_letter",
            to=email,
            context={"name": name, "letter": letter, "event": letter.event},
            key=f"event-letter:{letter.pk}:{email}",
        )
    EventLetter.objects.filter(pk=letter.pk).update(sent_at=now, count=len(found))
    return len(found)
