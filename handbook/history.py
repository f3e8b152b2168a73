"""What happened to sections: from edition to edition, and since a person last read them. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from uuid import UUID

from django.db.models import Min, Q
from django.utils import timezone

from handbook.body import hash_of
from handbook.models import Change, EditionSection, ReadMark, State
from handbook.reading import Entry, Reading
from portal.members.models import User

# The body of a chapter without words of its own.
NO_WORDS = hash_of("")
STEPS_SHOWN = 3


@dataclass(frozen=True)
class Step:
    """What one edition did to a section: “amended”, “renamed and amended”; and where the two editions are compared."""

    words: str
    number: str
    effective_on: date
    compared: str
    old_title: str | None


@dataclass(frozen=True)
class History:
    """Since when the handbook has a section, and what has happened to it since, the newest first."""

    since: str
    steps: Sequence[Step]

    @property
    def recent(self) -> Sequence[Step]:
        return self.steps[:STEPS_SHOWN]

    @property
    def earlier(self) -> Sequence[Step]:
        return self.steps[STEPS_SHOWN:]


@dataclass(frozen=True)
class _Row:
    """A section in one edition, as much as its history needs."""

    change: str
    title: str
    anchor: str
    body_id: str
    number: str
    effective_on: date
    previous: str | None


def history_of(reading: Reading, section: EditionSection) -> History:
    """The history of a section up to the edition that is open, from the published editions. One query."""
    edition = reading.edition
    found = EditionSection.objects.filter(
        Q(edition__state=State.PUBLISHED) | Q(edition=edition),
        edition__handbook=edition.handbook_id,
        edition__sequence__lte=edition.sequence,
        key=section.key,
    ).order_by("edition__sequence")
    fields = ("edition__number", "edition__effective_on", "edition__previous__number")
    rows = [_Row(*row) for row in found.values_list("change", "title", "anchor", "body_id", *fields)]
    steps = [_step(reading.handbook.url, before, row) for before, row in pairwise(rows) if row.change]
    return History(rows[0].number, steps[::-1])


def _step(home: str, before: _Row, row: _Row) -> Step:
    kinds = [row.change]
    if row.change not in {Change.ADDED, Change.REMOVED}:
        kinds += [Change.RENAMED] if row.title != before.title else []
        kinds += [Change.AMENDED] if row.body_id != before.body_id else []
    words = " and ".join(dict.fromkeys(str(kind) for kind in kinds))
    return Step(
        words=words if row.change != Change.ADDED else "added again",
        number=row.number,
        effective_on=row.effective_on,
        compared=f"{home}compare/{row.previous}/{row.number}/{row.anchor}/",
        old_title=before.title if Change.RENAMED in kinds and before.title != row.title else None,
    )


# --- Since a person last read them --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LastRead:
    """When a person last read a section, whether it has other words now, and how its words then are compared with these."""

    read_at: datetime
    changed: bool
    number: str | None = None
    compared: str | None = None


def last_read(user: User, reading: Reading, section: EditionSection) -> LastRead | None:
    """None if the person has not marked it, or has read words that are newer than those that are open."""
    mark = ReadMark.objects.filter(user=user, key=section.key).only("body_id", "read_at").first()
    if mark is None or mark.body_id == section.body_id:
        return mark and LastRead(mark.read_at, changed=False)
    number, sequence = _newest_with(reading, {section.key: mark.body_id}).get(section.key, (None, 0))
    if sequence > reading.edition.sequence:
        return None
    return LastRead(
        mark.read_at, changed=True, number=number, compared=_compared(reading, number, section.anchor)
    )


@dataclass(frozen=True)
class Unread:
    """A section of the contents that has other words than a person last read."""

    entry: Entry
    read_at: datetime
    compared: str | None


@dataclass(frozen=True)
class SinceRead:
    """What has changed and what has come since a person last read it; sections never read and not new are not named."""

    changed: Sequence[Unread]
    new: Sequence[Entry]


def since_read(user: User, reading: Reading) -> SinceRead | None:
    """For the edition in force. None if the person has marked nothing in it. At most four queries."""
    marks = {mark.key: mark for mark in ReadMark.objects.filter(user=user)}
    bodies = dict(reading.edition.sections.present().values_list("key", "body_id"))
    read = {key: marks[key] for key in bodies if key in marks}
    if not read:
        return None
    changed = {key: mark.body_id for key, mark in read.items() if mark.body_id != bodies[key]}
    numbers = _newest_with(reading, changed)
    first = min(mark.read_at for mark in read.values())
    new = _came_after(reading, first, [key for key in bodies if key not in read and bodies[key] != NO_WORDS])
    return SinceRead(
        changed=[
            Unread(
                entry,
                read[key].read_at,
                _compared(reading, numbers.get(key, (None, 0))[0], entry.section.anchor),
            )
            for key, entry in reading.entries.items()
            if key in changed
        ],
        new=[entry for key, entry in reading.entries.items() if key in new],
    )


def _newest_with(reading: Reading, bodies: dict[UUID, str]) -> dict[UUID, tuple[str, int]]:
    """The newest published edition that has these words of each section, as its number and place in the sequence. One query."""
    rows = (
        EditionSection.objects.present()
        .filter(
            edition__handbook=reading.handbook.pk,
            edition__state=State.PUBLISHED,
            key__in=bodies,
            body__in=set(bodies.values()),
        )
        .order_by("edition__sequence")
        .values_list("key", "body_id", "edition__number", "edition__sequence")
    )
    return {key: (number, sequence) for key, body, number, sequence in rows if bodies[key] == body}


def _came_after(reading: Reading, moment: datetime, keys: Sequence[UUID]) -> set[UUID]:
    """Those of the sections that readers did not have at that moment: their first edition was not published, or not in force."""
    if not keys:
        return set()
    rows = (
        EditionSection.objects.filter(
            edition__handbook=reading.handbook.pk, edition__state=State.PUBLISHED, key__in=keys
        )
        .order_by()
        .values("key")
        .annotate(published=Min("edition__published_at"), day=Min("edition__effective_on"))
    )
    day = timezone.localdate(moment)
    return {row["key"] for row in rows if row["published"] > moment or row["day"] > day}


def _compared(reading: Reading, number: str | None, anchor: str) -> str | None:
    """Where an earlier edition is compared with the one that is open."""
    if number is None or number == reading.edition.number:
        return None
    return f"{reading.handbook.url}compare/{number}/{reading.edition.number}/{anchor}/"
