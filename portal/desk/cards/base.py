"""What a card is: a number, the first few lines, and where the job is done."""

from collections.abc import Sequence
from dataclasses import dataclass

SHOWN = 5


@dataclass(frozen=True)
class Line:
    """One thing that waits: what it is, what is to be known of it, and where it is done."""

    text: str
    note: str = ""
    url: str = ""


@dataclass(frozen=True)
class Card:
    """What waits of one kind for whoever has the right to do it. `empty` says that all is well.

    `url` leads to all of it and `link` says so; both are empty where each line leads to a place of its own.
    """

    key: str
    title: str
    count: int
    lines: Sequence[Line]
    empty: str
    url: str = ""
    link: str = ""

    @property
    def more(self) -> int:
        """How many wait that no line names. A line can stand for several, so it is what the lines say that counts."""
        return max(0, self.count - len(self.lines)) if len(self.lines) >= SHOWN else 0
