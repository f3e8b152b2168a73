"""Telling people that their access to a list ends, and that it has ended: each once, whatever is killed."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from forum.ends import (
    Notice,
    ends_of,
    people_whose_access_ended,
    people_with_an_end,
    reminders_for,
)
from forum.letters import to_accept
from forum.models import MailingList
from portal.members import mail
from portal.members.models import Mail

BATCH = 500

Notices = Callable[[MailingList, Sequence[int], datetime], Iterator[Notice]]


def tell_of_ends(now: datetime | None = None) -> int:
    """Reminds people before an end, as each list says, and tells them after one. Returns how many mails it wrote.

    Safe to run twice and at the same time; killed at any moment, the next run writes what is missing.
    """
    now = now or timezone.now()
    written = 0
    for one in MailingList.objects.order_by("pk"):
        written += _tell(one, people_with_an_end(one, now), reminders_for, now)
        written += _tell(one, people_whose_access_ended(one, now), ends_of, now)
    return written


def _tell(mailing_list: MailingList, people: Sequence[int], notices: Notices, now: datetime) -> int:
    batches = [people[start : start + BATCH] for start in range(0, len(people), BATCH)]
    return sum(_tell_batch(list(notices(mailing_list, batch, now))) for batch in batches)


@transaction.atomic
def _tell_batch(notices: Sequence[Notice]) -> int:
    """Writes what has not been written yet to whoever can be reached."""
    if not notices:
        return 0
    written = set(Mail.objects.filter(key__in=[one.key for one in notices]).values_list("key", flat=True))
    new = [one for one in notices if one.key not in written]
    terms = to_accept({key for one in new for key in one.terms})
    addresses = mail.addresses_of([one.user for one in new])
    reached = [one for one in new if one.user in addresses]
    for one in reached:
        address = addresses[one.user]
        mail.send(
            template=one.template,
            to=address.email,
            context={
                "user": address.user,
                "terms": [terms[key] for key in one.terms],
                **one.context,
            },
            key=one.key,
        )
    return len(reached)
