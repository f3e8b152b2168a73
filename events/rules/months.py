"""A month as a grid of weeks, Monday first, with what is on each day."""

from calendar import Calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

Thing = TypeVar("Thing")
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 1)


@dataclass(frozen=True)
class Day(Generic[Thing]):
    """A day of the grid. Those of the months before and after only fill up the weeks."""

    date: date
    in_month: bool
    things: tuple[Thing, ...]


def weeks_of(month: date, spans: Iterable[tuple[date, date, Thing]]) -> list[list[Day[Thing]]]:
    """The weeks of the month that `month` lies in. A thing stands on each day from its first to its last."""
    known = list(spans)
    return [
        [
            Day(
                day,
                day.month == month.month,
                tuple(thing for first, last, thing in known if first <= day <= last),
            )
            for day in week
        ]
        for week in Calendar(firstweekday=0).monthdatescalendar(month.year, month.month)
    ]


def beside(month: date, by: int) -> date | None:
    """The first day of the month before (-1) or after (1); None where the calendar ends."""
    months = month.year * 12 + month.month - 1 + by
    found = date(months // 12, months % 12 + 1, 1)
    return found if EARLIEST <= found <= LATEST else None
