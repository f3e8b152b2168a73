"""What is on, read for lists: events with what readers choose by, narrowed and put in order."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.http import QueryDict
from wagtail.models import PageViewRestriction

from events.models import EventIndexPage, EventKind, EventPage, EventSession, Price, Ticket
from events.rules import prices, times
from events.rules.prices import PriceFor
from events.rules.tickets import closes_at
from events.rules.times import LONDON, Phase
from events.stock import Stock, stocks_of_events
from portal.members.models import Region
from portal.pages.filters import Facet, Option

ONLINE, FREE, PAID = "online", "free", "paid"
HEADINGS = {"kind": "Kind", "topic": "Topic", "place": "Place", "price": "Price"}
# What a list does not show of an event.
UNLISTED = ("body", "travel", "documents", "related")
ORDER = {Phase.GOING_ON: 0, Phase.COMING: 1, Phase.PAST: 1, Phase.ANY_TIME: 2}


@dataclass(frozen=True)
class Listed:
    """An event with what a list says of it."""

    page: EventPage
    url: str
    phase: Phase
    offers: tuple[PriceFor, ...]
    pools: tuple[Stock, ...]
    is_closed: bool  # nobody can book any more

    @property
    def when(self) -> str:
        return times.when_in_short(self.page.starts_at, self.page.ends_at)

    @property
    def starts(self) -> datetime | None:
        """In London time, for the block with the date."""
        return self.page.starts_at and self.page.starts_at.astimezone(LONDON)

    @property
    def where(self) -> str:
        """“On-line”, “The Guildhall, Midlands”, “Corn Exchange, South West, or on-line”."""
        venue = ", ".join(part for part in (self.page.venue, self.page.get_region_display()) if part)
        if not self.page.is_online:
            return venue
        return f"{venue}, or on-line" if venue else "On-line"

    @property
    def price(self) -> str:
        return self.page.provider_price if self.page.provider else prices.in_words(self.offers)

    @property
    def left(self) -> int | None:
        """How many places one can book without waiting; `None` if there are no pools."""
        return sum(pool.for_walk_ins for pool in self.pools) if self.pools else None

    @property
    def places(self) -> str:
        """How many places are left in words; nothing once nobody can book."""
        return "" if self.is_closed else prices.places_in_words(self.left)

    @property
    def is_open(self) -> bool:
        """Whether it makes sense to say what it costs and how many places are left."""
        return self.phase != Phase.PAST and not self.page.cancelled_at

    @property
    def values(self) -> dict[str, set[str]]:
        """By what readers can find it."""
        return {
            "kind": {self.page.kind},
            "topic": {topic.slug for topic in self.page.topics.all()},
            "place": {value for value in (ONLINE * self.page.is_online, self.page.region) if value},
            "price": self._price_values(),
        }

    def _price_values(self) -> set[str]:
        if self.page.provider:
            price = self.page.provider_price.strip().casefold()
            return {FREE if price == "free" else PAID} if price else set()
        return {PAID if offer.pence else FREE for offer in self.offers}


def events_of(index: EventIndexPage) -> QuerySet[EventPage]:
    """The events of the list that anyone may read."""
    return EventPage.objects.live().public().child_of(index).defer(*UNLISTED).prefetch_related("topics")


def coming(index: EventIndexPage, now: datetime) -> list[Listed]:
    """What goes on, what is to come in order of time, and what can be taken at any time."""
    found = listed(index, events_of(index).filter(Q(ends_at__gt=now) | Q(ends_at__isnull=True)), now)
    return sorted(found, key=lambda item: _in_order(item, now))


def past(index: EventIndexPage, now: datetime) -> list[Listed]:
    """What is over, the latest first."""
    found = listed(index, events_of(index).filter(ends_at__lte=now), now)
    return sorted(found, key=lambda item: item.page.starts_at, reverse=True)


def within(index: EventIndexPage, begin: datetime, end: datetime, now: datetime) -> list[Listed]:
    """What is on at some time between the two moments, in order of time."""
    found = listed(index, events_of(index).filter(starts_at__lt=end, ends_at__gt=begin), now)
    return sorted(found, key=lambda item: (item.page.starts_at, item.page.title.casefold()))


def to_learn(kinds: Sequence[str], now: datetime) -> list[Listed]:
    """What anyone may read of these kinds, in whichever list, and can still take part in: the first to come first."""
    above = PageViewRestriction.objects.annotate(
        below=ExpressionWrapper(OuterRef("path"), CharField())
    ).filter(below__startswith=F("page__path"))
    still = Q(ends_at__gt=now) | Q(ends_at__isnull=True)
    pages = EventPage.objects.live().filter(~Exists(above), still, kind__in=kinds, cancelled_at__isnull=True)
    found = _listed([(page, page.url) for page in pages.defer(*UNLISTED)], now)
    return sorted(found, key=lambda item: _in_order(item, now))


def _in_order(item: Listed, now: datetime) -> tuple[int, datetime, str]:
    return ORDER[item.phase], item.page.starts_at or now, item.page.title.casefold()


def listed(index: EventIndexPage, events: Iterable[EventPage], now: datetime) -> list[Listed]:
    """The events with their prices and places, in as many queries for one as for a hundred."""
    return _listed([(page, f"{index.url}{page.slug}/") for page in events], now)


def listed_with(
    page: EventPage, url: str, tickets: Iterable[Ticket], pools: Mapping[int, Stock], now: datetime
) -> Listed:
    """One event whose tickets, with their prices, and whose pools are known: without a query."""
    offers = [
        PriceFor(price.whom, price.pence)
        for ticket in tickets
        if is_still_for_sale(ticket.until_at, now)
        for price in ticket.prices.all()
    ]
    return _with_phase(page, url, offers, pools, now)


def _listed(events: Sequence[tuple[EventPage, str]], now: datetime) -> list[Listed]:
    numbers = [page.pk for page, _ in events]
    pools, offers = stocks_of_events(numbers, now), _offers_of(numbers, now)
    return [_with_phase(page, url, offers[page.pk], pools[page.pk], now) for page, url in events]


def _offers_of(events: Sequence[int], now: datetime) -> dict[int, list[PriceFor]]:
    """By event: the prices of its tickets, less those that are no longer to be had."""
    found = defaultdict(list)
    rows = Price.objects.filter(ticket__pool__event__in=events)
    for event, until, whom, pence in rows.values_list(
        "ticket__pool__event_id", "ticket__until_at", "whom", "pence"
    ):
        if is_still_for_sale(until, now):
            found[event].append(PriceFor(whom, pence))
    return found


def _with_phase(
    page: EventPage, url: str, offers: Iterable[PriceFor], pools: Mapping[int, Stock], now: datetime
) -> Listed:
    phase = times.phase(page.starts_at, page.ends_at, now)
    closes = closes_at(page)
    is_closed = closes is not None and closes <= now
    return Listed(page, url, phase, tuple(offers), tuple(pools.values()), is_closed)


def is_still_for_sale(until: datetime | None, now: datetime) -> bool:
    """Whether a ticket that is to be had until a moment, if to any, is to be had or will be."""
    return until is None or until > now


def days_on(items: Iterable[Listed]) -> list[tuple[date, date, Listed]]:
    """On which days each is: those of its sessions if they are on several, else from its first day to its last."""
    known = list(items)
    days = defaultdict(set)
    sessions = EventSession.objects.filter(event__in=[item.page.pk for item in known])
    for event, starts_at in sessions.values_list("event_id", "starts_at"):
        days[event].add(starts_at.astimezone(LONDON).date())
    spans = []
    for item in known:
        if len(days[item.page.pk]) > 1:
            spans += [(day, day, item) for day in sorted(days[item.page.pk])]
        else:
            spans.append((*times.days(item.page.starts_at, item.page.ends_at), item))
    return spans


def by_month(items: Iterable[Listed]) -> list[tuple[str, list[Listed]]]:
    """The list cut up under headings: what goes on now, each month, and what is there at any time."""
    return [(heading, list(group)) for heading, group in groupby(items, key=_heading)]


def _heading(item: Listed) -> str:
    if item.phase == Phase.GOING_ON:
        return "Going on now"
    return f"{item.starts:%B %Y}" if item.starts else "At any time"


class Filter:
    """The choices that an address holds. Values that are not on offer count for nothing.

    Within one facet any of the chosen values will do; all facets must hold.
    """

    def __init__(self, parameters: QueryDict, items: Iterable[Listed]) -> None:
        self.items = list(items)
        topics = {topic.slug: topic.name for item in self.items for topic in item.page.topics.all()}
        self.offered = {
            "kind": dict(EventKind.choices),
            "topic": dict(sorted(topics.items(), key=lambda pair: pair[1].casefold())),
            "place": {ONLINE: "On-line", **dict(Region.choices)},
            "price": {FREE: "Free, for some or all", PAID: "Costs something, for some or all"},
        }
        self.chosen = {
            name: [value for value in dict.fromkeys(parameters.getlist(name)) if value in offered]
            for name, offered in self.offered.items()
        }

    def __bool__(self) -> bool:
        return any(self.chosen.values())

    @property
    def query(self) -> str:
        """The choices as the query of an address; empty if there are none."""
        parameters = QueryDict(mutable=True)
        for name, values in self.chosen.items():
            parameters.setlist(name, values)
        return parameters.urlencode()

    @property
    def chosen_names(self) -> list[str]:
        return [self.offered[name][value] for name, values in self.chosen.items() for value in values]

    def found(self, *, but: str = "") -> list[Listed]:
        """What the choices let through, leaving out the facet named `but`."""
        return [
            item
            for item in self.items
            if all(
                name == but or not values or item.values[name].intersection(values)
                for name, values in self.chosen.items()
            )
        ]

    @property
    def facets(self) -> list[Facet]:
        """The facets with the number of events behind each option, given what is chosen in the others."""
        return [Facet(name, heading, self._options(name)) for name, heading in HEADINGS.items()]

    def _options(self, name: str) -> list[Option]:
        values = [item.values[name] for item in self.found(but=name)]
        options = [
            Option(value, label, sum(value in of_one for of_one in values), value in self.chosen[name])
            for value, label in self.offered[name].items()
        ]
        return [option for option in options if option.count or option.chosen]
