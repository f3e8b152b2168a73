"""What a reader of the handbook is shown: which edition, where in it, and what the notice above the text says. Reads only."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from dataclasses import fields as dataclass_fields
from datetime import date
from functools import cached_property
from uuid import UUID

from django.core.cache import cache
from django.urls import reverse
from django.utils.timezone import localdate

from handbook.body import shown
from handbook.models import Change, Edition, EditionSection, HandbookPage
from handbook.places import with_places
from handbook.redline import Redline, redline
from handbook.rules import Standing, standing

# Goes up when redlines are made in another way, so that those in the cache are made anew.
REDLINES = 1
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
    """An edition as one reader has it open: at its own permanent address, as the edition in force, `at` a day, or in preview."""

    handbook: HandbookPage
    edition: Edition
    in_force: Edition | None
    today: date
    permanent: bool
    at: date | None = None
    preview: bool = False

    @property
    def standing(self) -> Standing:
        return standing(
            self.edition.sequence,
            self.edition.effective_on,
            self.in_force and self.in_force.sequence,
            self.today,
        )

    @property
    def published_later(self) -> bool:
        """Whether nobody could read the edition yet on the day that it is open at."""
        return self.at is not None and localdate(self.edition.published_at) > self.at

    @cached_property
    def home(self) -> str:
        """The address that this reader's addresses begin with."""
        if self.preview:
            return reverse("handbook_editions:preview", args=[self.edition.pk, "x"]).removesuffix("x/")
        if self.at is not None:
            return f"{self.handbook.url}as-at/{self.at.isoformat()}/"
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
        for entry in self.entries.values():
            parent = self.entries.get(entry.section.parent)
            (parent.children if parent else top).append(entry)
        return top

    @cached_property
    def entries(self) -> dict[UUID, Entry]:
        """Every line of the contents in reading order, by the section's key."""
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
        entries = list(self.entries.values())
        at = list(self.entries).index(section.key)
        return (
            entries[at],
            entries[at - 1] if at else None,
            entries[at + 1] if at + 1 < len(entries) else None,
        )

    def html(self, section: EditionSection) -> str:
        """The section's words with links that stay within what this reader has open."""
        return shown(section.body.html, section_address=self._section_address, asset_address=asset_address)

    def html_with_places(self, section: EditionSection) -> str:
        """The same with ids on its blocks and links to them, for the section's own page."""
        html = with_places(section.body.html, section.body_id)
        return shown(html, section_address=self._section_address, asset_address=asset_address)

    def redline(self, html: Mapping[str, str], old: str, new: str, prefix: str = "change") -> Redline:
        """What differs between two bodies of `html`, which is by hash, with links that stay within what this reader has open.

        Kept in the cache, since neither ever changes. `prefix` tells its changes apart from those of other redlines on a page.
        """
        found = cache.get_or_set(
            f"handbook.redline.{REDLINES}.{old}.{new}.{prefix}",
            lambda: redline(html[old], html[new], prefix=prefix),
            None,
        )
        text = shown(found.html, section_address=self._section_address, asset_address=asset_address)
        return replace(found, html=text)

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
    if number is None:
        in_force = handbook.editions.in_force(today)
        return Reading(handbook, in_force, in_force, today, permanent=False) if in_force else None
    in_force, edition = handbook.editions.in_force_and_numbered(today, number)
    return Reading(handbook, edition, in_force, today, permanent=True) if edition else None


def open_at(handbook: HandbookPage, day: date, today: date) -> Reading | None:
    """The edition that was in force on `day`, or will be as far as is known `today`; None for a day before the first."""
    edition = handbook.editions.in_force(day)
    in_force = handbook.editions.in_force(today)
    return Reading(handbook, edition, in_force, today, permanent=False, at=day) if edition else None


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


def preview_of(edition: Edition) -> Reading:
    """An edition that is not published, as its readers will have it open; its links lead to the preview of each section."""
    return Reading(edition.handbook, edition, None, edition.effective_on, permanent=True, preview=True)
