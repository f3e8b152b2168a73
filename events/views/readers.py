"""What is on: the list, the calendar, what is past, one event, and the same for feed readers and calendars."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.http import require_safe

from events import calendars, following, listing
from events.access import may_see_recordings
from events.describing import described
from events.listing import Filter, Listed
from events.models import EventIndexPage, EventPage, EventSpeaker, Ticket
from events.rules import months, times
from events.rules.prices import whom_in_short
from events.rules.programme import programme_of
from events.rules.tickets import price_words
from events.rules.times import LONDON, Phase
from events.stock import Stock, stocks_of_events
from portal.page_cache import shown_between

EVENTS_A_SCREEN = 20
EVENTS_IN_FEED = 50
# How many places are left changes with each basket; nobody minds a figure that is a minute old.
PLACES_ARE_GOOD_FOR = timedelta(minutes=1)
MAP = "https://www.openstreetmap.org/search?query="
# What somebody may have pasted and XML has no way to say.
UNSPEAKABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

# For views that are bound to a page, as `require_safe` is for others: whatever is no reading gets 405.
read_only = method_decorator(require_safe)


@read_only
def coming(index: EventIndexPage, request: HttpRequest) -> HttpResponse:
    """What is to come by month, narrowed as the reader wants it."""
    now = timezone.now()
    chosen = Filter(request.GET, listing.coming(index, now))
    query = f"?{chosen.query}" if chosen else ""
    address = f"{settings.BASE_URL}{index.url}calendar.ics{query}"
    response = _list(
        index,
        request,
        "events/coming.html",
        chosen,
        view="coming",
        address=address,
        webcal=f"webcal:{address.partition(':')[2]}",
        feed_url=f"{index.url}feed/{query}",
        offers=following.offered(chosen),
    )
    return good_for_a_minute(response, [item.page for item in chosen.items], now)


@read_only
def past(index: EventIndexPage, request: HttpRequest) -> HttpResponse:
    """What is over, the latest first, with its recordings."""
    now = timezone.now()
    chosen = Filter(request.GET, listing.past(index, now))
    response = _list(index, request, "events/past.html", chosen, view="past", heading="Past events")
    return _good_until_one_ends(response, index, now)


@read_only
def month(
    index: EventIndexPage, request: HttpRequest, year: int | None = None, month: int | None = None
) -> HttpResponse:
    """The calendar of a month, of the one that it is if none is named."""
    now = timezone.now()
    today = now.astimezone(LONDON).date()
    try:
        shown = today.replace(day=1) if year is None or month is None else date(year, month, 1)
    except (ValueError, OverflowError) as error:
        raise Http404("There is no such month.") from error
    if not months.EARLIEST <= shown <= months.LATEST:
        raise Http404("The calendar does not reach so far.")
    first, *_, last = [day.date for week in months.weeks_of(shown, []) for day in week]
    begin = datetime.combine(first, time.min, LONDON)
    end = datetime.combine(last + timedelta(days=1), time.min, LONDON)
    chosen = Filter(request.GET, listing.within(index, begin, end, now))
    weeks = months.weeks_of(shown, listing.days_on(chosen.found()))
    return TemplateResponse(
        request,
        "events/calendar.html",
        {
            **index.get_context(request),
            "view": "calendar",
            "heading": f"{shown:%B %Y}",
            "filter": chosen,
            "month": shown,
            "month_url": f"{index.url}calendar/{shown.year}/{shown.month}/",
            "weeks": weeks,
            "today": today,
            "is_empty": not any(day.things for week in weeks for day in week if day.in_month),
            "before": months.beside(shown, -1),
            "after": months.beside(shown, 1),
            "this_month": today.replace(day=1),
        },
    )


@read_only
def feed(index: EventIndexPage, request: HttpRequest) -> HttpResponse:
    """Events in the Atom format, those announced last first, narrowed as the list is."""
    now = timezone.now()
    found = Filter(request.GET, listing.coming(index, now))
    items = sorted(found.found(), key=lambda item: (item.page.first_published_at, item.page.pk), reverse=True)
    home, query = f"{settings.BASE_URL}{index.url}", f"?{found.query}" if found else ""
    atom = _Feed(
        title=UNSPEAKABLE.sub("", f"{index.title}: {', '.join(found.chosen_names) or 'all that is to come'}"),
        link=home + query,
        description=None,
        language="en-GB",
        author_name=index.title,
        feed_url=f"{home}feed/{query}",
        feed_guid=f"urn:uuid:{index.translation_key}{query}",
    )
    changed = [calendars.changed_at(item.page) for item in items]
    atom.changed_at = max(changed, default=index.first_published_at or now)
    for item in items[:EVENTS_IN_FEED]:
        _add(atom, item)
    response = HttpResponse(atom.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
    return _good_until_one_ends(response, index, now)


@read_only
def calendar_of_all(index: EventIndexPage, request: HttpRequest) -> HttpResponse:
    """All that is to come, to subscribe to, narrowed as the list is."""
    now = timezone.now()
    chosen = Filter(request.GET, listing.coming(index, now))
    name = f"{index.title}: {', '.join(chosen.chosen_names)}" if chosen else index.title
    content = calendars.calendar_of_all([(item.page, item.url) for item in chosen.found()], name)
    response = HttpResponse(content, content_type=calendars.CONTENT_TYPE)
    return _good_until_one_ends(response, index, now)


@read_only
def event(page: EventPage, request: HttpRequest) -> HttpResponse:
    """One event: what it is, when and where, its programme, how to book, and afterwards what was recorded."""
    now = timezone.now()
    tickets = (
        Ticket.objects.filter(pool__event=page.pk or 0).order_by("pool_id", "position", "pk").with_prices()
    )
    pools = stocks_of_events([page.pk], now)[page.pk] if page.pk else {}
    list_url = page.get_parent().specific.url
    item = listing.listed_with(page, f"{list_url}{page.slug}/", tickets, pools, now)
    sessions = list(page.sessions.all())
    if not getattr(request, "is_preview", False):
        prefetch_related_objects(sessions, "speakers__photo__renditions")
    response = TemplateResponse(
        request,
        page.template,
        {
            **page.get_context(request),
            "item": item,
            "when": times.when(page.starts_at, page.ends_at),
            "map_url": _map_url(page),
            "cpd": times.lasting(page.cpd_minutes),
            "list_url": list_url,
            "programme": programme_of(sessions),
            "speakers": _speakers(sessions),
            "is_past": item.phase == Phase.PAST,
            "may_see_recordings": may_see_recordings(page, request.user),
            "booking": _booking(item, tickets, pools, now),
            "structured": described(item),
            "offers": [following.offer_of_kind(page.kind)] if page.kind else [],
        },
    )
    return good_for_a_minute(response, [page], now)


@read_only
def calendar_of_event(page: EventPage, request: HttpRequest) -> HttpResponse:
    """The event as a file for a calendar."""
    if page.starts_at is None:
        raise Http404("This event has no date.")
    content = calendars.calendar_of(page, page.get_url(request))
    return HttpResponse(content, content_type=calendars.CONTENT_TYPE)


def _list(
    index: EventIndexPage, request: HttpRequest, template: str, chosen: Filter, **more: Any
) -> TemplateResponse:
    part = Paginator(chosen.found(), EVENTS_A_SCREEN).get_page(request.GET.get("page"))
    context = {"filter": chosen, "listed": part, "groups": listing.by_month(part), **more}
    return TemplateResponse(request, template, {**index.get_context(request), **context})


def _booking(
    item: Listed, tickets: Iterable[Ticket], pools: Mapping[int, Stock], now: datetime
) -> dict[str, Any]:
    """What the part on booking shows. Tickets that are no longer to be had are left out."""
    page = item.page
    return {
        "tickets": [
            {
                "ticket": ticket,
                "prices": [
                    (whom_in_short(price), price_words(price.pence, ticket.vat_percent))
                    for price in ticket.prices.all()
                ],
                "is_out": pools[ticket.pool_id].for_walk_ins == 0,
            }
            for ticket in tickets
            if listing.is_still_for_sale(ticket.until_at, now)
        ],
        "is_closed": item.is_closed,
        "deadline": times.deadline(page.book_until) if page.book_until else "",
    }


def _speakers(sessions: list[Any]) -> list[EventSpeaker]:
    return list(dict.fromkeys(speaker for session in sessions for speaker in session.speakers.all()))


def _map_url(page: EventPage) -> str:
    """A search for the address, which the map's own site makes: nothing is fetched from there."""
    lines = [line.strip() for line in page.address.splitlines() if line.strip()]
    return MAP + quote(", ".join(lines)) if lines else ""


def good_for_a_minute(response: HttpResponse, pages: list[EventPage], now: datetime) -> HttpResponse:
    moments = [moment for page in pages for moment in (page.starts_at, page.ends_at, page.book_until)]
    turn = times.next_turn(moments, now)
    end = now + PLACES_ARE_GOOD_FOR
    return shown_between(response, now, min(turn, end) if turn else end)


def _good_until_one_ends(response: HttpResponse, index: EventIndexPage, now: datetime) -> HttpResponse:
    """With the end of an event it leaves one list for another, and who asks by date alone has to notice."""
    ends = list(EventPage.objects.live().child_of(index).values_list("ends_at", flat=True))
    return shown_between(response, times.last_turn(ends, now), times.next_turn(ends, now))


class _Feed(Atom1Feed):
    """A feed that was changed when its newest entry was, whatever the moment it is asked for."""

    changed_at: datetime

    def latest_post_date(self) -> datetime:
        return self.changed_at


def _add(atom: Atom1Feed, item: Listed) -> None:
    page = item.page
    facts = [times.when(page.starts_at, page.ends_at), item.where, page.summary]
    atom.add_item(
        title=UNSPEAKABLE.sub("", f"Called off: {page.title}" if page.cancelled_at else page.title),
        link=settings.BASE_URL + item.url,
        description=UNSPEAKABLE.sub("", ". ".join(fact.rstrip(".") for fact in facts if fact)),
        unique_id=f"urn:uuid:{page.translation_key}",
        pubdate=page.first_published_at,
        updateddate=calendars.changed_at(page),
        categories=[page.get_kind_display()],
    )
