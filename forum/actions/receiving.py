"""Takes mail: every message is stored whole and committed before whoever brings it is told yes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django_q.tasks import async_task

from forum import addresses
from forum.addresses import ToKey, ToList
from forum.models import IncomingMail, MailingList, MailOutcome

LARGEST = 10 * 1024 * 1024  # bytes of a mail
MOST_RECIPIENTS = 20  # of one mail; each is a mail of its own here


def is_ours(recipient: str) -> bool:
    """Whether something can come of a mail to this address: there is such a list, or its key was made here. One query."""
    match addresses.read(recipient):
        case ToList(slug):
            return MailingList.objects.filter(slug=slug).exists()
        case ToKey():
            # Its seal says that it was made here. What it stands for may be gone since; the sender is told so then.
            return True
    return False


@dataclass(frozen=True)
class Brought:
    """A mail with its envelope."""

    raw: bytes
    sender: str
    recipients: list[str]


def take(*, raw: bytes, sender: str, recipients: list[str], now: datetime) -> list[IncomingMail]:
    """Stores a mail for each of its recipients, and has it looked at after the commit. Raises what the database raises."""
    return take_together([Brought(raw, sender, recipients)], now)


@transaction.atomic
def take_together(mails: Collection[Brought], now: datetime) -> list[IncomingMail]:
    """The same for several mails, all of them or none: they share a commit, which is dearer than the rest."""
    taken = IncomingMail.objects.bulk_create(
        IncomingMail(received_at=now, sender=mail.sender[:320], recipient=one[:320], raw=mail.raw)
        for mail in mails
        for one in mail.recipients
    )
    transaction.on_commit(lambda: _have_sorted(taken), robust=True)
    return taken


def _have_sorted(taken: list[IncomingMail]) -> None:
    """Has mail looked at, unless an earlier one waits too: whoever looks at that goes on until none is left."""
    waiting = IncomingMail.objects.filter(outcome=MailOutcome.RECEIVED, claimed_until=None)
    if not waiting.filter(pk__lt=taken[0].pk).exists():
        async_task("forum.actions.sorting.sort_waiting")
