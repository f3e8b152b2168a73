"""A programme: sessions by day and by time, with those side by side that run at the same time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Generic, TypeVar

from events.models import EventSession
from events.rules.times import LONDON, clock

Session = TypeVar("Session", bound=EventSession)


@dataclass(frozen=True)
class Slot(Generic[Session]):
    """What begins at one time. `cells` has a place for each track of the day; a session without a track is for everybody."""

    sessions: tuple[Session, ...]
    tracks: tuple[str, ...]

    @property
    def for_all(self) -> bool:
        return not any(session.track for session in self.sessions)

    @property
    def time(self) -> str:
        """“9:30am to 10:15am”; the latest end if they end at different times."""
        ends_at = max(session.ends_at for session in self.sessions)
        words = f"{clock(self.sessions[0].starts_at)} to {clock(ends_at)}"
        return words[:1].upper() + words[1:]

    @property
    def cells(self) -> list[tuple[str, list[Session]]]:
        return [
            (track, [session for session in self.sessions if session.track == track]) for track in self.tracks
        ]


@dataclass(frozen=True)
class ProgrammeDay(Generic[Session]):
    """A day of the programme, in order of time."""

    date: date
    tracks: tuple[str, ...]
    slots: tuple[Slot[Session], ...]


def programme_of(sessions: Iterable[Session]) -> list[ProgrammeDay[Session]]:
    """The days of a programme. Tracks keep the order in which editors named them first."""
    known = list(sessions)
    by_time = sorted(known, key=lambda session: (session.starts_at, session.ends_at))
    days = []
    for day, of_day in groupby(by_time, key=lambda session: session.starts_at.astimezone(LONDON).date()):
        on_it = list(of_day)
        tracks = tuple(
            dict.fromkeys(session.track for session in known if session.track and session in on_it)
        )
        days.append(ProgrammeDay(day, tracks, tuple(_slots(on_it, tracks))))
    return days


def _slots(sessions: Sequence[Session], tracks: tuple[str, ...]) -> Iterable[Slot[Session]]:
    """What is for everybody stands in a row of its own, even if a track has something at the same time."""
    for _, together in groupby(sessions, key=lambda session: session.starts_at):
        at_once = list(together)
        for part in (
            [session for session in at_once if not session.track],
            [session for session in at_once if session.track],
        ):
            if part:
                yield Slot(tuple(part), tracks)
