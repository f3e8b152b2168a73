"""A section's HTML taken apart: its tags, its blocks and the lines of words between them. Nothing is parsed that is not looked at."""

import re
from dataclasses import dataclass
from functools import cached_property
from html import escape

TAG = re.compile(r"""<(/?)([a-z][a-z0-9]*)([^>"']*(?:"[^"]*"[^>"']*|'[^']*'[^>"']*)*)>""")
DEEPEST = 50  # what is nested more deeply is compared as a whole
ATTRIBUTE = re.compile(r"""\s([^\s=>"']+)(?:=("[^"]*"|'[^']*'))?""")
VOID = {"br", "hr", "img"}
HEADINGS = {"h2", "h3", "h4"}
# What must stand directly in its list, table, figure or details, and so is marked inside.
ITEMS = {"caption", "dd", "dt", "figcaption", "li", "summary", "tbody", "td", "th", "thead", "tr"}
FLOW = ITEMS | HEADINGS | {"blockquote", "details", "div", "dl", "figure", "hr", "ol", "p", "pre", "table", "ul"}  # fmt: skip
# A line of words, never blocks.
LINES = HEADINGS | {"", "caption", "p", "pre", "summary"}
BLANK = re.compile(r"(?:\s|&nbsp;)+")
A_WORD = r"\d+(?:[.,]\d+)+(?!\w)|\w+(?:['’‑-]\w+)*"
WORD = re.compile(A_WORD)
# One thing that is compared: a word, a number, blanks, or a sign.
PIECE = re.compile(rf"{A_WORD}|(?:\s|&nbsp;)+|&#?\w+;|.", re.DOTALL)
NO_WORDS = re.compile(rf"{TAG.pattern}|&#?\w+;")


# The serialiser leaves out the end of an empty <li>. While we work it has one, and its start says so.
OPEN_ENDED = ' data-open-ended=""'
LI = re.compile(rf"""<(/?)li((?: id=(?:"[^"]*"|'[^']*'))?)({OPEN_ENDED})?([^>]*)>""")


@dataclass(frozen=True)
class Block:
    """A block with the blanks before it; one without a tag is a line of words that stands among blocks."""

    gap: str
    tag: str
    open: str
    inner: str
    close: str
    depth: int = 0

    @cached_property
    def raw(self) -> str:
        return self.open + self.inner + self.close

    @cached_property
    def words(self) -> list[str]:
        return words_of(self.raw)

    @cached_property
    def first(self) -> str | None:
        """What is in the first block inside, if it has words: by it a row is known."""
        inside = split(self.inner)[0]
        return inside[0].inner if inside and inside[0].words else None

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        return frozenset(word.lower() for word in self.words)


def words_of(html: str) -> list[str]:
    """The words of some HTML, one by one."""
    return WORD.findall(NO_WORDS.sub(" ", html))


def is_word(piece: str) -> bool:
    """Whether a piece of a line counts as a word."""
    return piece[:1].isalnum() or piece[:1] == "_"  # as WORD begins, and cheaper


def is_blank(piece: str) -> bool:
    """Whether a piece of a line holds blanks alone."""
    return piece.isspace() or ("&nbsp;" in piece and BLANK.fullmatch(piece) is not None)


def split(html: str) -> tuple[list[Block], str]:
    """The blocks that stand side by side in `html`, and the blanks behind the last.

    Raises ValueError if its tags are not balanced.
    """
    blocks: list[Block] = []
    if "<" not in html:
        return blocks, _add_line(blocks, html, 0)
    start = 0  # of the line of words or the block that is being read
    gap = ""
    depth = deepest = 0
    opening: re.Match[str] | None = None  # of the block that is being read
    for tag in TAG.finditer(html):
        closes, name, _ = tag.groups()
        if opening is None and not depth and name in FLOW and not closes:
            gap = _add_line(blocks, html[start : tag.start()], deepest)
            start, opening, deepest = tag.start(), tag, 0
        if name not in VOID:
            depth += -1 if closes else 1
            deepest = max(deepest, depth)
        if depth < 0 or (opening is not None and not depth and name != opening[2]):
            raise ValueError(f"{tag[0]} closes nothing.")
        if opening is not None and not depth:
            end = tag.end() if opening is tag else tag.start()
            inner, close = html[opening.end() : end], html[end : tag.end()]
            blocks.append(Block(gap, opening[2], opening[0], inner, close, deepest))
            start, gap, opening, deepest = tag.end(), "", None, 0
    if depth:
        raise ValueError("A tag is not closed.")
    return blocks, _add_line(blocks, html[start:], deepest)


def _add_line(blocks: list[Block], text: str, depth: int) -> str:
    """Adds the line of words that stands between two blocks, if there is one. Returns the blanks behind it."""
    words = text.strip()
    if not words:
        return text
    start = text.index(words)
    blocks.append(Block(text[:start], "", "", words, "", depth))
    return text[start + len(words) :]


def quoted(name: str, value: str) -> str:
    """An attribute of ours."""
    return f' {name}="{escape(value)}"'


def without_ids(html: str) -> str:
    """HTML that may stand beside another copy of itself: what its ids were is in `data-id`."""
    if " id=" not in html:
        return html
    return TAG.sub(lambda tag: renamed(tag[0], "id", "data-id"), html)


def with_ids(tag: str) -> str:
    """The opposite of `without_ids`, for one tag."""
    return renamed(tag, "data-id", "id") if " data-id=" in tag else tag


def renamed(tag: str, old: str, new: str) -> str:
    """A tag whose attribute `old` is called `new`."""
    return ATTRIBUTE.sub(lambda part: part[0].replace(old, new, 1) if part[1] == old else part[0], tag)


def with_ends(html: str) -> str:
    """HTML in which every <li> has an end."""
    if html.count("<li") == html.count("</li>"):
        return html
    parts: list[str] = []
    opened: list[tuple[str, int]] = []  # what is open, and where its tag is in `parts`
    at = 0

    def end_item() -> None:
        place = opened.pop()[1]
        parts[place] = parts[place][:-1] + OPEN_ENDED + ">"
        parts.append("</li>")

    for tag in TAG.finditer(html):
        closes, name, _ = tag.groups()
        parts.append(html[at : tag.start()])
        at = tag.end()
        while opened and opened[-1][0] == "li" and name != "li" and closes:
            end_item()
        if name == "li" and not closes and opened and opened[-1][0] == "li":
            end_item()
        if closes and opened:
            opened.pop()
        elif name not in VOID:
            opened.append((name, len(parts)))
        parts.append(tag[0])
    parts.append(html[at:])
    while opened and opened[-1][0] == "li":
        end_item()
    return "".join(parts)


def without_ends(html: str) -> str:
    """The opposite of `with_ends`."""
    if OPEN_ENDED not in html:
        return html
    ended: list[bool] = []

    def li(tag: re.Match[str]) -> str:
        if tag[1]:
            return tag[0] if ended.pop() else ""
        ended.append(not tag[3])
        return f"<li{tag[2]}{tag[4]}>"

    return LI.sub(li, html)
