"""Name badges as a PDF for sheets of labels or cards. Nothing is fetched from outside."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from django.template.loader import render_to_string
from PIL import ImageFont

from events.rules.badges import Sheet, size_of

FONT_PACKAGE = "font_source_sans_pro"
FONT_FILES = frozenset(f"SourceSansPro-{face}.ttf" for face in ("Regular", "Semibold"))
MARGIN = 5.0  # mm within a badge
WITHOUT_PANGO = (
    "This machine cannot make PDFs, because the library Pango is missing. On Debian or Ubuntu, install it with "
    "“apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0”, then start the portal again."
)


class PdfUnavailable(Exception):
    """The machine lacks what PDFs are made with. The message tells an administrator what to install."""


@dataclass(frozen=True)
class Badge:
    """What stands on one badge. `line` is the role or the organisation, and can be empty."""

    name: str
    line: str
    ticket: str


def make(badges: Sequence[Badge], sheet: Sheet, event: str, *, skip: int = 0) -> bytes:
    """The PDF of badges in their order. `skip` leaves so many empty at first, where a sheet has been used before.

    Raises PdfUnavailable.
    """
    try:
        # Loaded here: it needs libraries of the system that the rest of the portal does without.
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=".*Expect ugly output")
            from weasyprint import HTML
            from weasyprint.text.fonts import FontConfiguration
    except OSError as error:
        raise PdfUnavailable(WITHOUT_PANGO) from error
    html = render_to_string("events/pdf/badges.html", _context(badges, sheet, event, skip))
    fonts = FontConfiguration()
    document = HTML(string=html, url_fetcher=_fetcher()())
    return document.write_pdf(font_config=fonts, pdf_variant="pdf/ua-1")


def _context(badges: Sequence[Badge], sheet: Sheet, event: str, skip: int) -> dict[str, Any]:
    width = sheet.width - 2 * MARGIN
    biggest = sheet.height * 0.5
    measure = _measure()
    pages: dict[int, list[dict[str, Any]]] = {}
    for number, badge in enumerate(badges, start=skip % sheet.count):
        size = size_of(badge.name, width, measure, biggest=biggest, smallest=8)
        drawn = {"badge": badge, "corner": sheet.corner(number), "size": size}
        pages.setdefault(number // sheet.count, []).append(drawn)
    return {
        "pages": list(pages.values()),
        "sheet": sheet,
        "event": event,
        "marks": _marks(sheet) if sheet.has_marks else [],
        "small": round(sheet.height / 4.6, 1),
    }


def _measure() -> Callable[[str], float]:
    """How wide a text is in our semibold letters, in its own size."""
    font = ImageFont.truetype(files(FONT_PACKAGE) / "files" / "SourceSansPro-Semibold.ttf", 100)
    return lambda text: font.getlength(text) / 100


def _marks(sheet: Sheet) -> list[tuple[float, float, float, float]]:
    """The marks to cut along, outside the badges: left, top, width and height of each."""
    right, bottom = sheet.left + sheet.columns * sheet.width, sheet.top + sheet.rows * sheet.height
    long, thin, away = 5.0, 0.2, 2.0
    across = [
        (start, sheet.top + row * sheet.height, long, thin)
        for row in range(sheet.rows + 1)
        for start in (sheet.left - away - long, right + away)
    ]
    down = [
        (sheet.left + column * sheet.width, start, thin, long)
        for column in range(sheet.columns + 1)
        for start in (sheet.top - away - long, bottom + away)
    ]
    return across + down


def _fetcher() -> Any:
    """A class that hands out our fonts, and refuses every other address."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Fetcher(URLFetcher):
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
            scheme, _, name = url.partition(":")
            if scheme == "font" and name in FONT_FILES:
                return URLFetcherResponse(url, (files(FONT_PACKAGE) / "files" / name).read_bytes())
            raise ValueError("Nothing is fetched from elsewhere.")

    return Fetcher
