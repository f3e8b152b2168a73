"""Reads tables from CSV files that people bring in: lines with their number, and those that cannot be read with the reason."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class TableRefused(Exception):
    """The file as a whole cannot be read. Worded for whoever brought it."""


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is no line of a table."""

    line: int
    reason: str


@dataclass(frozen=True)
class Table:
    """The lines below the names of the columns. `places` says which cell of a line belongs to which column."""

    places: dict[str, int]
    width: int
    lines: Iterator[tuple[int, list[str]] | BadLine]


def read_table(content: bytes, needed: Mapping[str, str], optional: Mapping[str, str] | None = None) -> Table:
    """The table in a CSV file in UTF-8, with commas or semicolons. Raises `TableRefused`, also if a column is missing.

    `needed` and `optional` are columns by the key under which `places` has them, with the name that people read.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise TableRefused(
            f"Line {line} is not in UTF-8. Save the file as “CSV UTF-8”, then try again."
        ) from error
    lines = _lines(text)
    first = next(lines, None)
    if first is None:
        raise TableRefused("The file is empty.")
    if isinstance(first, BadLine):
        raise TableRefused(f"The line with the names of the columns cannot be read. {first.reason}")
    return Table(_places(first[1], needed, optional or {}), len(first[1]), lines)


def refusal_of_width(cells: Sequence[str], width: int) -> str | None:
    """Why a line does not fit the names of the columns; `None` if it does. Empty cells at its end do not matter."""
    if len(cells) < width or any(cell.strip() for cell in cells[width:]):
        return f"It has {len(cells)} cells, but the first line of the file has {width}."
    return None


def _lines(text: str) -> Iterator[tuple[int, list[str]] | BadLine]:
    """The lines that are not blank, each with its number, as cells."""
    heading = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = ";" if heading.count(";") > heading.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield BadLine(line, "A quotation mark in it stands in the wrong place or is not closed.")
            continue
        if any(cell.strip() for cell in cells):
            yield line, cells


def _places(
    headings: Sequence[str], needed: Mapping[str, str], optional: Mapping[str, str]
) -> dict[str, int]:
    folded = [re.sub(r"[\s_]+", "_", heading.strip().casefold()).strip("_") for heading in headings]
    missing = [name for column, name in needed.items() if column not in folded]
    if missing:
        columns = "column" if len(needed) == 1 else "columns"
        raise TableRefused(
            f"The file has no column {_listed(missing)}. It needs the {columns} {_listed(list(needed.values()))}."
        )
    every = {**needed, **optional}
    if double := [name for column, name in every.items() if folded.count(column) > 1]:
        raise TableRefused(f"The file has more than one column {_listed(double)}.")
    return {column: folded.index(column) for column in every if column in folded}


def _listed(names: Sequence[str]) -> str:
    quoted = [f"“{name}”" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
