"""Which files can be added to a post, how large and how many, and under which name. Pure."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from forum.rules.access import Access

MB = 1024 * 1024
MOST_BYTES = 10 * MB  # of one file, as it is sent and as it is kept
MOST_FILES = 5  # of one post
MOST_WAITING = 20  # of one person, sent and not posted yet
MOST_BYTES_A_DAY = 100 * MB  # of one person
MOST_TRIES_AN_HOUR = 100
MOST_PIXELS = 25_000_000  # of a picture: decoded, it takes four bytes for each
LONGEST_SIDE = 16_000  # of a picture, in pixels: WebP and old browsers take little more
DAY = timedelta(days=1)
LONGEST_WAIT = DAY  # for a file to be posted; after that it is deleted
LONGEST_STEM = 100

# What Windows takes for a device, whatever the ending.
DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
NOT_IN_NAMES = re.compile(r'[<>:"|?*]')


class Kind(Enum):
    """A kind of file that can be added to a post: its media type, how readers call it, and its ending, the usual one first."""

    PDF = "application/pdf", "PDF", (".pdf",)
    DOCX = (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "Word",
        (".docx",),
    )
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel", (".xlsx",)
    PPTX = (
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "PowerPoint",
        (".pptx",),
    )
    ODT = "application/vnd.oasis.opendocument.text", "OpenDocument text", (".odt",)
    ODS = "application/vnd.oasis.opendocument.spreadsheet", "OpenDocument spreadsheet", (".ods",)
    ODP = "application/vnd.oasis.opendocument.presentation", "OpenDocument presentation", (".odp",)
    CSV = "text/csv", "CSV", (".csv",)
    TEXT = "text/plain", "plain text", (".txt",)
    PNG = "image/png", "PNG picture", (".png",)
    JPEG = "image/jpeg", "JPEG picture", (".jpg", ".jpeg")
    WEBP = "image/webp", "WebP picture", (".webp",)
    GIF = "image/gif", "GIF picture", (".gif",)

    def __init__(self, media_type: str, words: str, endings: tuple[str, ...]) -> None:
        self.media_type = media_type
        self.words = words
        self.endings = endings

    @property
    def is_picture(self) -> bool:
        return self.media_type.startswith("image/")


# A picture is made anew, so these are the types that can be shown within a page. A GIF is kept as a PNG.
SHOWN = frozenset({Kind.PNG.media_type, Kind.JPEG.media_type, Kind.WEBP.media_type})
ENDINGS = {ending: kind for kind in Kind for ending in kind.endings}
ALLOWED = (
    "PDF, Word (.docx), Excel (.xlsx), PowerPoint (.pptx), OpenDocument (.odt, .ods, .odp), CSV, plain text (.txt), "
    "and pictures (PNG, JPEG, WebP, GIF)"
)
TOO_MANY_PIXELS = (
    f"This picture has too many pixels. It can have {MOST_PIXELS // 1_000_000} million at most, and {LONGEST_SIDE:,} on a side. "
    "Make it smaller, then add it."
)


@dataclass(frozen=True)
class Sent:
    """What a person has sent already: the files that are not posted yet, and the bytes within the last day."""

    waiting: int
    bytes_today: int


def ending_of(name: str) -> str:
    """The ending of a file's name in small letters, with its dot; empty if there is none."""
    stem, dot, ending = _last_part(name).rpartition(".")
    return f".{ending.strip().lower()}" if dot and stem and ending.strip() else ""


def refusal_of_size(size: int) -> str | None:
    """Why a file of so many bytes cannot be added; `None` if it can."""
    if size == 0:
        return "This file is empty. Choose another one."
    if size > MOST_BYTES:
        return f"This file is larger than {MOST_BYTES // MB} MB, which is the most. Make it smaller, or split it."
    return None


def refusal_of_file(name: str, kind: Kind | None) -> str | None:
    """Why a file of this name, whose content is of this kind (`None`: of no kind that we take), cannot be added; or `None`.

    Content decides. A picture under another picture's ending, or any file without an ending, is given the right one. Any
    other name that says something else than the content is refused: somebody would open it as what it is not.
    """
    ending = ending_of(name)
    said = ENDINGS.get(ending)
    if kind is None:
        if said is None:
            return f"Files of this kind cannot be added. These can: {ALLOWED}."
        return (
            f"This is not a file of the kind {said.words}, or it is damaged. Save it again as {said.endings[0]}, "
            "then add that file."
        )
    if said in (kind, *_also_called(kind)) or not ending or (said and said.is_picture and kind.is_picture):
        return None
    if said is None:
        return f"Files that end in “{ending[:10]}” cannot be added. These can: {ALLOWED}."
    return f"The name of this file ends in “{ending}”, but it holds something else: {kind.words}. Give it the ending {kind.endings[0]}."


def _also_called(kind: Kind) -> Collection[Kind]:
    return (Kind.CSV,) if kind is Kind.TEXT else ()


def refusal_of_pixels(width: int, height: int) -> str | None:
    """Why a picture of this size cannot be added; `None` if it can. Asked before any of it is decoded."""
    if width < 1 or height < 1 or width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        return TOO_MANY_PIXELS
    return None


def refusal_to_send(sent: Sent, size: int) -> str | None:
    """Why a person who has sent so much already cannot send a file of `size` bytes now; `None` if they can."""
    if sent.waiting >= MOST_WAITING:
        return (
            f"You have added {sent.waiting} files that are not posted yet. Post some, or remove some, first."
        )
    if sent.bytes_today + size > MOST_BYTES_A_DAY:
        return f"You can add {MOST_BYTES_A_DAY // MB} MB of files within 24 hours. Try again later, or add a smaller file."
    return None


def refusal_of_number(files: int) -> str | None:
    """Why a post cannot have so many files; `None` if it can."""
    if files > MOST_FILES:
        return f"A post can have {MOST_FILES} files at most. Remove some, or write a second post."
    return None


def refusal_of_tries(tries: int) -> str | None:
    """Why a person who has sent so many files within an hour, taken or not, has to wait; `None` if they need not."""
    if tries > MOST_TRIES_AN_HOUR:
        return "You have sent very many files within an hour. Wait a while, then try again."
    return None


def may_see_file(access: Access, *, own: bool, posted: bool, approved: bool) -> bool:
    """Whether somebody with this access to the list may see a file of it: as they may see its post, and before that their own."""
    return access.may_read and (own or (posted and (approved or access.may_manage)))


def safe_name(name: str, kind: Kind) -> str:
    """The name under which a file is kept and given out: no folder, nothing that cannot be seen, and the ending of its kind.

    An ending that is not the kind's goes; `.jpeg` stays. A name of which nothing is left is “file” or “picture”.
    """
    plain = unicodedata.normalize("NFC", _last_part(name))
    # Cc, Cf …: control characters, marks that turn the direction of writing, halves of characters.
    plain = "".join(sign if unicodedata.category(sign)[0] != "C" else " " for sign in plain)
    plain = NOT_IN_NAMES.sub("-", " ".join(plain.split()))
    ending = ending_of(plain)
    stem = plain[: -len(ending)] if ending in ENDINGS else plain
    stem = stem[:LONGEST_STEM].strip(" .")
    if not stem:
        stem = "picture" if kind.is_picture else "file"
    elif DEVICES.match(stem):
        stem = f"_{stem}"
    return stem + (ending if ending in kind.endings else kind.endings[0])


def _last_part(name: str) -> str:
    return name.replace("\\", "/").rsplit("/", 1)[-1]
