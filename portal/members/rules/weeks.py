"""Which weeks the weekly mail tells of, and when each is due."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
BEGINS = time(7)  # on Mondays, by the clock on the wall
MADE_UP_FOR = 4
# What happened at a moment is committed, and indexed for search, a little later. By then it is.
SETTLING = timedelta(minutes=5)


@dataclass(frozen=True)
class Week:
    """What a weekly mail covers: from a Monday, 07:00 in London, up to the next. `name` is the ISO week in which it is sent."""

    start: datetime
    end: datetime

    @property
    def name(self) -> str:
        year, week, _ = self.end.astimezone(LONDON).isocalendar()
        return f"{year}-W{week:02}"


def last_week(now: datetime) -> Week:
    """The last week that is over at the moment `now`."""
    local = now.astimezone(LONDON)
    monday = local.date() - timedelta(days=local.weekday())
    if local < _begin(monday):
        monday -= timedelta(weeks=1)
    return _until(monday)


def weeks_due(now: datetime) -> list[Week]:
    """The weeks of which a mail is due at the moment `now`, the oldest first: as many as are made up for after downtime."""
    monday = last_week(now - SETTLING).end.astimezone(LONDON).date()
    return [_until(monday - timedelta(weeks=back)) for back in reversed(range(MADE_UP_FOR))]


def _until(monday: date) -> Week:
    return Week(_begin(monday - timedelta(weeks=1)), _begin(monday))


def _begin(monday: date) -> datetime:
    return datetime.combine(monday, BEGINS, LONDON)
