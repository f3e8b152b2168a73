"""An edition in one piece: on one page of the web, and as the PDF – which file, and which section stands on which page."""

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from handbook.errata import errata_of
from handbook.models import Edition, EditionPdf, EditionSection, Erratum
from handbook.reading import Reading


@dataclass(frozen=True)
class Printed:
    """The newest PDF of an edition. `page_map` holds pages of the file, which an errata sheet in front moves by `front`."""

    url: str
    size: int
    front: int
    page_map: dict[str, int]

    def page(self, key: UUID) -> int | None:
        """The page on which the section begins, as it is printed there; the same with and without an errata sheet."""
        return self.page_map[str(key)] - self.front if str(key) in self.page_map else None

    def address(self, key: UUID) -> str:
        """Where the file opens at the section."""
        return f"{self.url}#page={self.page_map[str(key)]}" if str(key) in self.page_map else self.url


def printed(reading: Reading) -> Printed | None:
    """The PDF to offer for what is open, or None while it is being made. One query."""
    row = reading.edition.pdfs.newest()
    if row is None or (size := row.size) is None:
        return None
    return Printed(f"{reading.permanent_home}pdf/", size, row.front, row.page_map)


@dataclass(frozen=True)
class PrintedSection:
    """Where the PDF has a section: the address that opens it there, the size of the file, and the page if it is known."""

    url: str
    size: int
    page: int | None


def printed_section(reading: Reading, section: EditionSection) -> PrintedSection | None:
    """The PDF to offer beside a section, or None while it is being made. One query."""
    pdf = printed(reading)
    return pdf and PrintedSection(pdf.address(section.key), pdf.size, pdf.page(section.key))


def find_pdf(edition: Edition, errata: int | None) -> EditionPdf | None:
    """The PDF with so many errata on its sheet, or the newest one."""
    if errata is None:
        return edition.pdfs.newest()
    return edition.pdfs.made().filter(errata=errata).first()


def section_on_page(edition: Edition, page: int) -> EditionSection | None:
    """The first section that begins on a printed page, or the one that runs on to it; None for pages before the first,
    behind the last, and those that the PDF does not have."""
    row = edition.pdfs.made().filter(errata=0).first()
    if row is None or page >= row.page_map.get(EditionPdf.AFTER_SECTIONS, row.length + 1):
        return None
    begins = {key: begin for key, begin in row.page_map.items() if begin <= page}
    sections = edition.sections.present().filter(key__in=begins)
    there = [section for section in sections if begins[str(section.key)] == page]
    return there[0] if there else sections.last()


class OnOnePage(NamedTuple):
    """A section where the whole edition stands on one page: its words, its errata, and the page of the PDF if there is one."""

    section: EditionSection
    html: str
    errata: list[Erratum]
    page: int | None


def on_one_page(reading: Reading, pdf: Printed | None) -> list[OnOnePage]:
    """The sections of an edition in reading order. Two queries, however many there are."""
    errata: dict[UUID, list[Erratum]] = {}
    for erratum in errata_of(reading.edition):
        errata.setdefault(erratum.key, []).append(erratum)
    rows = reading.edition.sections.present().select_related("body").defer("body__source")
    return [
        OnOnePage(
            row, reading.html_on_one_page(row), errata.get(row.key, []), pdf.page(row.key) if pdf else None
        )
        for row in rows
    ]
