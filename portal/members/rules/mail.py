"""Which headers a mail may carry, and when it is tried again."""

import re
from datetime import datetime, timedelta

HEADER_NAME = re.compile(r"(?:List|X)(?:-[A-Za-z][A-Za-z0-9]{0,20}){1,4}|In-Reply-To")
# A line of a mail has 998 characters at most (RFC 5322), the name included.
HEADER_VALUE = re.compile(r"[!-~](?:[ -~]{0,898}[!-~])?")
# They wait in the database: small ones only, such as an entry for a calendar or an invoice.
ATTACHMENTS_AT_MOST = 1_000_000
MAIL_ATTEMPTS = 5
MAIL_GRACE = timedelta(minutes=2)


def refusal_of_header(name: str, value: str) -> str | None:
    """Why a mail may not carry this header, worded for programmers; `None` if it may.

    Only `List-…`, `X-…` and, by what answers a mail, `In-Reply-To` are given by callers: all others are the business of whoever builds the message.
    """
    if not HEADER_NAME.fullmatch(name):
        return f"A mail cannot be given the header {name!r}."
    if not HEADER_VALUE.fullmatch(value):
        return f"The header {name} needs a value of 1 to 900 printable ASCII characters in one line."
    return None


def refusal_of_attachments(size: int) -> str | None:
    """Why a mail may not carry attachments of so many bytes together, worded for programmers; `None` if it may."""
    return f"Attachments of {size} bytes are too large for a mail." if size > ATTACHMENTS_AT_MOST else None


def mail_attempt_after(attempts: int, now: datetime) -> datetime:
    """When a mail that has been tried `attempts` times may be tried again: 2, 4, 8, 16 minutes later."""
    return now + MAIL_GRACE * 2 ** max(attempts - 1, 0)
