"""The PDF of an edition: made of its frozen rows alone, the same bytes every time, and tagged for screen readers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from handbook.models import Asset, Edition, EditionPdf
from handbook.pdf.press import PdfUnavailable, Press
from handbook.pdf.text import Text, errata_context

BACK = (".amendments", ".about")  # what the template calls the parts behind the sections

__all__ = ["ErratumFacts", "Pdf", "PdfUnavailable", "make"]


@dataclass(frozen=True)
class ErratumFacts:
    """A correction that was published after the edition: the section that it concerns, its day, and its words.

    `text` is plain; blank lines part its paragraphs.
    """

    key: UUID
    number: str
    title: str
    day: date
    text: str


@dataclass(frozen=True)
class Pdf:
    """A PDF; the page on which each section begins, by the section's key (the file's first page is 1); how many pages the
    errata take in front of the edition's own; and how many there are in all."""

    content: bytes
    pages: dict[str, int]
    front: int
    length: int


def make(edition: Edition, errata: Sequence[ErratumFacts] = ()) -> Pdf:
    """The PDF of an edition, with a sheet of `errata` in front if there are any; the edition's own pages stay as they are.

    The same edition and errata give the same bytes, whatever the order of the errata. Nothing is fetched from outside.
    Raises PdfUnavailable when the machine lacks what PDFs are made with.
    """
    assets = {asset.pk: asset for asset in Asset.objects.filter(uses__edition=edition).distinct()}
    press = Press.open(assets)
    text = Text.of(edition, assets)
    book = press.set("handbook/pdf/edition.html", text.context())
    begins = {anchor: at for at, page in reversed([*enumerate(book.pages, 1)]) for anchor in page.anchors}
    pages = {str(section.key): begins[section.anchor] for section in text.sections}
    pages[EditionPdf.AFTER_SECTIONS] = min(begins[name] for name in BACK if name in begins)
    identifier = edition.sha256 or edition.frozen_at.isoformat()
    if not errata:
        return Pdf(press.printed(book, identifier), pages, 0, len(book.pages))
    # A document of its own, so that it cannot move a line of the edition. Its links are resolved when both are printed.
    sheet = press.set("handbook/pdf/errata.html", errata_context(text, errata, pages))
    front = len(sheet.pages)
    content = press.printed(book, identifier, sheet)
    return Pdf(content, {key: page + front for key, page in pages.items()}, front, front + len(book.pages))
