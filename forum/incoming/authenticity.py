"""Whether a mail is from whom it says: what our own mail server found out, read strictly (RFC 8601). Any doubt means no.

The server that takes mail from outside checks DKIM and SPF and writes an `Authentication-Results` field with its name on top. Two things
are expected of it: that it does so for every mail, and that it takes off fields with its own name that came with the mail (RFC 8601, 5), as
docs/operations.md shows for Postfix.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

import authres
from publicsuffixlist import PublicSuffixList

from forum.incoming.fields import mailboxes
from forum.incoming.received import Address, Received

MOST_RESULTS = 20_000  # characters
# Servers write these among their results; anything else ends the run of them.
AMONG = {
    "authentication-results",
    "received-spf",
    "arc-authentication-results",
    "arc-message-signature",
    "arc-seal",
    "return-path",
    "x-spam-status",
}
DOMAIN = re.compile(
    r"(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])"
)
LOCAL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")
BY = re.compile(r"\bby\s+([A-Za-z0-9.-]+)")
INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufffd]"
)


@dataclass(frozen=True)
class Authentic:
    """Who a mail is from, and how that is known: `method` is "dkim" or "spf", `domain` the one that it vouches for."""

    address: str
    method: str
    domain: str
    server: str


def authentic(received: Received, trusted: Collection[str]) -> Authentic | None:
    """Who a mail is from, if a trusted server says that DKIM or SPF passed for a domain that is in line with the one in From.

    `trusted` are the names (authserv-id) of servers whose word counts. In line is what has the same organisational domain (relaxed, RFC 7489, 3.1).
    Nothing if there are several authors, a failed DMARC check, a broken field, or any other doubt.
    """
    names = {name.lower() for name in trusted}
    author = _author(received)
    if not author or not names:
        return None
    domain = author.address.rpartition("@")[2]
    found: Authentic | None = None
    for value in _results(received, names):
        parsed = _parsed(value)
        if parsed is None:
            return None
        for result in parsed.results:
            method, outcome = (
                str(getattr(result, "method", "")).lower(),
                str(getattr(result, "result", "")).lower(),
            )
            if method == "dmarc" and outcome not in {"pass", "none", "bestguesspass"}:
                return None
            vouched = _vouched(result, method) if outcome == "pass" else ""
            if not found and vouched and is_aligned(vouched, domain):
                found = Authentic(author.address, method, vouched, parsed.authserv_id.lower())
    return found


def is_aligned(one: str, other: str) -> bool:
    """Whether two domains have the same organisational domain (RFC 7489, 3.2) by the public suffix list that the package brings."""
    ours, theirs = _organisation(one.lower()), _organisation(other.lower())
    return bool(ours) and ours == theirs


def _author(received: Received) -> Address | None:
    """The only mailbox of the only From field, if nothing about it is odd."""
    values = received.sent_headers("from")
    if len(values) != 1 or len(values[0]) > 1000:
        return None
    if set(",;:") & set(re.sub(r'"(?:[^"\\]|\\.)*"', "", values[0])):
        return None  # several mailboxes, a group, or a name that ought to be in quotes
    found = mailboxes(values[0])
    # Whatever a careless reader might take for a second address makes the first one doubtful.
    addresses = {
        each.lower()
        for each in re.findall(r"[\w.+-]+@[\w.-]+\w", f"{values[0]} {' '.join(received.headers('from'))}")
    }
    if len(found) != 1 or len(addresses) != 1 or INVISIBLE.search(received.header("from")):
        return None
    local, _, domain = found[0].address.rpartition("@")
    if (
        not LOCAL.fullmatch(local)
        or not DOMAIN.fullmatch(domain)
        or addresses != {f"{local}@{domain}".lower()}
    ):
        return None
    return found[0]


def _results(received: Received, names: set[str]) -> list[str]:
    """The topmost run of fields of results with a trusted name, if only servers of the same organisation handled the mail since."""
    run: list[str] = []
    hops: list[str] = []
    for name, value in received.fields:
        key = name.lower()
        if key == "received" and not run:
            hops.append(value)
        elif key == "authentication-results" and _server(value) in names:
            run.append(value)
        elif run and key not in AMONG:
            break
    servers = {_server(value) for value in run}
    if len(servers) != 1:
        return []
    return run if all(_is_of(hop, servers.copy().pop()) for hop in hops) else []


def _is_of(hop: str, server: str) -> bool:
    """Whether a Received field was written by the organisation of a server, as far as it says."""
    by = BY.search(re.sub(r"\([^()]*\)", "", hop))
    host = by[1].lower().rstrip(".") if by else ""
    return host == server or host in {"localhost", ""} or "." not in host or is_aligned(host, server)


def _server(value: str) -> str:
    parsed = _parsed(value)
    if parsed is not None:
        return (parsed.authserv_id or "").lower()
    return re.split(r"[\s;]", re.sub(r"\([^()]*\)", "", value).strip(), maxsplit=1)[0].strip('"').lower()


@lru_cache(maxsize=64)
def _parsed(value: str) -> authres.AuthenticationResultsHeader | None:
    if len(value) > MOST_RESULTS or not value.isascii():
        return None
    try:
        return authres.AuthenticationResultsHeader.parse_value(value)
    except (authres.AuthResError, ValueError, IndexError, AttributeError, TypeError, RecursionError):
        return None


def _vouched(result: authres.AuthenticationResult, method: str) -> str:
    """The domain for which a passed check speaks: of the signature (DKIM) or of the envelope's sender (SPF)."""
    wanted = {"dkim": ("header", {"d"}), "spf": ("smtp", {"mailfrom"})}.get(method)
    if not wanted:
        return ""
    values = [
        str(each.value or "")
        for each in result.properties
        if each.type.lower() == wanted[0] and each.name.lower() in wanted[1]
    ]
    if not values and method == "dkim":  # RFC 8601 names header.i beside header.d
        values = [
            str(each.value or "")
            for each in result.properties
            if (each.type.lower(), each.name.lower()) == ("header", "i")
        ]
    if len(values) != 1:
        return ""
    domain = values[0].strip().strip("<>").rpartition("@")[2].lower()
    return domain if DOMAIN.fullmatch(domain) else ""


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def _organisation(domain: str) -> str:
    return (_suffixes().privatesuffix(domain) or "") if DOMAIN.fullmatch(domain) else ""
