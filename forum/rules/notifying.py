"""Which week the weekly mail about the forum is about."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
BEGINS = time(7)


def last_week(now: datetime) -> tuple[datetime, datetime]:
    """The last week that is over at `now` (half-open): from a Monday at 07:00 in London to the next."""
    local = now.astimezone(LONDON)
    monday = local.date() - timedelta(days=local.weekday())
    if local < datetime.combine(monday, BEGINS, LONDON):
        monday -= timedelta(weeks=1)
    return (
        datetime.combine(monday - timedelta(weeks=1), BEGINS, LONDON),
        datetime.combine(monday, BEGINS, LONDON),
    )
