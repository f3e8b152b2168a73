"""Every write with a consequence, by what it is about. `RefusedError` says why something was not done."""

from portal.members.actions.follows import change_cadence, follow, stop_following, unfollow
from portal.members.actions.invitations import (
    accept_invitation,
    invite,
    person_invited,
    send_invitation_again,
    token_hash,
    withdraw_invitation,
)
from portal.members.actions.profile import describe_address, end_appointment
from portal.members.actions.refused import RefusedError

__all__ = [
    "RefusedError",
    "accept_invitation",
    "change_cadence",
    "describe_address",
    "end_appointment",
    "follow",
    "invite",
    "person_invited",
    "send_invitation_again",
    "stop_following",
    "token_hash",
    "unfollow",
    "withdraw_invitation",
]
