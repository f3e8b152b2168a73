"""Reads mails back as a careful program would, and says what is wrong with them."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage

from forum.addresses import key_of
from forum.outgoing.messages import MailTemplate, Personal

HEADER = re.compile(rb"[!-9;-~]+: ?[ -~]+(?:\r\n[ \t][ -~]*[!-~][ -~]*)*")
SUBSCRIPTION = 7


def filled(template: MailTemplate, to: str = "grace@example.org", subscription: int = SUBSCRIPTION) -> bytes:
    """The mail for one person."""
    keys = {name: key_of(purpose, first, subscription) for name, (purpose, first) in template.keys.items()}
    return template.for_person(Personal(to, keys))


def faults(data: bytes) -> list[str]:
    """Whatever in a mail breaks RFC 5322 or 2045, or is more than 7-bit."""
    found = []
    lines = data.split(b"\r\n")
    head, _, body = data.partition(b"\r\n\r\n")
    if any(byte > 126 or byte < 32 for byte in data.replace(b"\r\n", b"").replace(b"\t", b"")):
        found.append("not 7-bit, or a line feed alone")
    found += [f"too long: {line[:40]!r}" for line in lines if len(line) > 998]
    found += [
        f"too long for quoted-printable: {line!r}"
        for line in body.split(b"\r\n")
        if len(line) > 76 and b"boundary=" not in line and b": " not in line and not line.startswith(b" <")
    ]
    for header in re.split(rb"\r\n(?![ \t])", head):
        if not HEADER.fullmatch(header):
            found.append(f"no header: {header[:60]!r}")
        if b"=?" in header:
            found += [f"encoded word too long: {line!r}" for line in header.split(b"\r\n") if len(line) > 76]
    message = parsed(data)
    found += [
        f"{type(defect).__name__} in {part.get_content_type()}"
        for part in message.walk()
        for defect in part.defects
    ]
    found += [f"{name}: {header.defects}" for name, header in message.items() if header.defects]
    names = [name.lower() for name in message]
    found += [f"twice: {name}" for name in set(names) if names.count(name) > 1]
    return found


def parsed(data: bytes) -> EmailMessage:
    return message_from_bytes(data, _class=EmailMessage, policy=policy.default)


def text_of(data: bytes, kind: str = "plain") -> str:
    """The text of a mail as it is shown."""
    part = parsed(data).get_body((kind,))
    return part.get_content().replace("\r\n", "\n") if part is not None else ""
