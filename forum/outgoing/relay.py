"""Hands mails over to the mail server of the settings, one after the other over a connection that is kept open.

Where the server offers it (RFC 2920), sender, recipient and the wish to send are said in one go: a mail costs two round trips
instead of four.
"""

import re
import smtplib
import ssl
from contextlib import suppress
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
GOING_AWAY = 421  # RFC 5321, 3.8
TOO_LARGE = 552
GO_ON = 354
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


class Relay:
    """A connection to the mail server, made when the first mail is sent and closed at the end of the `with`."""

    def __init__(self) -> None:
        self._smtp: smtplib.SMTP | None = None
        self._sent = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def send(self, envelope_from: str, to: str, data: bytes) -> None:
        """Hands over one mail, whose lines end in CRLF. Once this returns, the server has taken it.

        Raises `Refused` if this mail is not taken, `RelayDown` if none is at present, and `ValueError` for what is no address.
        """
        for address in (envelope_from, to):
            if not MAILBOX.fullmatch(address):
                raise ValueError(f"{address!r} cannot be in an envelope.")
        if settings.EMAIL_BACKEND == TO_NOWHERE:
            return
        if settings.EMAIL_BACKEND == TO_FILES:
            mailbox.write_bytes(data, [to])
            return
        if self._sent >= MOST_OVER_A_CONNECTION:
            self._close()
        was_idle = self._smtp is not None
        try:
            self._send(envelope_from, to, data)
        except _Gone as gone:
            self._close()
            if not was_idle:
                raise RelayDown(str(gone)) from gone
            # It had been closed between two mails, so nothing of this one has been taken: once more.
            try:
                self._send(envelope_from, to, data)
            except _Gone as again:
                self._close()
                raise RelayDown(str(again)) from again
        self._sent += 1

    def _send(self, envelope_from: str, to: str, data: bytes) -> None:
        smtp = self._smtp or self._open()
        try:
            self._offer(smtp, envelope_from, to, len(data))
            smtp.send(dot_stuffed(data))
            code, words = smtp.getreply()
        except (smtplib.SMTPException, OSError) as failure:
            self._close()
            raise RelayDown(_said(failure)) from failure
        if code // 100 != 2:
            self._refuse(code, words)

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

    def _offer(self, smtp: smtplib.SMTP, envelope_from: str, to: str, size: int) -> None:
        """Asks whether the server takes a mail; when this returns, it waits for the data.

        Raises `Refused`, and `_Gone` if there was no answer at all.
        """
        size_too = f" SIZE={size}" if smtp.has_extn("size") else ""
        commands = [f"MAIL FROM:<{envelope_from}>{size_too}\r\n", f"RCPT TO:<{to}>\r\n", "DATA\r\n"]
        pipelined = smtp.has_extn("pipelining")
        replies: list[tuple[int, bytes]] = []
        for words in ["".join(commands)] if pipelined else commands:
            try:
                smtp.send(words)
                replies.append(smtp.getreply())
            except (smtplib.SMTPException, OSError) as failure:
                if replies:
                    raise
                raise _Gone(_said(failure)) from failure
            if replies[0][0] == GOING_AWAY:
                raise _Gone(_said(replies[0][1]))
            if replies[-1][0] >= REFUSES:
                break
        while pipelined and len(replies) < len(commands):
            # Each of the commands is answered, whatever was said to the one before.
            replies.append(smtp.getreply())
        self._check(smtp, replies)

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
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            # A server that has gone is no longer waited for.
            with suppress(smtplib.SMTPException, OSError):
                smtp.quit()
            smtp.close()


def dot_stuffed(data: bytes) -> bytes:
    """A message as it goes over the wire (RFC 5321, 4.5.2): a dot that begins a line is doubled, and one alone ends it."""
    if data.startswith(b".") or b"\r\n." in data:
        data = re.sub(rb"(?m)^\.", b"..", data)
    return data + (b".\r\n" if data.endswith(b"\r\n") else b"\r\n.\r\n")


def _said(words: bytes | Exception) -> str:
    """What a server or the system said, in one line, as a column of the database has room for it."""
    text = words.decode(errors="replace") if isinstance(words, bytes) else f"{type(words).__name__}: {words}"
    return " ".join(text.split())[:500]
