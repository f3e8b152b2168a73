"""Mails as programs of people write them, for tests of what comes in."""

from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import count

from django.utils import timezone

from forum.actions.receiving import take
from forum.models import IncomingMail

SERVER = "mx.lists.example"
_numbers = count(1)


def letter(
    sender: str,
    text: str = "Who covers Monday?",
    *,
    subject: str = "Rota",
    proven: bool = True,
    headers: Mapping[str, str] | None = None,
    message_id: str | None = None,
    attachments: Mapping[str, bytes] | None = None,
) -> bytes:
    """A mail. A trusted server says that it is from its sender's domain if it is `proven`."""
    message = EmailMessage()
    if proven:
        domain = sender.rpartition("@")[2].rstrip(">")
        message["Authentication-Results"] = f"{SERVER}; dkim=pass header.d={domain}"
    message["From"], message["To"], message["Subject"] = sender, "setting-up@localhost", subject
    message["Date"] = format_datetime(timezone.now())
    message["Message-ID"] = message_id or f"<{next(_numbers)}@program.example>"
    for name, value in (headers or {}).items():
        message[name] = value
    message.set_content(text)
    for name, content in (attachments or {}).items():
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes().replace(b"\n", b"\r\n")


def bring(
    raw: bytes, to: str = "setting-up@localhost", *, sender: str = "", now: datetime | None = None
) -> IncomingMail:
    """Has a mail taken as the entrance takes it; it waits to be looked at."""
    (row,) = take(
        raw=raw, sender=sender or "somebody@one.example", recipients=[to], now=now or timezone.now()
    )
    return row
