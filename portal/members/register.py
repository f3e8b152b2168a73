"""Reads the association's register from a CSV file: rows that can be used, and bad ones with their line and the reason."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from portal.members.models.memberships import end_of
from portal.members.rules.memberships import Details, Row, Span, fold_number

COLUMNS = {
    "number": "number",
    "first_name": "first name",
    "last_name": "last name",
    "email": "email",
    "category": "category",
    "from": "from",
    "until": "until",
}
LONGEST = {"number": 20, "first_name": 150, "last_name": 150, "email": 254, "category": 60}
ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
BRITISH = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
YEARS = range(1900, 2200)


class RegisterRefused(Exception):
    """The file as a whole cannot be read. Worded for whoever brought it."""


class _BadCell(Exception):
    pass


@dataclass(frozen=True, slots=True)
class BadRow:
    """A line that cannot be used. `number` is empty if not even that could be read."""

    line: int
    number: str
    reason: str


@dataclass
class Register:
    """What a file says: its good rows and its bad ones, in the order of the lines."""

    rows: list[Row] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)

    @property
    def numbers(self) -> set[str]:
        """Every number that the file names, in bad rows too."""
        return {row.number for row in self.rows} | {bad.number for bad in self.bad if bad.number}

    def refusal_to_be_whole(self) -> str | None:
        """Why nobody can tell from this file who is missing in it; `None` if one can."""
        unread = next((bad.line for bad in self.bad if not bad.number), None)
        if unread is not None:
            return (
                f"Line {unread} has no number that can be read, so we cannot tell who is missing in the file. "
                "Put this line right first."
            )
        return None if self.rows else "The file has no rows that can be used."


def read_register(content: bytes) -> Register:
    """The rows of the file. Raises `RegisterRefused` if it is no CSV file in UTF-8 with the columns that are needed."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise RegisterRefused(
            f"Line {line} is not in UTF-8. Save the file as “CSV UTF-8”, then try again."
        ) from error
    records = _records(text)
    first = next(records, None)
    if first is None:
        raise RegisterRefused("The file is empty.")
    if isinstance(first, BadRow):
        raise RegisterRefused(f"The line with the names of the columns cannot be read. {first.reason}")
    places, width = _places(first[1]), len(first[1])
    register = Register()
    for record in records:
        made = record if isinstance(record, BadRow) else _row(*record, places, width)
        (register.bad if isinstance(made, BadRow) else register.rows).append(made)
    return register


def _records(text: str) -> Iterator[tuple[int, list[str]] | BadRow]:
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
            yield BadRow(line, "", "A quotation mark in it stands in the wrong place or is not closed.")
            continue
        if any(cell.strip() for cell in cells):
            yield line, cells


def _places(headings: Sequence[str]) -> dict[str, int]:
    folded = [re.sub(r"[\s_]+", "_", heading.strip().casefold()).strip("_") for heading in headings]
    missing = [name for column, name in COLUMNS.items() if column not in folded]
    if missing:
        raise RegisterRefused(
            f"The file has no column {_listed(missing)}. It needs the columns {_listed(list(COLUMNS.values()))}."
        )
    if double := [name for column, name in COLUMNS.items() if folded.count(column) > 1]:
        raise RegisterRefused(f"The file has more than one column {_listed(double)}.")
    return {column: folded.index(column) for column in COLUMNS}


def _row(line: int, cells: list[str], places: dict[str, int], width: int) -> Row | BadRow:
    number = ""
    place = places["number"]
    if place < len(cells) and not CONTROL.search(cells[place]):
        number = fold_number(cells[place])[: LONGEST["number"]]
    if len(cells) < width or any(cell.strip() for cell in cells[width:]):
        # A cell too many or too few can stand before the number as well.
        return BadRow(line, "", f"It has {len(cells)} cells, but the first line of the file has {width}.")
    values = {column: cells[place].strip() for column, place in places.items()}
    try:
        return _checked(line, values)
    except _BadCell as bad:
        return BadRow(line, number, str(bad))


def _checked(line: int, values: dict[str, str]) -> Row:
    values["number"] = fold_number(values["number"])
    if not values["number"]:
        raise _BadCell("It has no number.")
    for column, value in values.items():
        if CONTROL.search(value):
            raise _BadCell(f"The {COLUMNS[column]} has a line break or another sign that cannot be there.")
        if len(value) > LONGEST.get(column, 40):
            raise _BadCell(
                f"The {COLUMNS[column]} is longer than {LONGEST.get(column, 40)} letters and figures."
            )
    email = values["email"].lower()
    if email:
        _check_email(email)
    starts_on = _day(values["from"], "from")
    if starts_on is None:
        raise _BadCell("It does not say from which day.")
    last_day = _day(values["until"], "until")
    if last_day is not None and last_day < starts_on:
        raise _BadCell("It ends before it begins.")
    details = Details(values["first_name"], values["last_name"], email)
    return Row(line, values["number"], details, Span(starts_on, end_of(last_day), values["category"]))


def _check_email(email: str) -> None:
    try:
        validate_email(email)
    except ValidationError as error:
        raise _BadCell(f"“{email}” is not an e-mail address.") from error


def _day(value: str, column: str) -> date | None:
    """The day that `value` means, or None if it is empty."""
    if not value:
        return None
    if found := ISO.fullmatch(value):
        year, month, day = found.groups()
    elif found := BRITISH.fullmatch(value):
        day, month, year = found.groups()
    else:
        raise _BadCell(f"“{value}” in {column} is not a date such as 2026-03-31 or 31/03/2026.")
    if int(year) not in YEARS:
        raise _BadCell(f"The year in {column} must be between {YEARS[0]} and {YEARS[-1]}.")
    try:
        return date(int(year), int(month), int(day))
    except ValueError as error:
        raise _BadCell(f"There is no day “{value}” ({column}).") from error


def _listed(names: Sequence[str]) -> str:
    quoted = [f"“{name}”" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
