"""What the portal holds about a person as such: account, addresses, roles, membership, terms, follows, mails, the audit log."""

from collections.abc import Iterable

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.db.models import Q
from django.utils import timezone

from portal.members import audit, follows
from portal.members.models import (
    Acceptance,
    Appointment,
    AuditEntry,
    Follow,
    Invitation,
    Mail,
    Membership,
    MembershipClaim,
)
from portal.members.personal.registry import Person, Record, Section, Subject
from portal.members.rules.personal import refusals_to_forget

OF_OTHERS = "It says what the person did for somebody else, which the audit log says too."


def account(person: Person) -> Iterable[Record]:
    user = person.user
    yield {
        "First name": user.first_name,
        "Last name": user.last_name,
        "E-mail address": user.email,
        "Number of the account": user.pk,
        "Account made": user.date_joined,
        "Last signed in": user.last_login,
        "Groups": sorted(user.groups.values_list("name", flat=True)),
    }


def addresses(person: Person) -> Iterable[Record]:
    for one in EmailAddress.objects.filter(user=person.user).select_related("described").order_by("pk"):
        described = getattr(one, "described", None)
        yield {
            "Address": one.email,
            "Confirmed": one.verified,
            "Primary": one.primary,
            "Kind": described.get_kind_display() if described else "",
        }


def appointments(person: Person) -> Iterable[Record]:
    for one in Appointment.objects.filter(user=person.user).select_related("network").order_by("pk"):
        yield {
            "Role": one.get_role_display(),
            "Network": str(one.network),
            "From": one.starts_on,
            "No longer from": one.ends_on,
            "Confirmed": one.confirmed_at,
            "You agreed to be named in the directory": one.listed_at,
        }


def memberships(person: Person) -> Iterable[Record]:
    found = Membership.objects.filter(Q(user=person.user) | Q(user=None, email__in=person.addresses))
    for one in found.prefetch_related("periods").order_by("pk"):
        yield {
            "Number": one.number,
            "First name": one.first_name,
            "Last name": one.last_name,
            "E-mail address": one.email,
            "Part of your account since": one.claimed_at,
            "Periods": [
                {
                    "Category": period.category,
                    "From": period.starts_on,
                    "No longer from": period.ends_on,
                    "Recorded": period.recorded_at,
                    "Replaced": period.replaced_at,
                }
                for period in one.periods.all()
            ],
        }


def claims(person: Person) -> Iterable[Record]:
    for one in MembershipClaim.objects.filter(user=person.user).order_by("pk"):
        yield {
            "Number": one.number,
            "Sent": one.made_at,
            "What became of it": one.get_state_display(),
            "What does not fit": one.mismatch,
            "Decided": one.decided_at,
            "Reason": one.reason,
        }


def acceptances(person: Person) -> Iterable[Record]:
    for one in Acceptance.objects.filter(user=person.user).select_related("version__terms").order_by("pk"):
        yield {"Terms": one.version.terms.title, "Version": one.version.number, "Accepted": one.accepted_at}


def what_is_followed(person: Person) -> Iterable[Record]:
    for one, thing in follows.described(Follow.objects.filter(user=person.user).order_by("pk")):
        yield {"What": thing.title, "How often": one.get_cadence_display(), "Since": one.created_at}


def invitations(person: Person) -> Iterable[Record]:
    for one in (
        Invitation.objects.filter(email__in=person.addresses).prefetch_related("groups").order_by("pk")
    ):
        yield {
            "Address": one.email,
            "First name": one.first_name,
            "Last name": one.last_name,
            "To do what": sorted(group.name for group in one.groups.all()),
            "Invited": one.created_at,
            "Until": one.expires_at,
            "Accepted": one.accepted_at,
            "Withdrawn": one.withdrawn_at,
        }


def mails(person: Person) -> Iterable[Record]:
    for one in Mail.objects.filter(to__in=person.addresses).order_by("pk").iterator():
        yield {"To": one.to, "Subject": one.subject, "Written": one.created_at, "Sent": one.sent_at}


def factors(person: Person) -> Iterable[Record]:
    for one in Authenticator.objects.filter(user=person.user).defer("data").order_by("pk"):
        yield {"Kind": one.get_type_display(), "Set up": one.created_at, "Last used": one.last_used_at}


def signed_in(person: Person) -> Iterable[Record]:
    for one in UserSession.objects.filter(user=person.user).order_by("pk"):
        yield {
            "Internet address": one.ip,
            "Browser": one.user_agent,
            "First seen": one.created_at,
            "Last seen": one.last_seen_at,
        }


def sign_ons(person: Person) -> Iterable[Record]:
    for one in SocialAccount.objects.filter(user=person.user).order_by("pk"):
        yield {
            "Organisation": one.provider,
            "Number there": one.uid,
            "Connected": one.date_joined,
            "What it said": str(one.extra_data),
        }


def log(person: Person) -> Iterable[Record]:
    """What was done about the person, and what they did. Nobody else is named: whoever reported a post is in the log too."""
    number = person.user.pk
    found = AuditEntry.objects.filter(Q(person=number) | Q(by=number)).order_by("pk")
    for one in found.iterator():
        about = one.person in (None, number)
        record = {
            "When": timezone.localtime(one.at),
            "What": audit.words_for(one.action),
            "About": "you" if one.person == number else "another person" if one.person else "",
            "By": "you" if one.by == number else "another person" if one.by else "the portal",
        }
        yield {**record, **({"Where": one.subject_name, "Reason": one.reason} if about else {})}


SECTIONS = (
    Section("Your account", "Who you are to the portal.", ("members.User.email",), account),
    Section(
        "E-mail addresses",
        "The addresses that you sign in with and are written to at.",
        ("account.EmailAddress.user", "account.EmailAddress.email"),
        addresses,
    ),
    Section("Appointments", "What you do or did for networks.", ("members.Appointment.user",), appointments),
    Section(
        "Membership of the association",
        "What the association’s register says under your number, or under one of your addresses.",
        ("members.Membership.user", "members.Membership.email"),
        memberships,
    ),
    Section(
        "Membership numbers that you sent",
        "And what was decided about them.",
        ("members.MembershipClaim.user",),
        claims,
    ),
    Section("Terms", "What you have accepted, and when.", ("members.Acceptance.user",), acceptances),
    Section("Following", "What you are told about by mail.", ("members.Follow.user",), what_is_followed),
    Section(
        "Invitations to work on the portal",
        "Those that went to one of your addresses.",
        ("members.Invitation.email",),
        invitations,
    ),
    Section(
        "Mails to you",
        "Which mails the portal wrote to your addresses. It does not keep what they said.",
        ("members.Mail.to",),
        mails,
    ),
    Section(
        "Second factors",
        "How you prove who you are beside your password. Their secrets are not in this file.",
        ("mfa.Authenticator.user",),
        factors,
    ),
    Section(
        "Where you are signed in",
        "The browsers that you used.",
        ("usersessions.UserSession.user",),
        signed_in,
    ),
    Section(
        "Sign-on of organisations",
        "What an organisation by which you sign in says of you.",
        ("socialaccount.SocialAccount.user",),
        sign_ons,
    ),
    Section(
        "Audit log",
        "What was done about you or by you. It names nobody else.",
        (),
        log,
    ),
)
NOT_SHOWN = {
    "members.Appointment.confirmed_by": OF_OTHERS,
    "members.Invitation.invited_by": OF_OTHERS,
    "members.MembershipClaim.decided_by": OF_OTHERS,
    "members.MembershipPeriod.recorded_by": OF_OTHERS,
}
STAYS = {
    "members.Membership.email": (
        "The register is the association’s own, and says who is a member whether or not they have an account."
    ),
}


def refusals(person: Person) -> list[str]:
    user = person.user
    is_staff = user.is_staff or user.groups.exists() or user.user_permissions.exists()
    return refusals_to_forget(is_superuser=user.is_superuser, is_staff=is_staff)


SUBJECT = Subject(
    sections=SECTIONS,
    refusals=refusals,
    not_shown=NOT_SHOWN,
    lets_go=("members.Invitation.email", "members.Mail.to"),
    stays=STAYS,
)
