"""A post as a reader sees it: plain digits, blanks, dashes and letters without accents, and where each came from."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

# Markdown shows `&nbsp;` and its like as the character that they name.
PIECE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8});|.", re.DOTALL)
# What shows nothing, or sits upon another character: soft hyphens, joiners, marks. Tabs and line breaks are handled before.
UNSEEN = {"Cf", "Mn", "Me", "Cc"}
FILLERS = set("\u115f\u1160\u2800\u3164\uffa0")
ALIKE = {
    "\t": " ",
    "−": "-",
    "⁃": "-",
    "·": ".",
    "․": ".",
    "’": "'",
    "‘": "'",
    "\u2028": "\n",
    "\u2029": "\n",
}


@dataclass(frozen=True)
class Folded:
    """`text` is folded; its character at `i` came from the characters `spans[i]` of the post."""

    text: str
    spans: tuple[tuple[int, int], ...]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where the folded characters from `start` until `end` stand in the post."""
        return self.spans[start][0], self.spans[end - 1][1]


def fold(text: str) -> Folded:
    """`text` without what is only there for the eye or against it: nobody gets past a rule by a zero-width blank."""
    characters: list[str] = []
    spans: list[tuple[int, int]] = []
    for piece in PIECE.finditer(text):
        for character in _seen(piece[0]):
            characters.append(character)
            spans.append(piece.span())
    return Folded("".join(characters), tuple(spans))


def _seen(piece: str) -> Iterator[str]:
    shown = unescape(piece)
    for character in shown if len(shown) == 1 else piece:
        yield from _plain(character)


def _plain(character: str) -> str:
    if character in ALIKE:
        return ALIKE[character]
    if character == "\n" or " " <= character <= "~":
        return character
    category = unicodedata.category(character)
    if category in UNSEEN or character in FILLERS:
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category in ("Zs", "Pd"):
        return " " if category == "Zs" else "-"
    if category in ("No", "So"):
        # The mark of a footnote is no digit of the number before it.
        return character
    parts = "".join(
        part for part in unicodedata.normalize("NFKD", character) if not unicodedata.combining(part)
    )
    return parts if 0 < len(parts) <= 3 else character
