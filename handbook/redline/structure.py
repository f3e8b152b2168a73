"""Which block of a section became which: unchanged, changed within, moved, split, joined, inserted or deleted."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from handbook.redline.lines import Line
from handbook.redline.markup import DEEPEST, FLOW, HEADINGS, LINES, Block, split
from handbook.redline.matching import MOST_SIMILAR, ends_alike, matches, similar
from handbook.redline.tables import Columns, cells_of, columns_of

# There is at most one of each, or they follow one another, so they go together however much they differ.
ALWAYS_PAIRED = {"caption", "figcaption", "summary", "tbody", "thead"}
MOVABLE = FLOW - ALWAYS_PAIRED - {"hr", "td", "th"}
LISTS = {"ol", "ul"}
# The share of words that two blocks have in common, below which they are not the same block.
LOWEST_LINE = 0.4
LOWEST = {"tr": 0.3, "li": 0.35}
LOWEST_CONTAINER = 0.2
LOWEST_OTHER_KIND = 0.8
LOWEST_SHARE_OF_A_PART = 0.6
ENOUGH_WORDS = 3  # for a block to be known again in another place
WORTH_OF_A_PAIR = 10.0  # in words: a block less that comes, goes or moves
MOST_LOOKING = 100_000_000  # characters that are searched for blocks that moved


@dataclass
class Level:
    """What became of the blocks that stand side by side, and the blanks behind the last."""

    steps: list["Step"]
    old_tail: str = ""
    new_tail: str = ""


@dataclass
class Same:
    """A block that stands in both, but for the blanks before it."""

    old: Block
    new: Block


@dataclass
class Changed:
    """A block that became another one; within it a line of words or more blocks changed, if anything did."""

    old: Block
    new: Block
    line: Line | None = None
    level: Level | None = None


@dataclass
class Rewritten:
    """Paragraphs that were split or joined, read as one line."""

    old: list[Block]
    new: list[Block]

    def line(self) -> Line:
        return Line(_joined(self.old), _joined(self.new))


@dataclass
class Single:
    """A block that stands in one version only, at least in this place."""

    block: Block
    fresh: bool
    parent: int
    columns: Columns | None = None
    numbered: bool = True
    moved: bool = False
    moved_inside: Counter[str] = field(default_factory=Counter)


Step = Same | Changed | Rewritten | Single


def _manageable(olds: list[Block], news: list[Block]) -> Iterator[tuple[list[Block], list[Block]]]:
    """Blocks side by side, in rows that are short enough: long ones are parted where blocks have stayed."""
    i = k = 0
    if len(olds) * len(news) > MOST_SIMILAR:
        for one, other in matches([block.raw for block in olds], [block.raw for block in news]):
            yield olds[i:one], news[k:other]
            i, k = one, other
    yield olds[i:], news[k:]


def _joined(blocks: Sequence[Block]) -> str:
    return blocks[0].raw + "".join(block.gap + block.raw for block in blocks[1:])


class Comparison:
    """Compares two sections, once; `level` is the result."""

    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = old, new
        self.looking = MOST_LOOKING
        self.parents = 0
        self.columns: Columns | None = None
        self.numbered_columns: set[tuple[int, int]] = set()
        self.singles: list[Single] = []
        self.level = self._level(old, new)
        self._find_moved()

    def _level(self, old: str, new: str) -> Level:
        (olds, old_tail), (news, new_tail) = split(old), split(new)
        self.parents += 1
        parent = self.parents
        start, end = ends_alike([block.raw for block in olds], [block.raw for block in news])
        steps: list[Step] = [Same(*pair) for pair in zip(olds[:start], news[:start], strict=True)]
        middle = olds[start : len(olds) - end], news[start : len(news) - end]
        for some_old, some_new in _manageable(*middle):
            steps += self._between(some_old, some_new, parent)
        steps += [Same(*pair) for pair in zip(olds[len(olds) - end :], news[len(news) - end :], strict=True)]
        return Level(steps, old_tail, new_tail)

    def _between(self, olds: list[Block], news: list[Block], parent: int) -> list[Step]:
        """What became of blocks that stand side by side. Those that stayed and those that were edited are sought together:
        a block that moved past edited ones must not keep them apart."""
        away = {block.raw for block in olds if self._stands_elsewhere(block, self.old, self.new)}
        away |= {block.raw for block in news if self._stands_elsewhere(block, self.new, self.old)}

        def gain(old: Block, new: Block) -> float:
            """How many words need no mark if two blocks are one."""
            same = old.raw == new.raw
            if not same and (old.raw in away or new.raw in away):
                return 0.0
            share = 1.0 if same else likeness(old, new)
            return share and share * (WORTH_OF_A_PAIR + (len(old.words) + len(new.words)) / 2)

        steps: list[Step] = []
        found: list[Step] = []
        i = k = 0
        for one, other in [*similar(olds, news, gain), (len(olds), len(news))]:
            found += self._singles(olds[i:one], parent, fresh=False)
            found += self._singles(news[k:other], parent, fresh=True)
            i, k = one + 1, other + 1
            if one < len(olds) and olds[one].raw != news[other].raw:
                found += self._pair(olds[one], news[other], parent)
                continue
            steps += _with_split_paragraphs(found, self.singles) if len(found) > 1 else found
            found = []
            if one < len(olds):
                steps.append(Same(olds[one], news[other]))
        return steps

    def _stands_elsewhere(self, block: Block, here: str, there: str) -> bool:
        """Whether a block that has no equal next to its neighbours stands somewhere in the other version."""
        if block.tag not in MOVABLE or not block.vocabulary:
            return False
        self.looking -= len(there)
        return self.looking > 0 and block.raw in there and there.count(block.raw) >= here.count(block.raw)

    def _singles(self, blocks: list[Block], parent: int, *, fresh: bool) -> list[Step]:
        singles = [Single(block, fresh, parent, self.columns) for block in blocks]
        self.singles += singles
        return list(singles)

    def _pair(self, old: Block, new: Block, parent: int) -> list[Step]:
        if old.tag in LINES:
            line = Line(old.inner, new.inner, exact=old.tag == new.tag == "pre")
            if line.likeness < LOWEST_LINE:
                line.keep_edges_alone()
            if not line.likeness and old.tag not in ALWAYS_PAIRED:
                return [*self._singles([old], parent, fresh=False), *self._singles([new], parent, fresh=True)]
            return [Changed(old, new, line=line)]
        if old.tag == "tr":
            return [Changed(old, new, level=self._row(old, new))]
        if old.tag == "table":
            around, self.columns = (self.columns, self.numbered_columns), columns_of(old, new)
            self.numbered_columns = set()
            level = self._level(old.inner, new.inner)
            self.columns, self.numbered_columns = around
            return [Changed(old, new, level=level)]
        return [Changed(old, new, level=self._level(old.inner, new.inner))]

    def _row(self, old: Block, new: Block) -> Level:
        (olds, old_tail), (news, new_tail) = split(old.inner), split(new.inner)
        steps: list[Step] = []
        for step in cells_of(olds, news, self.columns):
            one, other = step
            if one >= 0 and other >= 0:
                cell, then = olds[one], news[other]
                same = cell.raw == then.raw
                steps.append(Same(cell, then) if same else self._cell(cell, then))
            else:
                block = olds[one] if other < 0 else news[other]
                steps.append(Single(block, other >= 0, 0, numbered=step not in self.numbered_columns))
                self.numbered_columns.add(step)
        return Level(steps, old_tail, new_tail)

    def _cell(self, old: Block, new: Block) -> Changed:
        if max(old.depth, new.depth) > DEEPEST:
            level = Level(
                [*self._singles([_whole(old)], 0, fresh=False), *self._singles([_whole(new)], 0, fresh=True)]
            )
            return Changed(old, new, level=level)
        return Changed(old, new, level=self._level(old.inner, new.inner))

    # --- What moved ---------------------------------------------------------------------------------------------------

    def _find_moved(self) -> None:
        gone: dict[str, list[Single]] = {}
        fresh: dict[str, list[Single]] = {}
        for single in self.singles:
            if single.block.tag in MOVABLE:
                (fresh if single.fresh else gone).setdefault(single.block.raw, []).append(single)
        for raw, olds in gone.items():
            news = fresh.get(raw, [])
            for old in olds:
                new = next((new for new in news if not new.moved and _may_move(old, new)), None)
                if new:
                    old.moved = new.moved = True
        self._find_moved_inside(gone, fresh)
        self._find_moved_inside(fresh, gone)

    def _find_moved_inside(self, singles: dict[str, list[Single]], others: dict[str, list[Single]]) -> None:
        """Blocks of one version that stand in a container which only the other has."""
        around = [single for group in others.values() for single in group if not single.moved]
        for raw, group in singles.items():
            for single in group:
                if single.moved or len(single.block.words) < ENOUGH_WORDS:
                    continue
                for other in around:
                    self.looking -= len(other.block.inner)
                    if self.looking > 0 and _holds(other, raw):
                        other.moved_inside[raw] += 1
                        single.moved = True
                        break


def _whole(cell: Block) -> Block:
    return Block("", "", "", cell.inner, "", cell.depth)


def _may_move(old: Single, new: Single) -> bool:
    return bool(old.block.vocabulary) and (old.parent == new.parent or len(old.block.words) >= ENOUGH_WORDS)


def _holds(around: Single, raw: str) -> bool:
    """Whether a container holds a block, beyond those that are known to have moved there."""
    if raw not in around.block.inner or around.block.tag in LINES or around.block.depth > DEEPEST:
        return False
    return _count(around.block, raw) > around.moved_inside[raw]


def _count(block: Block, raw: str) -> int:
    if block.tag in LINES or raw not in block.inner:
        return 0
    inside = split(block.inner)[0]
    return sum(1 if part.raw == raw else _count(part, raw) for part in inside)


def likeness(old: Block, new: Block) -> float:
    """How much two blocks look like one that was edited; 0 if they do not."""
    if old.tag in ALWAYS_PAIRED:
        return 10.0 * (old.tag == new.tag)
    if not _of_a_kind(old.tag, new.tag) or max(old.depth, new.depth) > DEEPEST:
        return 0.0
    words = len(old.vocabulary) + len(new.vocabulary)
    if not words:
        return 0.5
    share = 2 * len(old.vocabulary & new.vocabulary) / words
    if old.tag == "tr" and old.first and old.first == new.first:
        share = max(share, 0.6)
    if old.tag in LINES:
        lowest = LOWEST_LINE if old.tag == new.tag or {old.tag, new.tag} <= HEADINGS else LOWEST_OTHER_KIND
    else:
        lowest = LOWEST.get(old.tag, LOWEST_CONTAINER)
    if share >= lowest:
        return share
    same_edge = (
        old.tag == new.tag and old.tag in LINES | {"li"} and _edges(old.words, new.words) >= ENOUGH_WORDS
    )
    return share / 2 if same_edge else 0.0


def _edges(old: list[str], new: list[str]) -> int:
    """How many words stand at the beginning or the end of both."""

    def common(pairs: Iterable[tuple[str, str]]) -> int:
        return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))

    return max(common(zip(old, new, strict=False)), common(zip(reversed(old), reversed(new), strict=False)))


def _of_a_kind(old: str, new: str) -> bool:
    kinds = {old, new}
    return old == new or kinds <= HEADINGS | {"p"} or kinds <= LISTS


def _with_split_paragraphs(steps: list[Step], singles: list[Single]) -> Iterator[Step]:
    """The steps, in which a paragraph and the parts of it that stand beside it are one."""
    at = 0
    while at < len(steps):
        taken, end = None, at + 1
        for first in (at, at + 1):
            core = steps[first] if first < len(steps) else None
            if isinstance(core, Changed) and core.old.tag == core.new.tag == "p":
                taken = _around(steps, at, first)
                break
        if taken:
            rewritten, end = taken
            for step in steps[at:end]:
                if isinstance(step, Single):
                    singles.remove(step)
            yield rewritten
        else:
            yield steps[at]
        at = end


def _around(steps: list[Step], start: int, core: int) -> tuple[Rewritten, int] | None:
    """A changed paragraph with its parts, if the steps from `start` on are some, and where they end."""
    changed = steps[core]
    old, new = [changed.old], [changed.new]
    if core > start and not _take(steps[start], old, new, before=True):
        return None
    end = core + 1
    while end < len(steps) and _take(steps[end], old, new, before=False):
        end += 1
    return (Rewritten(old, new), end) if len(old) + len(new) > 2 and min(len(old), len(new)) == 1 else None


def _take(step: Step, old: list[Block], new: list[Block], *, before: bool) -> bool:
    """Adds a paragraph whose words the other side has and its own side lacks."""
    if not isinstance(step, Single) or step.block.tag != "p" or len(step.block.words) < ENOUGH_WORDS:
        return False
    own, other = (new, old) if step.fresh else (old, new)
    lacking = Counter(word for block in other for word in block.words)
    lacking.subtract(word for block in own for word in block.words)
    share = (+lacking & Counter(step.block.words)).total() / len(step.block.words)
    if share < LOWEST_SHARE_OF_A_PART or len(other) > 1:
        return False
    own.insert(0 if before else len(own), step.block)
    return True
