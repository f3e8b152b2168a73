"""What the association's register would do to the memberships that are recorded, batch by batch. Writes nothing."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from allauth.account.models import EmailAddress
from django.db.models import Q, QuerySet

from portal.members.models import Membership, MembershipPeriod, User
from portal.members.register import BadRow, Register
from portal.members.rules.memberships import (
    Claimant,
    Details,
    Kind,
    Known,
    Row,
    Span,
    Verdict,
    classify,
    lapse,
    twins,
)

BATCH = 1_000
SHOWN = 20
BAD = "bad"

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of one number: the row of the file (None if it is not in there), what is known of it, the verdict."""

    number: str
    row: Row | None
    known: Known | None
    verdict: Verdict

    @property
    def details(self) -> Details:
        return self.row.details if self.row else self.known.details  # one of the two is always there


@dataclass(frozen=True, slots=True)
class Finding:
    """A line of a preview. `line` is that of the file, or None for a number that is not in it."""

    line: int | None
    number: str
    name: str
    kind: str
    reason: str = ""


@dataclass
class Preview:
    """How many rows of each kind a file has, the first of each, and every bad or conflicting one."""

    counts: dict[str, int] = field(default_factory=lambda: {**dict.fromkeys(Kind, 0), BAD: 0})
    samples: dict[str, list[Finding]] = field(default_factory=lambda: defaultdict(list))
    problems: list[Finding] = field(default_factory=list)
    missing: int = 0
    current: int = 0
    _hash: Any = field(default_factory=hashlib.sha256)

    @property
    def changes(self) -> int:
        """How many rows would change anything."""
        return sum(self.counts[kind] for kind in (Kind.JOINED, Kind.RENEWED, Kind.LAPSED, Kind.CHANGED))

    @property
    def state(self) -> str:
        """A hash of what would become of each row: another one as soon as one of them would fare differently."""
        return self._hash.hexdigest()

    def add(self, finding: Finding) -> None:
        self.counts[finding.kind] += 1
        self._hash.update(f"{finding.number} {finding.kind}\n".encode())
        if finding.kind in (BAD, Kind.CONFLICTING):
            self.problems.append(finding)
        if len(self.samples[finding.kind]) < SHOWN:
            self.samples[finding.kind].append(finding)


def preview(
    register: Register, *, complete: bool, today: date, progress: Callable[[int], object] | None = None
) -> Preview:
    """What the file would do; with `complete`, also to those who are not in it."""
    found = Preview(current=_current(today).count())
    for bad in register.bad:
        found.add(_bad(bad))
    for steps in planned(register.rows):
        for step in steps:
            found.add(finding_of(step))
        if progress:
            progress(len(steps))
    if complete:
        for numbers in in_batches(missing_numbers(register, today)):
            for step in lapses(numbers, today):
                found.add(finding_of(step))
                found.missing += step.verdict.kind is Kind.LAPSED
    return found


def planned(rows: Sequence[Row], *, lock: bool = False) -> Iterator[list[Step]]:
    """What becomes of `rows`, batch by batch. Only the first of several like rows counts."""
    for batch, conflicts in prepared(rows):
        yield plan(batch, conflicts, lock=lock)


def prepared(rows: Sequence[Row]) -> Iterator[tuple[list[Row], dict[str, str]]]:
    """`rows` in batches, each number once, each batch with the numbers whose rows contradict one another."""
    conflicts = twins(rows)
    once = list({row.number: row for row in reversed(rows)}.values())[::-1]
    for batch in in_batches(once):
        yield batch, conflicts


def plan(batch: Sequence[Row], conflicts: dict[str, str], *, lock: bool = False) -> list[Step]:
    """What becomes of the rows of one batch; with `lock`, nobody else can change their memberships before the commit."""
    known = known_of([row.number for row in batch], lock=lock)
    return [
        Step(
            row.number,
            row,
            known.get(row.number),
            Verdict(Kind.CONFLICTING, conflicts[row.number])
            if row.number in conflicts
            else classify(row, known.get(row.number)),
        )
        for row in batch
    ]


def lapses(numbers: Sequence[str], today: date, *, lock: bool = False) -> list[Step]:
    """What becomes of `numbers` when the whole register no longer has them."""
    known = known_of(numbers, lock=lock)
    return [
        Step(number, None, known[number], lapse(known[number].periods, today))
        for number in numbers
        if number in known
    ]


def missing_numbers(register: Register, today: date) -> list[str]:
    """The numbers of memberships that hold today or later and are not in the file."""
    named = register.numbers
    recorded = _current(today).order_by("number").values_list("number", flat=True)
    return [number for number in recorded.iterator(chunk_size=BATCH * 10) if number not in named]


def known_of(numbers: Sequence[str], *, lock: bool = False) -> dict[str, Known]:
    """What is recorded of `numbers`, in four queries at most."""
    found = Membership.objects.filter(number__in=numbers)
    rows = list((found.select_for_update() if lock else found).order_by("pk"))
    periods: dict[int, list[Span]] = defaultdict(list)
    standing = MembershipPeriod.objects.standing().filter(membership__in=[row.pk for row in rows])
    for pk, membership, starts_on, ends_on, category in standing.order_by("starts_on").values_list(
        "pk", "membership_id", "starts_on", "ends_on", "category"
    ):
        periods[membership].append(Span(starts_on, ends_on, category, pk))
    people = claimants({row.user_id for row in rows if row.user_id})
    return {
        row.number: Known(
            row.pk,
            Details(row.first_name, row.last_name, row.email),
            tuple(periods[row.pk]),
            people.get(row.user_id),
        )
        for row in rows
    }


def claimants(ids: set[int]) -> dict[int, Claimant]:
    """People by their key, as rules compare them with the register."""
    if not ids:
        return {}
    addresses: dict[int, set[str]] = defaultdict(set)
    verified = EmailAddress.objects.filter(user__in=ids, verified=True).values_list("user_id", "email")
    for user_id, email in verified:
        addresses[user_id].add(email.lower())
    names = User.objects.filter(pk__in=ids).values_list("pk", "first_name", "last_name")
    return {pk: Claimant(first, last, frozenset(addresses[pk])) for pk, first, last in names}


def finding_of(step: Step) -> Finding:
    name = f"{step.details.first_name} {step.details.last_name}".strip()
    line = step.row.line if step.row else None
    return Finding(line, step.number, name, step.verdict.kind, step.verdict.reason)


def in_batches(items: Sequence[Item]) -> Iterator[list[Item]]:
    """`items`, BATCH at a time."""
    for start in range(0, len(items), BATCH):
        yield list(items[start : start + BATCH])


def _bad(bad: BadRow) -> Finding:
    return Finding(bad.line, bad.number, "", BAD, bad.reason)


def _current(today: date) -> QuerySet[Membership]:
    ahead = MembershipPeriod.objects.standing().filter(Q(ends_on__isnull=True) | Q(ends_on__gt=today))
    return Membership.objects.filter(pk__in=ahead.values("membership"))
