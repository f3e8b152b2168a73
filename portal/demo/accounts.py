"""The people of the demonstration. All of them are made up."""

from dataclasses import dataclass
from datetime import date, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group

from portal.members import groups
from portal.members.models import Appointment, Network, Region, Role, User

# Known to everybody: a demonstration has nothing to protect.
PASSWORD = "network-demo-2026"  # noqa: S105  not a secret


@dataclass(frozen=True)
class Account:
    """A person of the demonstration and what they may do."""

    role: str
    email: str
    first_name: str
    last_name: str
    groups: tuple[str, ...] = ()


ACCOUNTS = [
    Account(
        "Administrator",
        "administrator@demo.example",
        "Ada",
        "Example",
        (groups.ADMINISTRATOR, groups.PUBLISHER),
    ),
    Account("Editor", "editor@demo.example", "Edie", "Example", (groups.EDITOR,)),
    Account("Publisher", "publisher@demo.example", "Percy", "Example", (groups.PUBLISHER,)),
    Account("Clinical director", "director@demo.example", "Dora", "Example"),
]

NETWORK = ("U00001", "Harbour and Heath PCN", Region.SOUTH_WEST)


def load_accounts(today: date) -> dict[str, User]:
    """Makes those that are missing, each with a confirmed address; returns all by role."""
    people = {account.role: _person(account) for account in ACCOUNTS}
    code, name, region = NETWORK
    network, _ = Network.objects.get_or_create(code=code, defaults={"name": name, "region": region})
    director = people["Clinical director"]
    if not director.appointments.exists():
        Appointment.objects.create(
            user=director, network=network, role=Role.CLINICAL_DIRECTOR, starts_on=today - timedelta(days=400)
        )
    return people


def _person(account: Account) -> User:
    user = User.objects.filter(email=account.email).first()
    if user is None:
        user = User.objects.create_user(
            account.email, PASSWORD, first_name=account.first_name, last_name=account.last_name
        )
        user.groups.set(Group.objects.filter(name__in=account.groups))
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user
