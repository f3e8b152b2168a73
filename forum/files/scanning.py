"""Asks a virus scanner. If one is set up and does not answer, no file is taken.

`ATTACHMENT_SCANNER` is the dotted name of a function that is given the content of a file and returns what was found in it, or
`None`; whatever it raises means that it could not look. `ask_clamd` is such a function.
"""

import logging
import socket
import struct
from collections.abc import Callable

from django.conf import settings
from django.utils.module_loading import import_string

from forum.files.refused import FileRefused

Scanner = Callable[[bytes], str | None]

SECONDS = 30
PIECE = 64 * 1024
LONGEST_REPLY = 4096
FOUND, CLEAN = " FOUND", "OK"
SCANNER_AWAY = "Files cannot be checked for viruses at the moment, so none is taken. Try again later."

log = logging.getLogger(__name__)


class ScannerError(Exception):
    """The scanner answered with something other than a finding or that it found nothing."""


class VirusFound(FileRefused):
    """A scanner found something. `signature` is what it calls it."""

    def __init__(self, signature: str) -> None:
        super().__init__(
            f"The virus scanner found something in this file ({signature}). It was not kept. Have your computer checked."
        )
        self.signature = signature


class ScannerAway(FileRefused):
    """The scanner that is set up did not look: the file can be taken later, perhaps."""


def refuse_infected(content: bytes) -> None:
    """Raises `VirusFound` if the scanner that is set up finds something, `ScannerAway` if it cannot look."""
    if not settings.ATTACHMENT_SCANNER:
        return
    try:
        scan: Scanner = import_string(settings.ATTACHMENT_SCANNER)
        signature = scan(content)
    except Exception as error:  # whatever keeps a scanner from looking keeps the file out
        log.exception("The virus scanner could not look at a file.")
        raise ScannerAway(SCANNER_AWAY) from error
    if signature is not None:
        raise VirusFound(signature[:100])


def ask_clamd(content: bytes) -> str | None:
    """What ClamAV's daemon at `CLAMD_ADDRESS` finds in `content`, sent by its command INSTREAM; `None` if nothing.

    Raises `ScannerError` or `OSError`.
    """
    with _connection(settings.CLAMD_ADDRESS) as daemon:
        daemon.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), PIECE):
            piece = content[start : start + PIECE]
            daemon.sendall(struct.pack("!I", len(piece)) + piece)
        daemon.sendall(struct.pack("!I", 0))
        reply = _reply(daemon)
    verdict = reply.removeprefix("stream: ")
    if verdict == CLEAN:
        return None
    if verdict.endswith(FOUND):
        return verdict.removesuffix(FOUND)
    raise ScannerError(reply)


def _connection(address: str) -> socket.socket:
    """A connection to `HOST:PORT`, or to the socket in the file system that a path names."""
    if not address.startswith("/"):
        host, _, port = address.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=SECONDS)
    daemon = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    daemon.settimeout(SECONDS)
    try:
        daemon.connect(address)
    except OSError:
        daemon.close()
        raise
    return daemon


def _reply(daemon: socket.socket) -> str:
    """What the daemon says, up to the NUL byte that ends it."""
    received = b""
    while b"\0" not in received and len(received) < LONGEST_REPLY:
        piece = daemon.recv(LONGEST_REPLY)
        if not piece:
            break
        received += piece
    return received.partition(b"\0")[0].decode("utf-8", "replace").strip()
