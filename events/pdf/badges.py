"""Name badges as a PDF for sheets of labels or cards. Nothing is fetched from outside."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from PIL import ImageFont

from events.pdf.press import FONT_PACKAGE, printed
from events.rules.badges import Sheet, size_of

MARGIN = 5.0  # mm within a badge


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
    context = _context(badges, sheet, event, skip)
    return printed("events/pdf/badges.html", "events/pdf/badges.css", context, identifier=event)


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
