"""The portal's entrance for mail as a process of its own, and a client that speaks LMTP.

smtplib's reads one answer after the message, where LMTP gives one for each recipient.
"""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from tests.databases import ROOT, own_address


def environment(**changes: str) -> dict[str, str]:
    """That of a process which works on the test's own database."""
    return {
        **os.environ,
        "DATABASE_URL": own_address(),
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "PYTHONUNBUFFERED": "1",
        **changes,
    }


class MailServer:
    """`manage.py mailserver` on a port, 0 for any. Use it in a `with`."""

    def __init__(self, port: int = 0, **changes: str) -> None:
        self.port = port
        self._environment = environment(**changes)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self.end(signal.SIGTERM) == 0

    def start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "manage.py", "mailserver", "--port", str(self.port)],
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.port = int(self._process.stdout.readline().rpartition(":")[2].strip(" .\n"))

    @contextmanager
    def killed(self) -> Iterator[None]:
        """Within, it is not there."""
        self.end(signal.SIGKILL)
        try:
            yield
        finally:
            self.start()

    def end(self, how: signal.Signals) -> int:
        """Ends it with a signal. Returns its exit code."""
        self._process.send_signal(how)
        code = self._process.wait(20)
        self._process.stdout.close()
        return code


class Client:
    """A connection to an LMTP server. Use it in a `with`."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._answers = self._socket.makefile("rb")
        self._answer()
        self._say("LHLO client")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._answers.close()
        self._socket.close()

    def send(self, sender: str, recipients: Sequence[str], raw: bytes) -> list[int]:
        """Brings a message. Returns the code for each recipient, in order: that of RCPT if it was refused there."""
        self._say(f"MAIL FROM:<{sender}>")
        codes = [self._say(f"RCPT TO:<{one}>") for one in recipients]
        if 250 not in codes:
            self._say("RSET")
            return codes
        self._say("DATA")
        dotted = b"\r\n".join(b"." + line if line.startswith(b".") else line for line in raw.split(b"\r\n"))
        self._socket.sendall(dotted + (b".\r\n" if raw.endswith(b"\r\n") else b"\r\n.\r\n"))
        return [self._answer() if code == 250 else code for code in codes]

    def _say(self, line: str) -> int:
        self._socket.sendall(line.encode() + b"\r\n")
        return self._answer()

    def _answer(self) -> int:
        while (line := self._answers.readline())[3:4] == b"-":
            pass
        return int(line[:3])
