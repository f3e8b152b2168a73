"""Hands mails over to the mail server of the settings, one after the other over a connection that is kept open.

Where the server offers it (RFC 2920), sender, recipient and the wish to send are said in one go, and right behind the mail before:
a mail costs one round trip instead of four. Its own words are never sent before the server has taken the mail before it.
"""

import re
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from django.conf import settings
from django.core.mail.utils import DNS_NAME

from forum.outgoing.messages import MAILBOX
from portal import mailbox

# Servers close a connection over which many mails have come; beginning anew at once is cheaper than finding that out.
MOST_OVER_A_CONNECTION = 500
TO_FILES = "portal.mailbox.FileBackend"
TO_NOWHERE = "django.core.mail.backends.dummy.EmailBackend"
WITHOUT_A_SERVER = {TO_FILES, TO_NOWHERE}
GOING_AWAY = 421  # RFC 5321, 3.8
TOO_LARGE = 552
GO_ON = 354
USUAL_REPLY = re.compile(rb"(\d{3}) (.{0,500})\r\n")
FINE = (2, 2, 3)  # what the answers to MAIL, RCPT and DATA begin with
REFUSES = 400
PERMANENT = 500


class Refused(Exception):
    """The server does not take a mail to this recipient: for good, or for now."""

    def __init__(self, code: int, words: str, *, permanent: bool) -> None:
        super().__init__(f"{code} {words}")
        self.permanent = permanent
        self.code = code
        self.words = words


class RelayDown(Exception):
    """There is no server, or it has gone away. Whether the mail that was on its way has arrived is not known."""


class _Gone(Exception):
    """The connection broke before the server had said anything about a mail."""


@dataclass(frozen=True)
class Letter:
    """A mail in its envelope. Its lines end in CRLF."""

    sender: str
    to: str
    data: bytes


class Relay:
    """A connection to the mail server, made when the first mail is sent and closed at the end of the `with`.

    A mail is sent by `begin`, `give` and `end`, or by `send`, which is all of them.
    """

    def __init__(self) -> None:
        self._smtp: smtplib.SMTP | None = None
        self._sent = 0
        self._announced: Letter | None = None
        self._is_given = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def send(self, letter: Letter) -> None:
        """Hands over one mail. Once this returns, the server has taken it. Raises what `begin` and `end` do."""
        self.begin(letter)
        self.give(letter)
        self.end()

    def begin(self, letter: Letter) -> None:
        """Asks whether the server takes a mail. When this returns, it waits for `give`, and for nothing else.

        Raises `Refused` if this mail is not taken, `RelayDown` if none is at present, and `ValueError` for what is no address.
        """
        for address in (letter.sender, letter.to):
            if not MAILBOX.fullmatch(address):
                raise ValueError(f"{address!r} cannot be in an envelope.")
        if settings.EMAIL_BACKEND in WITHOUT_A_SERVER:
            return
        if self._is_given or self._announced not in (None, letter) or self._sent >= MOST_OVER_A_CONNECTION:
            self._close()
        was_idle = self._smtp is not None
        try:
            self._offer(letter)
        except _Gone as gone:
            self._close()
            if not was_idle:
                raise RelayDown(str(gone)) from gone
            # It had been closed between two mails, so nothing of this one has been taken: once more.
            try:
                self._offer(letter)
            except _Gone as again:
                self._close()
                raise RelayDown(str(again)) from again

    def give(self, letter: Letter, following: Letter | None = None) -> None:
        """Sends the words of the mail that was begun. Where the server lets us, `following` is announced right behind them.

        Raises `RelayDown`.
        """
        if settings.EMAIL_BACKEND == TO_FILES:
            mailbox.write_bytes(letter.data, [letter.to])
        if self._smtp is None:
            return
        self._sent += 1
        self._is_given = True
        wire = dot_stuffed(letter.data)
        if following and self._sent < MOST_OVER_A_CONNECTION and self._smtp.has_extn("pipelining"):
            self._announced = following
            wire += b"".join(_commands(self._smtp, following))
        try:
            self._smtp.send(wire)
        except (smtplib.SMTPException, OSError) as failure:
            self._drop()
            raise RelayDown(_said(failure)) from failure

    def end(self) -> None:
        """Waits until the server has taken the mail that was given to it. Raises `Refused` and `RelayDown`."""
        if self._smtp is None:
            return
        try:
            code, words = _reply(self._smtp)
        except (smtplib.SMTPException, OSError) as failure:
            self._drop()
            raise RelayDown(_said(failure)) from failure
        self._is_given = False
        if code // 100 != 2:
            self._refuse(code, words)

    def withdraw(self) -> None:
        """Does not give the mail that was begun. There is no other way than to go away: whatever were said now would be the mail."""
        self._drop()

    def _open(self) -> smtplib.SMTP:
        """Connects and signs in as the settings say. Raises `RelayDown`."""
        kind = smtplib.SMTP_SSL if settings.EMAIL_USE_SSL else smtplib.SMTP
        smtp = None
        try:
            smtp = kind(
                settings.EMAIL_HOST or "",
                settings.EMAIL_PORT or 0,
                local_hostname=DNS_NAME.get_fqdn(),
                timeout=settings.EMAIL_TIMEOUT,
            )
            if settings.EMAIL_USE_TLS:
                smtp.starttls(context=ssl.create_default_context())
            if settings.EMAIL_HOST_USER and settings.EMAIL_HOST_PASSWORD:
                smtp.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
            smtp.ehlo_or_helo_if_needed()
        except (smtplib.SMTPException, OSError) as failure:
            if smtp is not None:
                smtp.close()
            raise RelayDown(_said(failure)) from failure
        self._smtp, self._sent = smtp, 0
        return smtp

    def _offer(self, letter: Letter) -> None:
        """Says who sends a mail to whom, unless that has been said, and hears the answers.

        Raises `Refused`, and `_Gone` if there was no answer at all.
        """
        smtp = self._smtp or self._open()
        commands = _commands(smtp, letter)
        replies: list[tuple[int, bytes]] = []
        pipelined = smtp.has_extn("pipelining")
        said = self._announced is not None
        self._announced = None
        try:
            for words in [b"".join(commands)] if pipelined else commands:
                if not said:
                    smtp.send(words)
                replies.append(_reply(smtp))
                if replies[0][0] == GOING_AWAY:
                    raise _Gone(_said(replies[0][1]))
                if replies[-1][0] >= REFUSES:
                    break
            while pipelined and len(replies) < len(commands):
                # Each of the commands is answered, whatever was said to the one before.
                replies.append(_reply(smtp))
            self._check(smtp, replies)
        except (smtplib.SMTPException, OSError) as failure:
            if not replies:
                raise _Gone(_said(failure)) from failure
            self._drop()
            raise RelayDown(_said(failure)) from failure

    def _check(self, smtp: smtplib.SMTP, replies: list[tuple[int, bytes]]) -> None:
        """Raises `Refused` for the first command that was refused, with the connection ready for the next mail."""
        answers = enumerate(zip(replies, FINE, strict=False))
        refused = next(((at, *reply) for at, (reply, fine) in answers if reply[0] // 100 != fine), None)
        if refused is None:
            return
        at, code, words = refused
        if replies[-1][0] == GO_ON:
            # Told to go on without a recipient: an empty message, which goes nowhere (RFC 2920, 3.1).
            smtp.send(".\r\n")
            smtp.getreply()
        if code != GOING_AWAY and code >= REFUSES:
            smtp.rset()
        self._refuse(code, words, of_sender=at == 0)

    def _refuse(self, code: int, words: bytes, *, of_sender: bool = False) -> None:
        """Raises `Refused`, or `RelayDown` for a server that is going away or makes no sense.

        What is said to the sender is about us and not about the recipient: somebody mends it, and no mail is lost meanwhile.
        """
        if code == GOING_AWAY or code < REFUSES:
            self._close()
            raise RelayDown(_said(words))
        permanent = code >= PERMANENT and (not of_sender or code == TOO_LARGE)
        raise Refused(code, _said(words), permanent=permanent)

    def _close(self) -> None:
        """Takes leave of the server, if it waits for that."""
        if self._smtp is not None and self._announced is None and not self._is_given:
            # A server that has gone is no longer waited for.
            with suppress(smtplib.SMTPException, OSError):
                self._smtp.quit()
        self._drop()

    def _drop(self) -> None:
        smtp, self._smtp = self._smtp, None
        self._announced, self._is_given = None, False
        if smtp is not None:
            smtp.close()


def _commands(smtp: smtplib.SMTP, letter: Letter) -> list[bytes]:
    """What is said to have a mail taken."""
    size = f" SIZE={len(letter.data)}" if smtp.has_extn("size") else ""
    return [
        f"MAIL FROM:<{letter.sender}>{size}\r\n".encode("ascii"),
        f"RCPT TO:<{letter.to}>\r\n".encode("ascii"),
        b"DATA\r\n",
    ]


def _reply(smtp: smtplib.SMTP) -> tuple[int, bytes]:
    """What the server says next, as smtplib's `getreply` has it, which takes several times as long for the usual single line."""
    if smtp.file is None:
        return smtp.getreply()
    usual = USUAL_REPLY.match(smtp.file.peek())
    if usual is None:
        return smtp.getreply()
    smtp.file.readline()
    return int(usual[1]), usual[2]


def dot_stuffed(data: bytes) -> bytes:
    """A message as it goes over the wire (RFC 5321, 4.5.2): a dot that begins a line is doubled, and one alone ends it."""
    if data.startswith(b".") or b"\r\n." in data:
        data = re.sub(rb"(?m)^\.", b"..", data)
    return data + (b".\r\n" if data.endswith(b"\r\n") else b"\r\n.\r\n")


def _said(words: bytes | Exception) -> str:
    """What a server or the system said, in one line, as a column of the database has room for it."""
    text = words.decode(errors="replace") if isinstance(words, bytes) else f"{type(words).__name__}: {words}"
    return " ".join(text.split())[:500]
