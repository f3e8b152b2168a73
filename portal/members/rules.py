"""Who may, until when, and why not: the doors of the admin, invitations, appointments, follows, mail."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from portal.members.models import Appointment, Invitation, InvitationState

HEADER_NAME = re.compile(r"(?:List|X)(?:-[A-Za-z][A-Za-z0-9]{0,20}){1,4}")
# A line of a mail has 998 characters at most (RFC 5322), the name included.
HEADER_VALUE = re.compile(r"[!-~](?:[ -~]{0,898}[!-~])?")

INVITATION_LASTS = timedelta(days=7)

MOST_FOLLOWS = 500

MAIL_ATTEMPTS = 5
MAIL_GRACE = timedelta(minutes=2)


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


def refusal_to_end(appointment: Appointment, on: date) -> str | None:
    """Why `appointment` cannot end on the day `on` (the first day that it no longer holds); `None` if it can."""
    if appointment.ends_on is not None:
        return "This appointment has already been given an end."
    if on <= appointment.starts_on:
        return "The end must be after the start."
    return None


def refusal_to_follow(followed: int) -> str | None:
    """Why a person who follows `followed` things cannot follow one more; `None` if they can."""
    if followed >= MOST_FOLLOWS:
        return f"You cannot follow more than {MOST_FOLLOWS} things. Stop following something else, then try again."
    return None


def refusal_of_header(name: str, value: str) -> str | None:
    """Why a mail may not carry this header, worded for programmers; `None` if it may.

    Only `List-…` and `X-…` are given by callers: all others are the business of whoever builds the message.
    """
    if not HEADER_NAME.fullmatch(name):
        return f"A mail cannot be given the header {name!r}."
    if not HEADER_VALUE.fullmatch(value):
        return f"The header {name} needs a value of 1 to 900 printable ASCII characters in one line."
    return None


def mail_attempt_after(attempts: int, now: datetime) -> datetime:
    """When a mail that has been tried `attempts` times may be tried again: 2, 4, 8, 16 minutes later."""
    return now + MAIL_GRACE * 2 ** max(attempts - 1, 0)
