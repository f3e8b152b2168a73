"""When a mail of a list is tried again, what a digest covers, and when mail to somebody stops because it comes back. Pure."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from forum.models import Period

LONDON = ZoneInfo("Europe/London")
BEGINS = time(7)

# After a refusal "for now": short at first, for servers that refuse whoever they do not know yet (greylisting), and in all as
# long as RFC 5321 (4.5.4.1) asks for before giving up: four to five days.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 60, 240, 480, 720)) + (timedelta(days=1),) * 4

# As Mailman counts: a bounce for good is worth 1, one for now a half; one day counts once; after a week without any they count
# no more; at 5 mail stops.
HARD, SOFT = 1.0, 0.5
STOPS_AT = 5.0
STALE_AFTER = timedelta(days=7)


def next_attempt(attempts: int, now: datetime) -> datetime | None:
    """When to try again what was refused for now at the `attempts`th attempt (1 is the first); `None`: it is given up."""
    return now + WAITS[attempts - 1] if attempts <= len(WAITS) else None


@dataclass(frozen=True)
class Score:
    """How often mail to a subscriber came back of late: the sum, and when the last one was counted."""

    sum: float = 0.0
    at: datetime | None = None

    @property
    def stops(self) -> bool:
        """Whether no more mail goes out."""
        return self.sum >= STOPS_AT


def score_after(score: Score, now: datetime, *, is_hard: bool) -> Score:
    """The score after another bounce at `now`. Of several on one day in London the first counts."""
    worth = HARD if is_hard else SOFT
    if score.at is None or now - score.at > STALE_AFTER:
        return Score(worth, now)
    if score.at.astimezone(LONDON).date() == now.astimezone(LONDON).date():
        return score
    return Score(score.sum + worth, now)


def last_span(period: Period, now: datetime) -> tuple[datetime, datetime]:
    """The last day or week that is over at `now` (half-open): until 07:00 in London, of a Monday if it is a week."""
    local = now.astimezone(LONDON)
    day = local.date()
    if period is Period.WEEK:
        day -= timedelta(days=day.weekday())
    length = timedelta(days=7 if period is Period.WEEK else 1)
    if local < datetime.combine(day, BEGINS, LONDON):
        day -= length
    return datetime.combine(day - length, BEGINS, LONDON), datetime.combine(day, BEGINS, LONDON)


LONGEST_PAUSE = timedelta(days=366)


def refusal_of_pause(until: datetime | None, now: datetime) -> str | None:
    """Why mail cannot be paused until then, if it cannot."""
    if until is None:
        return None
    if until <= now:
        return "Choose a day that is still to come."
    if until - now > LONGEST_PAUSE:
        return "Choose a day within a year, or choose “No mail”."
    return None
