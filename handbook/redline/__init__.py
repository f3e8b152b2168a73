"""Two versions of a section in one text: what was inserted, deleted, moved and changed, for reading, and exactly."""

import re
from dataclasses import dataclass

from handbook.redline.marks import Marks
from handbook.redline.markup import with_ends
from handbook.redline.sides import accept, reject
from handbook.redline.structure import Comparison
from handbook.redline.writing import Writer

__all__ = ["Redline", "accept", "redline", "reject"]


@dataclass(frozen=True)
class Redline:
    """A section marked up as valid HTML, and how much of it changed.

    `inserted` and `deleted` are words, without those of moved blocks and of places where only a link's address or the
    formatting changed: such blocks and places are `moved` and `reformatted`. `changes` is how many marks have a number.
    """

    html: str
    inserted: int = 0
    deleted: int = 0
    moved: int = 0
    reformatted: int = 0
    changes: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether a reader sees no change."""
        return not self.changes


def redline(old: str, new: str, prefix: str = "change") -> Redline:
    """What changed from `old` to `new`, two frozen sections.

    The id of each change is `prefix` and a number; a page that shows several sections gives each its own prefix.
    Raises ValueError if the tags of a section are not balanced.
    """
    if old == new:
        return Redline(new)
    taken = re.findall(rf' id="{re.escape(prefix)}-(\d+)"', new)
    marks = Marks(prefix, frozenset(map(int, taken)))
    html = Writer(marks).level(Comparison(with_ends(old), with_ends(new)).level)
    return Redline(html, marks.inserted, marks.deleted, marks.moved, marks.reformatted, marks.changes)
