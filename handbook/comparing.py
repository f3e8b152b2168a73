"""What differs between any two published editions, section by section, in reading order. Reads only."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from uuid import UUID

from handbook.body import hash_of, without_dead_links
from handbook.models import Body, Change, Edition, EditionSection
from handbook.reading import CONTENTS_FIELDS, Reading
from handbook.redline import Redline
from handbook.rules import SectionFacts, derive_changes

NOTHING = hash_of("")
# A mark that a reader can be led to.
NUMBERED_MARK = re.compile(r'<(?:ins|del|span) class="[^"]*" id="([^"]+)"')
TAG = re.compile(r"""<[a-z][^>"']*(?:"[^"]*"[^>"']*|'[^']*'[^>"']*)*>""")
HEADING = re.compile(r"(</?h)([2-4])(?=[ >])")

Rows = Mapping[UUID, EditionSection]


@dataclass(frozen=True)
class Difference:
    """A section that is not the same in both editions; `old` or `new` is None where an edition does not have it.

    `old_chapter` and `new_chapter` are what it stands in directly. `notes` are what editors said of it in between, oldest first.
    """

    change: Change
    old: EditionSection | None
    new: EditionSection | None
    old_chapter: EditionSection | None = None
    new_chapter: EditionSection | None = None
    redline: Redline | None = None
    notes: tuple[EditionSection, ...] = ()

    @property
    def section(self) -> EditionSection:
        return self.new or self.old

    @property
    def old_title(self) -> str | None:
        """The title it had, when that was another one."""
        return self.old.title if self.old and self.new and self.old.title != self.new.title else None

    @property
    def words_changed(self) -> bool:
        return self.bodies[0] != self.bodies[1]

    @property
    def bodies(self) -> tuple[str, str]:
        """The hashes of its words in both editions."""
        return (self.old.body_id if self.old else NOTHING, self.new.body_id if self.new else NOTHING)

    @property
    def marks(self) -> list[str]:
        """The ids of the places where something changed, in order."""
        return NUMBERED_MARK.findall(self.redline.html) if self.redline else []


@dataclass(frozen=True)
class Chapter:
    """The differences in one chapter, which `section` names as the newer edition has it (the older one, if it is gone)."""

    section: EditionSection
    differences: list[Difference]


@dataclass(frozen=True)
class Comparison:
    """Two published editions of a handbook, the older first, and the sections of each."""

    old: Edition
    new: Edition
    old_sections: Rows
    new_sections: Rows
    chapters: list[Chapter]

    @cached_property
    def differences(self) -> list[Difference]:
        """Every difference, in reading order."""
        return [difference for chapter in self.chapters for difference in chapter.differences]

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many sections were added, amended and so on, in words; kinds that there are none of are left out."""
        counted = Counter(difference.change for difference in self.differences)
        return [(change.label.lower(), counted[change]) for change in Change if counted[change]]

    def find(self, anchor: str) -> tuple[EditionSection | None, EditionSection | None]:
        """The section with this address in the newer edition, or else in the older one: as it was, and as it is."""
        for sections in (self.new_sections, self.old_sections):
            key = next((row.key for row in sections.values() if row.anchor == anchor), None)
            if key is not None:
                return self.old_sections.get(key), self.new_sections.get(key)
        return None, None

    def around(
        self, section: EditionSection
    ) -> tuple[Difference | None, Difference | None, Difference | None]:
        """The difference that concerns a section, and those before and after it; all None if it is the same in both."""
        keys = [difference.section.key for difference in self.differences]
        if section.key not in keys:
            return None, None, None
        at = keys.index(section.key)
        before = self.differences[at - 1] if at else None
        after = self.differences[at + 1] if at + 1 < len(keys) else None
        return self.differences[at], before, after


def compare(old: Edition, new: Edition) -> Comparison:
    """Compares two editions directly, whatever lies between them. Two queries."""
    rows = EditionSection.objects.present().filter(edition__in=[old, new]).only(*CONTENTS_FIELDS, "path")
    before: dict[UUID, EditionSection] = {}
    after: dict[UUID, EditionSection] = {}
    for row in rows:
        if row.edition_id == old.pk:
            before[row.key] = row
        if row.edition_id == new.pk:
            after[row.key] = row
    changes = derive_changes(*_facts(before, after))
    chapters = []
    for key, members in by_chapter(list(before.values()), list(after.values())):
        found = [
            _difference(changes[member], member, before, after) for member in members if member in changes
        ]
        if found:
            chapters.append(Chapter(after.get(key) or before[key], found))
    return Comparison(old, new, before, after, chapters)


def _facts(before: Rows, after: Rows) -> tuple[list[SectionFacts], list[SectionFacts]]:
    """As editions are compared when they are frozen: a link that went away with the section it led to is no difference."""
    changed = [
        row.body_id for key, row in before.items() if key in after and after[key].body_id != row.body_id
    ]
    staying = {str(key) for key in after}
    linkless = {
        sha256: hash_of(without_dead_links(html, staying))
        for sha256, html in Body.objects.filter(pk__in=changed).values_list("sha256", "html")
    }
    parents = {row.parent for rows in (before, after) for row in rows.values()}

    def facts(row: EditionSection, body: str) -> SectionFacts:
        empty = row.body_id == NOTHING and row.key in parents
        return SectionFacts(row.key, row.parent, row.title, row.path, body, empty)

    return (
        [facts(row, linkless.get(row.body_id, row.body_id)) for row in before.values()],
        [facts(row, row.body_id) for row in after.values()],
    )


def _difference(change: Change, key: UUID, before: Rows, after: Rows) -> Difference:
    old, new = before.get(key), after.get(key)
    return Difference(
        change, old, new, before.get(old.parent) if old else None, after.get(new.parent) if new else None
    )


def by_chapter(old: Sequence[EditionSection], new: Sequence[EditionSection]) -> list[tuple[UUID, list[UUID]]]:
    """The keys of all sections in the newer edition's order, by the key of their chapter.

    What the newer edition lacks stands where it stood: in its old chapter, after the nearest earlier section that is
    still in it; a chapter that is gone stands after the chapter before it.
    """
    tops_of_old, tops_of_new = _tops(old), _tops(new)
    members: dict[UUID, list[UUID]] = {}
    for row in new:
        members.setdefault(tops_of_new[row.key], []).append(row.key)
    order = list(members)
    last_of: dict[UUID, UUID] = {}
    last_chapter: UUID | None = None
    for row in old:
        chapter = tops_of_old[row.key]
        if chapter not in members and row.key not in tops_of_new:
            members[chapter] = []
            order.insert(order.index(last_chapter) + 1 if last_chapter else 0, chapter)
        if row.key not in tops_of_new:
            last = last_of.get(chapter)
            members[chapter].insert(members[chapter].index(last) + 1 if last else 0, row.key)
        if chapter in members:
            last_chapter = chapter
            if row.key in members[chapter]:
                last_of[chapter] = row.key
    return [(chapter, members[chapter]) for chapter in order]


def _tops(rows: Sequence[EditionSection]) -> dict[UUID, UUID]:
    """The chapter at the top for each section; `rows` are in reading order."""
    tops: dict[UUID, UUID] = {}
    for row in rows:
        tops[row.key] = tops.get(row.parent, row.key)
    return tops


# --- What is shown of them --------------------------------------------------------------------------------------------


def in_full(differences: Iterable[Difference], comparison: Comparison, opened: Reading) -> list[Difference]:
    """The same differences with redlines and editors' notes; links lead to what is `opened`. Two queries."""
    found = list(differences)
    wanted = {sha256 for difference in found if difference.words_changed for sha256 in difference.bodies}
    html = {NOTHING: "", **dict(Body.objects.filter(pk__in=wanted).values_list("sha256", "html"))}
    notes = _notes(comparison, {difference.section.key for difference in found})
    return [
        replace(
            difference,
            redline=opened.redline(html, *difference.bodies) if difference.words_changed else None,
            notes=tuple(notes.get(difference.section.key, ())),
        )
        for difference in found
    ]


def _notes(comparison: Comparison, keys: set[UUID]) -> dict[UUID, list[EditionSection]]:
    """What editors said of these sections in the editions after the older one, up to the newer one, oldest first."""
    rows = (
        EditionSection.objects.filter(
            edition__handbook=comparison.new.handbook_id,
            edition__sequence__gt=comparison.old.sequence,
            edition__sequence__lte=comparison.new.sequence,
            key__in=keys,
        )
        .exclude(note="")
        .select_related("edition")
        .only("key", "change", "significance", "note", "edition__number")
        .order_by("edition__sequence")
    )
    notes: dict[UUID, list[EditionSection]] = {}
    for row in rows:
        notes.setdefault(row.key, []).append(row)
    return notes


def among_others(difference: Difference) -> Difference:
    """A difference as it stands on a page with others: its headings below the section's own, its anchors told apart."""
    if difference.redline is None:
        return difference
    prefix = f"{difference.section.anchor}--"
    html = TAG.sub(
        lambda tag: tag[0].replace(' id="', f' id="{prefix}').replace(' href="#', f' href="#{prefix}'),
        difference.redline.html,
    )
    html = HEADING.sub(lambda tag: f"{tag[1]}{int(tag[2]) + 1}", html)
    return replace(difference, redline=replace(difference.redline, html=html))
