"""Telling a person why they may do what they may do on a list."""

from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.utils import timezone

from forum.explaining import explain
from forum.models import MailingList
from forum.rules.sentences import moment
from portal.members import audit, mail
from portal.members.actions import RefusedError
from portal.members.models import User


@transaction.atomic
def send_explanation(*, mailing_list: MailingList, user: User, at: datetime, by: User, now: datetime) -> None:
    """Sends a person the letter about their access at `at`. The same letter goes out once a day. Raises `RefusedError`."""
    if not by.has_perm("listserver.view_subscription"):
        raise RefusedError(
            "You cannot write to the people of lists. Ask an administrator for the right to do so."
        )
    found = explain(mailing_list, user, at, now)
    words = sha256("\n".join(found.letter).encode()).hexdigest()[:16]
    mail.send(
        template="list_why",
        to=user.email,
        context={"list_name": mailing_list.name, "letter": found.letter},
        key=f"list-why:{mailing_list.pk}:{user.pk}:{timezone.localdate(now)}:{words}",
    )
    audit.record(
        "list.explained",
        now=now,
        by=by,
        person=user,
        subject=mailing_list.key,
        subject_name=mailing_list.name,
        details={"at": moment(at), "answer": found.letter[1]},
    )
