"""All feeds and calendars of the portal in one list, to which each subject adds its own."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a program has to read."""

    RSS = "RSS"
    ATOM = "Atom"
    CALENDAR = "calendar"


@dataclass(frozen=True)
class Feed:
    """What it tells of, its path, what reads it, and in one sentence what somebody finds in it."""

    title: str
    url: str
    kind: Kind
    about: str = ""


Provide = Callable[[], Iterable[Feed]]
_providers: list[Provide] = []


def register(provide: Provide) -> None:
    """Asks `provide` for the feeds of a subject that anyone may read, whenever the list is shown."""
    if provide not in _providers:
        _providers.append(provide)


def feeds() -> list[Feed]:
    """The feeds of all subjects, those of a subject together."""
    return [feed for provide in _providers for feed in provide()]
