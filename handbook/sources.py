"""Reads a folder of Markdown files: each file a section, each folder a chapter, in reading order."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import unquote, urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

MARKDOWN = {".md", ".markdown"}
IMAGES = {".gif", ".jpeg", ".jpg", ".png", ".webp"}
MOST_FILES = 5_000
MOST_BYTES = 2 * 1024 * 1024
MOST_IMAGE_BYTES = 20 * 1024 * 1024
DEEPEST = 20
LONGEST_PATH = 500
LONGEST_TITLE = 255

NUMBERED = re.compile(r"([0-9]+(?:\.[0-9]+)*)[\s._)-]+(?=\S)")
FOOTNOTE = re.compile(r"\[\^[^\]\s]{1,40}\]")
FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)(?<![^\n])(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
FRONT_TITLE = re.compile(r"^title[ \t]*:[ \t]*(?:\"(.+)\"|'(.+)'|(.+?))[ \t]*$", re.MULTILINE)

_reader = MarkdownIt("commonmark", {"maxNesting": 100}).enable(["table", "strikethrough"])


class Format(StrEnum):
    """What a section is made of."""

    CHAPTER = "chapter"  # a folder: no text of its own
    MARKDOWN = "markdown"
    WORD = "word"


class SourceError(Exception):
    """Something that cannot be brought in: where it is, and what is wrong with it."""

    def __init__(self, path: str, line: int | None, reason: str) -> None:
        self.path, self.line, self.reason = path, line, reason
        super().__init__(f"{path}:{line}: {reason}" if line else f"{path}: {reason}")


@dataclass(frozen=True)
class SourceWarning:
    """Something that was left out of a section, and where it stood."""

    path: str
    line: int | None
    reason: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.reason}" if self.line else f"{self.path}: {self.reason}"


@dataclass(frozen=True)
class Source:
    """One section to be: where it comes from, its title, the path of its chapter (empty at the top) and its text.

    `text` is the file as it is, by which it is recognised when it is renamed. `body` is what goes into the section: Markdown or
    HTML, by `format`. `images` are the pictures in it, by the path that `target_of` gives: a file, or what it would hold.
    """

    path: str
    title: str
    parent: str
    text: str
    format: Format
    body: str = ""
    images: Mapping[str, Path | bytes] = field(default_factory=dict)
    targets: frozenset[str] = frozenset()  # the paths that its links point at
    warnings: tuple[SourceWarning, ...] = ()


def target_of(source: Source, href: str) -> tuple[str, str] | None:
    """The path that a link or picture in `source` points at, and the part behind its #; None if it leads elsewhere."""
    try:
        parts = urlsplit(href)
    except ValueError:
        return None
    if parts.scheme or parts.netloc or not parts.path:
        return None
    path = unquote(parts.path)
    base = "" if source.format == Format.WORD or path.startswith("/") else dirname(source.path)
    return normpath(join(base, path.lstrip("/"))), unquote(parts.fragment)


def find_target(path: str, known: Mapping[str, object]) -> str | None:
    """Which of the `known` paths a link to `path` means: the file, its name without the ending, or the folder."""
    for candidate in (path, f"{path}.md", f"{path}.markdown"):
        if candidate in known:
            return candidate
    return None


def read_folder(path: str | Path) -> list[Source]:
    """The sections of the folder at `path`, chapters included, in reading order.

    Raises `SourceError` if there is no such folder, if it holds no Markdown, or if a file in it cannot be read.
    """
    root = Path(path)
    if not root.is_dir():
        raise SourceError(
            str(path), None, "there is no such folder" if not root.exists() else "this is not a folder"
        )
    found = list(_walk(root.resolve(), ""))
    files = [entry for entry in found if (root / entry).is_file()]
    if not files:
        raise SourceError(str(path), None, "there is no Markdown file (.md or .markdown) in this folder")
    if len(files) > MOST_FILES:
        raise SourceError(
            str(path), None, f"there are {len(files):,} Markdown files; {MOST_FILES:,} is the most"
        )
    sections = dict.fromkeys(found)
    return [_read(root.resolve(), entry, sections) for entry in found]


def _walk(root: Path, folder: str) -> Iterator[str]:
    """Paths below `folder`, each folder before what is in it; folders without Markdown are left out."""
    if folder.count("/") >= DEEPEST:
        raise SourceError(folder, None, f"folders are nested more than {DEEPEST} deep")
    for entry in sorted(os.scandir(root / folder), key=lambda entry: _place(entry.name)):
        path = join(folder, entry.name)
        if entry.name.startswith("."):
            continue
        is_markdown = Path(entry.name).suffix.lower() in MARKDOWN
        if entry.is_symlink() and (is_markdown or entry.is_dir()):
            _refuse_outside(root, path)
        if entry.is_dir(follow_symlinks=False):
            inner = list(_walk(root, path))
            if inner:
                yield path
                yield from inner
        elif is_markdown and entry.is_file():
            yield path


def _refuse_outside(root: Path, path: str) -> None:
    if not (root / path).resolve().is_relative_to(root):
        raise SourceError(path, None, "this is a link to something outside the folder")


def _place(name: str) -> tuple[bool, tuple[int, ...], bool, str, str]:
    """Sorts by the number in front of the name, then README first, then by the alphabet."""
    match = NUMBERED.match(name) or re.match(r"([0-9]+)(?=\.\w+$|$)", name)
    number = tuple(int(part) for part in match[1].split(".")) if match else ()
    stem = Path(name).stem.casefold()
    return not number, number, stem != "readme", stem, name


def _title_of_name(name: str) -> str:
    """“02-data_sharing.md” as “Data sharing”."""
    stem = name.rpartition(".")[0] if Path(name).suffix.lower() in MARKDOWN else name
    words = " ".join(re.sub(r"[-_]+", " ", NUMBERED.sub("", stem, count=1)).split()) or stem
    return words[0].upper() + words[1:]


def _read(root: Path, path: str, sections: Mapping[str, object]) -> Source:
    if len(path) > LONGEST_PATH:
        raise SourceError(path, None, f"the path is longer than {LONGEST_PATH} characters")
    name, parent = Path(path).name, dirname(path)
    try:
        path.encode()
    except UnicodeEncodeError as error:
        readable = path.encode(errors="replace").decode()
        raise SourceError(readable, None, "the name of this file or folder is not UTF-8") from error
    if (root / path).is_dir():
        return Source(path, _title_of_name(name)[:LONGEST_TITLE], parent, "", Format.CHAPTER)
    text = _read_text(root, path)
    body = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    front = FRONT_MATTER.match(body)
    if front:
        body = "\n" * front[0].count("\n") + body[front.end() :]  # so that lines keep their numbers
    tokens = _reader.parse(body)
    heading = next((at for at, token in enumerate(tokens) if token.type == "heading_open"), None)
    title = _words(tokens[heading + 1]) if heading is not None else ""
    if title and heading == 0 and tokens[0].map:
        lines = body.split("\n")
        start, end = tokens[0].map
        body = "\n".join([*lines[:start], *[""] * (end - start), *lines[end:]])
    title = title or _front_title(front[1] if front else "") or _title_of_name(name)
    source = Source(path, title[:LONGEST_TITLE], parent, text, Format.MARKDOWN, body)
    images, targets, warnings = _look_inside(root, source, tokens, sections)
    return replace(source, images=images, targets=frozenset(targets), warnings=tuple(warnings))


def _read_text(root: Path, path: str) -> str:
    try:
        size = (root / path).stat().st_size
        if size > MOST_BYTES:
            raise SourceError(path, None, f"the file has {size:,} bytes; {MOST_BYTES:,} is the most")
        data = (root / path).read_bytes()
    except OSError as error:
        raise SourceError(path, None, f"the file cannot be read: {error.strerror}") from error
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceError(path, line, f"not UTF-8 text: byte 0x{data[error.start]:02x}") from error
    if "\0" in text:
        raise SourceError(
            path, text.count("\n", 0, text.index("\0")) + 1, "there is a NUL character in the text"
        )
    return text


def _front_title(front: str) -> str:
    match = FRONT_TITLE.search(front)
    return " ".join(next(filter(None, match.groups())).split()) if match else ""


def _words(inline: Token) -> str:
    pieces = [
        " " if child.type in {"softbreak", "hardbreak"} else child.content
        for child in inline.children or []
        if child.type != "html_inline"
    ]
    return " ".join("".join(pieces).split())


def _look_inside(
    root: Path, source: Source, tokens: list[Token], sections: Mapping[str, object]
) -> tuple[dict[str, Path | bytes], set[str], list[SourceWarning]]:
    images: dict[str, Path | bytes] = {}
    targets: set[str] = set()
    warnings: list[SourceWarning] = []
    for token in tokens:
        line = token.map[0] + 1 if token.map else None
        for child in token.children or []:
            if child.type in {"softbreak", "hardbreak"} and line:
                line += 1
            reason = None
            if child.type == "image":
                reason = _look_at_image(root, source, str(child.attrs["src"]), images)
            elif child.type == "link_open":
                href = str(child.attrs["href"])
                targets |= {target[0] for target in [target_of(source, href)] if target}
                reason = _look_at_link(root, source, href, sections)
            elif child.type == "text" and (note := FOOTNOTE.search(child.content)):
                reason = f"“{note[0]}” looks like a footnote, which the handbook does not have; it stands in the text as it is"
            if reason:
                warnings.append(SourceWarning(source.path, line, reason))
    return images, targets, warnings


def _look_at_link(root: Path, source: Source, href: str, sections: Mapping[str, object]) -> str | None:
    target = target_of(source, href)
    if not target or target[0] == "." or find_target(target[0], sections):
        return None
    if href.startswith("/"):
        return None  # an address of the site, not of a file
    inside = not target[0].startswith("..") and "\0" not in target[0]
    if inside and (root / target[0]).exists():
        return f"“{target[0]}” is not Markdown, so it is not brought in; the words stay, the link to it goes"
    return f"there is no file “{target[0]}” to link to"


def _look_at_image(root: Path, source: Source, src: str, images: dict[str, Path | bytes]) -> str | None:
    target = target_of(source, src)
    if not target:
        return "a picture on another site is not brought in; a link to it stands in its place"
    path = target[0]
    if path.startswith("..") or "\0" in path or not (root / path).is_file():
        return f"there is no picture “{path}”; its description stands in its place"
    if not (root / path).resolve().is_relative_to(root):
        return f"the picture “{path}” is a link to something outside the folder; its description stands in its place"
    if Path(path).suffix.lower() not in IMAGES:
        return f"“{path}” is not a GIF, JPEG, PNG or WebP picture; its description stands in its place"
    size = (root / path).stat().st_size
    if size > MOST_IMAGE_BYTES:
        raise SourceError(path, None, f"the picture has {size:,} bytes; {MOST_IMAGE_BYTES:,} is the most")
    images[path] = root / path
    return None
