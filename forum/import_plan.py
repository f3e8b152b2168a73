"""What a file with the subscribers of an existing list would do: whom it invites, and whom it leaves alone and why. Writes nothing."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from forum.models import MailingList, State, SubscriptionPeriod
from portal.members.models import Mail, Role, User
from portal.members.tables import CONTROL, BadLine, Table, TableRefused, read_table, refusal_of_width

BATCH = 500
SHOWN = 20
MOST_ROWS = 20_000
NEEDED = {"email": "email"}
OPTIONAL = {"name": "name", "role": "role"}
LONGEST_ADDRESS, LONGEST_NAME = 254, 150


class Kind(StrEnum):
    """What becomes of a row."""

    INVITED = "invited"
    ON_THE_LIST = "already on the list"
    INVITED_BEFORE = "already invited"
    HAS_APPLIED = "has an application"
    WAS_HERE = "has left or was refused"
    BAD = "bad row"


STATES = {
    State.ACTIVE: Kind.ON_THE_LIST,
    State.SUSPENDED: Kind.ON_THE_LIST,
    State.APPLIED: Kind.HAS_APPLIED,
    State.LEFT: Kind.WAS_HERE,
    State.REFUSED: Kind.WAS_HERE,
}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the file: somebody on the existing list."""

    line: int
    email: str
    name: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What becomes of a line, and why if it is a bad one."""

    row: Row
    kind: Kind
    reason: str = ""


@dataclass
class Subscribers:
    """What a file says: its good rows, and its bad ones with the reason, in the order of the lines."""

    rows: list[Row] = field(default_factory=list)
    bad: list[Finding] = field(default_factory=list)


@dataclass
class Preview:
    """What becomes of each line of a file."""

    findings: list[Finding]

    @property
    def counts(self) -> dict[Kind, int]:
        """How many lines there are of each kind."""
        counted = Counter(finding.kind for finding in self.findings)
        return {kind: counted[kind] for kind in Kind}

    @property
    def invited(self) -> list[Row]:
        """Whom the file would invite."""
        return [finding.row for finding in self.findings if finding.kind is Kind.INVITED]

    @property
    def bad(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.kind is Kind.BAD]

    @property
    def samples(self) -> list[tuple[Kind, int, list[Finding]]]:
        """Each kind that there is, how many lines it has, and the first of them."""
        return [
            (kind, count, [one for one in self.findings if one.kind is kind][:SHOWN])
            for kind, count in self.counts.items()
            if count
        ]

    @property
    def state(self) -> str:
        """A hash of what would become of each line: another one as soon as one of them would fare differently."""
        lines = (f"{one.row.line} {one.row.email} {one.kind}" for one in self.findings)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def read_subscribers(content: bytes) -> Subscribers:
    """The rows of the file. Raises `TableRefused` if it is no CSV file with the column that is needed, or too long."""
    table, found, seen = read_table(content, NEEDED, OPTIONAL), Subscribers(), {}
    for number, line in enumerate(table.lines):
        if number >= MOST_ROWS:
            raise TableRefused(
                f"The file has more than {MOST_ROWS:,} rows. Divide it, then bring in the parts."
            )
        made = _bad(line.line, line.reason) if isinstance(line, BadLine) else _row(*line, table)
        if isinstance(made, Row) and made.email in seen:
            made = _bad(made.line, f"Line {seen[made.email]} has this address already.", made.email)
        if isinstance(made, Row):
            seen[made.email] = made.line
            found.rows.append(made)
        else:
            found.bad.append(made)
    return found


def preview(
    mailing_list: MailingList,
    subscribers: Subscribers,
    now: datetime,
    progress: Callable[[int], object] | None = None,
) -> Preview:
    """What the file would do at `now`. A few queries for each 500 rows."""
    findings = list(subscribers.bad)
    for batch in in_batches(subscribers.rows):
        emails = [row.email for row in batch]
        kinds = _invited_before(mailing_list, emails) | _on_the_list(mailing_list, emails, now)
        findings += [Finding(row, kinds.get(row.email, Kind.INVITED)) for row in batch]
        if progress:
            progress(len(batch))
    return Preview(sorted(findings, key=lambda finding: finding.row.line))


def in_batches(rows: Sequence[Row], size: int = BATCH) -> Iterator[Sequence[Row]]:
    """`rows` in parts that a query can take."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def invitation_key(mailing_list: MailingList, email: str) -> str:
    """The key of the mail that invites an address. It outlives the invitation, whose row goes a year after its end."""
    return f"joining_invitation:{mailing_list.pk}:{hashlib.sha256(email.encode()).hexdigest()[:32]}"


def _invited_before(mailing_list: MailingList, emails: Sequence[str]) -> dict[str, Kind]:
    found = set(mailing_list.invitations.filter(email__in=emails).values_list("email", flat=True))
    keys = {invitation_key(mailing_list, email): email for email in emails}
    found |= {keys[key] for key in Mail.objects.filter(key__in=keys).values_list("key", flat=True)}
    return dict.fromkeys(found, Kind.INVITED_BEFORE)


def _on_the_list(mailing_list: MailingList, emails: Sequence[str], now: datetime) -> dict[str, Kind]:
    """What is known of those addresses that belong to somebody who has or had a place on the list."""
    people = dict(User.objects.filter(email__in=emails).values_list("email", "pk"))
    verified = EmailAddress.objects.filter(email__in=emails, verified=True)
    people |= dict(verified.values_list("email", "user_id"))
    periods = SubscriptionPeriod.objects.at(now).filter(
        subscription__list=mailing_list, subscription__user__in=people.values()
    )
    states = dict(periods.values_list("subscription__user_id", "state"))
    return {email: STATES[State(states[user])] for email, user in people.items() if user in states}


def _row(line: int, cells: list[str], table: Table) -> Row | Finding:
    if refusal := refusal_of_width(cells, table.width):
        return _bad(line, refusal)
    values = {column: cells[place].strip() for column, place in table.places.items()}
    email, name = values["email"].lower(), " ".join(values.get("name", "").split())
    role = _roles().get(values.get("role", "").casefold())
    if refusal := _refusal_of_address(email):
        return _bad(line, refusal)
    if CONTROL.search(name) or len(name) > LONGEST_NAME:
        return _bad(line, f"The name must be one line of {LONGEST_NAME} letters or fewer.", email)
    if role is None:
        known = ", ".join(Role.values)
        return _bad(line, f"“{values['role'][:40]}” is no role that we know. Use one of: {known}.", email)
    return Row(line, email, name, role)


def _refusal_of_address(email: str) -> str | None:
    if not email:
        return "It has no e-mail address."
    if len(email) > LONGEST_ADDRESS:
        return f"The e-mail address is longer than {LONGEST_ADDRESS} letters."
    try:
        validate_email(email)
    except ValidationError:
        return f"“{email}” is not an e-mail address."
    return None


def _roles() -> dict[str, str]:
    """What stands for a role in a file: its short name or its words; nothing for none."""
    return {"": ""} | {word.casefold(): role.value for role in Role for word in (role.value, role.label)}


def _bad(line: int, reason: str, email: str = "") -> Finding:
    return Finding(Row(line, email), Kind.BAD, reason)
