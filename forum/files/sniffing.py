"""Finds out of what kind a file is by looking into it. Its name and what a browser says of it are not asked."""

import re

from forum.files.packages import BEGINNING, kind_of_package
from forum.files.refused import FileRefused
from forum.rules.files import Kind

BEGINNINGS = {
    b"%PDF-": Kind.PDF,
    b"\x89PNG\r\n\x1a\n": Kind.PNG,
    b"\xff\xd8\xff": Kind.JPEG,
    b"GIF87a": Kind.GIF,
    b"GIF89a": Kind.GIF,
}
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LOCKED_OR_OLD = (
    "This document needs a password, or is in the format of an old Office. Save it without a password as .docx, .xlsx or .pptx, "
    "then add that file."
)
LOOKED_AT = 4096  # browsers look at less of a file before they call it HTML
# What a browser, an old one too, would take for a page or a picture that can run a script; and scripts of servers and shells.
MARKUP = re.compile(
    rb"<!doctype|<!--|<\?|<(?:a|b|body|br|div|font|frameset|h1|head|html|iframe|img|link|math|meta|object|p|script|style|svg"
    rb"|table|title)[\s/>]|^#!",
    re.IGNORECASE,
)
# Control characters that no text holds, but for tab, line feed, form feed and carriage return.
BINARY = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")


def kind_of(content: bytes, *, is_csv: bool = False) -> Kind | None:
    """The kind that `content` is of, `None` if it is none that we take.

    Nothing tells CSV from other text but its name: `is_csv` says what that is. Raises `FileRefused` for a document that
    holds macros, unpacks to too much, or needs a password.
    """
    for beginning, kind in BEGINNINGS.items():
        if content.startswith(beginning):
            return kind
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return Kind.WEBP
    if content.startswith(OLD_OFFICE):
        raise FileRefused(LOCKED_OR_OLD)
    if content.startswith(BEGINNING):
        return kind_of_package(content)
    if _is_text(content):
        return Kind.CSV if is_csv else Kind.TEXT
    return None


def _is_text(content: bytes) -> bool:
    if BINARY.search(content) or MARKUP.search(content[:LOOKED_AT]):
        return False
    for encoding in ("utf-8", "cp1252"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False
