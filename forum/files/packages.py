"""Looks into documents that are .zip files inside (Word, Excel, PowerPoint, OpenDocument): which kind, and nothing that runs."""

import re
import zipfile
import zlib
from io import BytesIO

from lxml import etree

from forum.files.refused import FileRefused
from forum.rules.files import MB, Kind

MOST_UNPACKED_BYTES = 150 * MB
MOST_MEMBERS = 5_000
MOST_BYTES_OF_TYPES = MB
DEEPEST = 2  # a table within a document within a presentation
PIECE = 64 * 1024
CONTENT_TYPES = "[Content_Types].xml"
MEDIA_TYPE = "mimetype"
# Others, such as LZMA, may take hundreds of megabytes to unpack one byte.
COMPRESSIONS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
BEGINNING = b"PK\x03\x04"
ENTRY = b"PK\x01\x02"  # how each member begins in the table at the end
NEEDS_A_PASSWORD = 0x1
OPEN_DOCUMENTS = {kind.media_type: kind for kind in (Kind.ODT, Kind.ODS, Kind.ODP)}
MAIN_PARTS = {f"{kind.media_type}.main+xml": kind for kind in (Kind.DOCX, Kind.XLSX)} | {
    f"{Kind.PPTX.media_type}.main+xml": Kind.PPTX
}
# Macros, and controls that run code; by their content type, and by where they lie in a document.
ACTIVE = ("macroenabled", "vbaproject", "activex")
ACTIVE_MEMBER = re.compile(r"vbaproject\.bin$|(^|/)activex/|^(basic|scripts)/", re.IGNORECASE)

MACROS = "This document holds macros, which can do harm. Save it without macros, then add that file."
TOO_MUCH = "This document unpacks to far more than it should. Save it again with fewer or smaller pictures, then add that file."
DAMAGED = "This document is damaged. Open it, save it again, then add that file."
PASSWORD = "This document needs a password. Save it without one, then add that file."  # noqa: S105 - words, not a password
ARCHIVE = "This document holds an archive (.zip). Take it out, then add the file again."


class _Budget:
    """How much may still be unpacked, over a document and those within it."""

    def __init__(self) -> None:
        self.members = MOST_MEMBERS
        self.bytes = MOST_UNPACKED_BYTES

    def take(self, *, members: int = 0, count: int = 0) -> None:
        self.members -= members
        self.bytes -= count
        if self.members < 0 or self.bytes < 0:
            raise FileRefused(TOO_MUCH)


def kind_of_package(content: bytes) -> Kind | None:
    """The kind of document that `content`, a .zip file, is; `None` if it is another .zip file.

    All of it is unpacked once, a piece at a time and within a budget. Raises `FileRefused` if that fails, or if anything in
    it, also within a document in it, is a macro or needs a password.
    """
    try:
        return _look_into(content, _Budget(), depth=0)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        OSError,
        RuntimeError,
        ValueError,
    ) as error:
        raise FileRefused(DAMAGED) from error


def _look_into(content: bytes, budget: _Budget, depth: int) -> Kind | None:
    # Counted before the table is read: each of its lines becomes an object many times as large.
    budget.take(members=content.count(ENTRY))
    with zipfile.ZipFile(BytesIO(content)) as package:
        members = package.infolist()
        kind = _kind_by_table(package, members)
        if kind is None:
            return None
        if sum(member.file_size for member in members) > budget.bytes:
            raise FileRefused(TOO_MUCH)
        for member in members:
            _refuse_member(member)
            _unpack(package, member, budget, depth)
    return kind


def _kind_by_table(package: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> Kind | None:
    names = {member.filename for member in members}
    if CONTENT_TYPES in names:
        return _kind_by_content_types(_small(package, CONTENT_TYPES))
    if members and members[0].filename == MEDIA_TYPE:
        return OPEN_DOCUMENTS.get(_small(package, MEDIA_TYPE).decode("ascii", "replace").strip())
    return None


def _small(package: zipfile.ZipFile, name: str) -> bytes:
    member = package.getinfo(name)
    if member.flag_bits & NEEDS_A_PASSWORD:
        raise FileRefused(PASSWORD)
    if member.compress_type not in COMPRESSIONS or member.file_size > MOST_BYTES_OF_TYPES:
        raise FileRefused(TOO_MUCH)
    return package.read(member)


def _kind_by_content_types(xml: bytes) -> Kind | None:
    if b"<!DOCTYPE" in xml:
        raise FileRefused(DAMAGED)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise FileRefused(DAMAGED) from error
    types = {str(element.get("ContentType", "")) for element in root.iterchildren("{*}*")}
    if any(sign in one.lower() for one in types for sign in ACTIVE):
        raise FileRefused(MACROS)
    found = {kind for media_type, kind in MAIN_PARTS.items() if media_type in types}
    return found.pop() if len(found) == 1 else None


def _refuse_member(member: zipfile.ZipInfo) -> None:
    if member.flag_bits & NEEDS_A_PASSWORD:
        raise FileRefused(PASSWORD)
    if member.compress_type not in COMPRESSIONS:
        raise FileRefused(TOO_MUCH)
    if ACTIVE_MEMBER.search(member.filename):
        raise FileRefused(MACROS)


def _unpack(package: zipfile.ZipFile, member: zipfile.ZipInfo, budget: _Budget, depth: int) -> None:
    """Reads a member to its end, so that what it claims of itself is found out; and looks into it if it is a package too."""
    kept: list[bytes] = []
    with package.open(member) as unpacked:
        while piece := unpacked.read(PIECE):
            budget.take(count=len(piece))
            if kept or (unpacked.tell() == len(piece) and piece.startswith(BEGINNING)):
                kept.append(piece)
    if kept and (depth == DEEPEST or _look_into(b"".join(kept), budget, depth + 1) is None):
        raise FileRefused(ARCHIVE)
