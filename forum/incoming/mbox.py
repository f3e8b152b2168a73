"""The messages of a mailbox (mbox), found by their first lines: a file of any size takes the memory of one message.

Two kinds of writers are understood: those that put `>` before every line that could begin a message (mboxrd), and those that put it
before `From ` alone (mboxo). Lines of a text that should have been quoted and were not begin no message, unless they look like the
first line of one in full and a header follows.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, pairwise
from typing import BinaryIO

from forum.incoming.fields import date_of

MOST_BYTES = 40_000_000  # of one message
LONGEST_LINE = 1_000_000  # a longer one is read in pieces
BEGINS = b"From "
BOM = b"\xef\xbb\xbf"
# `From ada@one.example Mon Jun  1 10:00:00 2026`, as asctime writes it, with a zone, or as in a Date field.
FIRST_LINE = re.compile(
    rb"From [^\r\n]{0,500}?\b(?P<date>(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b(?=[^\r\n]*\b\d{4}\b)[^\r\n]{4,30}\d:\d{2}[^\r\n]{0,40})"
)
HEADER = re.compile(rb">?[!-9;-~]+[ \t]*:|>?From ")
QUOTED = re.compile(rb"^>(?=>*From )", re.MULTILINE)
ASCTIME = re.compile(
    r"(\w{3}) (\w{3}) +(\d{1,2}) +([\d:]{4,8})(?: +([+-]\d{4}))?(?: +[A-Z]{1,5})?(?: +([+-]\d{4}))? +(\d{4})"
)


class NotAMailbox(Exception):
    """The file does not begin as a mailbox does; the words say so to whoever brought it."""


@dataclass(frozen=True)
class Letter:
    """A message of a mailbox: where it stands in the file, and its bytes without the quoting; empty if it `is_too_large`."""

    number: int
    offset: int
    size: int
    line: bytes
    raw: bytes = field(repr=False)

    @property
    def is_too_large(self) -> bool:
        return self.size > MOST_BYTES

    @property
    def sent_at(self) -> datetime | None:
        """The moment in its first line, or nothing."""
        found = FIRST_LINE.match(self.line)
        return moment_of(found["date"].decode("latin-1")) if found else None


def letters(file: BinaryIO) -> Iterator[Letter]:
    """The messages of a mailbox from the top. Raises `NotAMailbox` if it has something in it and is none."""
    lines = pairwise(chain(iter(lambda: file.readline(LONGEST_LINE), b""), [b""]))
    line, number, offset, size, kept = b"", 0, 0, 0, []
    position = file.tell()
    is_whole = True
    for read, following in lines:
        this = read if position else read.removeprefix(BOM)
        begins = is_whole and this.startswith(BEGINS) and (not number or _begins(this, following))
        if begins:
            if number:
                yield Letter(number, offset, size, line, _unquoted(kept, size))
            line, number, offset, size, kept = this, number + 1, position + len(read), 0, []
        elif number:
            size += len(this)
            if size <= MOST_BYTES:
                kept.append(this)
        elif this.strip():
            raise NotAMailbox(
                "This is not a mailbox (mbox): it does not begin with a line such as “From ada@example.org Mon Jun  1 10:00:00 2026”."
            )
        position += len(read)
        is_whole = this.endswith(b"\n")
    if number:
        yield Letter(number, offset, size, line, _unquoted(kept, size))


def letter_at(file: BinaryIO, offset: int, size: int) -> bytes:
    """The bytes of the message that stands there, without the quoting."""
    file.seek(offset)
    return _unquoted([file.read(size)], size)


def moment_of(date: str) -> datetime | None:
    """The moment of a first line in UTC, or nothing. A time without a zone is taken for UTC."""
    if found := ASCTIME.search(date):
        day, month, number, time, zone, other, year = found.groups()
        return date_of(f"{day}, {number} {month} {year} {time} {zone or other or '+0000'}")
    return date_of(date)


def _begins(line: bytes, following: bytes) -> bool:
    return bool(FIRST_LINE.match(line)) and (not following or bool(HEADER.match(following)))


def _unquoted(lines: list[bytes], size: int) -> bytes:
    """A message without the empty line that parts it from the next."""
    if size > MOST_BYTES:
        return b""
    raw = b"".join(lines)
    for end in (b"\r\n", b"\n"):
        if raw.endswith(end + end):
            raw = raw[: -len(end)]
            break
    return QUOTED.sub(b"", raw) if b">From " in raw else raw
