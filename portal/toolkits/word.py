"""Word documents with plain placeholders: which they have, and filled with what somebody typed.

`{{ name }}` is all that there is: no conditions, no loops, nothing that is carried out. Words go into the text of the document as
text, so that nothing in them can be markup, and what they say about placeholders stays words.
"""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

from docx import Document
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from lxml.etree import LxmlError

from portal.toolkits.blocks import PLACEHOLDER_NAME
from portal.toolkits.texts import legible

PLACEHOLDER = re.compile(rf"\{{\{{[ \u00a0]*({PLACEHOLDER_NAME})[ \u00a0]*\}}\}}")
# What somebody meant to be a placeholder, or left of one.
BROKEN = re.compile(r"\{\{.{0,40}|.{0,40}\}\}|\{%.{0,40}")
LARGEST = 2 * 1024 * 1024
LARGEST_UNPACKED = 20 * 1024 * 1024
MOST_PARTS = 500
TEXT, PARAGRAPH, BREAK = qn("w:t"), qn("w:p"), qn("w:br")
HARMLESS = {RELATIONSHIP_TYPE.HYPERLINK}
MACROS = ("vbaProject", "vbaData", "activeX")

# A text, or a list of which each piece gets a paragraph like the one that the placeholder stands in.
Value = str | list[str]


class NotUsableError(Exception):
    """A file that cannot be filled in; the message says why, for whoever uploads it."""


@dataclass(frozen=True)
class Found:
    """The names of the placeholders of a document, in order, and what looks like one and is none."""

    names: tuple[str, ...]
    broken: tuple[str, ...]


def placeholders_of(content: bytes) -> Found:
    """What is to be filled in. Raises `NotUsableError`."""
    names: list[str] = []
    broken: list[str] = []
    for paragraph in _paragraphs(_opened(content)):
        text = "".join(node.text or "" for node in _texts(paragraph))
        names += PLACEHOLDER.findall(text)
        broken += [found.strip() for found in BROKEN.findall(PLACEHOLDER.sub("", text))]
    return Found(tuple(dict.fromkeys(names)), tuple(broken))


def filled(content: bytes, values: Mapping[str, Value], *, title: str) -> bytes:
    """The document with the values in the places of its placeholders; what has no value is left empty.

    A placeholder that stands alone in its paragraph gives a paragraph to each piece of a list, and none to what is empty.
    Raises `NotUsableError`.
    """
    document = _opened(content)
    for paragraph in list(_paragraphs(document)):
        _fill_paragraph(paragraph, values)
    properties = document.core_properties
    properties.title, properties.author, properties.last_modified_by = legible(title)[:255], "", ""
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _opened(content: bytes) -> WordDocument:
    _refuse_odd_packages(content)
    try:
        document = Document(BytesIO(content))
    except (PackageNotFoundError, BadZipFile, LxmlError, KeyError, ValueError, AttributeError) as error:
        raise NotUsableError(
            "This is no Word document (.docx), or it is damaged. Save it again in Word."
        ) from error
    for part in document.part.package.iter_parts():
        for one in part.rels.values():
            if one.is_external and one.reltype not in HARMLESS:
                raise NotUsableError(
                    "The document loads something from elsewhere, such as a linked picture or template. Put it into the document itself."
                )
    return document


def _refuse_odd_packages(content: bytes) -> None:
    if len(content) > LARGEST:
        raise NotUsableError(f"The document must be {LARGEST // 1024 // 1024} MB or smaller.")
    try:
        with ZipFile(BytesIO(content)) as package:
            parts = package.infolist()
    except BadZipFile as error:
        raise NotUsableError("This is no Word document (.docx). Save it as one in Word.") from error
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise NotUsableError("There is too much in the document. Take large pictures out of it.")
    if any(name in part.filename for part in parts for name in MACROS):
        raise NotUsableError("The document has macros. Save it without them, as .docx.")


def _paragraphs(document: WordDocument) -> Iterator[Any]:
    """Every paragraph, also in tables, boxes, headers, footers and notes."""
    for part in document.part.package.iter_parts():
        element = getattr(part, "element", None)
        if element is not None and part.partname.startswith("/word/"):
            yield from element.iter(PARAGRAPH)


def _texts(paragraph: Any) -> list[Any]:
    """The pieces of text of a paragraph itself, without those of paragraphs in a box that hangs on it."""
    return [node for node in paragraph.iter(TEXT) if next(node.iterancestors(PARAGRAPH)) is paragraph]


def _fill_paragraph(paragraph: Any, values: Mapping[str, Value]) -> None:
    nodes = _texts(paragraph)
    text = "".join(node.text or "" for node in nodes)
    alone = PLACEHOLDER.fullmatch(text.strip())
    if alone and _is_for_lines(value := values.get(alone[1], "")):
        pieces = value if isinstance(value, list) else []
        for piece in pieces:
            copied = deepcopy(paragraph)
            paragraph.addprevious(copied)
            _fill_paragraph(copied, {alone[1]: piece or " "})
        if pieces or _may_go(paragraph):
            paragraph.getparent().remove(paragraph)
            return
    # From the end, so that the places of earlier ones stay right.
    for match in reversed(list(PLACEHOLDER.finditer(text))):
        value = values.get(match[1], "")
        words = "\n".join(value) if isinstance(value, list) else value
        _put(nodes, match.start(), match.end(), legible(words))
    for node in nodes:
        _break_lines(node)


def _is_for_lines(value: Value) -> bool:
    return isinstance(value, list) or not value


def _may_go(paragraph: Any) -> bool:
    """Whether a paragraph can be taken out: a cell and the like must keep one, and one that ends a section its properties."""
    siblings = paragraph.getparent().findall(PARAGRAPH)
    return (
        len(siblings) > 1
        and paragraph.find(f".//{qn('w:sectPr')}") is None
        and paragraph.getnext() is not None
    )


def _put(nodes: list[Any], start: int, end: int, words: str) -> None:
    """Puts words in the place of the signs from `start` to `end`, counted over all nodes: into the first that they touch."""
    at = 0
    for node in nodes:
        text = node.text or ""
        first, last = max(start - at, 0), min(end - at, len(text))
        at += len(text)
        if first < last:
            node.text = text[:first] + words + text[last:]
            words = ""


def _break_lines(node: Any) -> None:
    """Makes line ends of a piece of text those of Word, and keeps blanks at its ends."""
    first, *rest = (node.text or "").replace("\t", " ").split("\n")
    _set(node, first)
    after = node
    for line in rest:
        broken, text = OxmlElement("w:br"), OxmlElement("w:t")
        _set(text, line)
        after.addnext(broken)
        broken.addnext(text)
        after = text


def _set(node: Any, text: str) -> None:
    node.text = text
    if text != text.strip():
        node.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
