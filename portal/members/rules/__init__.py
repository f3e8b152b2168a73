"""Who may, until when, and why not: the doors of the admin, invitations, appointments, follows, mail, weeks."""

from portal.members.rules.appointments import (
    refusal_of_period,
    refusal_to_confirm,
    refusal_to_end,
    refusal_to_list,
    refusal_to_unconfirm,
)
from portal.members.rules.follows import MOST_FOLLOWS, refusal_to_follow
from portal.members.rules.mail import (
    MAIL_ATTEMPTS,
    MAIL_GRACE,
    mail_attempt_after,
    refusal_of_attachments,
    refusal_of_header,
)
from portal.members.rules.staff import (
    INVITATION_LASTS,
    AdminDoor,
    Visitor,
    admin_door,
    invitation_state,
    refusal_to_accept,
    refusal_to_change,
)
from portal.members.rules.terms import (
    Owed,
    current_version,
    days_after,
    grace_days_left,
    owed,
    published_by,
    refusal_to_accept_version,
    refusal_to_change_version,
    refusal_to_draft,
    refusal_to_publish_version,
    required_from,
    required_version,
)
from portal.members.rules.weeks import SETTLING, Week, last_week, weeks_due

__all__ = [
    "INVITATION_LASTS",
    "MAIL_ATTEMPTS",
    "MAIL_GRACE",
    "MOST_FOLLOWS",
    "SETTLING",
    "AdminDoor",
    "Owed",
    "Visitor",
    "Week",
    "admin_door",
    "current_version",
    "days_after",
    "grace_days_left",
    "invitation_state",
    "last_week",
    "mail_attempt_after",
    "owed",
    "published_by",
    "refusal_of_attachments",
    "refusal_of_header",
    "refusal_of_period",
    "refusal_to_accept",
    "refusal_to_accept_version",
    "refusal_to_change",
    "refusal_to_change_version",
    "refusal_to_confirm",
    "refusal_to_draft",
    "refusal_to_end",
    "refusal_to_follow",
    "refusal_to_list",
    "refusal_to_publish_version",
    "refusal_to_unconfirm",
    "required_from",
    "required_version",
    "weeks_due",
]
