"""Mail in development: written to files instead of sent, and read again so that it can be shown."""

import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage as ReceivedMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

NAME = re.compile(r"\d{8}T\d{12}-[0-9a-f]{8}")


class FileBackend(BaseEmailBackend):
    """Writes each message to a file of its own in `MAIL_DIR`, named so that the files sort by time."""

    def send_messages(self, email_messages: list[EmailMessage]) -> int:
        """Writes the messages that have a recipient and returns how many there were. Raises OSError if the disk refuses."""
        sent = [message for message in email_messages if message.recipients()]
        for message in sent:
            write(message)
        return len(sent)


def write(message: EmailMessage) -> Path:
    """Writes one message under a name of its own; nobody ever sees half of it. Returns the file."""
    return write_bytes(message.message().as_bytes(linesep="\r\n"), message.recipients())


def write_bytes(message: bytes, recipients: list[str]) -> Path:
    """Writes a message that is bytes already, lines ending in CRLF, in the same way."""
    folder = Path(settings.MAIL_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{timezone.now():%Y%m%dT%H%M%S%f}-{uuid4().hex[:8]}"
    draft = folder / f".{name}.part"
    draft.write_bytes(f"X-Envelope-To: {', '.join(recipients)}\r\n".encode() + message)
    return draft.replace(folder / f"{name}.eml")


@dataclass(frozen=True)
class Letter:
    """A message read back from its file."""

    name: str
    subject: str
    sender: str
    recipients: str
    sent_at: datetime | None
    text: str
    html: str


def letters(most: int = 200) -> list[Letter]:
    """The newest messages, newest first."""
    files = sorted(Path(settings.MAIL_DIR).glob("*.eml"), reverse=True)
    return [read(file) for file in files[:most] if NAME.fullmatch(file.stem)]


def letter(name: str) -> Letter | None:
    """The message of that name, or None. Only names of the kind that `write` gives are looked for."""
    file = Path(settings.MAIL_DIR) / f"{name}.eml"
    return read(file) if NAME.fullmatch(name) and file.is_file() else None


def read(file: Path) -> Letter:
    """Reads one file. Headers that are missing are empty; a date that cannot be read is None."""
    message = message_from_bytes(file.read_bytes(), _class=ReceivedMessage, policy=policy.default)
    return Letter(
        name=file.stem,
        subject=_header(message, "Subject"),
        sender=_header(message, "From"),
        recipients=_header(message, "X-Envelope-To") or _header(message, "To"),
        sent_at=_date_of(message),
        text=_body(message, "plain"),
        html=_body(message, "html"),
    )


def _header(message: ReceivedMessage, name: str) -> str:
    """A header in one line, however its source is folded; empty if it is missing."""
    return " ".join(str(message.get(name, "")).split())


def _date_of(message: ReceivedMessage) -> datetime | None:
    try:
        return parsedate_to_datetime(str(message["Date"]))
    except ValueError:
        return None


def _body(message: ReceivedMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return part.get_content() if part is not None else ""
