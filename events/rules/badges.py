"""The sheets that name badges are printed on, and how big a name can be on them. Millimetres and points."""

import re
from collections.abc import Callable
from dataclasses import dataclass

A4 = (210.0, 297.0)
POINT = 25.4 / 72


@dataclass(frozen=True)
class Sheet:
    """An A4 sheet of badges of one size, in rows and columns, in the middle of the sheet.

    `gap` is what lies between columns. Sheets that are cut by hand have marks for it.
    """

    label: str
    width: float
    height: float
    columns: int
    rows: int
    gap: float = 0.0
    has_marks: bool = False

    @property
    def count(self) -> int:
        """How many badges are on a sheet."""
        return self.columns * self.rows

    @property
    def left(self) -> float:
        return (A4[0] - self.columns * self.width - (self.columns - 1) * self.gap) / 2

    @property
    def top(self) -> float:
        return (A4[1] - self.rows * self.height) / 2

    def corner(self, number: int) -> tuple[float, float]:
        """Where the left upper corner of a badge is on its sheet: the first is number 0, and rows are filled one after the other."""
        row, column = divmod(number % self.count, self.columns)
        return (
            round(self.left + column * (self.width + self.gap), 3),
            round(self.top + row * self.height, 3),
        )


SHEETS = {
    "cards": Sheet(
        "Cards of 90 × 55 mm with marks to cut along, 10 on a sheet", 90, 55, 2, 5, has_marks=True
    ),
    "l7160": Sheet("Labels of 63.5 × 38.1 mm such as Avery L7160, 21 on a sheet", 63.5, 38.1, 3, 7, gap=2.5),
    "l7163": Sheet("Labels of 99.1 × 38.1 mm such as Avery L7163, 14 on a sheet", 99.1, 38.1, 2, 7, gap=2.5),
}


def size_of(
    words: str,
    width: float,
    measure: Callable[[str], float],
    *,
    biggest: float,
    smallest: float,
    most: int = 2,
) -> float:
    """The size in points with which words fit a width in `most` lines; never below `smallest`. Lines end at blanks and hyphens.

    `measure` says how wide a text is, in its own size.
    """
    pieces = re.findall(r"[^\s-]+-*\s*|-+\s*|\s+", words)
    size = biggest
    while size > smallest and not _fits(pieces, width / (size * POINT), measure, most):
        size -= 0.5
    return max(size, smallest)


def _fits(pieces: list[str], width: float, measure: Callable[[str], float], most: int) -> bool:
    """Whether pieces fit `most` lines of a width, each line filled as far as it goes."""
    lines, line = 1, ""
    for piece in pieces:
        if measure(piece.rstrip()) > width:
            return False
        if measure((line + piece).rstrip()) > width:
            lines, line = lines + 1, ""
        line += piece
    return lines <= most
