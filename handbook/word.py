"""Reads a Word file: a chapter from each heading 1, a section in it from each heading 2."""

import re
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import mammoth
from bs4 import BeautifulSoup
from bs4.element import Tag
from lxml import etree

from handbook.sources import (
    IMAGES,
    LONGEST_PATH,
    LONGEST_TITLE,
    MOST_IMAGE_BYTES,
    Format,
    Source,
    SourceError,
    SourceWarning,
)

MOST_BYTES = 50 * 1024 * 1024
MOST_UNPACKED_BYTES = 250 * 1024 * 1024
MOST_XML_BYTES = 30 * 1024 * 1024  # of one part of the file: all of it is read into memory
MOST_ENTRIES = 5_000
TITLE_CLASS = "document-title"
STYLES = f"p[style-name='Title'] => p.{TITLE_CLASS}:fresh"
# What Word keeps of a tracked change, and what it is called. A move stands in the file twice; it is counted where it went.
TRACKED = {"ins": "insertion", "del": "deletion", "moveTo": "move"}
UNKNOWN_STYLE = re.compile(
    r"Unrecognised (?P<kind>paragraph|run) style: (?P<name>.*) \(Style ID: .*\)", re.DOTALL
)
KINDS_OF_STYLE = {"paragraph": ("Paragraphs", "plain paragraphs"), "run": ("Words", "plain words")}
ENDINGS = {"image/gif": ".gif", "image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}


@dataclass
class _Part:
    """What stands under one heading."""

    number: str
    title: str
    parent: str
    nodes: list[Tag] = field(default_factory=list)
    anchors: list[str] = field(default_factory=list)

    @property
    def path(self) -> str:
        # A slash would make a folder of what stands before it.
        return f"{self.number} {self.title.replace('/', '-')}"[:LONGEST_PATH]


def read_word(path: str | Path) -> list[Source]:
    """The sections of the Word file at `path`, in reading order, recognised by their number and title (“2.1 Quorum”).

    The number is counted from the headings. Raises `SourceError` if the file cannot be read or holds no text.
    """
    file = Path(path)
    _refuse_unreadable(file)
    images: dict[str, Path | bytes] = {}
    html, messages = _convert(file, images)
    parts = _split(BeautifulSoup(html, "html.parser"))
    if not parts:
        raise SourceError(file.name, None, "there is no text in this file")
    homes = {anchor: part.path for part in parts for anchor in part.anchors}
    messages = [*_look_at_review(file), *messages]
    warnings = [SourceWarning(file.name, None, message) for message in dict.fromkeys(messages)]
    sources = []
    for part in parts:
        links = [link for node in part.nodes for link in _all(node, "a")]
        targets = frozenset(filter(None, [_point_at_section(link, homes) for link in links]))
        body = "\n".join(str(node) for node in part.nodes)
        sources.append(
            Source(
                path=part.path,
                title=part.title[:LONGEST_TITLE],
                parent=part.parent,
                text=f"{part.title}\n{body}\n",
                format=Format.WORD,
                body=body,
                images=images,
                targets=targets,
                warnings=tuple(warnings) if part is parts[0] else (),
            )
        )
    return sources


def _refuse_unreadable(file: Path) -> None:
    if not file.is_file():
        raise SourceError(file.name, None, "there is no such file")
    if file.stat().st_size > MOST_BYTES:
        raise SourceError(
            file.name, None, f"the file has {file.stat().st_size:,} bytes; {MOST_BYTES:,} is the most"
        )
    try:
        with zipfile.ZipFile(file) as package:
            entries = package.infolist()
            if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED_BYTES:
                raise SourceError(file.name, None, "the file unpacks to far more than a Word file should")
            if "word/document.xml" not in package.namelist():
                raise SourceError(file.name, None, "this is not a Word file (.docx)")
            for entry in entries:
                if entry.filename.endswith((".xml", ".rels")):
                    _refuse_part(file, entry, package)
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
        raise SourceError(file.name, None, "this is not a Word file (.docx), or it is damaged") from error


def _refuse_part(file: Path, entry: zipfile.ZipInfo, package: zipfile.ZipFile) -> None:
    if entry.file_size > MOST_XML_BYTES:
        raise SourceError(file.name, None, "the file unpacks to far more than a Word file should")
    if b"<!ENTITY" in package.read(entry):
        raise SourceError(file.name, None, "the file defines XML entities, which no Word file does")


def _look_at_review(file: Path) -> list[str]:
    """Sentences on tracked changes and comments, which Word shows and the portal does not."""
    tracked: Counter[str] = Counter()
    comments = 0
    with zipfile.ZipFile(file) as package:
        for name in package.namelist():
            if name in {"word/document.xml", "word/footnotes.xml", "word/endnotes.xml"}:
                tracked += _count(package, name, set(TRACKED))
            elif name == "word/comments.xml":
                comments = _count(package, name, {"comment"}).total()
    said = []
    kinds = [_counted(tracked[tag], kind) for tag, kind in TRACKED.items() if tracked[tag]]
    if kinds:
        said.append(
            f"The document has {_counted(tracked.total(), 'tracked change')} ({', '.join(kinds)}). Accept or reject them in Word first; "
            "as it is, inserted text is taken in and deleted text left out."
        )
    if comments:
        said.append(f"The document has {_counted(comments, 'comment')}. Comments are not brought in.")
    return said


def _count(package: zipfile.ZipFile, name: str, tags: set[str]) -> Counter[str]:
    """How many elements of the part have one of these names, whatever their namespace is called."""
    with package.open(name) as part:
        reader = etree.iterparse(part, events=("start",), resolve_entities=False, no_network=True)
        names = (etree.QName(element).localname for _, element in reader if isinstance(element.tag, str))
        return Counter(name for name in names if name in tags)


def _counted(number: int, name: str) -> str:
    return f"{number:,} {name}{'' if number == 1 else 's'}"


def _convert(file: Path, images: dict[str, Path | bytes]) -> tuple[str, list[str]]:
    messages: list[str] = []

    def keep(image: mammoth.documents.Image) -> dict[str, str]:
        ending = ENDINGS.get(image.content_type, "")
        if ending not in IMAGES:
            messages.append(
                f"a picture of the type {image.content_type} is not brought in; its description stands in its place"
            )
            return {"src": ""}
        with image.open() as data:
            held = data.read()
        if len(held) > MOST_IMAGE_BYTES:
            raise SourceError(
                file.name, None, f"a picture has {len(held):,} bytes; {MOST_IMAGE_BYTES:,} is the most"
            )
        name = f"image-{len(images) + 1}{ending}"
        images[name] = held
        return {"src": name}

    try:
        with file.open("rb") as data:
            result = mammoth.convert_to_html(
                data, style_map=STYLES, convert_image=mammoth.images.img_element(keep)
            )
    except SourceError:
        raise
    except Exception as error:  # whatever a damaged file leads mammoth into is a fault of the file
        raise SourceError(
            file.name, None, f"the Word file cannot be read: {error or type(error).__name__}"
        ) from error
    return result.value, [*messages, *(_in_plain_words(message.message) for message in result.messages)]


def _in_plain_words(message: str) -> str:
    """What mammoth has to say of a style, as the editor sees it in Word; its other messages as they are."""
    style = UNKNOWN_STYLE.fullmatch(message)
    if style is None:
        return message
    what, plain = KINDS_OF_STYLE[style["kind"]]
    return f"{what} in the style “{style['name']}” are kept as {plain}."


def _split(soup: BeautifulSoup) -> list[_Part]:
    parts: list[_Part] = []
    opening = _Part("0", "Introduction", "")
    chapter: _Part | None = None
    chapters = sections = 0
    here = opening
    for node in soup.find_all(recursive=False):
        title = " ".join(node.get_text().split())
        anchors = [str(inner["id"]) for inner in [node, *node.find_all(id=True)] if inner.get("id")]
        if node.name == "p" and TITLE_CLASS in node.get("class", []):
            opening.title = title or opening.title
            opening.anchors += anchors
            continue
        if (node.name == "h1" and title) or (node.name == "h2" and title and chapter is None):
            chapters, sections = chapters + 1, 0
            here = _Part(str(chapters), title, "")
            chapter = here if node.name == "h1" else None
            parts.append(here)
        elif node.name == "h2" and title and chapter:
            sections += 1
            here = _Part(f"{chapters}.{sections}", title, chapter.path)
            parts.append(here)
        else:
            here.nodes.append(node)
        here.anchors += anchors
    return (
        [opening, *parts]
        if any(node.get_text().strip() or node.find("img") for node in opening.nodes)
        else parts
    )


def _all(node: Tag, name: str) -> list[Tag]:
    return [node, *node.find_all(name)] if node.name == name else node.find_all(name)


def _point_at_section(link: Tag, homes: dict[str, str]) -> str | None:
    """Make a link to a place in the file a link to the section that the place is in, and return that section's path."""
    href = str(link.get("href", ""))
    if not href.startswith("#"):
        return None
    home = homes.get(href[1:])
    if home:
        link["href"] = quote(home, safe="")
    else:
        del link["href"]
    return home
