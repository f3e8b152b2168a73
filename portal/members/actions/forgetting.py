"""Lets go of a person in what is not tied to their account by a key: mails, invitations, sessions, the register's claim."""

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django_q.models import Failure

from portal.members.mail import EMPTIED
from portal.members.models import Invitation, Mail, MailState, Membership
from portal.members.personal import Person

# What a mail is without whom it went to. Its key stays, so that whatever it told is not told again.
NAMELESS = {"to": "", "subject": "", "last_error": ""}
FUNCTION_OF_MAILS = "portal.members.mail.deliver"


def forget_account(person: Person) -> None:
    """Lets go of the person's mails, invitations, membership and sessions. What hangs on the account goes with it."""
    _forget_mails(person)
    Invitation.objects.filter(email__in=person.addresses).delete()
    # The register is the association's own. From now on it belongs to nobody's account.
    Membership.objects.filter(user=person.user).update(user=None, claimed_at=None)
    _end_sessions(person)


def _forget_mails(person: Person) -> None:
    to_them = Mail.objects.filter(to__in=person.addresses)
    numbers = set(to_them.values_list("pk", flat=True))
    # What went wrong names the address.
    failed = Failure.objects.filter(func=FUNCTION_OF_MAILS)
    failed.filter(
        pk__in=[one.pk for one in failed.iterator() if one.args and one.args[0] in numbers]
    ).delete()
    to_them.filter(key=None).delete()
    to_them.filter(state=MailState.QUEUED).update(state=MailState.FAILED)
    to_them.update(**NAMELESS, **EMPTIED)


def _end_sessions(person: Person) -> None:
    """Signs the person out everywhere. A session says whose it is only in what it holds."""
    if person.user.last_login is None:
        return
    number = str(person.user.pk)
    theirs = [one.pk for one in Session.objects.iterator() if one.get_decoded().get(SESSION_KEY) == number]
    Session.objects.filter(pk__in=theirs).delete()
