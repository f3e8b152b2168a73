"""Asking a virus scanner: against a server that speaks ClamAV's protocol, one that speaks it badly, and none."""

import socketserver
import struct
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile

from forum.files import FileRefused, VirusFound, prepare
from forum.files.scanning import ScannerError, ask_clamd
from tests.forum import files

AWAY = "Files cannot be checked for viruses at the moment, so none is taken. Try again later."
VIRUS = b"this is what the test calls a virus"


class Daemon(socketserver.StreamRequestHandler):
    """Takes INSTREAM as clamd does, and finds `VIRUS`."""

    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack("!I", self.rfile.read(4))[0]:
            content += self.rfile.read(length)
        self.server.received.append(content)
        self.wfile.write(
            self.server.answer or (b"stream: Test.Virus FOUND\0" if VIRUS in content else b"stream: OK\0")
        )


class Tcp(socketserver.ThreadingTCPServer):
    answer = b""
    daemon_threads = True


class Unix(socketserver.ThreadingUnixStreamServer):
    answer = b""
    daemon_threads = True


@contextmanager
def serving(server: Tcp | Unix) -> Iterator[Tcp | Unix]:
    server.received = []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def clamd(settings: Any) -> Iterator[Tcp]:
    """A daemon that listens, and settings that say where."""
    with serving(Tcp(("127.0.0.1", 0), Daemon)) as server:
        settings.ATTACHMENT_SCANNER = "forum.files.scanning.ask_clamd"
        settings.CLAMD_ADDRESS = f"127.0.0.1:{server.server_address[1]}"
        yield server


def test_a_file_in_which_nothing_is_found_is_taken(clamd: Tcp) -> None:
    content = files.PDF + b"%" * 200_000  # more than one piece

    prepared = prepare(ContentFile(content, "a.pdf"))

    assert prepared.content == content
    assert clamd.received == [content]


def test_a_file_in_which_something_is_found_is_refused(clamd: Tcp) -> None:
    with pytest.raises(VirusFound) as refused:
        prepare(ContentFile(files.PDF + VIRUS, "a.pdf"))

    assert refused.value.signature == "Test.Virus"
    assert str(refused.value) == (
        "The virus scanner found something in this file (Test.Virus). It was not kept. Have your computer checked."
    )


def test_a_picture_is_scanned_as_it_was_sent(clamd: Tcp) -> None:
    with pytest.raises(VirusFound):
        prepare(ContentFile(files.picture() + VIRUS, "a.png"))


def test_what_is_not_taken_anyway_is_not_scanned(clamd: Tcp) -> None:
    with pytest.raises(FileRefused):
        prepare(ContentFile(files.EXE, "a.pdf"))

    assert clamd.received == []


@pytest.mark.parametrize(
    "answer",
    [b"INSTREAM size limit exceeded. ERROR\0", b"stream: Can't allocate memory ERROR\0", b"\0", b"x" * 9000],
)
def test_any_other_answer_keeps_the_file_out(clamd: Tcp, answer: bytes) -> None:
    clamd.answer = answer

    with pytest.raises(ScannerError):
        ask_clamd(b"text")
    with pytest.raises(FileRefused, match=AWAY):
        prepare(ContentFile(b"text", "a.txt"))


@pytest.mark.parametrize("address", ["127.0.0.1:1", "/nowhere/clamd.ctl", "nonsense", ""])
def test_without_an_answer_no_file_is_taken(settings: Any, address: str) -> None:
    settings.ATTACHMENT_SCANNER = "forum.files.scanning.ask_clamd"
    settings.CLAMD_ADDRESS = address

    with pytest.raises(FileRefused, match=AWAY):
        prepare(ContentFile(b"text", "a.txt"))


def test_a_scanner_that_there_is_not_keeps_every_file_out(settings: Any) -> None:
    settings.ATTACHMENT_SCANNER = "forum.files.scanning.no_such_thing"

    with pytest.raises(FileRefused, match=AWAY):
        prepare(ContentFile(b"text", "a.txt"))


def test_the_daemon_may_listen_on_a_socket_in_the_file_system(settings: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clamd.ctl"
        with serving(Unix(str(path), Daemon)) as server:
            settings.CLAMD_ADDRESS = str(path)

            assert ask_clamd(b"text") is None
            assert server.received == [b"text"]
