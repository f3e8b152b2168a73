"""Turns the keys that people follow into titles and addresses, and makes the addresses that stop a follow.

Each subject registers in its `AppConfig.ready` what it knows of the keys with its prefix, so that this app needs to know
nothing of handbooks, lists or events.
"""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db.models import Q
from django.urls import reverse

from portal.members.models import Follow, User


@dataclass(frozen=True)
class Followed:
    """What lies behind a key: its title and its address, a path of the portal."""

    title: str
    url: str


class UnknownTokenError(Exception):
    """The token of a stop address was not made here, or not all of it has arrived."""


GONE = Followed("No longer there", "")
OTHER = "No longer there"

Describe = Callable[[Sequence[str]], dict[str, Followed]]
IsOpenTo = Callable[[User, str, datetime], bool]
_describers: dict[str, Describe] = {}
_doors: dict[str, IsOpenTo] = {}
_groups: dict[str, str] = {}

PREFIX = re.compile(r"[a-z][a-z-]*")
KEY = re.compile(r"([a-z][a-z-]*):[A-Za-z0-9_-]+")

# What a token names: one follow, several, all of some kinds up to one, or (in old mails) all that a person follows.
Meant = int | list[int] | dict[str, Any] | None

# A header of a mail has room for so much, since nothing in an address can be folded.
LONGEST_ADDRESS = 890

# No moment is signed along: a link in an old mail has to work for ever. The separator is one that mail programs keep in a link.
_signer = Signer(sep=".", salt="portal.members.follows.stop")


def register(prefix: str, describe: Describe, *, group: str, is_open_to: IsOpenTo | None = None) -> None:
    """Ask `describe` about the keys that begin with `prefix` and a colon. Raises `ValueError` if that is no prefix.

    `group` is the heading under which people find what they follow of it.

    It is given whole keys that come from outside, in one call, and leaves out those it does not know. It is told of no
    reader: it may give only titles that everybody with an account may see, or everybody who could ever follow the thing. What
    not everybody may follow is asked of `is_open_to`, with the person, the key and the moment.
    """
    if not PREFIX.fullmatch(prefix):
        raise ValueError(f"{prefix!r} is no prefix: it needs small letters and hyphens.")
    _describers[prefix], _groups[prefix] = describe, group
    if is_open_to is not None:
        _doors[prefix] = is_open_to


@dataclass(frozen=True)
class Mailing:
    """Something that a person gets by mail without following it, such as a list: what they get, and where they change that."""

    title: str
    often: str
    url: str


Mailings = Callable[[User, datetime], Iterable[Mailing]]
_mailings: list[Mailings] = []


def register_mailings(provide: Mailings) -> None:
    """Ask `provide` for what a person gets by mail at a moment, to show it beside what they follow."""
    _mailings.append(provide)


def mailings_of(user: User, now: datetime) -> list[Mailing]:
    return [mailing for provide in _mailings for mailing in provide(user, now)]


def may_follow(user: User, key: str, now: datetime) -> bool:
    """Whether there is something with that key that `user` may follow at `now`."""
    door = _doors.get(key.partition(":")[0])
    return key in known([key]) and (door is None or door(user, key, now))


def known(keys: Iterable[str]) -> dict[str, Followed]:
    """What lies behind each of the keys that some subject knows. One call of its `describe` for each prefix."""
    by_prefix: dict[str, list[str]] = {}
    for key in dict.fromkeys(keys):
        found = KEY.fullmatch(key)
        if found and found[1] in _describers:
            by_prefix.setdefault(found[1], []).append(key)
    return {
        key: followed
        for prefix, of_prefix in by_prefix.items()
        for key, followed in _describers[prefix](of_prefix).items()
    }


def described(follows: Iterable[Follow]) -> list[tuple[Follow, Followed]]:
    """The follows, each with what lies behind it, or with `GONE`."""
    follows = list(follows)
    things = known(follow.key for follow in follows)
    return [(follow, things.get(follow.key, GONE)) for follow in follows]


def grouped(follows: Iterable[Follow]) -> list[tuple[str, list[tuple[Follow, Followed]]]]:
    """The follows with what lies behind them, under the headings of their subjects, in the order of their titles.

    What no subject knows any more stands under the last heading.
    """
    groups: dict[str, list[tuple[Follow, Followed]]] = {}
    for follow, thing in described(follows):
        heading = OTHER if thing is GONE else _groups[follow.key.partition(":")[0]]
        groups.setdefault(heading, []).append((follow, thing))
    in_order = sorted(groups, key=lambda heading: (heading == OTHER, heading))
    return [
        (heading, sorted(groups[heading], key=lambda line: (line[1].title.casefold(), line[0].pk)))
        for heading in in_order
    ]


def stop_address(follow: Follow) -> str:
    """The absolute address at which `follow`, and nothing else, can be stopped without signing in."""
    return _address(follow.user_id, follow.pk)


def stop_these_address(follows: Collection[Follow]) -> str:
    """The absolute address at which these follows of one person, and nothing else, can be stopped without signing in.

    An address cannot name hundreds of them. It then stops all of their kinds that the person followed by then.
    """
    [user_id] = {follow.user_id for follow in follows}
    numbers = sorted(follow.pk for follow in follows)
    address = _address(user_id, numbers)
    if len(address) <= LONGEST_ADDRESS:
        return address
    kinds = sorted({follow.key.partition(":")[0] for follow in follows})
    return _address(user_id, {"kinds": kinds, "last": numbers[-1]})


def meant_by(token: str) -> list[Follow]:
    """The follows that a stop address with this token stops; none if they have been stopped before.

    Raises `UnknownTokenError`.
    """
    try:
        user_id, meant = _signer.unsign_object(token)
    except BadSignature as error:
        raise UnknownTokenError from error
    return list(Follow.objects.filter(_named(meant), user_id=user_id))


@dataclass(frozen=True)
class Reason:
    """Something that the person follows, and the address that stops it."""

    title: str
    stop: str


def why(followed: Iterable[tuple[Follow, str]]) -> dict[str, Any]:
    """What `mail/follow_why` is filled with: why one person gets a mail, by follows with their titles, and how to stop each of
    them and all.
    """
    followed = list(followed)
    return {
        "reasons": [Reason(title, stop_address(follow)) for follow, title in followed],
        "stop_these": stop_these_address([follow for follow, _ in followed]),
        "following": settings.BASE_URL + reverse("following"),
    }


def _named(meant: Meant) -> Q:
    match meant:
        case None:
            return Q()
        case {"kinds": kinds, "last": last}:
            return Q(*(Q(key__startswith=f"{kind}:") for kind in kinds), _connector=Q.OR) & Q(pk__lte=last)
        case list():
            return Q(pk__in=meant)
        case _:
            return Q(pk=meant)


def _address(user_id: int, meant: Meant) -> str:
    token = _signer.sign_object([user_id, meant])
    return settings.BASE_URL + reverse("stop_following", args=[token])
