"""The rules of editions: how they are numbered, what differs between two of them, and what keeps one from being published.

Pure: every function is given what it decides on, `today` included.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from posixpath import split
from uuid import UUID
from zoneinfo import ZoneInfo

from handbook.models import Change, Significance

NUMBER = re.compile(r"(0|[1-9]\d{0,3})\.(0|[1-9]\d{0,3})", re.ASCII)
WORD = re.compile(r"\w+")
LONDON = ZoneInfo("Europe/London")
FURTHEST_AHEAD = timedelta(days=5 * 365 + 1)  # five years, of which one is a leap year
# A change of one of these changes what a reader has to do.
OBLIGING_WORDS = frozenset(
    {"cannot", "may", "must", "never", "no", "not", "only", "shall", "should", "unless"}
)


# --- Numbers --------------------------------------------------------------------------------------------------------


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


def refusal_of_far_day(effective_on: date, today: date) -> str | None:
    """Why an edition cannot be meant to be in force from `effective_on`, or None."""
    if effective_on > today + FURTHEST_AHEAD:
        day = f"{effective_on:%-d %B} {effective_on.year}"
        return f"The edition would be in force from {day}, which is more than five years from now. Check the year."
    return None


def refusal_of_time(go_live_at: datetime, now: datetime) -> str | None:
    """Why an edition cannot be published at `go_live_at`, or None."""
    local = go_live_at.astimezone(LONDON)
    moment = f"{local:%-d %B} {local.year} at {local:%H:%M}"
    if go_live_at <= now:
        return (
            f"The edition would be published on {moment}, which has passed. Choose a later time, or none, so that it is "
            "published as soon as it is approved."
        )
    if go_live_at > now + FURTHEST_AHEAD:
        return f"The edition would be published on {moment}, which is more than five years from now. Check the year."
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
    displaced = _displaced(facts, new)
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


# --- What differs between two editions --------------------------------------------------------------------------------


@dataclass(frozen=True)
class SectionFacts:
    """What a comparison needs to know of a section, in either edition. `path` is where it was imported from, or ""."""

    key: UUID
    parent: UUID | None
    title: str
    path: str
    body: str  # hash
    empty: bool = False  # a chapter without words of its own


def derive_changes(old: Sequence[SectionFacts], new: Sequence[SectionFacts]) -> dict[UUID, Change]:
    """What happened to each section that differs; both sequences are in reading order.

    Sections are recognised by their key. A section imported from a folder is compared as git compares files: another
    folder is a move, another file name a renaming, and what stands in the same file is at most amended. A chapter
    without words of its own is never added or removed: its sections are.
    """
    before = {section.key: section for section in old}
    after = {section.key: section for section in new}
    displaced = _displaced(old, new)
    changes: dict[UUID, Change] = {}
    for section in new:
        change = _change(before.get(section.key), section, displaced=section.key in displaced)
        if change is not None:
            changes[section.key] = change
    for section in old:
        if section.key not in after and not section.empty:
            changes[section.key] = Change.REMOVED
    return changes


def _change(old: SectionFacts | None, new: SectionFacts, *, displaced: bool) -> Change | None:
    if old is None:
        return None if new.empty else Change.ADDED
    same_words = (old.title, old.body) == (new.title, new.body)
    if old.path and new.path:
        if new.empty and same_words:
            return None
        if old.path == new.path:
            return None if same_words else Change.AMENDED
        return Change.MOVED if split(old.path)[0] != split(new.path)[0] else Change.RENAMED
    if old.parent != new.parent or displaced:
        return Change.MOVED
    if same_words:
        return None
    return Change.AMENDED if old.body != new.body else Change.RENAMED


def _displaced(old: Sequence[SectionFacts], new: Sequence[SectionFacts]) -> set[UUID]:
    """Keys of sections that stand elsewhere among those that share their chapter in both editions: as few as explain the new order."""
    place = {section.key: index for index, section in enumerate(old)}
    parents = {section.key: section.parent for section in old}
    by_parent: dict[UUID | None, list[UUID]] = {}
    for section in new:
        if section.key in place and parents[section.key] == section.parent:
            by_parent.setdefault(section.parent, []).append(section.key)
    displaced: set[UUID] = set()
    for keys in by_parent.values():
        kept = _longest_increasing([place[key] for key in keys])
        displaced |= {key for key in keys if place[key] not in kept}
    return displaced


def _longest_increasing(numbers: Sequence[int]) -> set[int]:
    tails: list[int] = []
    chains: list[tuple[int, ...]] = []
    for number in numbers:
        at = bisect_left(tails, number)
        chain = (*(chains[at - 1] if at else ()), number)
        tails[at : at + 1] = [number]
        chains[at : at + 1] = [chain]
    return set(chains[-1]) if chains else set()


def suggested_significance(change: Change, old_text: str, new_text: str) -> Significance:
    """Minor when at most three words changed, none of them a figure or a word that obliges; additions and removals are major.

    A suggestion only: the editor decides.
    """
    if change in {Change.ADDED, Change.REMOVED}:
        return Significance.MAJOR
    old_words, new_words = Counter(WORD.findall(old_text.lower())), Counter(WORD.findall(new_text.lower()))
    gone, come = old_words - new_words, new_words - old_words
    if max(gone.total(), come.total()) > 3 or any(_weighs(word) for word in gone + come):
        return Significance.MAJOR
    return Significance.MINOR


def _weighs(word: str) -> bool:
    return word in OBLIGING_WORDS or any(char.isdigit() for char in word)


# --- Publishing -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AmendmentFacts:
    """What publishing needs to know of an amendment."""

    title: str
    significance: str
    note: str


def refusals_to_publish(
    *,
    number: str,
    effective_on: date,
    previous: tuple[str, date] | None,
    sections: int,
    amendments: Sequence[AmendmentFacts],
) -> list[str]:
    """Everything that keeps an edition from being published, in words for the editor; an empty list when nothing does.

    `previous` is the number and the day in force of the edition before; `sections` counts those of this one.
    """
    refusals = [
        refusal_of_number(number, previous[0] if previous else None),
        refusal_of_date(effective_on, previous[1] if previous else None),
    ]
    if not sections:
        refusals.append(
            "The handbook has no published sections. Publish at least one section of the working copy."
        )
    elif previous and not amendments:
        refusals.append(f"Nothing has changed since edition {previous[0]}. There is nothing to publish.")
    refusals += [
        f"“{amendment.title}” is a major amendment without a note. Write what changed and what to do about it."
        for amendment in amendments
        if amendment.significance == Significance.MAJOR and not amendment.note.strip()
    ]
    return [refusal for refusal in refusals if refusal]


# --- Reading ----------------------------------------------------------------------------------------------------------


class Standing(StrEnum):
    """What a published edition is to a reader on a given day."""

    COMING = "coming"
    IN_FORCE = "in force"
    SUPERSEDED = "superseded"


def standing(sequence: int, effective_on: date, in_force: int | None, today: date) -> Standing:
    """`in_force` is the sequence of the edition in force today, or None when none is yet."""
    if sequence == in_force:
        return Standing.IN_FORCE
    return Standing.COMING if effective_on > today else Standing.SUPERSEDED


# --- Telling followers ------------------------------------------------------------------------------------------------

DIGESTS_BEGIN = time(7)  # on Mondays, by the clock on the wall
DIGESTS_MADE_UP_FOR = 4

REVIEW_NOTICE = timedelta(days=14)


@dataclass(frozen=True)
class DigestWindow:
    """What a weekly mail covers: from a Monday, 07:00 in London, up to the next. `week` is the ISO week in which it is sent."""

    start: datetime
    end: datetime

    @property
    def week(self) -> str:
        year, week, _ = self.end.astimezone(LONDON).isocalendar()
        return f"{year}-W{week:02}"


def digest_window(now: datetime) -> DigestWindow:
    """The last week that is over at the moment `now`."""
    local = now.astimezone(LONDON)
    monday = local.date() - timedelta(days=local.weekday())
    if local < _begin(monday):
        monday -= timedelta(weeks=1)
    return DigestWindow(_begin(monday - timedelta(weeks=1)), _begin(monday))


def digest_windows(now: datetime) -> list[DigestWindow]:
    """The last weeks that are over at the moment `now`, the oldest first: as many as are made up for after downtime."""
    monday = digest_window(now).end.date()
    ends = [_begin(monday - timedelta(weeks=back)) for back in range(DIGESTS_MADE_UP_FOR)]
    return [DigestWindow(_begin(end.date() - timedelta(weeks=1)), end) for end in reversed(ends)]


def _begin(monday: date) -> datetime:
    return datetime.combine(monday, DIGESTS_BEGIN, LONDON)


class Review(StrEnum):
    """How the day by which a section is to be read again stands to today."""

    OVERDUE = "overdue"
    DUE = "due"
    SOON = "soon"
    LATER = "later"


def review_standing(review_by: date, today: date) -> Review:
    """“Soon” begins 14 days before; on the day itself it is due."""
    if today > review_by:
        return Review.OVERDUE
    if today == review_by:
        return Review.DUE
    return Review.SOON if today >= review_by - REVIEW_NOTICE else Review.LATER
