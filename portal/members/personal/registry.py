"""Each subject says in its `AppConfig.ready` what it holds about a person, and how it lets go of them.

So this app needs to know nothing of handbooks or lists. Every key to an account and every e-mail address of every model stands in
one of these tables, or a test fails: nobody adds one without saying whether its person is shown it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO

from allauth.account.models import EmailAddress

from portal.members.models import AuditEntry, User

# A heading for each value: text, numbers, days and moments, or lists of them.
Record = dict[str, Any]


@dataclass(frozen=True)
class Person:
    """Whom it is about: their account, the names that they have had as far as is known, and the addresses that are theirs."""

    user: User
    names: tuple[str, ...]
    addresses: tuple[str, ...]
    now: datetime


@dataclass(frozen=True)
class Section:
    """One heading of the file. `fields` are the keys and addresses, `app.Model.field`, by which its records are found."""

    title: str
    about: str
    fields: tuple[str, ...]
    records: Callable[[Person], Iterable[Record]]


@dataclass(frozen=True)
class File:
    """A file of a person: its place in the archive, and how it is opened. Opening may raise `OSError`."""

    name: str
    open: Callable[[], BinaryIO]


def nothing(person: Person) -> None:
    """What a subject does about a person of whom only keys are held, which the database takes away with the account."""


def no_files(person: Person) -> Iterable[File]:
    return ()


def no_refusals(person: Person) -> Iterable[str]:
    return ()


@dataclass(frozen=True)
class Subject:
    """What one subject holds about a person, and what it does about somebody who wants to be forgotten.

    `forget` is called before the account is deleted, in the same transaction. `refusals` says what stands in the way, worded for
    the person. `not_shown` has the fields that no section shows, each with the reason. Keys, and rows that hang on the account,
    are the database's to take away; `lets_go` has the fields with addresses that `forget` looks after, and `stays` those, and
    keys, that forgetting leaves, each with the reason. What `is_of_work` is held only of people who work on the portal.
    """

    sections: tuple[Section, ...]
    files: Callable[[Person], Iterable[File]] = no_files
    forget: Callable[[Person], None] = nothing
    refusals: Callable[[Person], Iterable[str]] = no_refusals
    not_shown: Mapping[str, str] = field(default_factory=dict)
    lets_go: tuple[str, ...] = ()
    stays: Mapping[str, str] = field(default_factory=dict)
    is_of_work: bool = False


_subjects: dict[str, Subject] = {}


def register(name: str, subject: Subject) -> None:
    """Adds a subject under its name; whoever registers again takes its place."""
    _subjects[name] = subject


def subjects() -> list[Subject]:
    """In the order of registering; what is held of people because they work on the portal comes last."""
    return sorted(_subjects.values(), key=lambda subject: subject.is_of_work)


def sections() -> list[Section]:
    return [section for subject in subjects() for section in subject.sections]


def files_of(person: Person) -> Iterator[File]:
    """Every file that the person has added, one after the other."""
    for subject in subjects():
        yield from subject.files(person)


def refusals_to_forget(person: Person) -> list[str]:
    """What the person has to do before they can be forgotten; nothing, if they can be."""
    return [refusal for subject in subjects() for refusal in subject.refusals(person)]


def forget_everywhere(person: Person) -> None:
    """Lets every subject go of the person. Belongs into the transaction that deletes the account."""
    for subject in subjects():
        subject.forget(person)


def person_of(user: User, now: datetime) -> Person:
    """The person of an account. An address counts once it is confirmed: until then it can be somebody else's.

    Earlier names are taken from the audit log, which keeps them as they were.
    """
    of_account = dict(EmailAddress.objects.filter(user=user).values_list("email", "verified"))
    # An administrator who was made at the prompt has an address without a row.
    addresses = {
        address.lower() for address, verified in {user.email: True, **of_account}.items() if verified
    }
    names = {user.get_full_name()}
    for which in ("by", "person"):
        logged = AuditEntry.objects.filter(**{which: user.pk}).order_by()
        names |= {_name_in(name) for name in logged.values_list(f"{which}_name", flat=True).distinct()}
    return Person(
        user=user,
        # The longest first: a name can begin like another one.
        names=tuple(sorted((name for name in names if name.strip()), key=lambda name: (-len(name), name))),
        addresses=tuple(sorted(addresses)),
        now=now,
    )


def _name_in(logged: str) -> str:
    """The name in what the audit log calls a person: `Ada Example <ada@example.org>`."""
    return logged.rpartition(" <")[0]
