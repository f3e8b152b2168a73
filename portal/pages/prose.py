"""From HTML to the blocks of a text: what importers make of a Markdown or Word file, so that editors can go on from there."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from html import escape
from typing import Any
from uuid import uuid4

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, Tag

from portal.pages.vocabulary import BLOCKS, CONTAINERS, HEADINGS, INLINE, WRITTEN, clean, holds_only, is_plain

RawBlock = dict[str, Any]

NUMBER = re.compile(r"[-+−]?[£$€]?\s?\d[\d,]*(\.\d+)?\s?%?")
WHITESPACE = re.compile(r"[ \t\r\n\f]+")
MOST_COLUMNS = 50


@dataclass(frozen=True)
class Link:
    """Where a link leads: an address, and the page it belongs to if the link follows that page wherever it moves."""

    href: str
    page: int | None = None


@dataclass(frozen=True)
class Picture:
    """A Wagtail image, by its key, and how to get the address of a file of it, which only a block of Markdown needs."""

    image: int
    src: Callable[[], str]


ResolveLink = Callable[[str], Link | None]
ResolveImage = Callable[[str, str], Picture | None]


def same_link(href: str) -> Link | None:
    """The link as it is."""
    return Link(href)


def no_image(src: str, alt: str) -> Picture | None:
    """No picture: its description stands in for it."""
    return None


@dataclass
class ProseWriter:
    """Collects the blocks of one text. Feed it HTML piece by piece, then take `finish()`.

    `link` turns the address of each link into a `Link`, or into None: the words stay, the link goes. `image` turns the address
    and description of a picture into a `Picture`, or None: the description stays. `shift` is added to the level of headings.
    """

    link: ResolveLink = same_link
    image: ResolveImage = no_image
    shift: int = 0
    blocks: list[RawBlock] = field(default_factory=list)
    run: list[str] = field(default_factory=list)

    def feed(self, html: str, *, markdown: str | None = None) -> None:
        """Add what `html` holds. What the text editor cannot hold becomes a block of its `markdown`, if that is given."""
        soup = BeautifulSoup(clean(html), "html.parser")
        if markdown is not None and not all(is_plain(node) for node in soup.find_all(recursive=False)):
            self.add("markdown", markdown)
        else:
            self._flow(soup.children)

    def add(self, kind: str, value: object) -> None:
        """End the run of text and add a block."""
        self._end_run()
        self.blocks.append({"type": kind, "value": value, "id": str(uuid4())})

    def finish(self) -> list[RawBlock]:
        """All blocks, as a StreamField stores them."""
        self._end_run()
        return self.blocks

    def _end_run(self) -> None:
        if self.run:
            html, self.run = "".join(self.run), []
            self.add("text", html)

    def _flow(self, nodes: Iterable[PageElement]) -> None:
        loose: list[PageElement] = []  # words and inline elements outside any paragraph
        for node in nodes:
            if isinstance(node, Tag) and node.name not in INLINE:
                self._paragraph("p", loose)
                loose = []
                self._block(node)
            else:
                loose.append(node)
        self._paragraph("p", loose)

    def _block(self, tag: Tag) -> None:
        if tag.name in HEADINGS:
            level = min(4, max(2, int(tag.name[1]) + self.shift))
            if level == 2:
                self._end_run()  # a block from each heading on, so that editors can move passages
            self._paragraph(f"h{level}", tag.children)
        elif tag.name == "p":
            self._paragraph("p", tag.children)
        elif tag.name in {"ul", "ol"}:
            pictures: list[tuple[Picture, str]] = []
            self.run.append(self._list(tag, pictures))
            self._pictures(pictures)
        elif tag.name == "hr":
            self.run.append("<hr/>")
        elif tag.name == "pre":
            self._code(tag)
        elif tag.name == "blockquote":
            self._inset(tag)
        elif tag.name == "table":
            self._table(tag)
        else:
            self._flow(tag.children)

    def _paragraph(self, name: str, nodes: Iterable[PageElement]) -> None:
        pictures: list[tuple[Picture, str]] = []
        words = self._inline(nodes, pictures).strip()
        if words:
            self.run.append(f"<{name}>{words}</{name}>")
        self._pictures(pictures)

    def _pictures(self, pictures: list[tuple[Picture, str]]) -> None:
        for picture, alt in pictures:
            self.add("image", {"image": picture.image, "alt_text": alt, "caption": ""})

    def _code(self, tag: Tag) -> None:
        code = tag.find("code")
        names = code.get("class", []) if isinstance(code, Tag) else []
        language = names[0].removeprefix("language-") if names else ""
        self.add("code", {"language": language, "code": tag.get_text().removesuffix("\n")})

    def _inset(self, tag: Tag) -> None:
        if not holds_only(tag, {"p", "ul", "ol", "li"}):
            self._flow(tag.children)
            return
        inner = ProseWriter(self.link, self.image)
        inner._flow(tag.children)
        for block in inner.finish():
            if block["type"] == "text":
                self.add("inset", {"body": block["value"]})
            else:
                self.add(block["type"], block["value"])

    def _list(self, tag: Tag, pictures: list[tuple[Picture, str]]) -> str:
        items = []
        for item in tag.find_all("li", recursive=False):
            parts: list[str] = []
            nested: list[str] = []
            loose: list[PageElement] = []
            for node in item.children:
                if not isinstance(node, Tag) or node.name in INLINE:
                    loose.append(node)
                    continue
                parts.append(self._inline(loose, pictures).strip())
                loose = []
                if node.name in {"ul", "ol"}:
                    nested.append(self._list(node, pictures))
                else:
                    parts.append(self._lines(node, pictures))
            parts.append(self._inline(loose, pictures).strip())
            items.append(f"<li>{'<br/>'.join(part for part in parts if part)}{''.join(nested)}</li>")
        return f"<{tag.name}>{''.join(items)}</{tag.name}>"

    def _lines(self, tag: Tag, pictures: list[tuple[Picture, str]]) -> str:
        """What `tag` holds as lines of one paragraph: for places that hold no more than that."""
        if not tag.find(BLOCKS | HEADINGS | CONTAINERS):
            return self._inline(tag.children, pictures).strip()
        lines = []
        for node in tag.children:
            line = self._lines(node, pictures) if isinstance(node, Tag) and node.name not in INLINE else None
            lines.append(self._inline([node], pictures).strip() if line is None else line)
        return "<br/>".join(line for line in lines if line)

    def _table(self, tag: Tag) -> None:
        pictures: list[tuple[Picture, str]] = []
        rows = [row for row in tag.find_all("tr") if row.find_parent("table") is tag]
        cells = [
            [cell for part in row.find_all(["th", "td"], recursive=False) for cell in _spread(part)]
            for row in rows
        ]
        width = max((len(row) for row in cells), default=0)
        if not width:
            return
        has_head = bool(rows[0].find("th", recursive=False)) or rows[0].parent.name == "thead"
        head = cells.pop(0) if has_head else []
        headings = [WHITESPACE.sub(" ", cell.get_text()).strip() if cell else "" for cell in head]
        headings += [""] * (width - len(headings))
        table = [
            [self._lines(cell, pictures) if cell else "" for cell in row] + [""] * (width - len(row))
            for row in cells
        ]
        kinds = ["number" if _is_numeric([row[at] for row in table]) else "text" for at in range(width)]
        values = [
            {
                "values": [
                    f"<p>{cell}</p>" if kind == "text" and cell else cell
                    for cell, kind in zip(row, kinds, strict=True)
                ]
            }
            for row in table
        ]
        columns = [{"type": kind, "heading": heading} for kind, heading in zip(kinds, headings, strict=True)]
        self.add("table", {"columns": columns, "rows": values, "caption": ""})
        self._pictures(pictures)

    def _inline(
        self, nodes: Iterable[PageElement], pictures: list[tuple[Picture, str]], *, in_link: bool = False
    ) -> str:
        words = "".join(self._piece(node, pictures, in_link=in_link) for node in nodes)
        return words.replace("<br/> ", "<br/>")

    def _piece(self, node: PageElement, pictures: list[tuple[Picture, str]], *, in_link: bool) -> str:
        if isinstance(node, NavigableString):
            verbatim = node.find_parent("code") is not None
            return escape(str(node) if verbatim else WHITESPACE.sub(" ", str(node)), quote=False)
        if not isinstance(node, Tag):
            return ""
        if node.name == "br":
            return "<br/>"
        if node.name == "img":
            return self._picture(node, pictures, in_link=in_link)
        if node.name == "a" and node.get("href") and not in_link:
            words = self._inline(node.children, pictures, in_link=True)
            link = self.link(str(node["href"]))
            return _anchor(link, words) if link and words.strip() else words
        words = self._inline(node.children, pictures, in_link=in_link)
        name = WRITTEN.get(node.name)
        return f"<{name}>{words}</{name}>" if name and words.strip() else words

    def _picture(self, tag: Tag, pictures: list[tuple[Picture, str]], *, in_link: bool) -> str:
        src, alt = str(tag.get("src", "")), str(tag.get("alt", ""))
        picture = self.image(src, alt) if src else None
        if picture:
            pictures.append((picture, alt))
            return escape(alt, quote=False) if in_link else ""
        words = escape(alt, quote=False)
        outside = src.startswith(("http://", "https://"))
        return _anchor(Link(src), words or escape(src, quote=False)) if outside and not in_link else words


def _anchor(link: Link, words: str) -> str:
    if link.page is not None:
        return f'<a linktype="page" id="{link.page}">{words}</a>'
    return f'<a href="{escape(link.href)}">{words}</a>'


def _spread(cell: Tag) -> list[Tag | None]:
    """The cell, and an empty one for each further column that it spans."""
    span = str(cell.get("colspan", "1"))
    return [cell, *[None] * (min(int(span), MOST_COLUMNS) - 1 if span.isdecimal() else 0)]


def _is_numeric(cells: list[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return bool(filled) and all(NUMBER.fullmatch(cell) for cell in filled)


def keep_ids(old: list[RawBlock], new: list[RawBlock]) -> list[RawBlock]:
    """`new`, with the ids of those blocks in `old` that it still has, so that editors' comments stay where they are.

    A block that has the same kind and content keeps its id; so does one whose content changed in its place.
    """
    keys = [
        [json.dumps([block["type"], block["value"]], sort_keys=True) for block in blocks]
        for blocks in (old, new)
    ]
    kept: dict[int, str] = {}
    for change, start, end, new_start, new_end in SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        if change in {"equal", "replace"}:
            pairs = zip(range(start, end), range(new_start, new_end), strict=False)
            kept |= {
                at: old[was]["id"]
                for was, at in pairs
                if old[was]["type"] == new[at]["type"] and "id" in old[was]
            }
    return [{**block, "id": kept[at]} if at in kept else block for at, block in enumerate(new)]
