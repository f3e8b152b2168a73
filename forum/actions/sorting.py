"""Looks at mail that was taken: every message ends in exactly one outcome, and whoever sent it is told unless it was posted.

Everything about one mail happens in one transaction, so that a worker that is killed leaves it as it was, to be looked at again.
"""

import hashlib
import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from forum import addresses
from forum.access import access_of
from forum.actions.judging import Verdict, judge
from forum.incoming.authenticity import authentic
from forum.incoming.reading import read
from forum.incoming.received import Received
from forum.models import IncomingMail, MailOutcome
from forum.rules.access import Reason
from forum.rules.answering import Because, answer, is_told
from portal.members import mail

logger = logging.getLogger(__name__)

BATCH = 50
MOST_ATTEMPTS = 5
AGAIN_AFTER = timedelta(minutes=5)
HELD_FOR = timedelta(days=30)


def sort_waiting(now: datetime | None = None) -> int:
    """Looks at every mail that waits. Safe to run in any number of workers. Returns how many it has settled."""
    settled = 0
    while True:
        moment = now or timezone.now()
        waiting = IncomingMail.objects.filter(outcome=MailOutcome.RECEIVED).filter(
            Q(claimed_until__isnull=True) | Q(claimed_until__lte=moment)
        )
        batch = list(waiting.order_by("received_at", "pk").values_list("pk", flat=True)[:BATCH])
        done = sum(sort(pk, moment) for pk in batch)
        settled += done
        if not done:
            return settled


def sort(pk: int, now: datetime) -> bool:
    """Looks at one mail, if nobody has meanwhile. Returns whether it is settled now.

    What fails is tried again later; after `MOST_ATTEMPTS` the sender is told that it was not understood.
    """
    try:
        with transaction.atomic():
            row = IncomingMail.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
            if row is None or not (row.outcome == MailOutcome.RECEIVED or _waits_for(row, Because.TERMS)):
                return False
            settle(row, judge(row, now), now)
            return True
    except Exception:
        # Whatever a mail does to us, the others go on, and this one is not lost.
        logger.exception("Mail %s could not be looked at", pk)
        _failed(pk, now)
        return False


@transaction.atomic
def confirm(*, row: IncomingMail, now: datetime) -> IncomingMail:
    """Somebody who can read the mail that asked them has said that this one is theirs: it goes on. Safe to do twice."""
    row = IncomingMail.objects.select_for_update().get(pk=row.pk)
    if _waits_for(row, Because.UNPROVEN):
        row.is_proven = True
        settle(row, judge(row, now), now)
    return row


@transaction.atomic
def deny(*, row: IncomingMail, now: datetime) -> IncomingMail:
    """The one whose address a mail bears has said that it is not theirs. Safe to do twice."""
    row = IncomingMail.objects.select_for_update().get(pk=row.pk)
    if _waits_for(row, Because.UNPROVEN):
        said = "Not written by the person whose address it bears, as they say."
        settle(row, Verdict(MailOutcome.REFUSED, Because.DENIED, said, list=row.list, person=row.person), now)
    return row


def release_waiting(now: datetime | None = None) -> int:
    """Posts what was held for terms that have been accepted since, and gives up what waited for too long. Safe to run twice.

    Returns how many mails it has settled.
    """
    now = now or timezone.now()
    held = IncomingMail.objects.filter(
        outcome=MailOutcome.HELD, because__in=[Because.TERMS, Because.UNPROVEN]
    ).select_related("list", "person")
    settled = 0
    for row in held.order_by("received_at", "pk"):
        settled += _expire(row.pk, now) if row.received_at <= now - HELD_FOR else _release(row, now)
    return settled


def _release(row: IncomingMail, now: datetime) -> bool:
    if row.because != Because.TERMS or row.list is None or row.person is None:
        return False
    if access_of(row.list, row.person, now).because.reason is Reason.TERMS:
        return False
    return sort(row.pk, now)


@transaction.atomic
def _expire(pk: int, now: datetime) -> bool:
    row = IncomingMail.objects.select_for_update().filter(pk=pk, outcome=MailOutcome.HELD, post=None).first()
    if row is None:
        return False
    said = "Waited for 30 days for something that its sender did not do."
    settle(row, Verdict(MailOutcome.REFUSED, Because.EXPIRED, said, list=row.list, person=row.person), now)
    return True


def _waits_for(row: IncomingMail, because: Because) -> bool:
    return row.outcome == MailOutcome.HELD and row.because == because


def _failed(pk: int, now: datetime) -> None:
    with transaction.atomic():
        row = IncomingMail.objects.select_for_update().get(pk=pk)
        row.attempts += 1
        row.claimed_until = now + AGAIN_AFTER * row.attempts
        row.save(update_fields=["attempts", "claimed_until"])
        if row.attempts >= MOST_ATTEMPTS and row.outcome == MailOutcome.RECEIVED:
            settle(row, Verdict(MailOutcome.REFUSED, Because.NOT_UNDERSTOOD), now)


def settle(row: IncomingMail, verdict: Verdict, now: datetime) -> None:
    """Writes down what became of a mail and tells its sender. Belongs into the transaction that did it."""
    row.outcome, row.because = verdict.outcome, str(verdict.because)
    row.explained, row.removed, row.settled_at = verdict.explained[:500], verdict.removed, now
    row.list, row.person, row.post = verdict.list, verdict.person, verdict.post
    row.save()
    if verdict.because in set(Because) and is_told(Because(verdict.because)):
        _tell(row, verdict, now)


# --- What the sender is told ---------------------------------------------------------------------------------------------


def _tell(row: IncomingMail, verdict: Verdict, now: datetime) -> None:
    """Writes to the sender, at most once a day for the same reason. Strangers are answered only if it is proven who they are.

    An answer to an address that somebody else has put into a mail would be a nuisance to its owner.
    """
    received = read(bytes(row.raw))
    to = received.from_address
    if verdict.person is None and (not to or authentic(received, settings.TRUSTED_MAIL_SERVERS) is None):
        return
    because = Because(verdict.because)
    words = {
        "subject": received.subject[:100] or "No subject",
        "list": verdict.list.name if verdict.list else "the list",
        "address": addresses.of_list(verdict.list.slug) if verdict.list else "",
        "why": verdict.explained,
        "commands": "",
        **verdict.words,
    }
    said = answer(because, **words)
    mail.send(
        template="mail_answer",
        to=to,
        context={
            "answer": said,
            "link": verdict.link or settings.BASE_URL + reverse("forum"),
            "list": verdict.list,
        },
        key=f"mail-answer:{_hash(to)}:{because}:{timezone.localdate(now)}",
        headers=_thread(received),
    )


def _hash(address: str) -> str:
    """What stands for an address in the key of a mail, which is kept for longer than the address may be."""
    return hashlib.sha256(address.lower().encode()).hexdigest()[:32]


def _thread(received: Received) -> dict[str, str]:
    found = received.message_id
    return (
        {"In-Reply-To": f"<{found}>"} if found.isascii() and found.isprintable() and " " not in found else {}
    )
