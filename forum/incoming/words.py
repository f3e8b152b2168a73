"""Header values as people read them: encoded words (RFC 2047), repaired where senders break the rules."""

import binascii
import re
from base64 import b64decode

from forum.incoming.charsets import text_of

# Blanks within a word, a missing end at the end of the line and words without a blank between them are all met in practice.
WORD = re.compile(r"=\?\s*([\w.:+-]{1,60})(?:\*[\w-]*)?\s*\?\s*([bBqQ])\s*\?(.*?)(?:\?=|$)", re.DOTALL)
HEX = re.compile(rb"=([0-9A-Fa-f]{2})")
FOLD = re.compile(r"[ \t]*[\r\n]+[ \t]*")
NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/]")
MOST_WORDS = 2_000


def decoded(value: str) -> str:
    """A header value with its encoded words decoded, on one line.

    Neighbouring words in one character set are decoded together, because senders cut within characters. What cannot be decoded
    stays as it is.
    """
    value = FOLD.sub(" ", value)
    if "=?" not in value:
        return value.strip()
    pieces: list[str] = []
    waiting, charset, end = b"", "", 0
    for match in list(WORD.finditer(value))[:MOST_WORDS]:
        between = value[end : match.start()]
        data = _bytes_of(match[2].lower(), match[3])
        if data is None:
            continue
        if between.strip() or not charset:
            pieces += [text_of(waiting, charset), between]
            waiting = b""
        elif charset.lower() != match[1].lower():
            pieces.append(text_of(waiting, charset))
            waiting = b""
        waiting, charset, end = waiting + data, match[1], match.end()
    pieces += [text_of(waiting, charset), value[end:]]
    return " ".join("".join(pieces).split("\n")).strip()


def _bytes_of(encoding: str, payload: str) -> bytes | None:
    if encoding == "q":
        raw = payload.replace("_", " ").encode("utf-8", "replace")
        return HEX.sub(lambda match: bytes([int(match[1], 16)]), raw)
    return from_base64(payload)


def from_base64(text: str) -> bytes | None:
    """Base64 with whatever is missing or too much, or nothing if no byte comes of it."""
    letters = NOT_BASE64.sub("", text)
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    try:
        return b64decode(letters + "=" * (-len(letters) % 4)) or None
    except (binascii.Error, ValueError):
        return None
