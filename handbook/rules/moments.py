"""What depends on the day: which edition is in force, when followers are told, which sections have to be read again."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
DIGESTS_BEGIN = time(7)  # on Mondays, by the clock on the wall
DIGESTS_MADE_UP_FOR = 4

REVIEW_NOTICE = timedelta(days=14)


class Standing(StrEnum):
    """What a published edition is to a reader on a given day."""

    COMING = "coming"
    IN_FORCE = "in force"
    SUPERSEDED = "superseded"


def standing(sequence: int, effective_on: date, in_force: int | None, today: date) -> Standing:
    """`in_force` is the sequence of the edition in force today, or None when none is yet."""
    if sequence == in_force:
        return Standing.IN_FORCE
    return Standing.COMING if effective_on > today else Standing.SUPERSEDED


@dataclass(frozen=True)
class DigestWindow:
    """What a weekly mail covers: from a Monday, 07:00 in London, up to the next. `week` is the ISO week in which it is sent."""

    start: datetime
    end: datetime

    @property
    def week(self) -> str:
        year, week, _ = self.end.astimezone(LONDON).isocalendar()
        return f"{year}-W{week:02}"


def digest_window(now: datetime) -> DigestWindow:
    """The last week that is over at the moment `now`."""
    local = now.astimezone(LONDON)
    monday = local.date() - timedelta(days=local.weekday())
    if local < _begin(monday):
        monday -= timedelta(weeks=1)
    return DigestWindow(_begin(monday - timedelta(weeks=1)), _begin(monday))


def digest_windows(now: datetime) -> list[DigestWindow]:
    """The last weeks that are over at the moment `now`, the oldest first: as many as are made up for after downtime."""
    monday = digest_window(now).end.date()
    ends = [_begin(monday - timedelta(weeks=back)) for back in range(DIGESTS_MADE_UP_FOR)]
    return [DigestWindow(_begin(end.date() - timedelta(weeks=1)), end) for end in reversed(ends)]


def _begin(monday: date) -> datetime:
    return datetime.combine(monday, DIGESTS_BEGIN, LONDON)


class Review(StrEnum):
    """How the day by which a section is to be read again stands to today."""

    OVERDUE = "overdue"
    DUE = "due"
    SOON = "soon"
    LATER = "later"


def review_standing(review_by: date, today: date) -> Review:
    """“Soon” begins 14 days before; on the day itself it is due."""
    if today > review_by:
        return Review.OVERDUE
    if today == review_by:
        return Review.DUE
    return Review.SOON if today >= review_by - REVIEW_NOTICE else Review.LATER
