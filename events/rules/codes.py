"""The code by which somebody without an account shows that an e-mail address is theirs."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

LASTS = timedelta(minutes=20)
MOST_TRIES = 5
MOST_AN_HOUR = 5  # codes to one address
DIGITS = 6


@dataclass(frozen=True)
class Asked:
    """A code that was sent: to which address, its digest, until when it holds, and how often a wrong one was typed."""

    email: str
    digest: str
    until: datetime
    tries: int = 0


def digest_of(code: str, email: str, salt: str) -> str:
    """What is kept of a code instead of the code. `salt` is a secret of the portal's."""
    return hmac.new(salt.encode(), f"{email}:{code}".encode(), hashlib.sha256).hexdigest()


def refusal_of_code(asked: Asked | None, code: str, email: str, salt: str, now: datetime) -> str | None:
    """Why a code does not show that the address is theirs; `None` if it does."""
    if asked is None or asked.email != email:
        return "Ask for a code first."
    if now >= asked.until:
        return "The code has run out. Ask for a new one."
    if asked.tries >= MOST_TRIES:
        return "There were too many wrong codes. Ask for a new one."
    if not hmac.compare_digest(asked.digest, digest_of(code, email, salt)):
        return "This is not the code from the newest e-mail. Check the six digits."
    return None
