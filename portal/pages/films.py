"""Films, given in the parts that a browser asks for: it plays and winds them only so (RFC 9110, section 14)."""

import re
from pathlib import PurePath

from django.core.files import File
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from wagtail.documents.models import AbstractDocument

# What browsers play, by its suffix.
FILMS = {".mp4": "video/mp4", ".webm": "video/webm"}
ONE_PART = re.compile(r"bytes=(\d{0,15})-(\d{0,15})", re.IGNORECASE)


class NoSuchPartError(ValueError):
    """The part begins after the end of the file."""


CAPTIONS = ".vtt"


def film_type(document: AbstractDocument | None) -> str:
    """The content type of a document that is a film; empty for any other, and for none."""
    return FILMS.get(_suffix(document), "")


def are_captions(document: AbstractDocument | None) -> bool:
    """Whether a document is what is said in a film, with times (WebVTT)."""
    return _suffix(document) == CAPTIONS


def part_wanted(asked: str, size: int) -> tuple[int, int] | None:
    """The first byte that is asked for and the one after the last, of a file with `size` bytes; `None` for the whole file.

    Whoever asks for several parts at once, or in other words than bytes, gets the whole file, as the standard allows. Raises
    `NoSuchPartError`.
    """
    found = ONE_PART.fullmatch(asked.strip())
    if found is None or not any(found.groups()):
        return None
    first, last = found.groups()
    if not first:
        start, stop = max(0, size - int(last)), size
    else:
        start, stop = int(first), min(size, int(last) + 1) if last else size
        if last and int(last) < int(first):
            return None
    if start >= size or start >= stop:
        raise NoSuchPartError
    return start, stop


def film_response(document: AbstractDocument, request: HttpRequest) -> HttpResponse:
    """A film, or the part of it that is asked for, to be played. May only be called for somebody who may have it."""
    try:
        file, size = document.file.open("rb"), document.file.size
    except FileNotFoundError as missing:
        raise Http404("The file of this film is missing.") from missing
    tag = f'"{document.get_file_hash()}"'
    headers = {
        "Accept-Ranges": "bytes",
        "Content-Type": film_type(document),
        "Content-Security-Policy": "default-src 'none'; media-src 'self'",
        "ETag": tag,
    }
    # Somebody who has parts of an older file needs the new one from its beginning.
    is_same = request.headers.get("If-Range", tag) == tag
    asked = request.headers.get("Range", "") if request.method == "GET" and is_same else ""
    try:
        part = part_wanted(asked, size)
    except NoSuchPartError:
        file.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    if part is None:
        return FileResponse(file, filename=document.filename, headers=headers)
    start, stop = part
    headers |= {"Content-Range": f"bytes {start}-{stop - 1}/{size}", "Content-Length": str(stop - start)}
    return FileResponse(_Part(file, start, stop), status=206, headers=headers)


def _suffix(document: AbstractDocument | None) -> str:
    return PurePath(document.file.name or "").suffix.lower() if document is not None else ""


class _Part:
    """The bytes of a file from one to another, read like a file."""

    def __init__(self, file: File, start: int, stop: int) -> None:
        self._file, self._left = file, stop - start
        file.seek(start)

    def read(self, size: int) -> bytes:
        piece = self._file.read(min(size, self._left))
        self._left -= len(piece)
        return piece

    def close(self) -> None:
        self._file.close()
