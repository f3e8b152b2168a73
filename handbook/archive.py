"""Unpacks a .zip file that somebody has uploaded: within limits, and nowhere but below the folder given."""

import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from handbook.sources import DEEPEST, IMAGES, LONGEST_PATH, MARKDOWN, MOST_FILES

MOST_UNPACKED_BYTES = 250 * 1024 * 1024
PIECE = 1024 * 1024
LONGEST_NAME = 255
# Others, such as bzip2, may unpack one small piece to hundreds of megabytes before anybody can count.
COMPRESSIONS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
DAMAGED = "This is not a .zip file, or it is damaged. Make the .zip file again, then upload it."


class ArchiveRefused(Exception):
    """A .zip file cannot be unpacked. Worded for the person who uploaded it."""


def unpack(file: Path, into: Path) -> None:
    """Unpacks the Markdown files and pictures of the .zip `file` into the folder `into`.

    Of any other kind of file only the name is kept, so that a link to it can be named as one that is not brought in. Hidden
    files are left out. Raises `ArchiveRefused` for what is not a .zip file, is too large, or would leave the folder.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            _refuse_too_much(entries)
            wanted = [entry for entry in entries if not entry.is_dir() and not _is_hidden(entry.filename)]
            _refuse_bad_entries(wanted)
            left = MOST_UNPACKED_BYTES
            for entry in wanted:
                left -= _write(archive, entry, into, left)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError) as error:
        raise ArchiveRefused(DAMAGED) from error


def _refuse_too_much(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_FILES:
        raise ArchiveRefused(
            f"The .zip file holds {len(entries):,} files; {MOST_FILES:,} is the most. Leave out those that do not belong "
            "to the handbook."
        )
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED_BYTES:
        raise _too_large()


def _too_large() -> ArchiveRefused:
    return ArchiveRefused(
        f"The .zip file unpacks to more than {MOST_UNPACKED_BYTES // 1024 // 1024:,} MB. Leave out large files, or make the "
        "pictures smaller."
    )


def _is_hidden(name: str) -> bool:
    parts = name.split("/")
    return ".." not in parts and any(part.startswith(".") or part == "__MACOSX" for part in parts)


def _refuse_bad_entries(entries: list[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    for entry in entries:
        reason = _fault_of(entry)
        if entry.filename in seen:
            reason = "is in it twice"
        if reason:
            raise ArchiveRefused(
                f"“{entry.filename[:100]}” in the .zip file {reason}. Put this right, make the .zip file again, then upload it."
            )
        seen.add(entry.filename)


def _fault_of(entry: zipfile.ZipInfo) -> str | None:
    """What is wrong with the entry, or None."""
    name = entry.filename
    parts = PurePosixPath(name).parts
    if name.startswith("/") or "\\" in name or ".." in parts or ":" in name:
        return "does not lie in the folder that was packed"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "is a link to another file, not a file"
    if entry.flag_bits & 1:
        return "needs a password"
    if entry.compress_type not in COMPRESSIONS:
        return "is compressed in an uncommon way"
    if not parts or not name.isprintable():
        return "has no name, or one with characters that cannot be shown"
    if len(name) > LONGEST_PATH or any(len(part.encode()) > LONGEST_NAME for part in parts):
        return "has too long a name"
    return "lies too deep in folders" if len(parts) > DEEPEST + 1 else None


def _write(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, into: Path, left: int) -> int:
    """Unpacks one file, and says how many bytes it has: what the .zip file claims is not relied on."""
    target = into / entry.filename
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.suffix.lower() not in MARKDOWN | IMAGES:
        target.touch()
        return 0
    written = 0
    with archive.open(entry) as packed, target.open("xb") as unpacked:
        while piece := packed.read(PIECE):
            written += len(piece)
            if written > left:
                raise _too_large()
            unpacked.write(piece)
    return written
