"""The numbers of editions and of their sections."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from handbook.models import Significance
from handbook.rules.changes import SectionFacts, displaced_in

NUMBER = re.compile(r"(0|[1-9]\d{0,3})\.(0|[1-9]\d{0,3})", re.ASCII)


def parse_number(number: str) -> tuple[int, int] | None:
    """“2.1” as (2, 1); None when it is no edition number."""
    match = NUMBER.fullmatch(number)
    return (int(match[1]), int(match[2])) if match else None


def suggested_number(previous: str | None, significances: Iterable[str]) -> str:
    """The number to offer: the next major one when any amendment is major, else the next minor one; 1.0 to begin with."""
    if previous is None:
        return "1.0"
    major, minor = parse_number(previous) or (0, 0)
    return f"{major + 1}.0" if Significance.MAJOR in significances else f"{major}.{minor + 1}"


def refusal_of_number(number: str, previous: str | None) -> str | None:
    """Why `number` cannot follow `previous` (None for a first edition), or None."""
    parsed = parse_number(number)
    if parsed is None:
        return f"“{number}” is not an edition number. Use two numbers with a full stop between, such as 2.1."
    if previous is None:
        return None
    major, minor = parse_number(previous) or (0, 0)
    if parsed not in {(major, minor + 1), (major + 1, 0)}:
        return (
            f"{number} does not follow {previous}. The next edition is {major}.{minor + 1} or {major + 1}.0."
        )
    return None


def refusal_of_date(effective_on: date, previous: date | None) -> str | None:
    """Why an edition cannot be in force from `effective_on` when the one before is from `previous`, or None."""
    if previous is not None and effective_on < previous:
        return (
            f"The edition before is in force from {previous:%-d %B %Y}. "
            f"An edition cannot be in force from an earlier day than the one it follows."
        )
    return None


def is_minor(number: str, previous: str | None) -> bool:
    """Whether an edition of this number only amends: 2.1 after 2.0, but neither 3.0 nor a first edition."""
    parsed, before = parse_number(number), parse_number(previous or "")
    return bool(parsed and before and parsed[0] == before[0])


@dataclass(frozen=True)
class Place:
    """Where a section stands: its chapter's key, and its number where it has one already."""

    key: UUID
    parent: UUID | None
    number: str = ""


def section_numbers(
    sections: Sequence[Place], before: Sequence[Place] | None = None, retired: Sequence[Place] = ()
) -> dict[UUID, str]:
    """The numbers of an edition's sections, which are given in reading order, by key.

    Counted anew when `before` is None. In a minor edition `before` is the edition that it follows: people cite its
    numbers, so they do not move. A section that comes between two others gets a letter (3.2A), as in legislation; one
    at the end of a chapter the next number. No number is used again that stood in `before` or among the `retired`:
    those of the earlier editions back to the last major one.
    """
    children: dict[UUID | None, list[UUID]] = {}
    for section in sections:
        children.setdefault(section.parent, []).append(section.key)
    kept = _kept_components(before or (), sections)
    used: dict[UUID | None, set[str]] = {}
    for section in (*(before or ()), *(retired if before is not None else ())):
        used.setdefault(section.parent, set()).add(_last(section.number))
    numbers: dict[UUID, str] = {}
    for section in sections:
        siblings = children.get(section.parent, [])
        if siblings and siblings[0] == section.key:
            prefix = numbers[section.parent] + "." if section.parent in numbers else ""
            components = _components(siblings, kept, used.get(section.parent, set()))
            numbers |= {key: prefix + last for key, last in components.items()}
    return numbers


def _last(number: str) -> str:
    return number.rpartition(".")[2]


def _kept_components(before: Sequence[Place], after: Sequence[Place]) -> dict[UUID, str]:
    """The last part of the number of each section that stays where it was among its neighbours."""
    facts = [SectionFacts(key=place.key, parent=place.parent, title="", path="", body="") for place in before]
    new = [SectionFacts(key=place.key, parent=place.parent, title="", path="", body="") for place in after]
    displaced = displaced_in(facts, new)
    old = {place.key: place for place in before}
    return {
        place.key: _last(old[place.key].number)
        for place in after
        if place.key in old and old[place.key].parent == place.parent and place.key not in displaced
    }


def _components(siblings: Sequence[UUID], kept: dict[UUID, str], used: set[str]) -> dict[UUID, str]:
    components: dict[UUID, str] = {}
    taken = used | {kept[key] for key in siblings if key in kept}
    highest = max((int(re.match(r"\d*", last)[0] or 0) for last in taken), default=0)
    waiting = sum(key in kept for key in siblings)
    last = "0"
    for key in siblings:
        if key in kept:
            last, waiting = kept[key], waiting - 1
        elif waiting:
            last = _next_lettered(last, taken)
        else:
            highest += 1
            last = str(highest)
        taken.add(last)
        components[key] = last
    return components


def _next_lettered(last: str, taken: set[str]) -> str:
    """3 → 3A, 3A → 3B, 3Z → 3ZA, leaving out what is taken."""
    digits, letters = re.match(r"(\d*)(.*)", last).groups()
    while True:
        full = not letters or letters[-1] == "Z"
        letters = letters + "A" if full else letters[:-1] + chr(ord(letters[-1]) + 1)
        if digits + letters not in taken:
            return digits + letters
