"""What people do about what the portal holds of them: take it away."""

from datetime import datetime, timedelta

from django.db import transaction

from portal.members import audit
from portal.members.actions.refused import RefusedError
from portal.members.models import AuditEntry, User
from portal.members.personal import Person, person_of
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
