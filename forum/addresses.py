"""The e-mail addresses of lists: one that posts, one for each command, and secret ones that stand for a post and a person.

`setting-up@lists.example` posts; `setting-up-help@…` and the like are commands. `reply+KEY@…` answers a post as one person,
`author+KEY@…` answers its author alone, and `bounces+KEY@…` is where a mail comes back to that could not be delivered (VERP). Links
in mails that stop mail, or say that a mail is one's own, have such keys too. A key holds two numbers and a seal over them, made with the portal's secret
key: nobody can make one up, none is stored, and one for answering is of no use for anything else. It is in lower case, since
mail servers may change the case of an address.
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from django.conf import settings

NUMBER = 6  # bytes of each of the two numbers in a key
SEAL = 10  # bytes of its seal
KEY_LENGTH = (
    36  # characters of every key: mails are made from one template, so that the length may not change
)
KEY = re.compile(r"[a-z2-7]{36}")
LONGEST_SLUG = 50  # of a list, so that every address of it keeps to the 64 characters of RFC 5321, 4.5.3.1.1


class Command(StrEnum):
    """What a mail to an address of a list does instead of posting: `<list>-<command>@…`."""

    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"
    HELP = "help"
    DIGEST = "digest"
    NOMAIL = "nomail"


class Purpose(StrEnum):
    """What a secret address is for: `<purpose>+<key>@…`."""

    REPLY = "reply"
    AUTHOR = "author"
    BOUNCES = "bounces"
    STOP = "stop"
    CONFIRM = "confirm"


# The others stand in addresses of the web alone.
BY_MAIL = {Purpose.REPLY, Purpose.AUTHOR, Purpose.BOUNCES}


# No list may have such an address.
RESERVED = {*Purpose, "abuse", "mailer-daemon", "portal", "postmaster"}


@dataclass(frozen=True)
class ToList:
    """A mail to a list: to be posted, or a command."""

    slug: str
    command: Command | None = None


@dataclass(frozen=True)
class ToKey:
    """What a secret address stands for. `first` and `second`: a post and a subscription; of bounces, a delivery and nothing (0)."""

    purpose: Purpose
    first: int
    second: int


def address(local: str) -> str:
    """An address in the domain of the lists."""
    return f"{local}@{settings.LIST_DOMAIN}"


def of_list(slug: str, command: Command | None = None) -> str:
    """Where to write to post in a list, or to give a command."""
    return address(f"{slug}-{command}" if command else slug)


def secret(purpose: Purpose, first: int, second: int = 0) -> str:
    """The secret address for `purpose`. Raises `OverflowError` for a number beyond 48 bits."""
    return address(f"{purpose}+{key_of(purpose, first, second)}")


def key_of(purpose: Purpose, first: int, second: int = 0) -> str:
    """The key of a secret address. Raises `OverflowError` for a number beyond 48 bits."""
    numbers = first.to_bytes(NUMBER, "big") + second.to_bytes(NUMBER, "big")
    return base64.b32encode(numbers + _seal(purpose, numbers)).decode().rstrip("=").lower()


def opened(purpose: Purpose, key: str) -> tuple[int, int] | None:
    """The two numbers in a key, or `None` if it was not made here for this purpose."""
    if not KEY.fullmatch(key):
        return None
    packed = base64.b32decode(key.upper() + "=" * (-len(key) % 8))
    numbers, seal = packed[: 2 * NUMBER], packed[2 * NUMBER :]
    # Five bits to a character leave some over: only the spelling that `key_of` gives counts.
    if not hmac.compare_digest(seal, _seal(purpose, numbers)):
        return None
    first, second = (int.from_bytes(part, "big") for part in (numbers[:NUMBER], numbers[NUMBER:]))
    return (first, second) if key_of(purpose, first, second) == key else None


def read(recipient: str) -> ToList | ToKey | None:
    """What an address that a mail came to stands for; `None` if it is in another domain or cannot be one of ours.

    Whether there is such a list is not asked.
    """
    local, _, domain = recipient.strip().lower().rpartition("@")
    if domain != settings.LIST_DOMAIN.lower():
        return None
    name, plus, key = local.partition("+")
    if plus:
        numbers = opened(Purpose(name), key) if name in BY_MAIL else None
        return ToKey(Purpose(name), *numbers) if numbers else None
    for command in Command:
        if local.endswith(f"-{command}"):
            return ToList(local.removesuffix(f"-{command}"), command)
    return ToList(local) if local else None


def is_taken(slug: str) -> bool:
    """Whether a list with this slug would have an address that means something else already, or one that is too long."""
    return len(slug) > LONGEST_SLUG or slug in RESERVED or any(slug.endswith(f"-{one}") for one in Command)


def _seal(purpose: Purpose, numbers: bytes) -> bytes:
    seal = _begun(settings.SECRET_KEY, purpose).copy()
    seal.update(numbers)
    return seal.digest()[:SEAL]


@lru_cache(maxsize=32)
def _begun(secret_key: str, purpose: Purpose) -> hmac.HMAC:
    """What all seals for a purpose begin with: several are made for each mail."""
    return hmac.new(secret_key.encode(), b"list address:" + purpose.encode(), hashlib.sha256)
