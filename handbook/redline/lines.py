"""Two versions of a line of words, word by word, with the tags that stand in it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from handbook.redline.marks import Marks
from handbook.redline.markup import TAG, is_blank, is_word, quoted, without_ids
from handbook.redline.matching import ends_alike, matches
from handbook.redline.pieces import Node, Side, raw, read

FORMATTING = {"b", "code", "del", "em", "i", "s", "strong", "sub", "sup"}
SAME_LOOK = {"b": "strong", "del": "s", "i": "em"}
# Between two changes these hold nothing together: a line is read more easily without them.
LITTLE = {"a", "an", "and", "as", "at", "be", "by", "for", "from", "in", "is", "it", "of", "on", "or", "that", "the", "to", "with"}  # fmt: skip


class Line:
    """Two versions of one line, compared."""

    def __init__(self, old: str, new: str, *, exact: bool = False) -> None:
        self.exact = exact
        self.old = read(old, exact=exact)
        self.new = read(new, exact=exact)
        self.start, self.end = ends_alike(self.old.pieces, self.new.pieces)
        self._mend_edges()
        self._settle(_sensible(self._word_pairs(), self.old, self.new, self.start, self.end))

    def _mend_edges(self) -> None:
        """Of the places where words may be said to have come or gone, takes the one that a reader would name."""
        old, new = self.old.pieces, self.new.pieces
        shorter, longer = sorted((old, new), key=len)
        # One more sentence begins behind the full stop of the last one, not with it.
        while (
            self.end
            and self.start + self.end == len(shorter) < len(longer)
            and _is_sign(longer[self.start])
            and longer[self.start] == longer[-self.end]
        ):
            self.start, self.end = self.start + 1, self.end - 1
        # Blanks belong to what stands before them first of all.
        while self.end and is_blank(old[-self.end]):
            self.end -= 1

    def _settle(self, pairs: list[tuple[int, int]]) -> None:
        """Takes these pieces for the same ones, beside those at the start and the end that are the same anyway."""
        pairs = self._with_blanks(pairs)
        moved_on = len(self.new.pieces) - len(self.old.pieces)
        self.old.settle(pairs, self.start, self.end, moved_on)
        self.new.settle([(other, one) for one, other in pairs], self.start, self.end, -moved_on)
        length = len(self.old.pieces)
        same = sum(is_word(self.old.pieces[one]) for one, _ in pairs)
        same += self.old.words(0, self.start) + self.old.words(length - self.end, length)
        words = self.old.words(0, length) + self.new.words(0, len(self.new.pieces))
        self.likeness = 2 * same / words if words else 1.0

    def keep_edges_alone(self) -> None:
        """Takes the line for a new one, but for its first and last words if they stayed."""
        self._settle([])

    def _word_pairs(self) -> list[tuple[int, int]]:
        """The pieces that are the same on both sides between the start and the end, blanks aside."""
        old, new = (
            [at for at in range(self.start, len(pieces) - self.end) if not is_blank(pieces[at])]
            for pieces in (self.old.pieces, self.new.pieces)
        )
        found = matches([self.old.pieces[at] for at in old], [self.new.pieces[at] for at in new])
        return [(old[one], new[other]) for one, other in found]

    def _with_blanks(self, pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """The pairs with the blanks that stand right behind or before the same words on both sides."""
        found: list[tuple[int, int]] = []
        one = other = self.start - 1
        ends = (len(self.old.pieces) - self.end, len(self.new.pieces) - self.end)
        for next_one, next_other in [*pairs, ends]:
            i, j, k, m = one + 1, next_one, other + 1, next_other
            while i < j and k < m and self._same_blank(i, k):
                found.append((i, k))
                i, k = i + 1, k + 1
            behind = []
            while i < j and k < m and self._same_blank(j - 1, m - 1):
                j, m = j - 1, m - 1
                behind.append((j, m))
            found += reversed(behind)
            one, other = next_one, next_other
            found.append((one, other))
        return found[:-1]

    def _same_blank(self, one: int, other: int) -> bool:
        old, new = self.old.pieces[one], self.new.pieces[other]
        return old == new if self.exact else is_blank(old) and is_blank(new)

    # --- Marking up ---------------------------------------------------------------------------------------------------

    def marked(self, marks: Marks) -> str:
        """The line with its changes marked."""
        return self._merged(self.old.nodes, self.new.nodes, marks)

    def annotated(self, marks: Marks) -> str:
        """The newer line with its changes marked, to be read only: the older one cannot be had from it."""
        return _Annotation(self, marks, 0).of(self.new.nodes, len(self.old.pieces))

    def _merged(self, olds: list[Node], news: list[Node], marks: Marks) -> str:
        parts: list[str] = []
        p = q = 0
        partners = self.old.partners
        while p < len(olds) or q < len(news):
            # What stayed, piece by piece, is nearly everything, so it is passed over quickly.
            while (
                p < len(olds)
                and q < len(news)
                and not olds[p].tag
                and olds[p].open == news[q].open
                and partners[olds[p].start] == news[q].start
                and not news[q].tag
            ):
                parts.append(news[q].open)
                p, q = p + 1, q + 1
            p2, q2 = self._unpaired(self.old, olds, p), self._unpaired(self.new, news, q)
            parts.append(self._replaced(olds[p:p2], news[q:q2], marks))
            if p2 == len(olds) and q2 == len(news):
                break
            p, q = self._closed(olds, news, p2, q2)
            parts.append(self._paired(olds[p2:p], news[q2:q], marks))
        return "".join(parts)

    def _unpaired(self, side: Side, nodes: list[Node], at: int) -> int:
        """The end of the nodes from `at` on that have no partner at all."""
        while at < len(nodes) and not side.has_partner(nodes[at].start, nodes[at].end):
            at += 1
        return at

    def _closed(self, olds: list[Node], news: list[Node], p: int, q: int) -> tuple[int, int]:
        """The ends of the smallest rows of nodes from `p` and `q` on that have their partners in each other."""
        p, q = p + 1, q + 1
        while True:
            last_new = self.old.partner_of_last(olds[p - 1].end)
            last_old = self.new.partner_of_last(news[q - 1].end)
            if last_new >= news[q - 1].end:
                q += 1
            elif last_old >= olds[p - 1].end:
                p += 1
            else:
                return p, q

    def _replaced(self, gone: list[Node], fresh: list[Node], marks: Marks) -> str:
        """Nodes with no partner: deleted ones, then inserted ones. Blanks alone are not worth a mark, but in code."""
        old, new = raw(gone), raw(fresh)
        if old == new:
            return new
        if not self.exact and is_blank(old + new):
            return f"<span{quoted('data-old', old)}>{new}</span>"
        if gone and fresh and self._pieces(self.old, gone) == self._pieces(self.new, fresh):
            return self._region(old, new, new, marks)
        parts = []
        if old:
            parts.append(marks.gone(without_ids(old), self.old.words(gone[0].start, gone[-1].end)))
        if new:
            parts.append(marks.new(new, self.new.words(fresh[0].start, fresh[-1].end)))
        return "".join(parts)

    def _pieces(self, side: Side, nodes: list[Node]) -> str:
        return "".join(side.pieces[nodes[0].start : nodes[-1].end])

    def _paired(self, olds: list[Node], news: list[Node], marks: Marks) -> str:
        """Nodes that have their partners in each other."""
        old, new = raw(olds), raw(news)
        if old == new:
            return new
        one, other = olds[0], news[0]
        if len(olds) == len(news) == 1:
            if not one.tag and not other.tag:
                return f"<span{quoted('data-old', old)}>{new}</span>"
            if one.tag == other.tag or {one.tag, other.tag} <= FORMATTING:
                return self._element(one, other, marks)
        return self._region(old, new, self._annotated(olds, news, marks), marks)

    def _element(self, old: Node, new: Node, marks: Marks) -> str:
        inside = self._merged(old.inside, new.inside, marks)
        if old.open == new.open:
            return f"{new.open}{inside}{new.close}"
        was = quoted("data-was", old.open)
        if looks_same(old.open, new.open):
            return f"{new.open[:-1]}{was}>{inside}{new.close}"
        note = marks.reformatted_as(_what_changed(old.open, new.open))
        return f'{new.open[:-1]} data-change="changed"{was}>{inside}{new.close}{note}'

    def _region(self, old: str, new: str, marked: str, marks: Marks) -> str:
        """Where the tags of both versions do not fit into each other: the new one is shown, the old one kept beside it."""
        kept = quoted("data-old", old)
        if looks_same(old, new):
            return f"<span{kept}>{marked}</span>"
        return f'<span data-change="changed"{kept}>{marked}</span>{marks.reformatted_as(_what_changed(old, new))}'

    def _annotated(self, olds: list[Node], news: list[Node], marks: Marks) -> str:
        """The new nodes with what was inserted and deleted, to be read only."""
        return _Annotation(self, marks, olds[0].start).of(news, olds[-1].end)


@dataclass
class _Annotation:
    """Walks through new nodes, and puts the deleted pieces where they were; `at` is the next old piece."""

    line: Line
    marks: Marks
    at: int

    def of(self, news: Sequence[Node], end: int) -> str:
        marked = self._inside(news)
        return marked + self._gone(end)

    def _inside(self, news: Sequence[Node]) -> str:
        parts: list[str] = []
        fresh: list[Node] = []
        new = self.line.new
        for node in news:
            if not new.has_partner(node.start, node.end):
                fresh.append(node)
            elif node.tag:
                parts += [self._fresh(fresh), node.open, self._inside(node.inside), node.close]
                fresh = []
            else:
                partner = new.partners[node.start]
                parts += [self._gone(partner), self._fresh(fresh), node.open]
                self.at, fresh = partner + 1, []
        return "".join([*parts, self._fresh(fresh)])

    def _gone(self, end: int) -> str:
        start, self.at = self.at, max(end, self.at)
        text = "".join(self.line.old.pieces[start:end])
        return self.marks.gone(without_ids(text), self.line.old.words(start, end)) if text.strip() else ""

    def _fresh(self, nodes: list[Node]) -> str:
        text = raw(nodes)
        if not text.strip():
            return text
        return self.marks.new(text, self.line.new.words(nodes[0].start, nodes[-1].end))


def _sensible(
    pairs: list[tuple[int, int]], old: Side, new: Side, start: int, end: int
) -> list[tuple[int, int]]:
    """The pairs without the short runs of little words and signs that would part two changes."""
    runs: list[list[tuple[int, int]]] = []
    for pair in pairs:
        if runs and _follows(runs[-1][-1], pair, old, new):
            runs[-1].append(pair)
        else:
            runs.append([pair])
    kept = []
    for at, run in enumerate(runs):
        before = runs[at - 1][-1] if at else (start - 1, start - 1)
        behind = runs[at + 1][0] if at + 1 < len(runs) else (len(old.pieces) - end, len(new.pieces) - end)
        replaced = all(
            side.words(begin + 1, stop) > 0
            for side, which in ((old, 0), (new, 1))
            for begin, stop in ((before[which], run[0][which]), (run[-1][which], behind[which]))
        )
        if not (replaced and len(run) <= 2 and all(_is_little(old.pieces[one]) for one, _ in run)):
            kept += run
    return kept


def _follows(pair: tuple[int, int], then: tuple[int, int], old: Side, new: Side) -> bool:
    """Whether only blanks part two pairs."""
    return _near(old, pair[0], then[0]) and _near(new, pair[1], then[1])


def _near(side: Side, start: int, end: int) -> bool:
    return end - start == 1 or (end - start == 2 and is_blank(side.pieces[start + 1]))


def _is_sign(piece: str) -> bool:
    return not (is_word(piece) or is_blank(piece) or piece.startswith("<"))


def _is_little(piece: str) -> bool:
    return piece.lower() in LITTLE or not (is_word(piece) or piece.startswith("<"))


def _what_changed(old: str, new: str) -> str:
    links, others = zip(*(_parted(html) for html in (old, new)), strict=True)
    if links[0] == links[1] or others[0] != others[1]:
        return "formatting changed"
    return "link changed" if all(links) else "link added" if links[1] else "link removed"


def _parted(html: str) -> tuple[list[str], list[str]]:
    """The open tags of links, and those of everything else."""
    tags = [tag[0] for tag in TAG.finditer(html) if not tag[1]]
    return [tag for tag in tags if tag.startswith("<a")], [tag for tag in tags if not tag.startswith("<a")]


def looks_same(old: str, new: str) -> bool:
    """Whether two versions differ in nothing but ids and tags that look the same."""
    return _look(old) == _look(new)


def _look(html: str) -> str:
    def look(tag: re.Match[str]) -> str:
        rest = re.sub(r""" (?:id|data-open-ended)=("[^"]*"|'[^']*')""", "", tag[3])
        return f"<{tag[1]}{SAME_LOOK.get(tag[2], tag[2])}{rest}>"

    return TAG.sub(look, html)
