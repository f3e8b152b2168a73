"""Keeps whole public pages in memory for readers who are not signed in, and knows when to forget them.

A page is kept by its address, by the day in London (an edition comes into force at midnight), by the latest *turn* (a moment at
which every page changes, such as the end of a banner), and by a *generation*: a number that goes up with every commit that may change a public page (`bump`). It is committed together with the change, so
not even a process that is killed right afterwards can leave a page out of date. Every process reads the number again at most
once a second, so a change shows everywhere within a second, and at once in the process that made it.
"""

import hashlib
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import DatabaseError, transaction
from django.db.models import Count, Max, Q, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import http_date, parse_etags, parse_http_date_safe

from portal.models import PageChange

logger = logging.getLogger(__name__)

Key = tuple[str, str, str, str, str, str, int]

SECONDS_BETWEEN_READS = 1.0
MOST_BYTES = 64 * 1024 * 1024
LARGEST_PAGE = 2 * 1024 * 1024
LONGEST_QUERY = 500
# What belongs to one person, or tells the state of this very moment, is never kept.
NEVER_UNDER = (
    "/_util/",
    "/accounts/",
    "/admin/",
    "/advice/",
    "/api/",
    "/dev/",
    "/forum/",
    "/healthz",
    "/invitation/",
    "/readyz",
    "/search/",
)
# A reader with any other cookie may be shown something of their own.
HARMLESS_COOKIES = frozenset({"csrftoken", "__Host-csrftoken"})
KEPT_TYPES = (
    "text/html",
    "text/plain",
    "text/xml",
    "application/xml",
    "application/rss+xml",
    "application/atom+xml",
    "text/calendar",
)
KEPT_VARY = frozenset({"cookie", "accept-encoding"})
PUBLIC = "public, max-age=0, must-revalidate"
PRIVATE = "private, no-store"


class Generation:
    """The number of the current generation, as this process knows it."""

    def __init__(self) -> None:
        self.changed_at: datetime | None = None
        self._number: int | None = None
        self._read_at = float("-inf")

    def current(self) -> int | None:
        """The number, at most a second old; the last one known while the database is away; None if never known."""
        if time.monotonic() - self._read_at >= SECONDS_BETWEEN_READS:
            self._read_at = time.monotonic()
            try:
                read = PageChange.objects.aggregate(
                    number=Sum("changes", default=0),
                    latest=Max("counted_at"),
                    uncounted=Count("pk", filter=Q(counted_at=None)),
                )
                self._number = read["number"]
                # Nobody knows how long before this reading an uncounted change was committed.
                self.changed_at = timezone.now() if read["uncounted"] else read["latest"]
            except DatabaseError:
                logger.warning("The generation of pages cannot be read; going on with %s.", self._number)
        return self._number

    @property
    def known(self) -> int:
        """The number that was read last, however long ago; 0 if none was."""
        return self._number or 0

    def forget(self) -> None:
        """The next question goes to the database."""
        self._read_at = float("-inf")


class Turns:
    """The moments at which every page changes by itself, as subjects tell them. They are asked once in each generation."""

    def __init__(self) -> None:
        self._sources: list[Callable[[], Iterable[datetime]]] = []
        self._known: tuple[int | None, list[datetime]] = (None, [])

    def register(self, source: Callable[[], Iterable[datetime]]) -> None:
        """Has `source` asked for the moments, of late and to come. A change of them has to `bump` the generation."""
        self._sources.append(source)

    def last(self, now: datetime, number: int | None) -> datetime | None:
        """The latest of them up to `now`, in the generation `number`. It never comes again, so it tells pages before it from those after."""
        of, moments = self._known
        if of != number:
            moments = [moment for source in self._sources for moment in source()]
            self._known = number, moments
        return max((moment for moment in moments if moment <= now), default=None)

    def forget(self) -> None:
        """The next question goes to the subjects."""
        self._known = None, []


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page as it was first answered."""

    body: bytes
    headers: dict[str, str]
    etag: str
    until: float

    @property
    def size(self) -> int:
        return len(self.body) + sum(len(name) + len(value) for name, value in self.headers.items())

    def answer(self, request: HttpRequest) -> HttpResponse:
        """The page, or 304 if the reader has it already."""
        if self._is_known_to(request):
            response: HttpResponse = HttpResponseNotModified()
            for name in ("Cache-Control", "Content-Security-Policy", "ETag", "Last-Modified", "Vary"):
                if name in self.headers:
                    response.headers[name] = self.headers[name]
            return response
        return HttpResponse(b"" if request.method == "HEAD" else self.body, headers=self.headers)

    def _is_known_to(self, request: HttpRequest) -> bool:
        """Whether the reader has this very page already. An ETag says more than a date, so it is asked first (RFC 9110)."""
        wanted = request.META.get("HTTP_IF_NONE_MATCH")
        if wanted:
            return matches(self.etag, wanted)
        since = parse_http_date_safe(request.META.get("HTTP_IF_MODIFIED_SINCE", ""))
        changed = parse_http_date_safe(self.headers.get("Last-Modified", ""))
        return since is not None and changed is not None and changed <= since


@dataclass
class KeptPages:
    """The pages of one process, the longest unread forgotten first."""

    most_bytes: int = MOST_BYTES
    pages: OrderedDict[Key, KeptPage] = field(default_factory=OrderedDict)
    size: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, key: Key, now: float) -> KeptPage | None:
        """The page kept under `key`, if it is not past its time at `now` (in seconds of the monotonic clock)."""
        with self.lock:
            page = self.pages.get(key)
            if page is None:
                return None
            if page.until <= now:
                self._drop(key)
                return None
            self.pages.move_to_end(key)
            return page

    def put(self, key: Key, page: KeptPage) -> None:
        """Keeps `page`, and forgets others until all of them fit."""
        with self.lock:
            if key in self.pages:
                self._drop(key)
            self.pages[key] = page
            self.size += page.size
            while self.size > self.most_bytes:
                self._drop(next(iter(self.pages)))

    def clear(self) -> None:
        with self.lock:
            self.pages.clear()
            self.size = 0

    def _drop(self, key: Key) -> None:
        self.size -= self.pages.pop(key).size


generation = Generation()
turns = Turns()
kept_pages = KeptPages()


def bump() -> None:
    """Makes every kept page void, in every process: with the transaction under way, or not at all.

    Call it in the transaction that makes the change. It appends a row, so it never waits for another transaction.
    """
    PageChange.objects.create()
    transaction.on_commit(_forget_at_once, robust=True)


def _forget_at_once() -> None:
    """What need not be done for a change to show, but makes it show sooner here, and keeps the table short."""
    generation.forget()
    kept_pages.clear()
    count_changes()


@transaction.atomic
def count_changes() -> None:
    """Puts one row in the place of all that are committed by now. The sum of them, the generation, stays as it is.

    What another process is counting is left to it; rows that a killed process has not counted are counted with the next.
    """
    rows = list(PageChange.objects.select_for_update(skip_locked=True).order_by("pk"))
    if all(row.counted_at for row in rows):
        return
    first, *others = rows
    PageChange.objects.filter(pk__in=[row.pk for row in others]).delete()
    first.changes, first.counted_at = sum(row.changes for row in rows), timezone.now()
    first.save()


class PageCacheMiddleware:
    """Answers readers who are not signed in from the kept pages; keeps those answers that are the same for everybody."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = key_of(request)
        if key is None:
            return keep_private(request, self.get_response(request))
        page = kept_pages.get(key, time.monotonic())
        if page is not None:
            return page.answer(request)
        changed_at = last_change()  # before the page is made, so that it never claims to be newer than it is
        response = self.get_response(request)
        if request.method == "HEAD" or not is_the_same_for_everybody(request, response):
            return keep_private(request, response)
        page = page_from(response, changed_at)
        kept_pages.put(key, page)
        return page.answer(request)


def key_of(request: HttpRequest) -> Key | None:
    """Under what the answer to this request may be kept, or None if it must be made anew."""
    meta = request.META
    query = meta.get("QUERY_STRING", "")
    if (
        not settings.PAGE_CACHE_SECONDS
        or request.method not in ("GET", "HEAD")
        or request.path_info.startswith(NEVER_UNDER)
        or len(query) > LONGEST_QUERY
        or "HTTP_AUTHORIZATION" in meta
        or (meta.get("HTTP_COOKIE") and not HARMLESS_COOKIES.issuperset(request.COOKIES))
    ):
        return None
    try:
        host = request.get_host()
    except DisallowedHost:
        return None
    number = generation.current()
    if number is None:
        return None
    day, turn = timezone.localdate().isoformat(), str(turns.last(timezone.now(), number))
    return request.scheme, host, request.path_info, query, day, turn, number


def is_the_same_for_everybody(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether this answer to an anonymous GET holds nothing that belongs to one reader or one moment."""
    varies_by = {name.strip().lower() for name in response.get("Vary", "").split(",") if name.strip()}
    return (
        response.status_code == 200
        and not response.streaming
        and not response.cookies
        and not response.has_header("Content-Encoding")
        and not response.has_header("Content-Disposition")
        and not response.has_header("Cache-Control")
        and response.get("Content-Type", "").partition(";")[0] in KEPT_TYPES
        and not getattr(request, "csp_nonce", None)  # true once a template has used it
        and varies_by <= KEPT_VARY
        and not request.META.get("CSRF_COOKIE_NEEDS_UPDATE")
        and not is_signed_in(request)
        and len(response.content) <= LARGEST_PAGE
    )


def is_signed_in(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    return user is not None and user.is_authenticated


def keep_private(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Tells browsers and proxies to keep nothing of what a signed-in person is shown, unless the view says otherwise."""
    if not response.has_header("Cache-Control") and is_signed_in(request):
        response.headers["Cache-Control"] = PRIVATE
    return response


def shown_between(response: HttpResponse, since: datetime | None, until: datetime | None) -> HttpResponse:
    """Says of a page which depends on the clock since when it is as it is, and until when it may be kept at most."""
    response.shown_since, response.shown_until = since, until
    return response


def page_from(response: HttpResponse, changed_at: datetime) -> KeptPage:
    """The page to keep for a response that shows what has last changed at `changed_at`; marks it as public and as something to ask about again each time."""
    since, until = getattr(response, "shown_since", None), getattr(response, "shown_until", None)
    changed_at = max(changed_at, since) if since else changed_at
    seconds = settings.PAGE_CACHE_SECONDS
    if until:
        seconds = min(seconds, (until - timezone.now()).total_seconds())
    response.headers["Cache-Control"] = PUBLIC
    patch_vary_headers(response, ["Cookie"])
    if not response.has_header("Last-Modified"):
        response.headers["Last-Modified"] = http_date(changed_at.timestamp())
    etag = f'"{hashlib.blake2b(response.content, digest_size=16).hexdigest()}"'
    response.headers["ETag"] = etag
    response.headers["Content-Length"] = str(len(response.content))
    return KeptPage(
        body=response.content,
        headers=dict(response.items()),
        etag=etag,
        until=time.monotonic() + seconds,
    )


def last_change() -> datetime:
    """When a public page may last have changed: with the last generation, at the last turn, or at midnight in London."""
    now = timezone.localtime()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    moments = (midnight, generation.changed_at, turns.last(now, generation.known))
    return max(moment for moment in moments if moment)


def matches(etag: str, if_none_match: str) -> bool:
    """Whether an `If-None-Match` header names `etag` (compared weakly, as RFC 9110 asks)."""
    return any(
        candidate == "*" or candidate.removeprefix("W/") == etag for candidate in parse_etags(if_none_match)
    )
