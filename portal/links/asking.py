"""Asks servers outside whether something is there: politely, one request at a time, as their robots.txt wants it."""

import time
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit
from urllib.robotparser import RobotFileParser

from django.conf import settings

from portal.links import robots
from portal.links.fetching import (
    LARGEST,
    NoAnswerError,
    NoNetworkError,
    NoSuchServerError,
    NotPublicError,
    Reply,
    fetch,
    robots_name,
)
from portal.links.rules import Answer, Kind, address_of, host_of, kind_of

MOST_REDIRECTS = 5
FOR_GOOD = (301, 308)
REDIRECTS = (*FOR_GOOD, 302, 303, 307)
# Of what a server sends in answer to GET nothing more is wanted than that it begins.
A_LITTLE = {"Range": "bytes=0-1023"}


@dataclass
class Visitor:
    """Whoever asks in one run: remembers when each server was last asked, and what each does not want asked."""

    last_asked: dict[str, float] = field(default_factory=dict)
    known_robots: dict[str, RobotFileParser | None] = field(default_factory=dict)

    def ask(self, address: str) -> Answer:
        """What is at an address outside. Never raises for what a server does."""
        try:
            return self._follow(address)
        except NoSuchServerError:
            return Answer(Kind.GONE, "There is no server of this name.")
        except NoNetworkError:
            return Answer(Kind.UNKNOWN, "The portal could not reach the network.")
        except NotPublicError:
            return Answer(Kind.REFUSES, "It is not an address of the public internet, so it was not asked.")
        except NoAnswerError as error:
            return Answer(Kind.AWAY, str(error))

    def _follow(self, address: str) -> Answer:
        url, is_for_good = address, True
        for _ in range(MOST_REDIRECTS + 1):
            if refusal := self._refusal(url):
                return Answer(Kind.REFUSES, refusal)
            reply = self._look(url)
            if reply.status not in REDIRECTS or not reply.location:
                moved_to = url if url != address and is_for_good else ""
                return Answer(
                    kind_of(reply.status), _in_words(reply.status), moved_to if _is_fine(reply) else ""
                )
            is_for_good = is_for_good and reply.status in FOR_GOOD
            target = _leads_to(url, reply.location)
            if target is None:
                return Answer(Kind.AWAY, "It leads on to an address that is none.")
            url = target
        return Answer(Kind.AWAY, "It leads on from one address to the next without an end.")

    def _look(self, url: str) -> Reply:
        """HEAD first; GET if that is not understood, or if it says that something is wrong: many servers answer only that right."""
        reply = self._request("HEAD", url)
        if reply.status < 400 or reply.status == HTTPStatus.TOO_MANY_REQUESTS:
            return reply
        return self._request("GET", url, headers=A_LITTLE, read=1024)

    def _refusal(self, url: str) -> str | None:
        """Why the address is not asked, if its site does not want that."""
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self.known_robots:
            self.known_robots[site] = self._read_robots(site)
        rules = self.known_robots[site]
        if rules is None:
            return "Its robots.txt could not be read just now, so it was not asked."
        return None if rules.can_fetch(robots_name(), url) else "Its robots.txt asks programs to stay away."

    def _read_robots(self, site: str) -> RobotFileParser | None:
        """What the site asks of programs; `None` if it has something to say that cannot be read now."""
        url = f"{site}/robots.txt"
        for _ in range(MOST_REDIRECTS + 1):
            reply = self._request("GET", url, read=LARGEST)
            if reply.status in REDIRECTS and reply.location:
                target = _leads_to(url, reply.location)
                if target is None:
                    return robots.everything()
                url = target
                continue
            if reply.status == HTTPStatus.OK:
                return robots.read(reply.content.decode(errors="replace"))
            is_away = reply.status >= 500 or reply.status == HTTPStatus.TOO_MANY_REQUESTS
            return None if is_away else robots.everything()
        return robots.everything()

    def _request(
        self, method: str, url: str, *, headers: dict[str, str] | None = None, read: int = 0
    ) -> Reply:
        """One request, once the server has had its rest since the last one."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        rules = self.known_robots.get(f"{parts.scheme}://{parts.netloc}")
        pause = max(settings.LINK_CHECK_PAUSE, robots.delay_of(rules, robots_name()) if rules else 0)
        rest = self.last_asked.get(host, -pause) + pause - time.monotonic()
        if host in self.last_asked and rest > 0:
            time.sleep(rest)
        try:
            return fetch(method, url, headers=headers, read=read)
        finally:
            self.last_asked[host] = time.monotonic()


def _leads_to(url: str, location: str) -> str | None:
    """Where a redirect from `url` leads, if that is an address that can be asked."""
    try:
        target = address_of(urljoin(url, location), base="")
    except ValueError:
        return None
    return target if target and host_of(target) else None


def _is_fine(reply: Reply) -> bool:
    return kind_of(reply.status) == Kind.FINE


def _in_words(status: int) -> str:
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "an answer that is not known"
    return f"{status} {phrase}"
