"""The columns of a table in two versions, so that one that came or went does not mark every cell."""

from collections import Counter
from dataclasses import dataclass

from handbook.redline.markup import Block, split
from handbook.redline.matching import similar

LOWEST = 0.3


@dataclass(frozen=True)
class Columns:
    """Which column became which: pairs of places, -1 where there is none."""

    steps: list[tuple[int, int]]

    @property
    def old(self) -> int:
        return sum(one >= 0 for one, _ in self.steps)

    @property
    def new(self) -> int:
        return sum(other >= 0 for _, other in self.steps)


def columns_of(old: Block, new: Block) -> Columns | None:
    """How the columns of two tables go together, or None if either is no even grid."""
    one, other = _grid(old), _grid(new)
    if not one or not other:
        return None
    return Columns(_steps(similar(one, other, _likeness), len(one), len(other)))


def cells_of(old: list[Block], new: list[Block], columns: Columns | None) -> list[tuple[int, int]]:
    """How the cells of two rows go together."""
    if columns and (columns.old, columns.new) == (len(old), len(new)):
        return columns.steps
    if len(old) == len(new):
        return [(at, at) for at in range(len(old))]
    pairs = similar(old, new, lambda one, other: float(one.inner == other.inner))
    return _steps(pairs, len(old), len(new))


def _grid(table: Block) -> list[tuple[str, ...]]:
    """The columns of a table, each as the HTML of its cells; none if its rows differ in length."""
    rows = [
        [cell.inner for cell in split(row.inner)[0]]
        for part in split(table.inner)[0]
        for row in (split(part.inner)[0] if part.tag in {"tbody", "thead"} else [part])
        if row.tag == "tr" and " colspan=" not in row.inner
    ]
    return list(zip(*rows, strict=True)) if len({len(row) for row in rows}) == 1 else []


def _likeness(old: tuple[str, ...], new: tuple[str, ...]) -> float:
    common = (Counter(old[1:]) & Counter(new[1:])).total() / max(len(old), len(new))
    if old[0] == new[0]:
        return 1 + common
    return common if common >= LOWEST else 0.0


def _steps(pairs: list[tuple[int, int]], old: int, new: int) -> list[tuple[int, int]]:
    """All places of both rows in order; as many as lie between the same two pairs on both sides are pairs too."""
    steps: list[tuple[int, int]] = []
    i = k = 0
    for one, other in [*pairs, (old, new)]:
        if one - i == other - k:
            steps += [(i + at, k + at) for at in range(one - i)]
        else:
            steps += [(at, -1) for at in range(i, one)] + [(-1, at) for at in range(k, other)]
        steps.append((one, other))
        i, k = one + 1, other + 1
    return steps[:-1]
