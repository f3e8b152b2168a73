"""What a row of the association's register means for what is recorded, and who was a member when."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from portal.members.models.memberships import MembershipPeriod, recorded


class Kind(StrEnum):
    """What a row of the register does to what is recorded."""

    JOINED = "joined"
    RENEWED = "renewed"
    LAPSED = "lapsed"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    CONFLICTING = "conflicting"


@dataclass(frozen=True, slots=True)
class Span:
    """A period in a category, half-open. `pk` is its row's, if it is recorded."""

    starts_on: date
    ends_on: date | None
    category: str = ""
    pk: int | None = None

    def holds_after(self, day: date) -> bool:
        """Whether it still holds on the day `day` or begins later."""
        return self.ends_on is None or self.ends_on > day


@dataclass(frozen=True, slots=True)
class Details:
    """A name and an e-mail address as the register has them."""

    first_name: str
    last_name: str
    email: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the register's file that can be read."""

    line: int
    number: str
    details: Details
    span: Span


@dataclass(frozen=True, slots=True)
class Claimant:
    """The person whom a membership belongs to: a name and the verified addresses, in lower case."""

    first_name: str
    last_name: str
    addresses: frozenset[str]


@dataclass(frozen=True, slots=True)
class Known:
    """What is recorded of a number: `periods` stand, in order, and do not overlap."""

    pk: int
    details: Details
    periods: tuple[Span, ...]
    claimant: Claimant | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a row: the periods that it replaces and the one that it adds. `reason` is worded for managers."""

    kind: Kind
    reason: str = ""
    adds: Span | None = None
    replaces: tuple[Span, ...] = ()
    new_details: bool = False


def classify(row: Row, known: Known | None) -> Verdict:
    """What `row` does to what is `known` of its number; the same row once more does nothing."""
    if known is None:
        return Verdict(Kind.JOINED, adds=row.span, new_details=True)
    new_details = row.details != known.details
    if new_details and known.claimant and not _fits_at_all(row.details, known.claimant):
        return Verdict(
            Kind.CONFLICTING,
            "The number belongs to a person of the portal whom neither the name nor the e-mail address fits any more.",
        )
    if not known.periods:
        return Verdict(Kind.RENEWED, adds=row.span, new_details=new_details)
    run = _last_run(known.periods)
    if conflict := _conflict(row.span, run):
        return Verdict(Kind.CONFLICTING, conflict)
    last = run[-1]
    if last.ends_on is not None and row.span.holds_after(last.ends_on):
        begins = max(row.span.starts_on, last.ends_on)
        adds = Span(begins, row.span.ends_on, row.span.category)
        return Verdict(Kind.RENEWED, adds=adds, new_details=new_details)
    return _ending_with(row.span, run, new_details=new_details)


def lapse(periods: Sequence[Span], today: date) -> Verdict:
    """What it means that the whole register no longer has the number: nothing holds from `today` on."""
    replaces = tuple(period for period in periods if period.holds_after(today))
    if not replaces:
        return Verdict(Kind.UNCHANGED)
    begun = next((period for period in replaces if period.starts_on < today), None)
    adds = begun and Span(begun.starts_on, today, begun.category)
    return Verdict(Kind.LAPSED, "Not in the file.", adds=adds, replaces=replaces)


def by_hand(span: Span, periods: Sequence[Span]) -> Verdict:
    """What a manager's word does: `span` takes the place of every standing period that it overlaps."""
    replaces = tuple(period for period in periods if _overlap(span, period))
    if len(replaces) == 1 and _same(span, replaces[0]):
        return Verdict(Kind.UNCHANGED)
    return Verdict(Kind.CHANGED, adds=span, replaces=replaces)


def twins(rows: Iterable[Row]) -> dict[str, str]:
    """Numbers that stand in the file more than once with different data, each with the reason."""
    first: dict[str, Row] = {}
    found: dict[str, str] = {}
    for row in rows:
        other = first.setdefault(row.number, row)
        if (row.details, row.span) != (other.details, other.span):
            found.setdefault(
                row.number,
                f"Lines {other.line} and {row.line} have the same number and different data.",
            )
    return found


def refusal_to_lapse(lapsing: int, current: int) -> str | None:
    """Why `lapsing` of `current` memberships cannot end because a file is without them; `None` if they can."""
    if lapsing * 2 <= current:
        return None
    return (
        f"{lapsing:,} of {current:,} memberships are not in the file and would end today. That is more than half. "
        "Check that the file is the whole register."
    )


def was_member(periods: Iterable[MembershipPeriod], on: date, at: datetime) -> bool:
    """Whether one of `periods` holds on the day `on`, by what was recorded at the moment `at`."""
    return any(
        recorded(period, at) and period.starts_on <= on and (period.ends_on is None or on < period.ends_on)
        for period in periods
    )


def fold_number(number: str) -> str:
    """A membership number as it is compared: without white space, in capitals."""
    return "".join(number.split()).upper()


def fold_name(name: str) -> str:
    """A name as it is compared: letters alone, without accents, in lower case."""
    decomposed = unicodedata.normalize("NFKD", name).casefold()
    return "".join(character for character in decomposed if character.isalnum())


def name_fits(details: Details, person: Claimant) -> bool:
    """Whether the register and the portal call the person alike."""
    return (fold_name(details.first_name), fold_name(details.last_name)) == (
        fold_name(person.first_name),
        fold_name(person.last_name),
    )


def address_fits(details: Details, person: Claimant) -> bool:
    """Whether the register's address is one of the person's verified ones."""
    return details.email != "" and details.email in person.addresses


def _fits_at_all(details: Details, person: Claimant) -> bool:
    return name_fits(details, person) or address_fits(details, person)


def _last_run(periods: Sequence[Span]) -> tuple[Span, ...]:
    """The last of `periods`, with those before it without a gap."""
    start = len(periods) - 1
    while start and periods[start - 1].ends_on == periods[start].starts_on:
        start -= 1
    return tuple(periods[start:])


def _conflict(span: Span, run: Sequence[Span]) -> str:
    """Why `span` and what is recorded last cannot both be, or nothing."""
    begins = run[0].starts_on
    if not span.holds_after(begins):
        return f"What is recorded begins on {_words(begins)}, after the end of this row. Change it by hand if it is wrong."
    if span.starts_on < begins:
        return (
            f"This row begins on {_words(span.starts_on)}, but what is recorded begins on {_words(begins)}. "
            "Change it by hand if it is wrong."
        )
    return ""


def _ending_with(span: Span, run: Sequence[Span], *, new_details: bool) -> Verdict:
    """`run` cut off at the end of `span`, which lies within it; what is last then has the category of `span`."""
    ends_on = span.ends_on
    beyond = tuple(period for period in run if ends_on is not None and period.starts_on >= ends_on)
    last = run[len(run) - len(beyond) - 1]
    adds = Span(last.starts_on, ends_on, span.category)
    if _same(adds, last):
        kind = Kind.LAPSED if beyond else Kind.CHANGED if new_details else Kind.UNCHANGED
        return Verdict(kind, replaces=beyond, new_details=new_details)
    kind = Kind.CHANGED if ends_on == run[-1].ends_on else Kind.LAPSED
    return Verdict(kind, adds=adds, replaces=(last, *beyond), new_details=new_details)


def _overlap(one: Span, other: Span) -> bool:
    return one.holds_after(other.starts_on) and other.holds_after(one.starts_on)


def _same(one: Span, other: Span) -> bool:
    return (one.starts_on, one.ends_on, one.category) == (other.starts_on, other.ends_on, other.category)


def _words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
