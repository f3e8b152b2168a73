"""The secret address of a person's own calendar."""

import uuid
from datetime import datetime

from django.db import transaction

from events.models import PersonalCalendar
from portal.members.models import User


@transaction.atomic
def make_address(*, user: User, now: datetime) -> bool:
    """Gives a person's calendar a new address: the one before leads nowhere. Whether there was none before."""
    _, is_new = PersonalCalendar.objects.update_or_create(
        user=user, defaults={"key": uuid.uuid4(), "made_at": now}
    )
    return is_new


def withdraw_address(*, user: User) -> None:
    """Takes the address back. Without one nobody can read the calendar."""
    PersonalCalendar.objects.filter(user=user).delete()
