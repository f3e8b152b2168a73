"""Every write with a consequence, by what it is about. `RefusedError` says why something was not done."""

from portal.members.actions.appointments import (
    add_appointment,
    agree_to_listing,
    change_appointment,
    confirm_appointment,
    end_appointment,
    unconfirm_appointment,
    withdraw_listing,
)
from portal.members.actions.audit import export_audit_log
from portal.members.actions.follows import change_follows, follow, stop_following, unfollow
from portal.members.actions.invitations import (
    accept_invitation,
    invite,
    make_person,
    person_invited,
    person_with,
    send_invitation_again,
    token_hash,
    withdraw_invitation,
)
from portal.members.actions.personal import be_forgotten, take_data
from portal.members.actions.profile import describe_address, rename
from portal.members.actions.refused import RefusedError
from portal.members.actions.terms import (
    accept_version,
    change_draft,
    draft_version,
    publish_version,
)

__all__ = [
    "RefusedError",
    "accept_invitation",
    "accept_version",
    "add_appointment",
    "agree_to_listing",
    "be_forgotten",
    "change_appointment",
    "change_draft",
    "change_follows",
    "confirm_appointment",
    "describe_address",
    "draft_version",
    "end_appointment",
    "export_audit_log",
    "follow",
    "invite",
    "make_person",
    "person_invited",
    "person_with",
    "publish_version",
    "rename",
    "send_invitation_again",
    "stop_following",
    "take_data",
    "token_hash",
    "unconfirm_appointment",
    "unfollow",
    "withdraw_invitation",
    "withdraw_listing",
]
