"""An existing list moves in: its people are invited by mail, once each, and are on the list only by their own answer."""

import secrets
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from django.db import transaction

from forum.access import access_of
from forum.actions.applying import accept_all
from forum.actions.joining import apply
from forum.actions.states import locked, refuse_unless, state_at
from forum.import_plan import Preview, Row, Subscribers, in_batches, invitation_key, preview
from forum.mail import address
from forum.models import ListInvitation, MailingList, State, Subscription
from forum.rules.joining import (
    INVITATION_LASTS,
    refusal_to_answer_invitation,
    refusal_to_withdraw_invitation,
)
from forum.rules.managing import refusal_to_manage
from portal.members import audit, mail
from portal.members.actions import RefusedError, make_person, person_with, token_hash
from portal.members.models import TermsVersion, User

MAILS_AT_ONCE = 100
UNKNOWN = "This invitation is not known. Check that you have opened the whole link of the mail."


class SubscribersChanged(RefusedError):
    """What the file would do is no longer what the manager has seen."""


def invite_subscribers(
    *,
    mailing_list: MailingList,
    subscribers: Subscribers,
    by: User | None,
    now: datetime,
    state: str = "",
    progress: Callable[[int], object] | None = None,
) -> Preview:
    """Invites those of the file who have no place on the list and have never been invited. Says what became of each line.

    `by` is None for whoever runs the command. `state` is that of the preview that was confirmed. Killed in the middle, it goes
    on when it is run again, and writes to nobody twice. Raises `RefusedError`, and `SubscribersChanged` if `state` is another.
    """
    if by is not None:
        refuse_unless(refusal_to_manage(access_of(mailing_list, by, now)))
    if mailing_list.closes_at is not None and now >= mailing_list.closes_at:
        raise RefusedError("This list has closed, so nobody can be invited.")
    found = preview(mailing_list, subscribers, now)
    if state and state != found.state:
        raise SubscribersChanged("What the file would do has changed since you saw it.")
    for batch in in_batches(found.invited, MAILS_AT_ONCE):
        _invite(mailing_list, batch, by, now)
        if progress:
            progress(len(batch))
    return found


@transaction.atomic
def _invite(mailing_list: MailingList, rows: Sequence[Row], by: User | None, now: datetime) -> None:
    invited = 0
    for row in rows:
        token = secrets.token_urlsafe(32)
        values = {
            "name": row.name,
            "role": row.role,
            "token_hash": token_hash(token),
            "invited_at": now,
            "expires_at": now + INVITATION_LASTS,
            "by": by,
        }
        invitation, is_new = ListInvitation.objects.get_or_create(
            list=mailing_list, email=row.email, defaults=values
        )
        if is_new:
            _write(invitation, token)
            invited += 1
    if invited:
        _record("invitation.sent", mailing_list, by=by, now=now, details={"people": invited})


def _write(invitation: ListInvitation, token: str) -> None:
    mail.send(
        template="joining_invitation",
        to=invitation.email,
        context={
            "list": invitation.list,
            "name": invitation.name,
            "expires_at": invitation.expires_at,
            "link": address("list_invitation", token),
        },
        key=invitation_key(invitation.list, invitation.email),
    )


@transaction.atomic
def accept_invitation(
    *,
    token: str,
    versions: Iterable[TermsVersion],
    now: datetime,
    by: User | None = None,
    first_name: str = "",
    last_name: str = "",
    password: str = "",
) -> Subscription:
    """The person invited accepts the terms, and is on the list if its rules let them in; otherwise their application waits.

    Without `by` an account is made first, with the address as a confirmed one. Raises `RefusedError` if the invitation does not
    hold, is not for `by`, if there is an account already that `by` is not, or if terms are missing.
    """
    invitation = _to_be_answered(token, now)
    existing = person_with(invitation.email)
    refuse_unless(refusal_of_person(existing, by))
    person = existing or make_person(
        email=invitation.email, password=password, first_name=first_name, last_name=last_name
    )
    accept_all(user=person, versions=versions, now=now)
    subscription = locked(invitation.list, person)
    if subscription is None or state_at(subscription, now) not in (State.ACTIVE, State.APPLIED):
        subscription = apply(
            mailing_list=invitation.list, user=person, role=invitation.role, is_invited=True, now=now
        )
    invitation.accepted_at, invitation.user = now, person
    invitation.save(update_fields=["accepted_at", "user"])
    _record("invitation.accepted", invitation.list, by=person, now=now, person=person)
    return subscription


@transaction.atomic
def decline_invitation(*, token: str, now: datetime, by: User | None = None) -> None:
    """Whoever holds the link declines. They are not invited to this list again. Raises `RefusedError`."""
    invitation = _to_be_answered(token, now)
    invitation.declined_at, invitation.user = now, by
    invitation.save(update_fields=["declined_at", "user"])
    _record("invitation.declined", invitation.list, by=by, now=now, person=by)


@transaction.atomic
def withdraw_invitation(*, invitation: ListInvitation, by: User, now: datetime) -> None:
    """Takes an open invitation back: its link no longer works. Raises `RefusedError`."""
    refuse_unless(refusal_to_manage(access_of(invitation.list, by, now)))
    found = ListInvitation.objects.select_for_update().get(pk=invitation.pk)
    refuse_unless(refusal_to_withdraw_invitation(found, now))
    found.withdrawn_at = now
    found.save(update_fields=["withdrawn_at"])
    _record("invitation.withdrawn", found.list, by=by, now=now)


@transaction.atomic
def export_invitations(*, mailing_list: MailingList, by: User, now: datetime) -> list[ListInvitation]:
    """The invitations of a list, for `by` to take away; the audit log says so. Raises `RefusedError`."""
    refuse_unless(refusal_to_manage(access_of(mailing_list, by, now)))
    found = list(mailing_list.invitations.select_related("user").order_by("email"))
    _record("invitation.exported", mailing_list, by=by, now=now, details={"invitations": len(found)})
    return found


def refusal_of_person(existing: User | None, by: User | None) -> str | None:
    """Why `by` cannot accept an invitation to an address that belongs to `existing`; `None` if they can."""
    if existing == by:
        return None
    if by is None:
        return "There is an account with this address. Sign in to it, then accept the invitation."
    return "This invitation is for another address than yours. Sign out, then open the link again."


def _to_be_answered(token: str, now: datetime) -> ListInvitation:
    found = ListInvitation.objects.select_for_update().filter(token_hash=token_hash(token)).first()
    if found is None:
        raise RefusedError(UNKNOWN)
    refuse_unless(refusal_to_answer_invitation(found, now))
    return found


def _record(
    action: str,
    mailing_list: MailingList,
    *,
    by: User | None,
    now: datetime,
    person: User | None = None,
    details: dict[str, int] | None = None,
) -> None:
    audit.record(
        action,
        now=now,
        by=by,
        person=person,
        subject=mailing_list.key,
        subject_name=mailing_list.name,
        details=details,
    )
