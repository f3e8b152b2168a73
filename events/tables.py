"""Reads the attendance reports that Teams and Zoom give out: who was there by which name and address, and for how long."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from events.rules.reports import seconds_of
from portal.members.tables import TableRefused

MOST_ROWS = 20_000
LONGEST_CELL = 320
EMAIL = (
    "email",
    "user email",
    "email address",
    "participant email",
    "participant id (upn)",
    "registration email",
)
NAME = (
    "name",
    "full name",
    "name (original name)",
    "user name (original name)",
    "participant name",
    "participant",
    "user name",
    "display name",
)
FIRST, LAST = ("first name",), ("last name", "surname")
# The first of these that a table has: some have the minutes of each stay beside those of all.
DURATION = (
    "in-meeting duration",
    "time in session (minutes)",
    "total duration (minutes)",
    "duration (minutes)",
    "attendance duration",
    "duration",
)
NO_TABLE = (
    "There is no table in this file with names, or addresses, and how long people were there. Export the attendance report from "
    "Teams or Zoom as CSV, and bring in that file as it is."
)


@dataclass(frozen=True, slots=True)
class Stay:
    """A line of a report: somebody was there for so many seconds."""

    line: int
    name: str
    email: str
    seconds: int


@dataclass(frozen=True, slots=True)
class BadStay:
    """A line of which nobody can tell for how long somebody was there."""

    line: int
    name: str
    reason: str


@dataclass
class Report:
    """What a file says: its good lines and its bad ones, in their order."""

    stays: list[Stay] = field(default_factory=list)
    bad: list[BadStay] = field(default_factory=list)


def read_report(content: bytes) -> Report:
    """The first table with people and durations in a file. Teams writes tabs and UTF-16, Zoom commas and UTF-8.

    What stands before the table and behind it is passed over: Teams lists each stay a second time there. Raises `TableRefused`
    if there is no such table, or it is too long.
    """
    report, columns = Report(), None
    for line, cells in _lines(_text(content)):
        if columns is None:
            columns = _columns(cells)
        elif not any(cells) or _columns(cells) is not None or re.match(r"\d+\. \w", cells[0]):
            break
        else:
            _take(report, columns, line, cells)
    if columns is None:
        raise TableRefused(NO_TABLE)
    return report


def _take(report: Report, columns: dict[str, int], line: int, cells: Sequence[str]) -> None:
    if len(report.stays) + len(report.bad) >= MOST_ROWS:
        raise TableRefused(f"The file has more than {MOST_ROWS:,} rows. Divide it, then bring in the parts.")

    def cell(column: str) -> str:
        place = columns.get(column)
        return cells[place][:LONGEST_CELL] if place is not None and place < len(cells) else ""

    name = cell("name") or f"{cell('first')} {cell('last')}".strip()
    email, duration = cell("email").lower(), cell("duration")
    if not name and not email:
        report.bad.append(BadStay(line, "", "It names nobody."))
        return
    seconds = seconds_of(duration)
    if seconds is None:
        # Whoever was invited and did not come stands in some reports too.
        reason = f"“{duration}” is no duration." if duration else "It does not say how long."
        report.bad.append(BadStay(line, name or email, reason))
        return
    report.stays.append(Stay(line, name, email if "@" in email else "", seconds))


def _columns(cells: Sequence[str]) -> dict[str, int] | None:
    """Which cell has what, if these are the names of the columns; else `None`."""
    names = [" ".join(cell.casefold().replace("e-mail", "email").split()) for cell in cells]
    wanted = {"name": NAME, "email": EMAIL, "first": FIRST, "last": LAST, "duration": DURATION}
    found = {
        key: names.index(next(name for name in known if name in names))
        for key, known in wanted.items()
        if any(name in names for name in known)
    }
    return found if "duration" in found and ({"name", "email", "last"} & set(found)) else None


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each line with its number, as cells; a blank one has none."""
    heading = max(text.splitlines()[:200], key=lambda line: len(re.findall(r"[\t,;]", line)), default="")
    delimiter = max("\t,;", key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            yield reader.line_num, [cell.strip() for cell in cells] or [""]
    except csv.Error as error:
        raise TableRefused(f"Line {reader.line_num} cannot be read: {error}.") from error


def _text(content: bytes) -> str:
    """The text of a file in UTF-16 or UTF-8, with or without a mark at its beginning, or in what Windows wrote before."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decoded(content, "utf-16")
    if b"\0" in content[:200]:
        return _decoded(content, "utf-16-be" if content[:1] == b"\0" else "utf-16-le")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise TableRefused("This file is damaged. Export it again, then bring it in as it is.") from error
