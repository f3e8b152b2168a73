"""What people do about what the portal holds of them: take it away, and be forgotten."""

from datetime import datetime, timedelta

from django.db import transaction

from portal.members import audit, mail
from portal.members.actions.refused import RefusedError
from portal.members.models import AuditEntry, User
from portal.members.personal import Person, person_of, refusals_to_forget
from portal.members.rules.personal import refusal_to_download

DAY = timedelta(days=1)


@transaction.atomic
def take_data(*, user: User, now: datetime) -> Person:
    """Writes down that `user` takes everything about themselves away, and says of whom it is. Raises `RefusedError`."""
    # Of two requests at once the second is counted after the first.
    User.objects.select_for_update().get(pk=user.pk)
    taken = AuditEntry.objects.filter(action="person.data-taken", by=user.pk, at__gt=now - DAY)
    if refusal := refusal_to_download(taken.count()):
        raise RefusedError(refusal)
    audit.record("person.data-taken", now=now, by=user, person=user)
    return person_of(user, now)


@transaction.atomic
def be_forgotten(*, user: User, email: str, now: datetime) -> None:
    """Deletes the account at its own wish, and everything that says whose it was: what that is says each subject.

    `email` is the address that the person has typed, so that nobody does it by a slip. Raises `RefusedError`, with everything
    that has to be done before.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if email.strip().lower() != user.email:
        raise RefusedError("This is not the e-mail address of your account.")
    if refusals := refusals_to_forget(person_of(user, now)):
        raise RefusedError(" ".join(refusals))
    audit.record("person.forgotten", now=now, by=user, person=user)
    address = user.email
    # The receiver `let_go` lets every subject go of them.
    user.delete()
    mail.send(template="account_forgotten", to=address, context={})
