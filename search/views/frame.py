"""What the address of a search holds, for the page and for programs alike."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date

from search.engines import Editions, Search
from search.keys import Keys, keys_of
from search.labels import Chosen, chosen_of
from search.rules.queries import LONGEST_QUERY
from search.searching import asked

HITS_A_PAGE = 10
MOST_PAGES = 20
ALL, IN_FORCE = "all", ""
NEWEST = "newest"
LONGEST_EDITION = 20
# Whole practices share an address: this keeps programs at bay, and nobody who types.
MOST_A_MINUTE = 300
MINUTE = 60


@dataclass(frozen=True)
class Asked:
    """What an address asks for, as far as it makes sense."""

    text: str
    keys: Keys
    now: datetime
    chosen: Chosen
    edition: str
    as_at: date | None
    newest: bool
    page: int

    @property
    def is_anything(self) -> bool:
        return bool(self.text)

    @property
    def search(self) -> Search:
        return asked(
            self.text,
            self.keys,
            self.now,
            editions=self._editions(),
            chosen=self.chosen,
            newest=self.newest,
            first=(self.page - 1) * HITS_A_PAGE,
            most=HITS_A_PAGE,
        )

    def query(self, *, newest: bool | None = None) -> str:
        """The address's parameters but the page, in the order that is wanted."""
        parameters = QueryDict(mutable=True)
        parameters["q"] = self.text
        for facet, values in self.chosen.items():
            parameters.setlist(facet, list(values))
        sort = NEWEST if (self.newest if newest is None else newest) else ""
        for name, value in (("edition", self.edition), ("as-at", self.as_at), ("sort", sort)):
            if value:
                parameters[name] = str(value)
        return parameters.urlencode()

    def _editions(self) -> Editions:
        if self.edition == ALL:
            return Editions()
        if self.edition:
            return Editions(number=self.edition)
        return Editions(on=self.as_at or timezone.localdate(self.now))


def asked_by(request: HttpRequest) -> Asked:
    """What a request asks for. Whatever makes no sense counts for nothing."""
    now = timezone.now()
    found = request.GET
    return Asked(
        text=" ".join(found.get("q", "").replace("\0", " ").split())[: 4 * LONGEST_QUERY],
        keys=keys_of(request.user, now),
        now=now,
        chosen=chosen_of(dict(found.lists())),
        edition=found.get("edition", "").strip()[:LONGEST_EDITION],
        as_at=_day(found.get("as-at", "")),
        newest=found.get("sort") == NEWEST,
        page=_page(found.get("page", "")),
    )


def _day(text: str) -> date | None:
    try:
        return parse_date(text.strip()[:20])
    except ValueError:
        return None


def _page(text: str) -> int:
    return min(max(int(text), 1), MOST_PAGES) if text.isascii() and text.isdecimal() and len(text) < 6 else 1


def within_limits(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answers 429 to whoever asks more often than people do: counted by address, for a minute."""

    @wraps(view)
    def limited(request: HttpRequest) -> HttpResponse:
        # As allauth knows it: behind a proxy all readers would share an address.
        name = f"search.asked:{get_adapter(request).get_client_ip(request)}"
        cache.add(name, 0, MINUTE)
        try:
            count = cache.incr(name)
        except ValueError:  # it ran out in between
            count = 1
        if count > MOST_A_MINUTE:
            response = HttpResponse(
                "You have searched very often in the last minute. Wait a minute and try again.\n",
                status=429,
                content_type="text/plain; charset=utf-8",
            )
            response["Retry-After"] = str(MINUTE)
            return response
        return view(request)

    return limited
