"""Reads `ePCN.xlsx`, in which the NHS organisation data service lists networks and the practices in them."""

import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED_BYTES = 100 * 1024 * 1024
MOST_ROWS = 100_000
MOST_COLUMNS = 100
LONGEST_NAME = 200

NETWORKS = "PCNDetails"
PARTNERS = "PCN Core Partner Details"
# What the portal calls a column: what the file has called it over the years.
NETWORK_COLUMNS = {
    "code": ("PCN Code",),
    "name": ("PCN Name",),
    "starts_on": ("Open Date",),
    "ends_on": ("Close Date",),
    "location": ("Sub ICB Location", "Sub ICB Location Name", "Current Sub ICB Loc Name"),
}
PARTNER_COLUMNS = {
    "practice_code": ("Partner Organisation Code",),
    "practice_name": ("Partner Name",),
    "network_code": ("PCN Code",),
    "starts_on": ("Practice to PCN Relationship Start Date",),
    "ends_on": ("Practice to PCN Relationship End Date",),
}
# Before 2022 there were no boards.
OPTIONAL = {"location"}

NETWORK_CODE = re.compile(r"U\d{5}")
PRACTICE_CODE = re.compile(r"[A-Z]\d{5}")
UNREADABLE = (
    "This is not an Excel workbook (.xlsx), or it is damaged. Download ePCN.xlsx again, then try again."
)


class WorkbookRefusedError(Exception):
    """A file cannot be read at all. Worded for the person who gave it."""


@dataclass(frozen=True)
class NetworkRow:
    """What the file says of a network. `ends_on` is the first day on which it no longer exists."""

    row: int
    code: str
    name: str
    location: str
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True)
class PartnerRow:
    """What the file says of a practice in a network. `ends_on` is the first day on which it no longer belongs to it."""

    row: int
    network_code: str
    practice_code: str
    practice_name: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True)
class Fault:
    """Why a row was left out."""

    sheet: str
    row: int
    reason: str

    def __str__(self) -> str:
        return f"Sheet “{self.sheet}”, row {self.row:,}: {self.reason}"


@dataclass
class Workbook:
    """What was read. `has_boards` is false if the file has no column that names them."""

    networks: list[NetworkRow] = field(default_factory=list)
    partners: list[PartnerRow] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    has_boards: bool = True


class _RowFault(Exception):
    """What is wrong with the row that is being read."""


def read(path: Path, progress: Callable[[], object] = lambda: None) -> Workbook:
    """Reads both sheets; calls `progress` for each row. Rows that cannot be understood become faults, the rest goes on.

    Raises `WorkbookRefusedError` if the file is no workbook, is too large, or lacks a sheet or a column.
    """
    # openpyxl takes a moment to load, and only this command needs it.
    from openpyxl import load_workbook

    _refuse_too_much(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions, which do not matter here
            book = load_workbook(path, read_only=True, data_only=True)
            try:
                return _read_sheets(book, progress)
            finally:
                book.close()
    except WorkbookRefusedError:
        raise
    except (
        zipfile.BadZipFile,
        zlib.error,
        ArithmeticError,
        AttributeError,
        EOFError,
        LookupError,
        NotImplementedError,
        OSError,
        RuntimeError,
        SyntaxError,  # what XML parsers raise
        TypeError,
        ValueError,
    ) as error:
        raise WorkbookRefusedError(UNREADABLE) from error


def _refuse_too_much(path: Path) -> None:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise WorkbookRefusedError(f"The file is larger than {MOST_BYTES // 1024 // 1024} MB.")
        with zipfile.ZipFile(path) as archive:
            # Python stops reading a file at the size that is stated here.
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except FileNotFoundError as error:
        raise WorkbookRefusedError(f"There is no file “{path}”.") from error
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise WorkbookRefusedError(UNREADABLE) from error
    if unpacked > MOST_UNPACKED_BYTES:
        raise WorkbookRefusedError(f"The file unpacks to more than {MOST_UNPACKED_BYTES // 1024 // 1024} MB.")


def _read_sheets(book: Any, progress: Callable[[], object]) -> Workbook:
    workbook = Workbook()
    columns, rows = _open_sheet(book, NETWORKS, NETWORK_COLUMNS)
    workbook.has_boards = "location" in columns
    for number, cells in rows:
        progress()
        try:
            workbook.networks.append(_network(number, _named(cells, columns)))
        except _RowFault as fault:
            workbook.faults.append(Fault(NETWORKS, number, str(fault)))
    columns, rows = _open_sheet(book, PARTNERS, PARTNER_COLUMNS)
    for number, cells in rows:
        progress()
        try:
            workbook.partners.append(_partner(number, _named(cells, columns)))
        except _RowFault as fault:
            workbook.faults.append(Fault(PARTNERS, number, str(fault)))
    return workbook


def _open_sheet(
    book: Any, title: str, wanted: dict[str, tuple[str, ...]]
) -> tuple[dict[str, int], Iterator[tuple[int, tuple]]]:
    """Where the columns are, and the rows below the headings that hold anything, with their numbers."""
    sheet = next((sheet for sheet in book.worksheets if _fold(sheet.title) == _fold(title)), None)
    if sheet is None:
        raise WorkbookRefusedError(
            f"The file has no sheet “{title}”. Use the file ePCN.xlsx of the NHS organisation data service."
        )
    rows = _rows(sheet, title)
    _, headings = next(rows, (0, ()))
    places = {heading: place for place, heading in reversed(list(enumerate(map(_fold, headings))))}
    columns = {
        name: place
        for name, titles in wanted.items()
        if (place := next((places[_fold(one)] for one in titles if _fold(one) in places), None)) is not None
    }
    missing = [f"“{titles[0]}”" for name, titles in wanted.items() if name not in {*columns, *OPTIONAL}]
    if missing:
        raise WorkbookRefusedError(
            f"The sheet “{title}” lacks the column{'s' if len(missing) > 1 else ''} {', '.join(missing)}."
        )
    return columns, rows


def _rows(sheet: Any, title: str) -> Iterator[tuple[int, tuple]]:
    # What a file says of its own size may be wrong.
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True), start=1):
        if all(cell is None or not str(cell).strip() for cell in cells):
            continue
        if number > MOST_ROWS:
            raise WorkbookRefusedError(f"The sheet “{title}” has more than {MOST_ROWS:,} rows.")
        yield number, cells


def _fold(heading: object) -> str:
    """A heading without its line breaks and capitals."""
    return " ".join(str(heading or "").split()).casefold()


def _named(cells: tuple, columns: dict[str, int]) -> dict[str, Any]:
    row = dict(enumerate(islice(cells, MOST_COLUMNS)))
    return {name: row.get(place) for name, place in columns.items()}


def _network(number: int, cells: dict[str, Any]) -> NetworkRow:
    starts_on, ends_on = _period(cells, "open date", "close date")
    return NetworkRow(
        row=number,
        code=_code(cells["code"], NETWORK_CODE, "the code of a network, such as U12345"),
        name=_name(cells["name"], "network"),
        location=_text(cells.get("location")),
        starts_on=starts_on,
        ends_on=ends_on,
    )


def _partner(number: int, cells: dict[str, Any]) -> PartnerRow:
    starts_on, ends_on = _period(cells, "start date", "end date")
    if starts_on is None:
        raise _RowFault("the start date is empty.")
    return PartnerRow(
        row=number,
        network_code=_code(cells["network_code"], NETWORK_CODE, "the code of a network, such as U12345"),
        practice_code=_code(cells["practice_code"], PRACTICE_CODE, "the code of a practice, such as A81001"),
        practice_name=_name(cells["practice_name"], "practice"),
        starts_on=starts_on,
        ends_on=ends_on,
    )


def _text(value: object) -> str:
    return " ".join(str(value).split()) if value is not None else ""


def _code(value: object, pattern: re.Pattern[str], what: str) -> str:
    code = _text(value).upper()
    if not pattern.fullmatch(code):
        raise _RowFault(f"“{code[:20]}” is not {what}.")
    return code


def _name(value: object, what: str) -> str:
    name = _text(value)
    if not name:
        raise _RowFault(f"the {what} has no name.")
    if len(name) > LONGEST_NAME:
        raise _RowFault(f"the name of the {what} is longer than {LONGEST_NAME} characters.")
    return name


def _period(cells: dict[str, Any], start: str, end: str) -> tuple[date | None, date | None]:
    """From when until when. The file names the last day; a period here ends on the day after it."""
    starts_on, last = _day(cells["starts_on"], start), _day(cells["ends_on"], end)
    if starts_on and last and last < starts_on:
        raise _RowFault(f"the {end} is before the {start}.")
    return starts_on, last + timedelta(days=1) if last else None


def _day(value: object, what: str) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = _text(int(value) if isinstance(value, float) and value.is_integer() else value)
    if not text:
        return None
    digits = re.fullmatch(r"([0-9]{4})([0-9]{2})([0-9]{2})", text)
    try:
        day = date(*map(int, digits.groups() if digits else ()))
    except (TypeError, ValueError) as error:
        raise _RowFault(f"the {what} “{text[:20]}” is not a date such as 20190701.") from error
    if not 1900 <= day.year <= 2200:
        raise _RowFault(f"the {what} “{text}” is not in our time.")
    return day
