"""Pure: which addresses are looked at, what an answer means, when a link counts as broken, and when it is looked at again."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urldefrag, urlsplit

from django.utils.encoding import iri_to_uri

from portal.links.models import LONGEST_ADDRESS, Link, State

DAYS_TO_BE_BROKEN = 3
DAY = timedelta(days=1)
NAT64 = ip_network("64:ff9b::/96")
LONGEST_BACKOFF = 14
LONGEST_LEFT = timedelta(days=366)
# What stands for a link to a page of the portal that is there no longer: Wagtail leaves its address out.
A_PAGE_THAT_IS_GONE = "page:gone"


class Kind(Enum):
    """What an answer means."""

    FINE = "fine"
    GONE = "gone"  # the server says so, or there is no such server
    AWAY = "away"  # something is wrong there, perhaps only for now
    UNKNOWN = "unknown"  # the network of the portal itself is away, which says nothing of the address
    REFUSES = "refuses"  # it lets no program look, which says nothing of people


@dataclass(frozen=True)
class Answer:
    """What was found at an address, in words too. `moved_to` is set if it has moved there for good."""

    kind: Kind
    words: str
    moved_to: str = ""


@dataclass(frozen=True)
class Standing:
    """What is known of a link: its state, and on how many days it has failed since it last worked, the last of them."""

    state: State = State.NEW
    failures: int = 0
    failed_on: date | None = None


def address_of(href: str, base: str) -> str | None:
    """The address that is kept for a link, or `None` if it leads nowhere that can be looked at.

    Addresses of the portal, which stands at `base`, begin with `/` and keep the place within the page. Those outside lose it,
    since only a browser knows what it means.
    """
    try:
        href = iri_to_uri(href.strip())
        parts = urlsplit(href)
        home = urlsplit(base)
        if not parts.scheme and not parts.netloc:
            return href if href.startswith("/") and len(href) <= LONGEST_ADDRESS else None
        if (
            parts.scheme not in {"http", "https"}
            or not parts.hostname
            or len(parts.hostname) > 253
            or "@" in parts.netloc
        ):
            return None
        if parts.netloc.lower() == home.netloc.lower():
            href = parts._replace(scheme="", netloc="", path=parts.path or "/").geturl()
            return href if len(href) <= LONGEST_ADDRESS else None
        href = urldefrag(href).url
    except ValueError:
        return None
    return href if len(href) <= LONGEST_ADDRESS else None


def host_of(address: str) -> str:
    """The host of an address; empty for one of the portal."""
    return (urlsplit(address).hostname or "") if address.startswith("http") else ""


def kind_of(status: int) -> Kind:
    """What an HTTP status says of the address, once redirects have been followed."""
    if 200 <= status < 400:
        return Kind.FINE
    if status in (404, 410):
        return Kind.GONE
    return Kind.AWAY if status >= 500 or status in (408, 425) else Kind.REFUSES


def standing_after(before: Standing, answer: Answer, today: date, *, is_ours: bool) -> Standing:
    """What is known after an answer. Others' servers have to fail on three days; our own is believed at once."""
    if answer.kind == Kind.FINE:
        return Standing(State.MOVED if answer.moved_to else State.WORKS)
    if answer.kind == Kind.UNKNOWN:
        return before
    if answer.kind == Kind.REFUSES:
        return Standing(State.REFUSES, before.failures, before.failed_on)
    failures = before.failures + (before.failed_on != today)
    if failures < DAYS_TO_BE_BROKEN and not is_ours:
        return Standing(State.FAILING, failures, today)
    return Standing(State.BROKEN if answer.kind == Kind.GONE else State.AWAY, failures, today)


def next_check(standing: Standing, answer: Answer, now: datetime, *, is_ours: bool) -> datetime:
    """When it is looked at again: what fails every day until that is sure, then ever more rarely, two weeks at most."""
    if is_ours or standing.state == State.FAILING or answer.kind == Kind.UNKNOWN:
        return now + DAY
    if standing.state in (State.BROKEN, State.AWAY):
        return now + min(standing.failures, LONGEST_BACKOFF) * DAY
    return now + (14 if standing.state == State.REFUSES else 7) * DAY


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet: never of this machine or the network that it stands in."""
    found = ip_address(address)
    return all(one.is_global and not one.is_multicast for one in [found, *_within(found)])


def _within(address: IPv4Address | IPv6Address) -> Iterable[IPv4Address]:
    """The addresses of the older kind that one of the newer kind stands for."""
    if isinstance(address, IPv6Address):
        found = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if address in NAT64:
            found.append(IPv4Address(int(address) & 0xFFFFFFFF))
        yield from (one for one in found if one is not None)


def interleaved(links: Iterable[Link]) -> list[Link]:
    """The links in an order in which those of one host stand as far apart as can be: all first ones, all second ones …"""
    by_host: dict[str, list[Link]] = defaultdict(list)
    for link in links:
        by_host[link.host].append(link)
    longest = max(map(len, by_host.values()), default=0)
    return [of_host[n] for n in range(longest) for of_host in by_host.values() if n < len(of_host)]


def refusal_to_leave(until: date, why: str, today: date) -> str | None:
    """Why a link cannot be left until a day; `None` if it can."""
    if not why.strip():
        return "Say why the link is fine as it is."
    if until <= today:
        return "Give a day that is still to come."
    return (
        "Give a day within a year, so that somebody looks at it again."
        if until > today + LONGEST_LEFT
        else None
    )
