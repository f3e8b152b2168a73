"""A line of words taken apart: words, blanks and signs, and the elements that they stand in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from handbook.redline.markup import PIECE, TAG, VOID, is_word


@dataclass(slots=True)
class Node:
    """A piece of a line, or an element in it with what it holds; `start` and `end` count the pieces before and up to its end."""

    open: str
    start: int
    end: int = 0
    tag: str = ""
    close: str = ""
    inside: list["Node"] = field(default_factory=list)

    @property
    def raw(self) -> str:
        return self.open + raw(self.inside) + self.close


def raw(nodes: Sequence[Node]) -> str:
    return "".join(node.raw for node in nodes)


@dataclass
class Side:
    """One version of a line: its nodes, its pieces, and where the partner of each piece stands in the other version (or -1)."""

    nodes: list[Node]
    pieces: list[str]
    partners: list[int] = field(default_factory=list)
    last: list[int] = field(default_factory=list)  # the last piece with a partner before each place
    counts: list[int] = field(default_factory=list)  # of the words before each place

    def settle(self, pairs: Sequence[tuple[int, int]], start: int, end: int, moved_on: int) -> None:
        """Sets the partners: of the first `start` and the last `end` pieces, those stand `moved_on` places further on; and `pairs`."""
        length = len(self.pieces)
        self.partners = [
            *range(start),
            *([-1] * (length - start - end)),
            *range(length - end + moved_on, length + moved_on),
        ]
        for one, other in pairs:
            self.partners[one] = other
        self.last = list(range(-1, start))
        for at in range(start, length - end):
            self.last.append(self.last[-1] if self.partners[at] < 0 else at)
        self.last += range(length - end, length)

    def has_partner(self, start: int, end: int) -> bool:
        return self.last[end] >= start

    def partner_of_last(self, end: int) -> int:
        """The partner of the last piece before `end` that has one."""
        return self.partners[self.last[end]]

    def words(self, start: int, end: int) -> int:
        if not self.counts:
            self.counts = list(accumulate(map(is_word, self.pieces), initial=0))
        return self.counts[end] - self.counts[start]


def read(html: str, *, exact: bool) -> Side:
    """Takes a line apart. In an `exact` one, like code, every line break is a piece."""
    top: list[Node] = []
    pieces: list[str] = []
    opened: list[Node] = []
    at = 0

    def add(text: str) -> None:
        level = opened[-1].inside if opened else top
        found = PIECE.findall(text)
        if exact and "\n" in text:
            found = [part for piece in found for part in re.findall(r"\n|[^\n]+", piece)]
        level += [Node(piece, at, at + 1) for at, piece in enumerate(found, len(pieces))]
        pieces.extend(found)

    for tag in TAG.finditer(html):
        add(html[at : tag.start()])
        at = tag.end()
        closes, name, _ = tag.groups()
        if closes:
            node = opened.pop()
            node.close, node.end = tag[0], len(pieces)
            continue
        level = opened[-1].inside if opened else top
        node = Node(tag[0], len(pieces), len(pieces) + 1, name)
        level.append(node)
        if name in VOID:
            node.tag = ""
            pieces.append(tag[0])
        else:
            opened.append(node)
    add(html[at:])
    return Side(top, pieces)
