"""Takes the text out of XML and HTML as a parser tells of them, by what each format means with its elements."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

BLANKS = re.compile(r"\s+")
OFF = {"0", "false", "off"}
BLOCKS = """
address article aside blockquote br caption dd div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol
option p pre section summary table td th title tr ul
"""


class Enough(Exception):
    """There is no room for more text."""


@dataclass(frozen=True)
class Markup:
    """What the elements of a format mean, by their names without a namespace."""

    text: frozenset[str]  # hold text
    lines: frozenset[str]  # stand on lines of their own
    skipped: frozenset[str]  # are left out, with all that is in them
    asides: frozenset[str] = frozenset()  # come after the paragraph that they are fixed to
    signs: Mapping[str, str] = field(default_factory=dict)  # stand for characters
    hiding: str = ""  # hides the run that it stands in


WORD = Markup(
    text=frozenset({"t"}),
    lines=frozenset({"p"}),
    # A text box stands in a file twice, once for old readers; deleted words and those moved from here are no longer there.
    skipped=frozenset({"Fallback", "del", "moveFrom", "rt"}),
    asides=frozenset({"txbxContent"}),
    signs={"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"},
    hiding="vanish",
)
DRAWING = Markup(
    text=frozenset({"t"}),
    lines=frozenset({"p"}),
    skipped=frozenset({"Fallback", "fld"}),  # a field is the number of a slide, or a day
    signs={"br": "\n"},
)
OPEN_DOCUMENT = Markup(
    text=frozenset({"p", "h"}),
    lines=frozenset({"p", "h"}),
    skipped=frozenset({"annotation", "tracked-changes", "note-citation", "ruby-text", "hidden-text"}),
    asides=frozenset({"note-body", "text-box", "title", "desc"}),
    signs={"s": " ", "tab": " ", "line-break": "\n"},
)
HTML = Markup(
    text=frozenset({"body", "title"}),
    lines=frozenset(BLOCKS.split()),
    skipped=frozenset({"script", "style", "template", "noscript", "svg", "iframe", "object"}),
)


class Collector:
    """Gathers the text of one part, up to so many characters; then raises `Enough`, and has what came before."""

    def __init__(self, markup: Markup, room: int) -> None:
        self._markup = markup
        self._room = room
        self._depth = 0  # of elements that hold text
        self._skipping = 0  # of elements within one that is left out
        self._run = ""  # "seen" or "hidden" within a run
        # What is said so far, and what waits for the end of its paragraph: of the part, and of each aside that is open.
        self._open: list[tuple[list[str], list[str]]] = [([], [])]

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = tag.rpartition("}")[2]
        if self._skipping or name in self._markup.skipped:
            self._skipping += 1
            return
        if name in self._markup.asides:
            self._open.append(([], []))
        if name in self._markup.lines:
            self._say("\n")
        if name in self._markup.signs:
            self._say(self._markup.signs[name])
        self._depth += name in self._markup.text
        self._look_for_hiding(name, attributes)

    def end(self, tag: str) -> None:
        name = tag.rpartition("}")[2]
        if self._skipping:
            self._skipping -= 1
            return
        self._depth -= name in self._markup.text
        if name == "r":
            self._run = ""
        if name in self._markup.lines:
            self._end_line()
        if name in self._markup.asides and len(self._open) > 1:
            self._end_aside()

    def data(self, text: str) -> None:
        if self._depth > 0 and not self._skipping and self._run != "hidden":
            self._say(BLANKS.sub(" ", text))

    def text(self) -> str:
        """What was gathered, also in asides that were not at their end."""
        while len(self._open) > 1:
            self._end_aside()
        self._end_line()
        return "".join(self._open[0][0])

    def _say(self, text: str) -> None:
        said = self._open[-1][0]
        if text == "\n" and said[-1:] in ([], ["\n"]):
            return  # lines that hold nothing take no room
        said.append(text[: max(0, self._room)])
        self._room -= len(text)
        if self._room < 0:
            raise Enough

    def _end_line(self) -> None:
        said, waiting = self._open[-1]
        said += ["\n", *waiting]
        waiting.clear()

    def _end_aside(self) -> None:
        self._end_line()
        said, _ = self._open.pop()
        self._open[-1][1].extend(said)

    def _look_for_hiding(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "r":
            self._run = "seen"
        elif name == self._markup.hiding and self._run:
            values = [value for key, value in attributes.items() if key.rpartition("}")[2] == "val"]
            if not OFF.intersection(values):
                self._run = "hidden"
