"""The mails of an archive, with no more of each than is needed to place it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True, eq=False)
class Message:
    """One mail of the file, with no more than is needed to place it: the file is read again, a mail at a time, to bring it in.

    `node` is its number among all that are named, `chain` are those that belong together with it, and `answering` those of them that it
    can answer. `place` is its topic if that is there already, or else less than nothing.
    """

    number: int
    offset: int
    size: int
    key: str
    node: int
    chain: tuple[int, ...]
    answering: tuple[int, ...]
    at: datetime
    tags: tuple[str, ...]
    words: str
    is_reply: bool
    person: int | None
    name: str
    post: int | None = None
    parent: "Message | None" = None
    answers: int | None = None
    place: int = 0
    rank: int = -1
    subject: str = ""


@dataclass
class Survey:
    """What an archive would bring. `new` are its mails that are not there yet, the earliest first and none before what it answers."""

    new: list[Message] = field(default_factory=list)
    total: int = 0
    already_there: int = 0
    twice: int = 0
    undated: int = 0
    files: int = 0
    left_out: list[tuple[int, str]] = field(default_factory=list)

    @property
    def topics(self) -> int:
        """How many topics would begin."""
        return len({one.place for one in self.new if one.place < 0})

    @property
    def topics_that_go_on(self) -> int:
        return len({one.place for one in self.new if one.place > 0})

    @property
    def people(self) -> Counter[int]:
        """Who has an account, with how many mails each has in it."""
        return Counter(one.person for one in self.new if one.person)

    @property
    def names(self) -> Counter[str]:
        """Who has none, by name."""
        return Counter(one.name for one in self.new if not one.person)
