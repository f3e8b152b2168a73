"""How staff come in: invited, reminded, withdrawn, accepted."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from django.urls import reverse

from portal.members import mail
from portal.members.actions.refused import RefusedError
from portal.members.models import AddressKind, Invitation, InvitationState, User
from portal.members.rules import (
    INVITATION_LASTS,
    invitation_state,
    refusal_to_accept,
    refusal_to_change,
)


def token_hash(token: str) -> str:
    """What is kept of an invitation's secret."""
    return hashlib.sha256(token.encode()).hexdigest()


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
    person = existing or make_person(
        email=invitation.email, password=password, first_name=first_name, last_name=last_name
    )
    person.groups.add(*invitation.groups.all())
    invitation.accepted_at = now
    invitation.save(update_fields=["accepted_at"])
    return person


def make_person(*, email: str, password: str, first_name: str, last_name: str) -> User:
    """Makes an account for somebody who has shown that the address is theirs: they hold a secret that was sent to it."""
    person = User.objects.create_user(email, password, first_name=first_name, last_name=last_name)
    address = EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    AddressKind.objects.create(address=address, kind=AddressKind.Kind.WORK)
    return person


def person_invited(invitation: Invitation) -> User | None:
    """The person who already has an account with the address of `invitation`, if there is one."""
    return person_with(invitation.email)


def person_with(email: str) -> User | None:
    """The person who has an account with this address, if there is one."""
    address = EmailAddress.objects.filter(email=email, verified=True).select_related("user").first()
    return address.user if address else User.objects.filter(email=email).first()


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
