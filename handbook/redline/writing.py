"""A comparison written down as HTML that can stand in a page."""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from handbook.redline.lines import looks_same
from handbook.redline.marks import Marks, blanks
from handbook.redline.markup import HEADINGS, ITEMS, LINES, Block, quoted, split, without_ids
from handbook.redline.structure import Changed, Level, Rewritten, Same, Single, Step

ROWS = {"tbody", "thead", "tr"}
MOVED_HERE = "Moved here: "
MOVED_AWAY = "Moved from here: "


class Writer:
    """Writes the steps of a comparison, in order."""

    def __init__(self, marks: Marks) -> None:
        self.marks = marks

    def level(self, level: Level) -> str:
        """Blocks that stand side by side. Neighbours that were inserted or deleted share one mark."""
        parts: list[str] = []
        for kind, group in groupby(level.steps, key=_run):
            if kind:
                parts.append(self._run([step for step in group if isinstance(step, Single)]))
            else:
                parts += [self._step(step) for step in group]
        return "".join([*parts, blanks(level.old_tail, level.new_tail)])

    def _step(self, step: Step) -> str:
        if isinstance(step, Same):
            return blanks(step.old.gap, step.new.gap) + step.new.raw
        if isinstance(step, Changed):
            return blanks(step.old.gap, step.new.gap) + self._changed(step)
        if isinstance(step, Rewritten):
            return blanks(step.old[0].gap, step.new[0].gap) + self._rewritten(step)
        if step.block.tag in ITEMS:
            return self._moved_item(step) if step.moved else self._item(step)
        return self._moved(step)

    # --- Inserted and deleted -----------------------------------------------------------------------------------------

    def _run(self, steps: list[Single]) -> str:
        number = self.marks.id()
        html = "".join(step.block.gap + self._whole(step.block, step, +step.moved_inside) for step in steps)
        return self._marked(steps[0], html, sum(map(_words, steps)), number=number)

    def _marked(self, step: Single, html: str, words: int, *, number: str, said: bool = True) -> str:
        mark = self.marks.new if step.fresh else self.marks.gone
        return mark(html, words, number=number, said=said)

    def _whole(self, block: Block, step: Single, moved: Counter[str]) -> str:
        return _kept(block.open, step) + self._inside(block, step, moved) + block.close

    def _inside(self, block: Block, step: Single, moved: Counter[str]) -> str:
        """What is in a block that stands in one version only, with the blocks in it that the other has elsewhere."""
        if block.tag in LINES or not any(raw in block.inner for raw in moved):
            return _kept(block.inner, step)
        parts, tail = split(block.inner)
        html = []
        for part in parts:
            if moved[part.raw] > 0:
                moved[part.raw] -= 1
                single = Single(part, step.fresh, 0, moved=True)
                html.append(self._moved_item(single) if part.tag in ITEMS else self._moved(single))
            else:
                html.append(part.gap + self._whole(part, step, moved))
        return "".join(html) + tail

    def _item(self, step: Single) -> str:
        """An item, row or cell: it is marked inside, for nothing else may stand around it."""
        change = "inserted" if step.fresh else "deleted"
        block = step.block
        if block.tag in ROWS:
            inside = self._cells(step)
        else:
            number = self.marks.id() if step.numbered else ""
            inside = self._inside(block, step, +step.moved_inside)
            inside = self._marked(step, inside, _words(step), number=number)
        return self._opening(step, change) + inside + block.close

    def _opening(self, step: Single, change: str) -> str:
        before = quoted("data-before", step.block.gap) if step.block.gap else ""
        return f"{_kept(step.block.open, step)[:-1]}{quoted('data-change', change)}{before}>"

    def _cells(self, step: Single) -> str:
        """A row or rows, cell by cell, with room where a column of the other version is."""
        unnumbered = [self.marks.id()]

        def rows(block: Block) -> Iterator[str]:
            parts, tail = split(block.inner)
            padding = _padding(step, len(parts)) if block.tag == "tr" else {}
            for at, part in enumerate(parts):
                yield padding.get(at, "") + part.gap
                if part.tag in ROWS:
                    yield _kept(part.open, step) + "".join(rows(part)) + part.close
                else:
                    number = unnumbered.pop() if unnumbered else ""
                    inside = _kept(part.inner, step)
                    if inside or number:
                        inside = self._marked(step, inside, len(part.words), number=number, said=bool(number))
                    yield _kept(part.open, step) + inside + part.close
            yield padding.get(len(parts), "") + tail

        return "".join(rows(step.block))

    # --- Moved --------------------------------------------------------------------------------------------------------

    def _moved(self, step: Single) -> str:
        html = step.block.gap + _kept(step.block.raw, step)
        return f'<div class="redline-moved"{quoted("data-change", _moved_where(step))}>{self._moved_note(step)}{html}</div>'

    def _moved_item(self, step: Single) -> str:
        inside = _kept(step.block.inner, step)
        note = self._moved_note(step)
        if step.block.tag == "tr":
            cells, tail = split(inside)
            padding = _padding(step, len(cells))
            inside = "".join(
                f"{padding.get(at, '')}{cell.gap}{cell.open}{'' if at else note}{cell.inner}{cell.close}"
                for at, cell in enumerate(cells)
            )
            inside += padding.get(len(cells), "") + tail
        else:
            inside = note + inside
        return self._opening(step, _moved_where(step)) + inside + step.block.close

    def _moved_note(self, step: Single) -> str:
        self.marks.moved += step.fresh
        return self.marks.note(MOVED_HERE if step.fresh else MOVED_AWAY)

    # --- Changed ------------------------------------------------------------------------------------------------------

    def _changed(self, step: Changed) -> str:
        old, new = step.old, step.new
        if old.open == new.open:
            return self._unchanged_around(step)
        if looks_same(old.open, new.open):
            return f"{new.open[:-1]}{quoted('data-was', old.open)}>" + self._within(step) + new.close
        opening = f'{new.open[:-1]} data-change="changed"{quoted("data-was", old.open)}>'
        what = _what_changed(old, new)
        if new.tag in ITEMS or new.tag in LINES:
            return f"{opening}{self._within(step)}{self.marks.reformatted_as(what)}{new.close}"
        return f"{self.marks.reformatted_as(what)}{opening}{self._within(step)}{new.close}"

    def _unchanged_around(self, step: Changed) -> str:
        """A block that changed within. What can be folded away is opened, for a change has to be seen."""
        before = self.marks.changes
        inside = self._within(step)
        opening = step.new.open
        if step.new.tag == "details" and self.marks.changes > before:
            opening = f"{opening[:-1]}{quoted('data-opened', '')} open>"
        return opening + inside + step.new.close

    def _within(self, step: Changed) -> str:
        if step.line:
            return step.line.marked(self.marks)
        return self.level(step.level) if step.level else step.new.inner

    def _rewritten(self, step: Rewritten) -> str:
        line = step.line()
        old = step.old[0].raw + "".join(block.gap + block.raw for block in step.old[1:])
        what = "Paragraph split: " if len(step.new) > len(step.old) else "Paragraphs joined: "
        self.marks.reformatted += 1
        note = self.marks.note(what)
        return f'<div data-change="changed"{quoted("data-old", old)}>{note}{line.annotated(self.marks)}</div>'


def _kept(html: str, step: Single) -> str:
    """HTML of a block; what was deleted or moved away leaves its ids to the newer version."""
    return html if step.fresh else without_ids(html)


def _run(step: Step) -> tuple[bool] | None:
    """What neighbours must have in common to share a mark."""
    return (
        (step.fresh,) if isinstance(step, Single) and not step.moved and step.block.tag not in ITEMS else None
    )


def _words(step: Single) -> int:
    return len(step.block.words) - sum(
        len(_block(raw).words) * count for raw, count in step.moved_inside.items()
    )


def _block(raw: str) -> Block:
    return split(raw)[0][0]


def _moved_where(step: Single) -> str:
    return "moved-here" if step.fresh else "moved-away"


def _padding(step: Single, cells: int) -> dict[int, str]:
    """Cells to put before each cell of a row that lacks the columns of the other version."""
    columns = step.columns
    if columns is None or cells != (columns.new if step.fresh else columns.old):
        return {}
    found: dict[int, str] = {}
    at = 0
    for one, other in columns.steps:
        if (other if step.fresh else one) < 0:
            found[at] = found.get(at, "") + '<td data-change="padding"></td>'
        else:
            at += 1
    return found


def _what_changed(old: Block, new: Block) -> str:
    if {old.tag, new.tag} <= HEADINGS:
        return "level of heading changed"
    return "kind of list changed" if old.tag != new.tag and new.tag in {"ol", "ul"} else "formatting changed"
