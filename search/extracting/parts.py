"""Which parts of an Office or OpenDocument file hold its text, and in which order they are read."""

import re
from collections.abc import Iterable, Mapping

from search.extracting.markup import DRAWING, OPEN_DOCUMENT, WORD, Collector, Enough, Markup
from search.extracting.packages import Package
from search.extracting.results import MOST_CHARACTERS, Problem, Text, UnreadableError
from search.extracting.sheets import text_of_workbook

CONTENT_TYPES = "[Content_Types].xml"
MEDIA_TYPE = "mimetype"
OPEN_DOCUMENTS = "application/vnd.oasis.opendocument."
MANIFEST = "META-INF/manifest.xml"
DIAGRAM = r"drawingml\.diagramData\+xml$"
# By content type; templates and files with macros have types of their own.
WORKBOOK = r"(spreadsheetml|ms-excel)\..*main\+xml$"
WORD_PARTS = (
    (r"(wordprocessingml|ms-word)\..*main\+xml$", WORD),
    (r"wordprocessingml\.(footnotes|endnotes)\+xml$", WORD),
    (DIAGRAM, DRAWING),
    (r"wordprocessingml\.header\+xml$", WORD),
    (r"wordprocessingml\.footer\+xml$", WORD),
)
SLIDE_PARTS = (
    (r"presentationml\.slide\+xml$", DRAWING),
    (DIAGRAM, DRAWING),
    (r"presentationml\.notesSlide\+xml$", DRAWING),
)
PRESENTATION = r"(presentationml|ms-powerpoint)\..*main\+xml$"


def text_of_package(package: Package) -> Text:
    """The text of an Office or OpenDocument file. Raises `UnreadableError` if the .zip file is something else."""
    if CONTENT_TYPES in package:
        return _text_of_office(package)
    if MEDIA_TYPE in package and _beginning(package, MEDIA_TYPE).startswith(OPEN_DOCUMENTS):
        return _text_of_open_document(package)
    raise UnreadableError(Problem.NO_TEXT)


def _text_of_office(package: Package) -> Text:
    declared = _Types()
    package.tell(CONTENT_TYPES, declared)
    types = declared.found
    if _named(types, WORD_PARTS[0][0]):
        return _text_of_parts(package, _parts(types, WORD_PARTS))
    if _named(types, PRESENTATION):
        return _text_of_parts(package, _parts(types, SLIDE_PARTS))
    if workbooks := _named(types, WORKBOOK):
        return text_of_workbook(package, workbooks[0], types)
    raise UnreadableError(Problem.NO_TEXT)


def _text_of_open_document(package: Package) -> Text:
    if MANIFEST in package:
        manifest = _Manifest()
        package.tell(MANIFEST, manifest)
        if manifest.is_encrypted:
            raise UnreadableError(Problem.PASSWORD)
    # Headers and footers stand with the styles.
    names = [name for name in ("content.xml", "styles.xml") if name in package]
    return _text_of_parts(package, [(name, OPEN_DOCUMENT) for name in names])


def _text_of_parts(package: Package, parts: Iterable[tuple[str, Markup]]) -> Text:
    """The text of parts, one after the other. Headers of several pages that say the same are taken once."""
    texts: dict[str, None] = {}
    room = MOST_CHARACTERS
    for name, markup in parts:
        collector = Collector(markup, room)
        try:
            package.tell(name, collector)
        except Enough:
            return Text("\n".join([*texts, collector.text()]), None, is_cut=True)
        text = collector.text()
        room -= len(text)
        texts[text] = None
    return Text("\n".join(texts), None, is_cut=False)


def _parts(types: Mapping[str, str], wanted: Iterable[tuple[str, Markup]]) -> Iterable[tuple[str, Markup]]:
    for content_type, markup in wanted:
        for name in _named(types, content_type):
            yield name, markup


def _named(types: Mapping[str, str], content_type: str) -> list[str]:
    """The parts of a type, slide 2 before slide 10."""
    sought = re.compile(content_type)
    found = [name for name, declared in types.items() if sought.search(declared)]
    return sorted(
        found, key=lambda name: (re.sub(r"\d+", "", name), [int(one) for one in re.findall(r"\d{1,9}", name)])
    )


def _beginning(package: Package, name: str) -> str:
    return next(package.pieces(name), b"")[:100].decode("ascii", "replace")


class _Types:
    """Hears from `[Content_Types].xml` which part is of which type."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag.endswith("}Override"):
            self.found[attributes.get("PartName", "").lstrip("/")] = attributes.get("ContentType", "")

    def end(self, tag: str) -> None: ...

    def data(self, text: str) -> None: ...


class _Manifest:
    """Hears from the list of an OpenDocument file's parts whether any is encrypted."""

    is_encrypted = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag.endswith("}encryption-data"):
            self.is_encrypted = True

    def end(self, tag: str) -> None: ...

    def data(self, text: str) -> None: ...
