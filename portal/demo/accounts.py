"""The people of the demonstration. All of them are made up."""

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from portal.members import groups
from portal.members.models import User

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
    Account("Clinical reviewer", "reviewer@demo.example", "Rhona", "Example", (groups.CLINICAL_REVIEWER,)),
    Account("Event organiser", "organiser@demo.example", "Orla", "Example", (groups.EVENT_ORGANISER,)),
    Account("Event helper", "helper@demo.example", "Hetty", "Example", (groups.EVENT_HELPER,)),
    Account("Adviser", "adviser@demo.example", "Asha", "Example", (groups.ADVISER,)),
    Account("Clinical director", "director@demo.example", "Dora", "Example"),
    Account("Forum manager", "forum@demo.example", "Farah", "Example", (groups.FORUM_MANAGER,)),
    Account("List manager", "listmanager@demo.example", "Hamish", "Example", (groups.FORUM_MANAGER,)),
    Account("Member", "member@demo.example", "Mina", "Example"),
    Account("Not a member", "nonmember@demo.example", "Noel", "Example"),
    Account("Member in grace", "grace@demo.example", "Grace", "Example"),
    Account("Lapsed member", "lapsed@demo.example", "Leah", "Example"),
    Account("Applicant", "applicant@demo.example", "Apinya", "Example"),
    Account("Suspended", "suspended@demo.example", "Sam", "Example"),
]


def load_accounts() -> dict[str, User]:
    """Makes those that are missing, each with a confirmed address; returns all by role."""
    password = make_password(PASSWORD)
    return {account.role: make_person(account, password) for account in ACCOUNTS}


def make_person(account: Account, password: str) -> User:
    """The person whose address it is; made with `password`, which is hashed already, if there is none."""
    user = User.objects.filter(email=account.email).first()
    if user is None:
        user = User.objects.create(
            email=account.email, password=password, first_name=account.first_name, last_name=account.last_name
        )
        user.groups.set(Group.objects.filter(name__in=account.groups))
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user
