"""A mail as a template of bytes: made once for everybody, and for one person joined out of pieces.

A message is composed as text in which *places* stand for what differs from person to person. A place is written `\\0name\\0`: no
other NUL can be in a message that is 7-bit clean. Everything that fills a place has a fixed length, but for the address of the
person, which stands in a header.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from forum.addresses import KEY, Purpose

PLACE = re.compile("\0([a-z0-9-]+)\0")
TO = "to"
# A mailbox of RFC 5321, 4.1.2, in ASCII: dots and atoms, or quoted; nothing that could end the line or begin another address.
MAILBOX = re.compile(
    r"(?:[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}|\"(?:[ !#-\[\]-~]|\\[ -~]){0,62}\")@[A-Za-z0-9.:\[\]-]{1,255}"
)
# RFC 5322, 2.1.1, without the line's end.
LONGEST_LINE = 998


@dataclass(frozen=True)
class Personal:
    """What differs from one person's mail to the next's: their address, and the keys by the names of their places."""

    to: str
    keys: Mapping[str, str]


def place(name: str) -> str:
    """What stands in a message for the part that differs."""
    return f"\0{name}\0"


@dataclass(frozen=True)
class MailTemplate:
    """A whole mail for anybody. `keys` says of each place but the address what its key is for: a purpose and its first number."""

    pieces: tuple[bytes, ...]
    places: tuple[str, ...]
    keys: Mapping[str, tuple[Purpose, int]]

    def for_person(self, personal: Personal) -> bytes:
        """The mail as it is handed over: lines of at most 998 bytes that end in CRLF, all of them ASCII.

        Raises `ValueError` for an address or a key that is none, and `KeyError` for a key that is missing.
        """
        if not MAILBOX.fullmatch(personal.to):
            raise ValueError(f"No mail can be sent to {personal.to!r}.")
        filled = {TO: personal.to.encode()}
        for name in self.keys:
            key = personal.keys[name]
            if not KEY.fullmatch(key):
                raise ValueError(f"The key for {name} was not made by forum.addresses.")
            filled[name] = key.encode()
        parts = list(self._gaps)
        parts[1::2] = [filled[name] for name in self.places]
        return b"".join(parts)

    @cached_property
    def _gaps(self) -> tuple[bytes, ...]:
        """The pieces with room between them."""
        gaps: list[bytes] = [b""] * (2 * len(self.pieces) - 1)
        gaps[::2] = self.pieces
        return tuple(gaps)


def template_from(message: str, keys: Mapping[str, tuple[Purpose, int]]) -> MailTemplate:
    """The template of a message that was composed with places. Only keys whose places are in it are asked for.

    Raises `ValueError` if there is a place that `keys` does not know, a line that is too long or a character beyond ASCII.
    """
    parts = PLACE.split(message)
    places = tuple(parts[1::2])
    if unknown := set(places) - set(keys) - {TO}:
        raise ValueError(f"Nothing is known of the places {sorted(unknown)}.")
    if any(len(line) > LONGEST_LINE for line in message.split("\r\n")):
        raise ValueError(f"A line of the mail has more than {LONGEST_LINE} characters.")
    pieces = tuple(piece.encode("ascii") for piece in parts[::2])
    if any(b"\0" in piece for piece in pieces):
        raise ValueError("There is a NUL in the mail.")
    return MailTemplate(pieces, places, {name: what for name, what in keys.items() if name in places})
