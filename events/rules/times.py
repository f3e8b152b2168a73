"""Whether an event is to come, going on or past, and when it is in words. Times are London's."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


class Phase(StrEnum):
    """Where an event is at a moment."""

    COMING = "to come"
    GOING_ON = "going on"
    PAST = "past"
    ANY_TIME = "at any time"


def phase(starts_at: datetime | None, ends_at: datetime | None, now: datetime) -> Phase:
    """It goes on from its start and no longer does at its end. What has no dates can be taken at any time."""
    if starts_at is None or ends_at is None:
        return Phase.ANY_TIME
    if now < starts_at:
        return Phase.COMING
    return Phase.GOING_ON if now < ends_at else Phase.PAST


def days(starts_at: datetime, ends_at: datetime) -> tuple[date, date]:
    """The first and last day in London. What ends at midnight does not reach into the next day."""
    last = ends_at - timedelta(microseconds=1)
    return starts_at.astimezone(LONDON).date(), last.astimezone(LONDON).date()


def next_turn(moments: list[datetime | None], now: datetime) -> datetime | None:
    """The first of the moments that is still to come: until then what depends on them stays as it is."""
    return min((moment for moment in moments if moment and moment > now), default=None)


def last_turn(moments: list[datetime | None], now: datetime) -> datetime | None:
    """The latest of the moments that has come."""
    return max((moment for moment in moments if moment and moment <= now), default=None)


def clock(moment: datetime) -> str:
    """“9:30am”, “4pm”, “midday”: the time of day as NHS pages write it."""
    local = moment.astimezone(LONDON)
    if local.minute == 0 and local.hour in (0, 12):
        return "midday" if local.hour else "midnight"
    minutes = f":{local:%M}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes}{local:%p}".replace("AM", "am").replace("PM", "pm")


def day(moment: datetime | date) -> str:
    """“Friday 12 March 2027”."""
    local = moment.astimezone(LONDON) if isinstance(moment, datetime) else moment
    return f"{local:%A} {local.day} {local:%B %Y}"


def zone(starts_at: datetime, ends_at: datetime) -> str:
    """“London time (GMT)”, and both names where the clocks change in between."""
    first, last = (moment.astimezone(LONDON).tzname() for moment in (starts_at, ends_at))
    return f"London time ({first})" if first == last else f"London time ({first} at first, {last} at the end)"


def when(starts_at: datetime | None, ends_at: datetime | None) -> str:
    """“Friday 12 March 2027, 9:30am to 4pm, London time (GMT)”."""
    if starts_at is None or ends_at is None:
        return "At any time"
    first, last = days(starts_at, ends_at)
    if first == last:
        return f"{day(first)}, {clock(starts_at)} to {clock(ends_at)}, {zone(starts_at, ends_at)}"
    return (
        f"{day(starts_at)}, {clock(starts_at)}, to {day(last)}, {clock(ends_at)}, {zone(starts_at, ends_at)}"
    )


def when_in_short(starts_at: datetime | None, ends_at: datetime | None) -> str:
    """“Fri 12 March, 9:30am to 4pm”, for lists that name the month and year already."""
    if starts_at is None or ends_at is None:
        return "At any time"
    first, last = days(starts_at, ends_at)
    if first == last:
        return f"{first:%A} {first.day} {first:%B}, {clock(starts_at)} to {clock(ends_at)}"
    return f"{first:%A} {first.day} {first:%B} to {last:%A} {last.day} {last:%B}"


def lasting(minutes: int | None) -> str:
    """“6 hours and 30 minutes”; nothing if nobody said."""
    hours, rest = divmod(minutes or 0, 60)
    parts = [
        f"{count} {word}{'s' * (count != 1)}" for count, word in ((hours, "hour"), (rest, "minute")) if count
    ]
    return " and ".join(parts)


def deadline(moment: datetime) -> str:
    """“5pm on Friday 12 March 2027”; the midnight that ends a day belongs to it, in words."""
    if clock(moment) == "midnight":
        return f"the end of {day(moment - timedelta(microseconds=1))}"
    return f"{clock(moment)} on {day(moment)}"
