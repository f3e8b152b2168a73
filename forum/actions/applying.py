"""Everything that goes with an application, in one transaction: terms accepted, a membership claimed, an appointment named."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from forum.actions.joining import apply, come_back
from forum.models import MailingList, Subscription
from portal.members.actions import accept_version, add_appointment
from portal.members.actions.claims import claim_membership
from portal.members.models import (
    Appointment,
    ClaimState,
    Membership,
    MembershipClaim,
    Network,
    TermsVersion,
    User,
)
from portal.members.rules.memberships import fold_number


@dataclass(frozen=True)
class Application:
    """What a person says when they apply. Without a number they say that they are not a member of the association."""

    role: str = ""
    network: Network | None = None
    number: str = ""
    accepted: tuple[TermsVersion, ...] = ()


@transaction.atomic
def apply_in_full(
    *, mailing_list: MailingList, user: User, application: Application, now: datetime
) -> Subscription:
    """Applies for a list with all that belongs to it. Raises `RefusedError`, and then nothing of it has happened.

    A number is claimed for somebody who has no membership. A role in a network that they have no appointment for becomes one,
    which waits for a manager to confirm it.
    """
    accept_all(user=user, versions=application.accepted, now=now)
    _claim(user, application.number, now)
    _appoint(user, application, now)
    return apply(
        mailing_list=mailing_list,
        user=user,
        role=application.role,
        network=application.network,
        number=fold_number(application.number),
        now=now,
    )


@transaction.atomic
def accept_all(*, user: User, versions: Iterable[TermsVersion], now: datetime) -> None:
    """`user` accepts each of the versions, or none of them. Raises `RefusedError`."""
    for version in versions:
        accept_version(user=user, version=version, now=now)


@transaction.atomic
def accept_and_come_back(
    *, mailing_list: MailingList, user: User, versions: Iterable[TermsVersion], now: datetime
) -> None:
    """Somebody who left accepts what is new in the terms, and is on the list again. Raises `RefusedError`."""
    accept_all(user=user, versions=versions, now=now)
    come_back(mailing_list=mailing_list, user=user, now=now)


def _claim(user: User, number: str, now: datetime) -> None:
    if not number or Membership.objects.filter(user=user).exists():
        return
    waiting = MembershipClaim.objects.filter(user=user, number=fold_number(number), state=ClaimState.OPEN)
    if not waiting.exists():
        claim_membership(user=user, number=number, now=now)


def _appoint(user: User, application: Application, now: datetime) -> None:
    if not (application.role and application.network):
        return
    today = timezone.localdate(now)
    known = Appointment.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=today), user=user)
    if not known.filter(role=application.role, network=application.network).exists():
        add_appointment(
            by=user, role=application.role, network=application.network, starts_on=today, ends_on=None
        )
