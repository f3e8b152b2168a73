"""Pure: where a step of a timeline stands, how far a checked link can be relied on, when a page is stale, when to remind, how large a network is."""

from calendar import monthrange
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

A_CHECK_IS_GOOD_FOR = timedelta(days=365)
SATURDAY = 5


class Phase(StrEnum):
    PAST = "past"
    NOW = "now"
    COMING = "coming"


def phase(begins_on: date, ends_on: date | None, today: date) -> Phase:
    """Where a step stands today. `ends_on` is the first day on which it is over; without one it lasts for its day."""
    if today < begins_on:
        return Phase.COMING
    return Phase.NOW if today < end_of(begins_on, ends_on) else Phase.PAST


def end_of(begins_on: date, ends_on: date | None) -> date:
    """The first day on which a step is over."""
    return ends_on or begins_on + timedelta(days=1)


def standing_of_link(status: str, checked_on: date, today: date, gone_on: date | None = None) -> str:
    """What readers are told of a link that somebody followed on a day. `gone_on`: the portal itself found it gone on that day."""
    if status != "gone" and gone_on is not None and gone_on >= checked_on:
        return f"It was gone when the portal looked on {gone_on.day} {gone_on:%B %Y}."
    day = f"{checked_on.day} {checked_on:%B %Y}"
    if status == "gone":
        return f"It was gone when we looked on {day}."
    if today >= checked_on + A_CHECK_IS_GOOD_FOR:
        return f"Not checked since {day}."
    return f"Checked on {day}: parts of it no longer hold." if status == "older" else f"Checked on {day}."


class Timed(Protocol):
    """What holds from a moment until another."""

    starts_at: datetime
    ends_at: datetime


def standing_of_banner(banner: Timed, now: datetime) -> str:
    """What editors are told of a banner at a moment. It is over at the moment at which it ends."""
    if now < banner.starts_at:
        return "To come"
    return "Shown" if now < banner.ends_at else "Over"


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last day of that month if it has no such day."""
    number = day.year * 12 + day.month - 1 - months
    year, month = number // 12, number % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def working_days_between(first: date, last: date) -> int:
    """How many days from Monday to Friday lie after `first`, up to and with `last`. Bank holidays count as working days."""
    days = max(0, (last - first).days)
    return sum((first + timedelta(days=number)).weekday() < SATURDAY for number in range(1, days + 1))


def reminder_due(since: date, today: date, after: int) -> int | None:
    """Which reminder of something that has waited since a day is due: the first after so many working days, then one a week.

    `None` if none is yet. After downtime only the latest is due.
    """
    first = since
    while working_days_between(since, first) < after:
        first += timedelta(days=1)
    return (today - first).days // 7 + 1 if today >= first else None


SIZES = {
    "small": "Fewer than 30,000 patients",
    "typical": "30,000 to 50,000 patients",
    "large": "More than 50,000 patients",
}


def size_of(list_size: int | None) -> str:
    """Which of `SIZES` a network has; empty if its number of patients is not known."""
    if list_size is None:
        return ""
    if list_size < 30_000:
        return "small"
    return "typical" if list_size <= 50_000 else "large"
