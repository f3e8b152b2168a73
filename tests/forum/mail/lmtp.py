"""A client that speaks LMTP. smtplib's reads one answer after the message, where LMTP gives one for each recipient."""

import socket
from collections.abc import Sequence
from types import TracebackType
from typing import Self


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
