"""Finds out by its content of what kind a document is, and has it read. Runs in the child process."""

from typing import BinaryIO

from search.extracting.results import Problem, Text, UnreadableError

HEAD = 4096
PDF = b"%PDF-"
ZIP = b"PK\x03\x04"
RTF = b"{\\rtf"
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Office until 2003, and whatever a later one encrypts
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
PIECE = 1024 * 1024
PRINTED = (b"%!PS", b"\x04%!PS")  # PostScript: programs that draw


def read(file: BinaryIO, ending: str) -> Text:
    """The text of the document in `file`; `ending` is that of its name. Raises `UnreadableError`."""
    head = file.read(HEAD)
    file.seek(0)
    if head.startswith(PDF) or (ending == "pdf" and PDF in head):
        from search.extracting.pdf import text_of_pdf  # each library is brought in only for what it reads

        return text_of_pdf(file)
    if head.startswith(ZIP):
        from search.extracting.packages import Package
        from search.extracting.parts import text_of_package

        return text_of_package(Package(file))
    refusal = _refusal(file, head)
    if refusal:
        raise UnreadableError(refusal)
    from search.extracting.plain import text_of_plain

    return text_of_plain(file, ending)


def _refusal(file: BinaryIO, head: bytes) -> Problem | None:
    if head.startswith(COMPOUND):
        return Problem.PASSWORD if _holds(file, ENCRYPTED) else Problem.OLD_OFFICE
    if head.startswith(RTF):
        return Problem.RTF
    return Problem.NO_TEXT if head.startswith(PRINTED) else None


def _holds(file: BinaryIO, sought: bytes) -> bool:
    before = b""
    while piece := file.read(PIECE):
        if sought in before + piece:
            return True
        before = piece[-len(sought) :]
    return False
