"""What the tests of people need beyond `tests.factories`."""

from datetime import date, datetime, timedelta
from typing import Any

from allauth.mfa.totp.internal.auth import (
    TOTP,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.auth.models import Group
from django.test import Client

from portal.members.actions import token_hash
from portal.members.models import (
    ClaimState,
    Invitation,
    Mail,
    Membership,
    MembershipClaim,
    MembershipPeriod,
    Network,
    User,
)
from tests.factories import NOW, PASSWORD, make_user

TOKEN = "a-secret-token"


def make_staff(group: str, **fields: Any) -> User:
    """A member of staff in the group of that name."""
    user = make_user(**fields)
    user.groups.add(Group.objects.get(name=group))
    return user


def make_network(**fields: Any) -> Network:
    return Network.objects.create(
        **{"code": "U12345", "name": "Sample network", "region": "london", **fields}
    )


def make_invitation(now: datetime = NOW, *, group: str = "Editor", **fields: Any) -> Invitation:
    """An open invitation of Grace Sample, made at `now`, whose link holds TOKEN."""
    values = {
        "email": "grace@example.org",
        "first_name": "Grace",
        "last_name": "Sample",
        "token_hash": token_hash(TOKEN),
        "created_at": now,
        "expires_at": now + timedelta(days=7),
    }
    invitation = Invitation.objects.create(**{**values, **fields})
    invitation.groups.add(Group.objects.get(name=group))
    return invitation


def make_membership(number: str = "A1", **fields: Any) -> Membership:
    """A membership of Ada Example for the year 2026, which nobody has claimed."""
    values = {"first_name": "Ada", "last_name": "Example", "email": "ada@example.org", **fields}
    membership = Membership.objects.create(number=number, **values)
    MembershipPeriod.objects.create(
        membership=membership,
        category="Full",
        starts_on=date(2026, 1, 1),
        ends_on=date(2027, 1, 1),
        recorded_at=NOW,
    )
    return membership


def make_claim(user: User, number: str = "A1", **fields: Any) -> MembershipClaim:
    """A claim that waits for a manager."""
    values = {"state": ClaimState.OPEN, "mismatch": "The last name is another one.", "made_at": NOW, **fields}
    return MembershipClaim.objects.create(user=user, number=number, **values)


def make_mail(**fields: Any) -> Mail:
    """A mail that has been waiting since NOW."""
    values = {
        "template": "invitation",
        "to": "grace@example.org",
        "subject": "A subject",
        "text": "a secret link",
        "html": "<p>a secret link</p>",
        "message_id": "<one@example.org>",
        "created_at": NOW,
        "next_attempt_at": NOW,
    }
    return Mail.objects.create(**{**values, **fields})


def add_totp(user: User) -> str:
    """Sets up an authenticator app for `user` and gives its secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def totp_code(secret: str) -> str:
    """What the app would show now."""
    counter = next(iter(yield_hotp_counters_from_time()))
    return f"{hotp_value(secret, counter):06d}"


def log_in(client: Client, user: User) -> None:
    """Logs in through the log-in page with the password."""
    response = client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert response.status_code == 302


def confirm_password(client: Client) -> None:
    """Says once more who one is, as allauth asks before it changes what needs protection."""
    response = client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert response.status_code == 302
