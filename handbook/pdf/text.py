"""An edition's words as they are printed: every section on paper, links within the book, addresses as footnotes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit
from uuid import UUID

import lxml.html
from django.conf import settings
from PIL import Image as Pillow

from handbook.amendments import Amendment, amendments_of
from handbook.models import Asset, Edition, EditionPdf, EditionSection
from handbook.pictures import fault_of
from handbook.reading import Reading, asset_address

if TYPE_CHECKING:
    from handbook.pdf import ErratumFacts

DEEPEST_TITLE = 4  # a section's own heading is h4 at most, so that those in its words have room below it
# A table with this many columns is set smaller.
SMALL_COLUMNS, SMALLEST_COLUMNS = 6, 9
# How many letters of the longest words side by side surely fit on a page, by the size of the table.
MOST_LETTERS = {"": 60, "small": 60, "smallest": 65}
# Of the ways to hold colours, those that WeasyPrint knows.
PRINTED_MODES = frozenset({"1", "CMYK", "I", "L", "LA", "P", "RGB", "RGBA"})
NO_DESCRIPTION = "Picture without a description"


@dataclass(frozen=True)
class Printed:
    """A section as it is printed: its row, the level of its heading, its address on the web, its words."""

    row: EditionSection
    level: int
    address: str
    html: str


@dataclass(frozen=True)
class PrintedAmendment:
    """A line of the amendments: what changed, where it stands in the book if it does, and where the web compares it."""

    amendment: Amendment
    anchor: str | None
    compared: str | None
    before: str | None


@dataclass(frozen=True)
class Text:
    """The words of an edition and the assets that it shows, by their hash."""

    edition: Edition
    sections: list[EditionSection]
    assets: Mapping[str, Asset]

    @classmethod
    def of(cls, edition: Edition, assets: Mapping[str, Asset]) -> "Text":
        rows = edition.sections.present().select_related("body").defer("body__source")
        return cls(edition, list(rows), assets)

    @cached_property
    def reading(self) -> Reading:
        return Reading(self.edition.handbook, self.edition, None, self.edition.effective_on, permanent=True)

    @property
    def home(self) -> str:
        """The edition's permanent address on the web."""
        return f"{settings.BASE_URL}{self.reading.permanent_home}"

    def context(self) -> dict[str, Any]:
        """What the template of the book is given."""
        previous = self.edition.previous
        return {
            "handbook": self.edition.handbook,
            "edition": self.edition,
            "previous": previous,
            "home": self.home,
            "contents": self.reading.contents,
            "chapters": self._chapters(),
            "amendments": self._amendments() if previous else [],
            "fingerprint": grouped(self.edition.sha256),
            "previous_fingerprint": grouped(previous.sha256) if previous else "",
        }

    def _chapters(self) -> list[list[Printed]]:
        """Every chapter with the sections in it."""
        bodies = [_parsed(row) for row in self.sections]
        places = {str(element.get("id")) for body in bodies for element in body.iter() if element.get("id")}
        binder = Binder({str(row.key): row.anchor for row in self.sections}, places, self.assets)
        chapters: list[list[Printed]] = []
        for row, body in zip(self.sections, bodies, strict=True):
            level = min(row.depth + 1, DEEPEST_TITLE)
            binder.bind(body, row.anchor, level)
            if row.depth == 1 or not chapters:
                chapters.append([])
            chapters[-1].append(Printed(row, level, f"{self.home}{row.anchor}/", _inner(body)))
        return chapters

    def _amendments(self) -> list[tuple[str, list[PrintedAmendment]]]:
        """What has changed since the edition before, by chapter."""
        handbook, previous = self.edition.handbook, self.edition.previous
        present = {section.key for section in self.sections}
        fields = ("key", "parent", "number", "title")
        rows = [
            *previous.sections.present().values_list(*fields),
            *self.edition.sections.values_list(*fields),
        ]
        known = {key: (parent, f"{number} {title}") for key, parent, number, title in rows}
        groups: dict[UUID, list[PrintedAmendment]] = {}
        for line in amendments_of(handbook.url, [self.edition])[self.edition.pk]:
            compared = f"{handbook.url}compare/{previous.number}/{self.edition.number}/{line.row.anchor}/"
            stands = line.row.key in present
            groups.setdefault(_chapter_of(line.row.key, known), []).append(
                PrintedAmendment(
                    amendment=line,
                    anchor=line.row.anchor if stands else None,
                    compared=f"{settings.BASE_URL}{compared}" if stands and line.words_changed else None,
                    before=f"{settings.BASE_URL}{line.before_url}" if line.before_url else None,
                )
            )
        return [
            (known[key][1] + ("" if key in present else f" (in edition {previous.number})"), lines)
            for key, lines in groups.items()
        ]


def errata_context(text: Text, errata: Sequence["ErratumFacts"], pages: Mapping[str, int]) -> dict[str, Any]:
    """What the template of the errata sheet is given: the errata in the order of the pages that they concern."""
    anchors = {section.key: section.anchor for section in text.sections}
    lines = [(erratum, pages.get(str(erratum.key)), anchors.get(erratum.key)) for erratum in errata]
    last = pages[EditionPdf.AFTER_SECTIONS]
    lines.sort(key=lambda line: (line[1] or last, line[0].day, line[0].number, line[0].title, line[0].text))
    latest = max(erratum.day for erratum in errata)
    return {
        "handbook": text.edition.handbook,
        "edition": text.edition,
        "home": text.home,
        "lines": lines,
        "latest": latest,
    }


def grouped(sha256: str) -> str:
    """A fingerprint in groups that can be read out and compared; "" for none."""
    return " ".join(sha256[at : at + 8] for at in range(0, len(sha256), 8))


def _chapter_of(key: UUID, known: Mapping[UUID, tuple[UUID | None, str]]) -> UUID:
    while (parent := known[key][0]) in known:
        key = parent
    return key


# --- A section's words ------------------------------------------------------------------------------------------------


def _parsed(row: EditionSection) -> lxml.html.HtmlElement:
    """The words of a section, in which the names of places begin with the section's, which no other section has."""
    root = lxml.html.fragment_fromstring(row.body.html, create_parent="div")
    seen: set[str] = set()
    for element in root.iter():
        name = element.attrib.pop("id", None)
        if name and name not in seen:
            seen.add(name)
            element.set("id", f"{row.anchor}.{name}")
    return root


def _inner(root: lxml.html.HtmlElement) -> str:
    return "".join(lxml.html.tostring(child, encoding="unicode") for child in root)


@dataclass(frozen=True)
class Binder:
    """Makes sections the parts of one book: `anchors` of its sections by key, the names of all `places` in them, its assets."""

    anchors: Mapping[str, str]
    places: set[str]
    assets: Mapping[str, Asset]

    def bind(self, root: lxml.html.HtmlElement, anchor: str, level: int) -> None:
        """Change a section's words into what is printed. `anchor` is the section's, `level` that of its heading."""
        _step_down(root, level)
        _lay_open(root)
        for link in list(root.iter("a")):
            self._settle_link(link, anchor)
        for picture in list(root.iter("img")):
            self._settle_picture(picture)
        for table in root.iter("table"):
            _settle_table(table)
        for numbers in root.iter("ol"):
            if (start := numbers.attrib.pop("start", "")).lstrip("-").isdecimal():
                numbers.set("style", f"counter-reset: list-item {int(start) - 1}")

    def _settle_link(self, link: lxml.html.HtmlElement, anchor: str) -> None:
        href = link.attrib.pop("href", "")
        scheme, _, rest = href.partition(":")
        if href.startswith("#"):
            link.set("href", self._place(anchor, href[1:]))
        elif scheme == "section":
            key, _, fragment = rest.partition("#")
            if key in self.anchors:
                link.set("href", self._place(self.anchors[key], fragment))
        elif scheme == "asset":
            if rest.partition("/")[0] in self.assets:
                link.set("href", f"{settings.BASE_URL}{asset_address(rest)}")
        elif scheme in {"mailto", "tel"}:
            link.set("href", href)
        elif address := _web_address(href):
            link.set("href", address)
            _add_footnote(link, address)

    def _place(self, anchor: str, fragment: str) -> str:
        name = f"{anchor}.{fragment}"
        return f"#{name}" if name in self.places else f"#{anchor}"

    def _settle_picture(self, picture: lxml.html.HtmlElement) -> None:
        scheme, _, name = picture.get("src", "").partition(":")
        asset = self.assets.get(name.partition("/")[0]) if scheme == "asset" else None
        words = picture.get("alt", "").strip() or _caption_of(picture) or NO_DESCRIPTION
        if asset and _is_sound(asset):
            picture.set("alt", words)
            return
        missing = lxml.html.Element("span", {"class": "missing"})
        missing.text, missing.tail = f"[Picture: {words}]", picture.tail
        picture.getparent().replace(picture, missing)


def _step_down(root: lxml.html.HtmlElement, level: int) -> None:
    """The headings below the section's own, without a gap: screen readers go by their levels."""
    above: list[int] = []
    for heading in root.iter("h2", "h3", "h4", "h5", "h6"):
        depth = int(heading.tag[1])
        while above and above[-1] >= depth:
            above.pop()
        above.append(depth)
        heading.tag = f"h{min(6, level + len(above))}"


def _lay_open(root: lxml.html.HtmlElement) -> None:
    """What opens and closes on the screen is open; what the format has no tag for becomes what it has one for."""
    for details in list(root.iter("details")):
        details.tag = "div"
        details.set("class", "details")
    for summary in list(root.iter("summary")):
        summary.tag = "p"
        summary.set("class", "summary")
    for group in list(root.iter("div")):
        if group.getparent() is not None and group.getparent().tag == "dl":
            group.drop_tag()


def _web_address(href: str) -> str | None:
    """The absolute address of a link that leads out of the book, if that can be an address of the web."""
    try:
        address = urljoin(f"{settings.BASE_URL}/", href)
        return address if href and urlsplit(address).scheme in {"http", "https"} else None
    except ValueError:
        return None


def _add_footnote(link: lxml.html.HtmlElement, address: str) -> None:
    """For who reads on paper. Not where the words are the address, nor in a table's head, which stands on many pages."""
    if link.text_content().strip().rstrip("/") in {
        address.rstrip("/"),
        address.partition("://")[2].rstrip("/"),
    }:
        return
    if next(link.iterancestors("thead"), None) is not None:
        return
    footnote = lxml.html.Element("span", {"class": "footnote"})
    footnote.text, footnote.tail, link.tail = address, link.tail, None
    link.addnext(footnote)


def _caption_of(picture: lxml.html.HtmlElement) -> str:
    figure = next(picture.iterancestors("figure"), None)
    caption = figure.find(".//figcaption") if figure is not None else None
    return " ".join(caption.text_content().split()) if caption is not None else ""


def _is_sound(asset: Asset) -> bool:
    """Whether an asset is a picture that can be printed to its last line."""
    try:
        with asset.file.open("rb") as file:
            content = file.read()
        if fault_of(content):
            return False
        with Pillow.open(BytesIO(content)) as picture:
            picture.load()
            return picture.mode in PRINTED_MODES
    except Exception:  # noqa: BLE001 - storage and Pillow raise whatever a lost or damaged file leads them into
        return False


def _settle_table(table: lxml.html.HtmlElement) -> None:
    """The more columns, the smaller; words are broken in a table that would be too wide for the page otherwise."""
    widths: dict[int, int] = {}
    for row in table.iter("tr"):
        for column, cell in enumerate(row.iterchildren("td", "th")):
            longest = max(map(len, cell.text_content().split()), default=0)
            widths[column] = max(widths.get(column, 0), longest)
    size = "smallest" if len(widths) >= SMALLEST_COLUMNS else "small" if len(widths) >= SMALL_COLUMNS else ""
    broken = "broken" if sum(widths.values()) + len(widths) > MOST_LETTERS[size] else ""
    if size or broken:
        table.set("class", f"{size} {broken}".strip())
    for heading in table.iter("th"):
        if not heading.get("scope"):
            heading.set("scope", "col" if heading.getparent().getparent().tag == "thead" else "row")
