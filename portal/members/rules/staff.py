"""Who may enter the admin, and how an invitation of staff stands."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from portal.members.models import Invitation, InvitationState

INVITATION_LASTS = timedelta(days=7)


class AdminDoor(Enum):
    """What someone who asks for a page of the admin gets."""

    LOG_IN = "log in first"
    REFUSED = "no right to the admin"
    SET_UP = "needs a second factor"
    PROVE = "needs to prove the second factor"
    OPEN = "may enter"


@dataclass(frozen=True)
class Visitor:
    """What the door has to know of the person in front of it."""

    logged_in: bool
    is_staff: bool
    has_factor: bool
    has_proven_factor: bool


def admin_door(visitor: Visitor, *, factor_required: bool) -> AdminDoor:
    """What `visitor` gets at the admin's door; without `factor_required` a password is enough."""
    if not visitor.logged_in:
        return AdminDoor.LOG_IN
    if not visitor.is_staff:
        return AdminDoor.REFUSED
    if not factor_required or visitor.has_proven_factor:
        return AdminDoor.OPEN
    return AdminDoor.PROVE if visitor.has_factor else AdminDoor.SET_UP


def invitation_state(invitation: Invitation, now: datetime) -> InvitationState:
    """Where `invitation` stands at the moment `now`."""
    if invitation.accepted_at:
        return InvitationState.ACCEPTED
    if invitation.withdrawn_at:
        return InvitationState.WITHDRAWN
    return InvitationState.OPEN if now < invitation.expires_at else InvitationState.EXPIRED


def refusal_to_accept(invitation: Invitation, now: datetime) -> str | None:
    """Why this invitation cannot be accepted at the moment `now`, worded for the person invited; `None` if it can."""
    return {
        InvitationState.OPEN: None,
        InvitationState.ACCEPTED: "This invitation has already been used. Sign in with the account that it made.",
        InvitationState.EXPIRED: "This invitation has expired. Ask the person who invited you to send it again.",
        InvitationState.WITHDRAWN: (
            "This invitation has been withdrawn. If you think that this is a mistake, "
            "ask the person who invited you."
        ),
    }[invitation_state(invitation, now)]


def refusal_to_change(invitation: Invitation) -> str | None:
    """Why this invitation cannot be sent again or withdrawn; `None` if it can. Expired ones can."""
    if invitation.accepted_at:
        return "This invitation has already been accepted."
    if invitation.withdrawn_at:
        return "This invitation has already been withdrawn."
    return None
