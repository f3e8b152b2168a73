"""The entrance for mail: a server that speaks LMTP (RFC 2033), behind a mail server such as Postfix.

Each recipient of a message is answered for itself. Yes (250) is said only once the message is in the database; if that cannot be
written the answer is "later" (451), and whoever brings the message keeps it.
"""

import asyncio
import logging
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import Envelope, Session
from django.db import Error, connection
from django.utils import timezone

from forum.actions.receiving import LARGEST, MOST_RECIPIENTS, Brought, is_ours, take_together

logger = logging.getLogger(__name__)
Result = TypeVar("Result")

LATER = "451 4.3.0 The portal cannot take mail just now"
NOBODY = "550 5.1.1 There is no list with this address"
TOO_MANY = "452 4.5.3 Too many recipients; send the others a message of their own"
TOO_LARGE = "552 5.3.4 The message is larger than 10 MB"
TAKEN = "250 2.0.0 Taken"
SECONDS_IDLE = 300


class Entrance:
    """What the server asks: whether an address is one of ours, and to take a message.

    The database is spoken to in a thread of its own, which keeps its connection. What comes over several connections while
    that thread is at work is stored together.
    """

    def __init__(self) -> None:
        self._waiting: list[tuple[Brought, asyncio.Future[Exception | None]]] = []
        self._storing: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mail")

    async def handle_RCPT(  # noqa: N802  the name is aiosmtpd's
        self, server: LMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return TOO_MANY
        try:
            if not await self._ask(lambda: is_ours(address)):
                return NOBODY
        except Error as failure:
            logger.warning("Mail to %s has to wait: %s", address, failure)
            return LATER
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: LMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        recipients = list(envelope.rcpt_tos)
        return "\r\n".join([await self._answer(envelope, recipients)] * len(recipients))

    async def _answer(self, envelope: Envelope, recipients: list[str]) -> str:
        raw = envelope.original_content or b""
        if len(raw) > LARGEST:
            return TOO_LARGE
        mail = Brought(raw, (envelope.mail_from or "").removeprefix("<>"), recipients)
        failure = await self._stored(mail)
        if isinstance(failure, Error):
            logger.warning("A mail to %s has to wait: %s", ", ".join(recipients), failure)
            return LATER
        if failure is not None:
            raise failure
        return TAKEN

    async def _stored(self, mail: Brought) -> Exception | None:
        """Has a mail stored, with whatever else waits by then. Returns what went wrong, if it is not in the database now."""
        stored: asyncio.Future[Exception | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((mail, stored))
        if self._storing is None or self._storing.done():
            # Not a part of this connection, which may break: others wait for it too.
            self._storing = asyncio.create_task(self._store_what_waits())
        return await stored

    async def _store_what_waits(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            failures = await self._ask(lambda mails=[mail for mail, _ in batch]: store(mails))
            for (_, stored), failure in zip(batch, failures, strict=True):
                if not stored.done():
                    stored.set_result(failure)

    def finish(self) -> None:
        """Waits until what is being stored is stored."""
        self._thread.shutdown(wait=True)

    async def _ask(self, question: Callable[[], Result]) -> Result:
        def asked() -> Result:
            # A connection is kept until it fails: to open SQLite's, and to close the last one, takes longer than to store a mail.
            try:
                return question()
            except Error:
                connection.close()
                raise

        return await asyncio.get_running_loop().run_in_executor(self._thread, asked)


def store(mails: list[Brought]) -> list[Exception | None]:
    """Stores mails together; if that fails, each by itself, since one of them may be why. Returns what went wrong with each."""
    try:
        take_together(mails, timezone.now())
    except Exception as failure:  # noqa: BLE001  whatever it is, whoever brings a mail is told, and the others are stored
        connection.close()
        return [failure] if len(mails) == 1 else [one for mail in mails for one in store([mail])]
    return [None] * len(mails)


class Server(LMTP):
    """The protocol for one connection. It takes lines of any length: mail programs write them, whatever RFC 5321 says."""

    line_length_limit = LARGEST


async def serve(
    *, host: str, port: int, socket: Path | None = None, ready: Callable[[str], Any] = print
) -> None:
    """Takes mail until SIGTERM or SIGINT; what is being stored then is finished. `ready` is told where it listens.

    Raises OSError if it cannot listen there.
    """
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    entrance = Entrance()

    def connected() -> Server:
        # Twice the limit is read, so that what is too large is refused for each recipient, as LMTP wants it.
        return Server(
            entrance,
            data_size_limit=2 * LARGEST,
            enable_SMTPUTF8=True,
            hostname="portal",
            timeout=SECONDS_IDLE,
            loop=loop,
        )

    if socket is not None:
        listening = await loop.create_unix_server(connected, str(socket))
        socket.chmod(0o660)
    else:
        listening = await loop.create_server(connected, host, port)
    name = listening.sockets[0].getsockname()
    ready(str(socket) if socket is not None else f"{name[0]}:{name[1]}")
    try:
        await ended.wait()
    finally:
        listening.close()
        entrance.finish()
