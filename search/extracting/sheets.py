"""The text of Excel files: names of sheets, then the cells that hold words, row by row, then text boxes.

Numbers are left out. Without their formats they say something other than what a reader sees: a day is a count of days.
"""

import posixpath
import re
from collections.abc import Mapping

from search.extracting.markup import DRAWING, Collector, Enough
from search.extracting.packages import Package
from search.extracting.results import MOST_CHARACTERS, Text

STRINGS = re.compile(r"spreadsheetml\.sharedStrings\+xml$")
DRAWINGS = re.compile(r"officedocument\.drawing\+xml$")


def text_of_workbook(package: Package, workbook: str, types: Mapping[str, str]) -> Text:
    """The text of the sheets that can be seen, in their order."""
    strings = _Strings()
    for name, declared in types.items():
        if STRINGS.search(declared):
            package.tell(name, strings)
    said = _Said()
    try:
        for title, name in _sheets(package, workbook):
            said.add(title + "\n")
            if name in package:
                package.tell(name, _Cells(strings.found, said))
        for name, declared in types.items():
            if DRAWINGS.search(declared):
                boxes = Collector(DRAWING, said.room)
                package.tell(name, boxes)
                said.add(boxes.text())
    except Enough:
        return Text("".join(said.texts), None, is_cut=True)
    return Text("".join(said.texts), None, is_cut=False)


def _sheets(package: Package, workbook: str) -> list[tuple[str, str]]:
    """The titles and parts of the sheets that are not hidden."""
    folder, file = posixpath.split(workbook)
    listed, links = _Sheets(), _Links()
    package.tell(workbook, listed)
    package.tell(posixpath.join(folder, "_rels", f"{file}.rels"), links)
    return [
        (title, posixpath.normpath(posixpath.join("/", folder, links.found.get(link, ""))).lstrip("/"))
        for title, link in listed.found
    ]


class _Said:
    """What is said so far, and how much room is left."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.room = MOST_CHARACTERS

    def add(self, text: str) -> None:
        self.room -= len(text)
        self.texts.append(text[: max(0, len(text) + min(0, self.room))])
        if self.room < 0:
            raise Enough


class _Heard:
    """Hears of XML, and forgets it."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None: ...

    def end(self, tag: str) -> None: ...

    def data(self, text: str) -> None: ...


class _Sheets(_Heard):
    """Hears from a workbook which sheets it has."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str]] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag.endswith("}sheet") and attributes.get("state", "visible") == "visible":
            links = [value for key, value in attributes.items() if key.endswith("}id")]
            self.found.append((attributes.get("name", ""), "".join(links)))


class _Links(_Heard):
    """Hears which part a link leads to."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag.endswith("}Relationship"):
            self.found[attributes.get("Id", "")] = attributes.get("Target", "")


class _Strings(_Heard):
    """Hears the strings that cells refer to by their number; what tells how to pronounce them is left out."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._parts: list[str] = []
        self._is_text = self._is_sound = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = tag.rpartition("}")[2]
        if name == "si":
            self._parts = []
        self._is_sound = self._is_sound or name == "rPh"
        self._is_text = name == "t" and not self._is_sound

    def end(self, tag: str) -> None:
        name = tag.rpartition("}")[2]
        self._is_text = False
        if name == "rPh":
            self._is_sound = False
        if name == "si":
            self.found.append("".join(self._parts))

    def data(self, text: str) -> None:
        if self._is_text:
            self._parts.append(text)


class _Cells(_Heard):
    """Hears the cells of a sheet and says those that hold words."""

    def __init__(self, strings: list[str], said: _Said) -> None:
        self._strings = strings
        self._said = said
        self._type = ""
        self._parts: list[str] = []
        self._is_value = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = tag.rpartition("}")[2]
        if name == "c":
            self._type, self._parts = attributes.get("t", "n"), []
        self._is_value = name in {"v", "t"}

    def end(self, tag: str) -> None:
        name = tag.rpartition("}")[2]
        self._is_value = False
        if name == "row":
            self._said.add("\n")
        elif name == "c" and (text := self._text()):
            self._said.add(text + " ")

    def data(self, text: str) -> None:
        if self._is_value:
            self._parts.append(text)

    def _text(self) -> str:
        value = "".join(self._parts)
        if self._type in {"str", "inlineStr"}:
            return value
        is_number = self._type == "s" and value.isascii() and value.isdigit() and len(value) < 10
        return self._strings[int(value)] if is_number and int(value) < len(self._strings) else ""
