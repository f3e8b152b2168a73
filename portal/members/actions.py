"""Every write with a consequence: appointments, the kinds of addresses, invitations, follows."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import date, datetime

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from django.urls import reverse

from portal.members import follows, mail
from portal.members.models import (
    AddressKind,
    Appointment,
    Cadence,
    Follow,
    Invitation,
    InvitationState,
    User,
)
from portal.members.rules import (
    INVITATION_LASTS,
    invitation_state,
    refusal_to_accept,
    refusal_to_change,
    refusal_to_end,
    refusal_to_follow,
)


class RefusedError(Exception):
    """What was asked cannot be done; the message says why, for the person who asked."""


def token_hash(token: str) -> str:
    """What is kept of an invitation's secret."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def describe_address(*, address: EmailAddress, kind: str, by: User) -> AddressKind:
    """Says what an address of one's own is for. Raises `RefusedError` if it is somebody else's."""
    if address.user_id != by.pk:
        raise RefusedError("This address is not yours.")
    return AddressKind.objects.update_or_create(address=address, defaults={"kind": kind})[0]


@transaction.atomic
def end_appointment(*, appointment: Appointment, on: date, by: User) -> None:
    """Ends an appointment of one's own on the day `on`. Raises `RefusedError` if that cannot be."""
    locked = Appointment.objects.select_for_update().get(pk=appointment.pk)
    refusal = "This appointment is not yours." if locked.user_id != by.pk else refusal_to_end(locked, on)
    if refusal:
        raise RefusedError(refusal)
    locked.ends_on = on
    locked.save(update_fields=["ends_on"])


@transaction.atomic
def invite(
    *, email: str, first_name: str, last_name: str, groups: Iterable[Group], by: User, now: datetime
) -> Invitation:
    """Invites someone to the staff and mails them the link. Raises `RefusedError` if `by` may not, or one is still open."""
    if not by.has_perm("members.add_invitation"):
        raise RefusedError("You cannot invite people.")
    email = email.lower()
    for waiting in Invitation.objects.select_for_update().waiting().filter(email=email):
        if invitation_state(waiting, now) is InvitationState.OPEN:
            raise RefusedError(
                "This person has an open invitation. Send that one again, or withdraw it first."
            )
        waiting.withdrawn_at = now
        waiting.save(update_fields=["withdrawn_at"])
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        email=email,
        first_name=first_name,
        last_name=last_name,
        invited_by=by,
        token_hash=token_hash(token),
        created_at=now,
        expires_at=now + INVITATION_LASTS,
    )
    invitation.groups.set(groups)
    _send_link(invitation, token)
    return invitation


@transaction.atomic
def send_invitation_again(*, invitation: Invitation, by: User, now: datetime) -> None:
    """Sends a new link, which lasts anew; the old one no longer works. Raises `RefusedError`."""
    locked = _changeable(invitation, by)
    token = secrets.token_urlsafe(32)
    locked.token_hash = token_hash(token)
    locked.expires_at = now + INVITATION_LASTS
    locked.save(update_fields=["token_hash", "expires_at"])
    _send_link(locked, token)


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: User, now: datetime) -> None:
    """Takes an invitation back: its link no longer works. Raises `RefusedError`."""
    locked = _changeable(invitation, by)
    locked.withdrawn_at = now
    locked.save(update_fields=["withdrawn_at"])


@transaction.atomic
def accept_invitation(
    *,
    token: str,
    now: datetime,
    by: User | None = None,
    first_name: str = "",
    last_name: str = "",
    password: str = "",
) -> User:
    """Makes the person invited, with the address they were invited at verified, or gives `by` the groups.

    Raises `RefusedError` if the invitation does not hold at `now`, or is not for `by`, or an account exists and `by` is not it.
    """
    invitation = Invitation.objects.select_for_update().filter(token_hash=token_hash(token)).first()
    refusal = "This invitation is not known." if invitation is None else refusal_to_accept(invitation, now)
    if invitation is None or refusal:
        raise RefusedError(refusal)
    existing = person_invited(invitation)
    if existing is not None and existing != by:
        raise RefusedError(
            "There is an account with this address. Sign in to it, then accept the invitation."
        )
    if existing is None and by is not None:
        raise RefusedError("This invitation is for someone else. Sign out, then accept it.")
    person = existing or User.objects.create_user(
        invitation.email, password, first_name=first_name, last_name=last_name
    )
    if existing is None:
        address = EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
        AddressKind.objects.create(address=address, kind=AddressKind.Kind.WORK)
    person.groups.add(*invitation.groups.all())
    invitation.accepted_at = now
    invitation.save(update_fields=["accepted_at"])
    return person


def person_invited(invitation: Invitation) -> User | None:
    """The person who already has an account with the address of `invitation`, if there is one."""
    address = (
        EmailAddress.objects.filter(email=invitation.email, verified=True).select_related("user").first()
    )
    return address.user if address else User.objects.filter(email=invitation.email).first()


@transaction.atomic
def follow(*, user: User, key: str, cadence: Cadence, now: datetime) -> Follow:
    """Lets `user` follow the thing with that key, as often as `cadence` says. Whoever follows it already changes the cadence.

    Raises `RefusedError` if there is no such thing, or if the person follows as much as one may.
    """
    if key not in follows.known([key]):
        raise RefusedError("This cannot be followed, because it is no longer there.")
    # Two requests at once would each count the follows without the other's.
    User.objects.select_for_update().get(pk=user.pk)
    found = Follow.objects.filter(user=user, key=key).first()
    if found is None:
        if refusal := refusal_to_follow(Follow.objects.filter(user=user).count()):
            raise RefusedError(refusal)
        return Follow.objects.create(user=user, key=key, cadence=cadence, created_at=now)
    found.cadence = cadence
    found.save(update_fields=["cadence"])
    return found


@transaction.atomic
def change_cadence(*, user: User, key: str, cadence: Cadence) -> None:
    """Changes how often `user` hears of what they follow. Raises `RefusedError` if they do not follow it."""
    if not Follow.objects.filter(user=user, key=key).update(cadence=cadence):
        raise RefusedError(
            "You no longer follow this. To change how often we write to you, follow it again first."
        )


@transaction.atomic
def unfollow(*, user: User, key: str) -> None:
    """`user` no longer follows the thing with that key, whether or not they did."""
    Follow.objects.filter(user=user, key=key).delete()


@transaction.atomic
def stop_following(*, token: str) -> list[Follow]:
    """Ends the follows that a stop address of `portal.members.follows` is for, and gives them back.

    Whoever holds the address may do it, as often as they like. Raises `follows.UnknownTokenError`.
    """
    stopped = follows.meant_by(token)
    Follow.objects.filter(pk__in=[one.pk for one in stopped]).delete()
    return stopped


def _changeable(invitation: Invitation, by: User) -> Invitation:
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    refusal = refusal_to_change(locked) if by.has_perm("members.change_invitation") else "You cannot do this."
    if refusal:
        raise RefusedError(refusal)
    return locked


def _send_link(invitation: Invitation, token: str) -> None:
    mail.send(
        template="invitation",
        to=invitation.email,
        context={
            "invitation": invitation,
            "groups": [group.name for group in invitation.groups.order_by("name")],
            "link": settings.BASE_URL + reverse("invitation", args=[token]),
        },
    )
