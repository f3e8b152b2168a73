"""What a reader of the handbook is shown: which edition, where in it, and what the notice above the text says. Reads only."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from dataclasses import fields as dataclass_fields
from datetime import date
from functools import cached_property
from uuid import UUID

from django.core.cache import cache
from django.urls import reverse

from handbook.body import shown
from handbook.models import Change, Edition, EditionSection, HandbookPage
from handbook.rules import Standing, standing

HEADING = re.compile(r"(</?h)([2-4])(?=[ >])")
PLACE_IN_SECTION = re.compile(r'href="#([^"#]+)#([^"]+)"')
CONTENTS_FIELDS = (
    "edition_id",
    "key",
    "parent",
    "depth",
    "number",
    "title",
    "anchor",
    "body_id",
    "change",
    "position",
)


@dataclass(frozen=True)
class Line:
    """A section as the contents name it."""

    key: UUID
    parent: UUID | None
    depth: int
    number: str
    title: str
    anchor: str


@dataclass
class Entry:
    """A line of the contents as one reader sees it, with the lines below it."""

    section: Line
    url: str
    children: list["Entry"] = field(default_factory=list)


@dataclass
class Reading:
    """An edition as one reader has it open: at its own permanent address, or as the edition in force."""

    handbook: HandbookPage
    edition: Edition
    in_force: Edition | None
    today: date
    permanent: bool

    @property
    def standing(self) -> Standing:
        return standing(
            self.edition.sequence,
            self.edition.effective_on,
            self.in_force and self.in_force.sequence,
            self.today,
        )

    @cached_property
    def home(self) -> str:
        """The address that this reader's addresses begin with."""
        return self.permanent_home if self.permanent else self.handbook.url

    @cached_property
    def permanent_home(self) -> str:
        return f"{self.handbook.url}{self.edition.number}/"

    @cached_property
    def sections(self) -> list[Line]:
        """The edition's sections in reading order, without their words. Kept in the cache: a published edition never changes."""
        if not self.edition.is_published:
            return self._read_sections()
        return cache.get_or_set(f"handbook.contents.{self.edition.sha256}", self._read_sections, None)

    def _read_sections(self) -> list[Line]:
        fields = [field.name for field in dataclass_fields(Line)]
        return [Line(*row) for row in self.edition.sections.present().values_list(*fields)]

    @cached_property
    def contents(self) -> list[Entry]:
        """The sections as a tree, chapters at the top."""
        top: list[Entry] = []
        for entry in self._entries.values():
            parent = self._entries.get(entry.section.parent)
            (parent.children if parent else top).append(entry)
        return top

    @cached_property
    def _entries(self) -> dict[UUID, Entry]:
        return {section.key: Entry(section, self.address(section)) for section in self.sections}

    @cached_property
    def _anchors(self) -> dict[str, str]:
        return {str(section.key): section.anchor for section in self.sections}

    def address(self, section: EditionSection | Line) -> str:
        return f"{self.home}{section.anchor}/"

    def find(self, anchor: str) -> EditionSection | None:
        """The section with this address, with its words."""
        return (
            self.edition.sections.present()
            .select_related("body")
            .defer("body__source")
            .filter(anchor=anchor)
            .first()
        )

    def place(self, section: EditionSection) -> tuple[Entry, Entry | None, Entry | None]:
        """Where the section stands in the contents, and what comes before and after it."""
        entries = list(self._entries.values())
        at = list(self._entries).index(section.key)
        return (
            entries[at],
            entries[at - 1] if at else None,
            entries[at + 1] if at + 1 < len(entries) else None,
        )

    def html(self, section: EditionSection) -> str:
        """The section's words with links that stay within what this reader has open."""
        return shown(section.body.html, section_address=self._section_address, asset_address=asset_address)

    def html_on_one_page(self, section: EditionSection) -> str:
        """The section's words for the whole handbook on one page: its headings stand below the section's own, its anchors
        are told apart by the section, and links lead to places on that page."""
        html = HEADING.sub(
            lambda tag: f"{tag[1]}{min(6, int(tag[2]) + min(section.depth, 3))}", section.body.html
        )
        html = html.replace(' id="', f' id="{section.anchor}--').replace(
            ' href="#', f' href="#{section.anchor}--'
        )
        html = shown(
            html,
            section_address=lambda key: f"#{self._anchors[key]}" if key in self._anchors else None,
            asset_address=asset_address,
        )
        return PLACE_IN_SECTION.sub(r'href="#\1--\2"', html)

    def _section_address(self, key: str) -> str | None:
        anchor = self._anchors.get(key)
        return f"{self.home}{anchor}/" if anchor else None


def asset_address(name: str) -> str:
    """The address of an asset, given as "<sha256>/<name>"."""
    return reverse("handbook_asset", args=name.split("/", 1))


def open_edition(handbook: HandbookPage, number: str | None, today: date) -> Reading | None:
    """The edition in force (`number` None) or one by its number; None when there is none that readers may see."""
    in_force = handbook.editions.in_force(today)
    if number is None:
        return Reading(handbook, in_force, in_force, today, permanent=False) if in_force else None
    if in_force and in_force.number == number:
        return Reading(handbook, in_force, in_force, today, permanent=True)
    edition = handbook.editions.published().filter(number=number).first()
    return Reading(handbook, edition, in_force, today, permanent=True) if edition else None


@dataclass(frozen=True)
class LaterState:
    """What has become of a section of a superseded edition in the edition in force."""

    section: EditionSection | None
    unchanged: bool


def later_state(reading: Reading, section: EditionSection) -> LaterState:
    """Asked only of an edition that has been superseded."""
    later = (
        reading.in_force.sections.present()
        .filter(key=section.key)
        .only("edition_id", "anchor", "title", "body_id")
        .first()
    )
    unchanged = later is not None and (later.body_id, later.title) == (section.body_id, section.title)
    return LaterState(later, unchanged)


def last_known(handbook: HandbookPage, anchor: str, today: date) -> EditionSection | None:
    """The newest section that ever had this address in an edition whose day has come, with its edition."""
    return (
        EditionSection.objects.exclude(change=Change.REMOVED)
        .filter(
            anchor=anchor,
            edition__in=handbook.editions.published().filter(effective_on__lte=today),
        )
        .select_related("edition")
        .order_by("-edition__sequence")
        .first()
    )


@dataclass(frozen=True)
class Amendment:
    """A line of the amendments list: the section as it is, as it was, and the addresses of both where they exist."""

    row: EditionSection
    before: EditionSection | None
    url: str | None
    before_url: str | None

    @property
    def old_title(self) -> str | None:
        """The title it had, when that was another one."""
        return self.before.title if self.before and self.before.title != self.row.title else None

    @property
    def old_number(self) -> str | None:
        return self.before.number if self.before and self.before.number != self.row.number else None

    @property
    def words_changed(self) -> bool:
        return bool(self.before and self.before.body_id != self.row.body_id)

    def as_json(self) -> dict[str, str | None]:
        """As `manage.py amendments --json` prints it."""
        path = self.row.path or self.row.anchor
        return {
            "change": self.row.change,
            "key": str(self.row.key),
            "title": self.row.title,
            "path": path,
            "old_path": (self.before.path or self.before.anchor) if self.before else None,
            "significance": self.row.significance,
            "note": self.row.note,
        }


@dataclass(frozen=True)
class EditionItem:
    """A published edition and what it is on a given day."""

    edition: Edition
    standing: Standing


def editions(handbook: HandbookPage, today: date) -> list[EditionItem]:
    """The published editions, newest first."""
    published = list(handbook.editions.published())
    in_force = next((edition.sequence for edition in published if edition.effective_on <= today), None)
    return [
        EditionItem(edition, standing(edition.sequence, edition.effective_on, in_force, today))
        for edition in published
    ]


def amendments(handbook_url: str, editions: Sequence[Edition]) -> dict[int, list[Amendment]]:
    """The amendments of each edition in reading order, by the edition's id. Three queries, however many there are."""
    fields = (*CONTENTS_FIELDS, "path", "significance", "note")
    rows = list(EditionSection.objects.filter(edition__in=editions).amendments().only(*fields))
    previous = {edition.pk: edition.previous_id for edition in editions}
    earlier = EditionSection.objects.present().filter(
        edition__in=[pk for pk in previous.values() if pk], key__in={row.key for row in rows}
    )
    before = {(row.edition_id, row.key): row for row in earlier.only(*fields)}
    numbers = dict(Edition.objects.filter(pk__in={*previous, *previous.values()}).values_list("pk", "number"))
    lines: dict[int, list[Amendment]] = {edition.pk: [] for edition in editions}
    for row in rows:
        old = before.get((previous[row.edition_id], row.key))
        url = (
            None if row.change == Change.REMOVED else f"{handbook_url}{numbers[row.edition_id]}/{row.anchor}/"
        )
        old_url = f"{handbook_url}{numbers[previous[row.edition_id]]}/{old.anchor}/" if old else None
        lines[row.edition_id].append(Amendment(row, old, url, old_url))
    return lines
