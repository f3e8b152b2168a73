"""Reads the association's register from a CSV file: rows that can be used, and bad ones with their line and the reason."""

import re
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from portal.members.models.memberships import end_of
from portal.members.rules.memberships import Details, Row, Span, fold_number
from portal.members.tables import CONTROL, BadLine, Table, read_table, refusal_of_width

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
YEARS = range(1900, 2200)


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
    """The rows of the file. Raises `TableRefused` if it is no CSV file in UTF-8 with the columns that are needed."""
    table = read_table(content, COLUMNS)
    register = Register()
    for found in table.lines:
        made = BadRow(found.line, "", found.reason) if isinstance(found, BadLine) else _row(*found, table)
        (register.bad if isinstance(made, BadRow) else register.rows).append(made)
    return register


def _row(line: int, cells: list[str], table: Table) -> Row | BadRow:
    number = ""
    place = table.places["number"]
    if place < len(cells) and not CONTROL.search(cells[place]):
        number = fold_number(cells[place])[: LONGEST["number"]]
    if refusal := refusal_of_width(cells, table.width):
        # A cell too many or too few can stand before the number as well.
        return BadRow(line, "", refusal)
    values = {column: cells[place].strip() for column, place in table.places.items()}
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
