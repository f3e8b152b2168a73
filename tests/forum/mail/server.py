"""A mail server for tests: keeps what it is given, with its envelope, and refuses as it is told to."""

import socket
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class Post:
    """What came, as sender, recipient and bytes; `refusals` says what to answer to which recipient instead of taking it."""

    came: list[tuple[str, str, bytes]] = field(default_factory=list)
    refusals: dict[str, str] = field(default_factory=dict)

    async def handle_RCPT(  # noqa: N802  the name is aiosmtpd's
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  the name is aiosmtpd's
        for recipient in envelope.rcpt_tos:
            self.came.append((envelope.mail_from, recipient, envelope.original_content))
        return "250 OK"

    @property
    def recipients(self) -> list[str]:
        return [recipient for _, recipient, _ in self.came]


def started(post: Post) -> Controller:
    """A running server; stop it with `stop()`."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(post, hostname="127.0.0.1", port=port)
    controller.start()
    return controller
