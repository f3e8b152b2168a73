"""Who is who, and until when: people, networks, memberships, terms; how staff are invited, what people follow, and the mails."""

from portal.members.models.audit import AuditEntry
from portal.members.models.follows import Cadence, Follow, WeeklyMailing
from portal.members.models.invitations import Invitation, InvitationQuerySet, InvitationState
from portal.members.models.mail import Mail, MailState
from portal.members.models.memberships import (
    ClaimState,
    Membership,
    MembershipClaim,
    MembershipPeriod,
)
from portal.members.models.networks import (
    Appointment,
    Network,
    NetworkPractice,
    Practice,
    Region,
    Role,
)
from portal.members.models.people import AddressKind, User, UserManager
from portal.members.models.terms import Acceptance, Terms, TermsVersion

__all__ = [
    "Acceptance",
    "AddressKind",
    "Appointment",
    "AuditEntry",
    "Cadence",
    "ClaimState",
    "Follow",
    "Invitation",
    "InvitationQuerySet",
    "InvitationState",
    "Mail",
    "MailState",
    "Membership",
    "MembershipClaim",
    "MembershipPeriod",
    "Network",
    "NetworkPractice",
    "Practice",
    "Region",
    "Role",
    "Terms",
    "TermsVersion",
    "User",
    "UserManager",
    "WeeklyMailing",
]
