"""Who works on a network's checklists: whoever holds a confirmed appointment there today. Asked anew each time."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from portal.members.models import Appointment, Network, User
from portal.members.models.networks import AppointmentQuerySet


def present(now: datetime) -> AppointmentQuerySet:
    """The confirmed appointments that hold at `now`: until the midnight in London with which their last day ends."""
    return Appointment.objects.confirmed().current(timezone.localdate(now))


def networks_of(user: User, now: datetime) -> QuerySet[Network]:
    """The networks whose checklists the person may see and work on."""
    return Network.objects.filter(pk__in=present(now).filter(user=user).values("network")).order_by("name")


def works_for(user: User, network: Network, now: datetime) -> bool:
    return user.is_active and present(now).filter(user=user, network=network).exists()


def colleagues(network: Network, now: datetime) -> Sequence[User]:
    """Everybody who works on the network's checklists, by name."""
    people = User.objects.filter(is_active=True, pk__in=present(now).filter(network=network).values("user"))
    return list(people.order_by("first_name", "last_name", "pk"))


def waits_for_confirmation(user: User, now: datetime) -> bool:
    """Whether the person has said that they have a role which nobody has confirmed yet."""
    return Appointment.objects.current(timezone.localdate(now)).filter(user=user, confirmed_at=None).exists()
