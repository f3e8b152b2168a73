"""Who may, until when, and why not: the doors of the admin, invitations, appointments, follows, mail."""

from portal.members.rules.appointments import refusal_to_end
from portal.members.rules.follows import MOST_FOLLOWS, refusal_to_follow
from portal.members.rules.mail import MAIL_ATTEMPTS, MAIL_GRACE, mail_attempt_after, refusal_of_header
from portal.members.rules.staff import (
    INVITATION_LASTS,
    AdminDoor,
    Visitor,
    admin_door,
    invitation_state,
    refusal_to_accept,
    refusal_to_change,
)

__all__ = [
    "INVITATION_LASTS",
    "MAIL_ATTEMPTS",
    "MAIL_GRACE",
    "MOST_FOLLOWS",
    "AdminDoor",
    "Visitor",
    "admin_door",
    "invitation_state",
    "mail_attempt_after",
    "refusal_of_header",
    "refusal_to_accept",
    "refusal_to_change",
    "refusal_to_end",
    "refusal_to_follow",
]
