"""Documents that are .zip files inside: a part at a time, a piece at a time, within a budget for all of it."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from lxml import etree

from search.extracting.results import MOST_MEMBERS, MOST_UNPACKED_BYTES, Problem, UnreadableError

PIECE = 64 * 1024
# Others, such as LZMA, may take hundreds of megabytes to unpack one byte.
COMPRESSIONS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
NEEDS_A_PASSWORD = 0x1
# What Python's reader of .zip files raises for one that is damaged.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)


class Package:
    """A .zip file. What it claims of its sizes is not asked: what comes out of it is counted."""

    def __init__(self, file: BinaryIO) -> None:
        with _damage():
            self._zip = zipfile.ZipFile(file)
        members = self._zip.infolist()
        if len(members) > MOST_MEMBERS:
            raise UnreadableError(Problem.TOO_LARGE)
        self._members = {member.filename: member for member in members}
        self._left = MOST_UNPACKED_BYTES

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def pieces(self, name: str) -> Iterator[bytes]:
        """What is in a part."""
        member = self._members.get(name)
        if member is None:
            raise UnreadableError(Problem.DAMAGED)
        if member.flag_bits & NEEDS_A_PASSWORD:
            raise UnreadableError(Problem.PASSWORD)
        if member.compress_type not in COMPRESSIONS:
            raise UnreadableError(Problem.DAMAGED)
        with _damage(), self._zip.open(member) as part:
            while piece := part.read(PIECE):
                self._left -= len(piece)
                if self._left < 0:
                    raise UnreadableError(Problem.TOO_LARGE)
                yield piece

    def tell(self, name: str, target: Any) -> None:
        """Tells `target` of the XML in a part, from its first tag to its last. No tree is made, so that it may be long."""
        parser = etree.XMLParser(
            target=_Strict(target), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        )
        try:
            for piece in self.pieces(name):
                parser.feed(piece)
            parser.close()
        except etree.LxmlError as error:
            raise UnreadableError(Problem.DAMAGED) from error


class _Strict:
    """Hands on what a parser tells. No document of these kinds has a DOCTYPE: what begins with one is not read on."""

    def __init__(self, target: Any) -> None:
        self.start, self.end, self.data = target.start, target.end, target.data

    def doctype(self, *_declared: str | None) -> None:
        raise UnreadableError(Problem.DAMAGED)

    def close(self) -> None:
        """Parsers ask for it."""


@contextmanager
def _damage() -> Iterator[None]:
    try:
        yield
    except DAMAGE as error:
        raise UnreadableError(Problem.DAMAGED) from error
