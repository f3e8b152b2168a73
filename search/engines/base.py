"""What every engine is asked, and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from search.keys import Keys
from search.rules.queries import Query

# In what is found, one of so many days counts half of what has no age; in the end a fifth is left.
HALF_LIFE = 730
LEAST_OF_OLD = 0.3
OF_SUPERSEDED = 0.5
# How much all words side by side count beside the words by themselves.
PHRASE_WEIGHT = 1.0
# What has all the words comes before what has only some: more than anything else can count.
ALL_WORDS_WEIGHT = 1_000.0
COLUMN_WEIGHTS = (10.0, 4.0, 2.0, 1.0)  # title, summary, author, body


@dataclass(frozen=True)
class Editions:
    """Which editions of a handbook are searched: those in force on a day, one by its number, or all."""

    on: date | None = None
    number: str = ""


@dataclass(frozen=True)
class Search:
    """What is asked: a query, by a reader who holds `keys`, at the moment `now`.

    `chosen` narrows: for each facet the values of which one is enough. `newest` orders by date. `first` is how many hits are
    left out at the head, `most` how many are wanted. `since` and `until`: only what could first be found after the one moment,
    and at the other or before.
    """

    query: Query
    keys: Keys
    now: datetime
    today: date
    editions: Editions
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    newest: bool = False
    first: int = 0
    most: int = 10
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Hit:
    """An entry that was found, with what is needed to show it."""

    source: str
    kind: str
    url: str
    title: str
    summary: str
    author: str
    trail: str
    edition: str
    day: date | None
    effective_on: date | None
    superseded_on: date | None
    body: str

    def is_in_force(self, on: date) -> bool:
        """Whether it is of the edition that is in force on a day."""
        return (
            self.effective_on is not None
            and self.effective_on <= on
            and (self.superseded_on is None or on < self.superseded_on)
        )

    def address(self, on: date) -> str:
        """Where it is. Without a number the address of a section is that of the edition in force."""
        return self.url.replace(f"/{self.edition}/", "/", 1) if self.is_in_force(on) else self.url


@dataclass(frozen=True)
class Found:
    """What was found: some hits, and how many there are with which labels, before `chosen` narrows them."""

    hits: list[Hit]
    groups: list[tuple[frozenset[str], int]]

    def count(self, chosen: Mapping[str, tuple[str, ...]]) -> int:
        """How many there are with the labels chosen."""
        return sum(count for labels, count in self.groups if fits(labels, chosen))

    def counts(self, facet: str, chosen: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
        """How many there are for each value of a facet, the other facets as chosen."""
        others = {name: values for name, values in chosen.items() if name != facet}
        found: dict[str, int] = {}
        for labels, count in self.groups:
            if fits(labels, others):
                for label in labels:
                    name, _, value = label.partition(":")
                    if name == facet:
                        found[value] = found.get(value, 0) + count
        return found


NOTHING = Found([], [])


def fits(labels: frozenset[str], chosen: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether labels have one of the values chosen of each facet."""
    return all(
        not values or any(f"{name}:{value}" in labels for value in values) for name, values in chosen.items()
    )
