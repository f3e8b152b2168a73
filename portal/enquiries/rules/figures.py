"""Figures on questions by month and topic, made of rows that name nobody."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from statistics import median


@dataclass(frozen=True)
class Asked:
    """What is counted of one question: its month (the first day), its topic, and how the answer came."""

    month: date
    topic: str
    is_answered: bool
    working_days: int | None
    is_overdue: bool


@dataclass(frozen=True)
class Figures:
    """How many were asked and answered, and in how many working days; `None` where nothing was answered."""

    month: date
    topic: str
    asked: int
    answered: int
    median_days: float | None
    slowest_days: int | None
    overdue: int


def percentile(values: Sequence[int], per_cent: int) -> int | None:
    """The smallest value that so many per cent of all do not exceed (nearest rank); `None` without values."""
    return sorted(values)[ceil(len(values) * per_cent / 100) - 1] if values else None


def figures_of(month: date, topic: str, rows: Sequence[Asked]) -> Figures:
    days = [row.working_days for row in rows if row.working_days is not None]
    return Figures(
        month,
        topic,
        asked=len(rows),
        answered=sum(row.is_answered for row in rows),
        median_days=median(days) if days else None,
        slowest_days=percentile(days, 90),
        overdue=sum(row.is_overdue for row in rows),
    )


def by_month_and_topic(rows: Iterable[Asked]) -> list[Figures]:
    """A line for each month and topic in which something was asked, the newest month first, topics by name."""
    found: dict[tuple[date, str], list[Asked]] = defaultdict(list)
    for row in rows:
        found[row.month, row.topic].append(row)
    ordered = sorted(found, key=lambda key: (-key[0].toordinal(), key[1]))
    return [figures_of(*key, found[key]) for key in ordered]


def months_until(last: date, count: int) -> list[date]:
    """The first days of so many months, the last that of `last`, the earliest first."""
    number = last.year * 12 + last.month - 1
    return [date(one // 12, one % 12 + 1, 1) for one in range(number - count + 1, number + 1)]
