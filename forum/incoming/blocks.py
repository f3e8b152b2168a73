"""Elements of HTML as blocks of Markdown."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml.html import HtmlElement

from forum.incoming import styles
from forum.incoming.escaping import at_start, shown
from forum.incoming.inline import BREAK, Inline
from forum.incoming.marks import HISTORY, HISTORY_END, SIGNATURE, SIGNATURE_END, is_mark

BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt", "fieldset", "figure", "figcaption", "footer",
    "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "nav", "ol", "p", "pre", "section", "table", "tbody",
    "td", "tfoot", "th", "thead", "tr", "ul", "menu", "dir", "caption",
}  # fmt: skip
UNSEEN = {"head", "script", "style", "title", "noscript", "template", "meta", "link", "object", "embed", "svg", "audio", "video", "map",
    "iframe", "select", "textarea", "colgroup"}  # fmt: skip
HEADINGS = {f"h{level}": level for level in range(1, 7)}
MOST_CELLS = 5_000
MOST_COLUMNS = 30
MOST_QUOTES = 12
BULLET = re.compile(r"^(?:[·•§ü\u00d8\uf0b7\uf0a7o▪◦–-]|(\w{1,4}[.)]))(?:\s+|$)")
LEVEL = re.compile(r"level(\d)")


@dataclass
class Block:
    """Lines of Markdown. `kind` says what may follow without an empty line: a `line` after a line, an `item` after an item."""

    kind: str
    lines: list[str]


def joined(blocks: list[Block]) -> list[str]:
    """The lines of blocks one below the other, never with two empty lines between them."""
    lines: list[str] = []
    before = ""
    for block in blocks:
        if not block.lines:
            continue
        apart = not (block.kind == before and block.kind in {"line", "item"}) and "mark" not in {
            block.kind,
            before,
        }
        if lines and apart and lines[-1]:
            lines.append("")
        if block.kind == "mark" and before == "quote" and lines[-1]:
            lines.append("")
        for line in block.lines:
            if line or (lines and lines[-1]):
                lines.append(line)
        before = block.kind if block.kind != "mark" or before != "quote" else "quote"
    return lines


class Writer:
    """Writes one document. Elements with blocks in them are blocks themselves, whatever they are called."""

    def __init__(self, root: HtmlElement, pictures: Mapping[str, str]) -> None:
        self.inline = Inline(pictures)
        self.holders: set[HtmlElement] = set()
        self.quotes = 0
        for element in root.iter():
            if isinstance(element.tag, str) and element.tag in BLOCKS:
                holder = element.getparent()
                while holder is not None and holder not in self.holders:
                    self.holders.add(holder)
                    holder = holder.getparent()

    def blocks(self, element: HtmlElement, kind: str = "line") -> list[Block]:
        """The blocks of what lies within an element. Words between blocks become paragraphs of that kind."""
        blocks: list[Block] = []
        run: list[str] = [element.text and self.inline.words(element.text, element)]
        for child in element:
            if isinstance(child.tag, str) and child.tag not in UNSEEN and not styles.is_hidden(child):
                if (
                    child.tag in BLOCKS
                    or child in self.holders
                    or styles.begins_history(child)
                    or styles.is_signature(child)
                ):
                    blocks += [*self._paragraph(run, kind), *self._marked(child)]
                    run = []
                else:
                    run.append(self.inline.of(child))
            if child.tail:
                run.append(self.inline.words(child.tail, element))
        return blocks + self._paragraph(run, kind)

    def _paragraph(self, run: list[str], kind: str) -> list[Block]:
        lines = "".join(piece for piece in run if piece).split(BREAK)
        if len(lines) > 1 and not lines[-1].strip():
            lines.pop()  # a break at the end of a line only ends it
        lines = [at_start(" ".join(line.split())) for line in lines]
        if not any(lines):
            return (
                [Block("line", [""])]
                if len(run) and BREAK in "".join(piece for piece in run if piece)
                else []
            )
        return [Block(kind, lines)]

    def _marked(self, element: HtmlElement) -> list[Block]:
        """The blocks of an element, between marks if an older mail or a signature begins there."""
        inner = self._block(element)
        if styles.begins_history(element):
            end = [] if styles.is_open_ended(element) else [Block("mark", [HISTORY_END])]
            return [Block("mark", [HISTORY]), *inner, *end]
        if styles.is_signature(element):
            return [Block("mark", [SIGNATURE]), *inner, Block("mark", [SIGNATURE_END])]
        return inner

    def _block(self, element: HtmlElement) -> list[Block]:
        tag = element.tag
        if tag in HEADINGS:
            words = " ".join(
                line for block in self.blocks(element) for line in block.lines if line and not is_mark(line)
            )
            return [Block("heading", [f"{'#' * HEADINGS[tag]} {words}"])] if words else []
        if tag == "hr":
            return [Block("rule", ["---"])]
        if tag == "pre":
            return self._preformatted(element)
        if tag == "blockquote":
            return self._quote(element)
        if tag in {"ul", "ol", "menu", "dir"}:
            return [Block("list", [line for line in self._list(element) if not is_mark(line)])]
        if tag == "table":
            return self._table(element)
        if tag == "p":
            return self._text(element)
        return self.blocks(element) or []

    def _text(self, element: HtmlElement) -> list[Block]:
        """A paragraph, an item of one of Word's lists, or an empty line."""
        tight = styles.is_tight(element)
        blocks = self.blocks(element, "line" if tight else "paragraph")
        style = styles.style_of(element)
        if "MsoListParagraph" in (element.get("class") or "") or "mso-list:l" in style:
            return [self._word_item(block, style) for block in blocks]
        if not blocks and tight:
            return [Block("line", [""])]
        return blocks

    def _word_item(self, block: Block, style: str) -> Block:
        level = LEVEL.search(style)
        indent = "   " * (int(level[1]) - 1 if level else 0)
        first = shown(block.lines[0]) if block.lines else ""
        match = BULLET.match(first)
        if not match:
            return Block("item", [indent + line for line in block.lines])
        words = block.lines[0].lstrip("\\")
        words = (
            words[len(match[0].strip()) :].removeprefix("\\").lstrip(".) ")
            if not match[1]
            else re.sub(r"^\S+\s*", "", block.lines[0])
        )
        sign = f"{match[1].rstrip('.)')}." if match[1] and match[1][:-1].isdigit() else "-"
        return Block("item", [f"{indent}{sign} {words}", *[f"{indent}   {line}" for line in block.lines[1:]]])

    def _preformatted(self, element: HtmlElement) -> list[Block]:
        """Code between fences; text that is only kept as it was typed stays text."""
        text = "".join(element.itertext()).replace("\r", "").strip("\n")
        typed = (
            "pre-wrap" in styles.style_of(element)
            or element.get("wrap") is not None
            or "moz-quote-pre" in (element.get("class") or "")
        )
        if typed or len(element):
            return self.blocks(element)
        fence = "`" * max([3, *[len(ticks) + 1 for ticks in re.findall("`+", text)]])
        return [Block("code", [fence, *text.split("\n"), fence])] if text.strip() else []

    def _quote(self, element: HtmlElement) -> list[Block]:
        if styles.is_indented(element) or self.quotes >= MOST_QUOTES:
            return self.blocks(element)
        self.quotes += 1
        lines = [line for line in joined(self.blocks(element)) if not is_mark(line)]
        self.quotes -= 1
        while lines and not lines[-1]:
            lines.pop()
        return [Block("quote", [f"> {line}".rstrip() for line in lines])]

    def _list(self, element: HtmlElement) -> Iterator[str]:
        number = int(start) if (start := element.get("start") or "").isdigit() and len(start) < 9 else 1
        for child in element:
            if not isinstance(child.tag, str) or styles.is_hidden(child):
                continue
            sign = f"{number}. " if element.tag == "ol" else "- "
            if child.tag in {"ul", "ol"}:  # a list within a list without an item around it
                yield from (f"   {line}" for line in self._list(child))
                continue
            lines = joined(
                self.blocks(child)
                if child.tag in BLOCKS or child in self.holders
                else self._paragraph([self.inline.of(child)], "line")
            )
            lines = [line for position, line in enumerate(lines) if line or 0 < position < len(lines) - 1]
            if not lines:
                continue
            number += 1
            # Items stay close together: an empty line before a list within the item is not needed.
            for position, line in enumerate(lines):
                follows = lines[position + 1].lstrip() if position + 1 < len(lines) else ""
                if line or not re.match(r"(?:-|\d+\.) ", follows):
                    yield (sign if position == 0 else " " * len(sign)) + line if line else ""

    def _table(self, element: HtmlElement) -> list[Block]:
        """A table of data as one; a table that only lays out as its cells one after the other."""
        rows = [
            [cell for cell in row if cell.tag in {"td", "th"} and not styles.is_hidden(cell)]
            for row in _rows(element)
        ]
        rows = [row for row in rows if row]
        if not self._is_data(element, rows):
            return (
                self.blocks(element)
                if not rows
                else [
                    block
                    for row in rows
                    for cell in row
                    for block in (*self._marked(cell), *([] if len(row) == 1 else [Block("gap", [])]))
                ]
                + self._beside_rows(element)
            )
        width = max(len(row) for row in rows)
        cells = [[self._cell(cell) for cell in row] + [""] * (width - len(row)) for row in rows]
        lines = [f"| {' | '.join(row)} |" for row in cells]
        return [Block("table", [lines[0], f"|{' --- |' * width}", *lines[1:]])]

    def _beside_rows(self, element: HtmlElement) -> list[Block]:
        """Words that stand in a table outside its cells, where they should not."""
        words = [
            part.strip()
            for each in element.iter("table", "tbody", "tr")
            for part in (each.text or "",)
            if part.strip()
        ]
        return (
            [Block("line", [at_start(self.inline.words(" ".join(words), element))])]
            if words and element.getparent() is not None
            else []
        )

    def _cell(self, cell: HtmlElement) -> str:
        return " ".join(line for line in joined(self.blocks(cell)) if line and not is_mark(line))

    def _is_data(self, element: HtmlElement, rows: list[list[HtmlElement]]) -> bool:
        if len(rows) < 2 or element.get("role") == "presentation" or sum(map(len, rows)) > MOST_CELLS:
            return False
        widths = [len(row) for row in rows]
        if min(widths) < 2 or max(widths) > MOST_COLUMNS or max(widths) - min(widths) > 2:
            return False
        inner = {
            each.tag for row in rows for cell in row for each in cell.iter() if isinstance(each.tag, str)
        }
        return not inner & {"table", "img", "blockquote", "ul", "ol", "pre", "hr", "h1", "h2", "h3"} and all(
            len("".join(cell.itertext())) < 500 for row in rows for cell in row
        )


def _rows(table: HtmlElement) -> Iterator[HtmlElement]:
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in {"tbody", "thead", "tfoot"}:
            yield from (row for row in child if row.tag == "tr")
