"""One request to a server outside: to a public address that was looked up once, within limits of time and size.

The name is looked up here and the connection made to the very address that was found, so that no server can show one address
when it is asked and another one when it is called.
"""

import http.client
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import certifi
from django.conf import settings
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, SSLError

from portal.links.rules import is_public

SECONDS_TO_CONNECT = 10
SECONDS_IN_ALL = 30
LARGEST = 500_000  # bytes that are read of a robots.txt
PORTS = {80, 443}


class NoSuchServerError(Exception):
    """The name of the server is not known."""


class NoNetworkError(Exception):
    """Names cannot be looked up at all just now, or there is no way out: nothing is known of the server."""


class NotPublicError(Exception):
    """The server is not one of the public internet, and is not asked."""


class NoAnswerError(Exception):
    """The server cannot be reached, or says nothing that can be understood. Worded for editors."""


@dataclass(frozen=True)
class Reply:
    """A status, where a redirect leads, and the beginning of what came, if that was asked for."""

    status: int
    location: str = ""
    content: bytes = b""


def fetch(method: str, url: str, *, headers: dict[str, str] | None = None, read: int = 0) -> Reply:
    """Asks once, follows nothing, and reads `read` bytes at most. Raises the four errors of this module."""
    parts = urlsplit(url)
    is_safe = parts.scheme == "https"
    port = parts.port or (443 if is_safe else 80)
    connection = _connection(parts.hostname or "", _address_of(parts.hostname or "", port), port, is_safe)
    target = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    sent = {
        "Host": parts.netloc,
        "User-Agent": agent(),
        "Accept": "*/*",
        "Connection": "close",
        **(headers or {}),
    }
    try:
        with _no_longer_than(SECONDS_IN_ALL, connection):
            connection.request(method, target, headers=sent, preload_content=False, decode_content=False)
            answer = connection.getresponse()
            content = answer.read(read, decode_content=False) if read else b""
            return Reply(answer.status, answer.headers.get("Location", ""), content)
    except SSLError as error:
        raise NoAnswerError("Its certificate is not valid.") from error
    except TimeoutError as error:
        raise NoAnswerError("It did not answer in time.") from error
    except (HTTPError, http.client.HTTPException, OSError, ValueError) as error:
        raise NoAnswerError("No connection could be made, or it broke off.") from error
    finally:
        connection.close()


def agent() -> str:
    """How we introduce ourselves: the portal by its name and address."""
    return f"{robots_name()}/1.0 (+{settings.BASE_URL})"


def robots_name() -> str:
    """Our name as a robots.txt can have it."""
    return "".join(settings.WAGTAIL_SITE_NAME.title().split()) + "LinkCheck"


def _address_of(host: str, port: int) -> str:
    """Where the server is. Raises `NoSuchServerError`, or `NotPublicError` if any of its addresses is not public."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        raise (NoNetworkError if error.errno == socket.EAI_AGAIN else NoSuchServerError) from error
    except (OSError, UnicodeError) as error:
        raise NoSuchServerError from error
    addresses = [str(one[4][0]).partition("%")[0] for one in found]
    if settings.LINK_CHECK_LOCAL:  # a stand-in on this machine, in tests
        return addresses[0]
    if port not in PORTS or not all(map(is_public, addresses)):
        raise NotPublicError
    return addresses[0]


def _connection(host: str, address: str, port: int, is_safe: bool) -> HTTPConnection:  # noqa: FBT001  private
    if not is_safe:
        return HTTPConnection(address, port, timeout=SECONDS_TO_CONNECT)
    return HTTPSConnection(
        address,
        port,
        timeout=SECONDS_TO_CONNECT,
        server_hostname=host,
        assert_hostname=host,
        cert_reqs="CERT_REQUIRED",
        ca_certs=certifi.where(),
    )


@contextmanager
def _no_longer_than(seconds: float, connection: HTTPConnection) -> Iterator[None]:
    """Cuts the connection after so long: a server that sends a byte now and then never runs into the time limit of a socket."""

    def cut() -> None:
        if connection.sock is not None:
            connection.sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
