"""What is on: the list, the calendar by month, what is past, the feed, and what readers can choose by."""

import re
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone
from lxml import etree
from pytest_django import DjangoAssertNumQueries

from events import listing
from events.listing import Filter
from events.models import EventIndexPage, Place, Ticket
from portal import page_cache
from tests.events.pages import make_event, make_index, make_places, make_session, utc
from tests.factories import NOW

pytestmark = pytest.mark.django_db
FAR = {"starts_at": utc(2099, 3, 12, 9), "ends_at": utc(2099, 3, 12, 10)}


@pytest.fixture
def index(db: None) -> EventIndexPage:
    return make_index()


def titles(html: str) -> list[str]:
    """The titles of the events that a list shows."""
    return re.findall(r'event-item__title"><a [^>]*>([^<]*)<', html)


def test_event_moves_from_coming_to_past_at_its_end(index: EventIndexPage) -> None:
    make_event(index, title="Webinar")
    make_event(index, title="On demand", starts_at=None, ends_at=None)
    end = utc(2026, 3, 12, 16)

    def listed(now: object) -> tuple[list[str], list[str]]:
        return tuple(
            [item.page.title for item in read(index, now)] for read in (listing.coming, listing.past)
        )

    assert listed(end - timedelta(seconds=1)) == (["Webinar", "On demand"], [])
    assert listed(end) == (["On demand"], ["Webinar"])


def test_what_is_to_come_stands_by_month_after_what_goes_on(index: EventIndexPage) -> None:
    make_event(index, title="Later", starts_at=utc(2026, 4, 1, 9), ends_at=utc(2026, 4, 1, 10))
    make_event(index, title="Sooner")
    make_event(index, title="Course", starts_at=utc(2026, 2, 1, 9), ends_at=utc(2026, 5, 1, 10))
    make_event(index, title="On demand", starts_at=None, ends_at=None)

    groups = listing.by_month(listing.coming(index, NOW))

    assert [(heading, [item.page.title for item in items]) for heading, items in groups] == [
        ("Going on now", ["Course"]),
        ("March 2026", ["Sooner"]),
        ("April 2026", ["Later"]),
        ("At any time", ["On demand"]),
    ]


def test_list_says_what_readers_decide_by(index: EventIndexPage, client: Client) -> None:
    page = make_event(index, title="Course", kind="course", venue="Town hall", region="midlands", **FAR)
    make_places(page, 3, taken=3, members=0, non_members=3000)

    html = client.get("/events/").content.decode()

    assert titles(html) == ["Course"]
    for words in (
        "Thursday 12 March, 9am to 10am",
        "Town hall, Midlands",
        "Free for members, £30 for others",
        "Full, with a waiting list",
        "March 2099",
        'href="webcal://testserver/events/calendar.ics"',
    ):
        assert words in html


def test_held_place_counts_until_its_moment_has_come(index: EventIndexPage) -> None:
    page = make_event(index, **FAR)
    pool = make_places(page, 2)
    until = NOW + timedelta(minutes=10)
    ticket = Ticket.objects.get()
    Place.objects.create(pool=pool, ticket=ticket, state="held", expires_at=until, taken_at=NOW)
    Place.objects.create(pool=pool, ticket=ticket, state="gone", taken_at=NOW)

    def places(now: object) -> str:
        return listing.coming(index, now)[0].places

    assert places(until - timedelta(seconds=1)) == "1 place left"
    assert places(until) == "2 places left"


def test_price_of_a_ticket_that_is_no_longer_to_be_had_is_left_out(index: EventIndexPage) -> None:
    make_places(make_event(index, **FAR), 2, anyone=3000)
    Ticket.objects.update(until_at=NOW)

    assert listing.coming(index, NOW - timedelta(seconds=1))[0].price == "£30"
    assert listing.coming(index, NOW)[0].price == ""


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Conference", "Course", "Others", "Webinar"]),
        ("kind=course", ["Course", "Others"]),
        ("kind=course&kind=webinar", ["Course", "Others", "Webinar"]),
        ("topic=access", ["Conference", "Webinar"]),
        ("place=online", ["Conference", "Webinar"]),
        ("place=midlands", ["Conference"]),
        ("price=free", ["Course", "Webinar"]),
        ("price=paid", ["Others", "Webinar"]),
        ("kind=webinar&price=paid&topic=access", ["Webinar"]),
        ("kind=conference&price=free", []),
        ("kind=nonsense&page=x&topic=%00", ["Conference", "Course", "Others", "Webinar"]),
    ],
)
def test_readers_choose_by_kind_topic_place_and_price(
    index: EventIndexPage, client: Client, query: str, expected: list[str]
) -> None:
    make_event(
        index, title="Conference", kind="conference", topics=("access",), venue="Hall", region="midlands",
        is_online=True, **FAR,
    )  # fmt: skip
    webinar = make_event(index, title="Webinar", topics=("access", "digital"), **FAR)
    make_places(webinar, 9, members=0, non_members=3000)
    course = make_event(index, title="Course", kind="course", venue="Hall", region="london", **FAR)
    make_places(course, 9, anyone=0)
    make_event(
        index, title="Others", kind="course", venue="Hall", region="london", provider="They",
        provider_url="https://example.org/", provider_price="£45", **FAR,
    )  # fmt: skip

    answer = client.get(f"/events/?{query}")

    assert answer.status_code == 400 if "%00" in query else titles(answer.content.decode()) == expected


def test_options_are_counted_given_what_is_chosen_in_the_others(
    index: EventIndexPage, client: Client
) -> None:
    make_event(index, topics=("access",), **FAR)
    make_event(index, kind="course", topics=("access", "digital"), **FAR)

    request = client.get("/events/?kind=course").wsgi_request
    found = Filter(request.GET, listing.coming(index, NOW))

    assert [
        (facet.name, [(option.value, option.count) for option in facet.options]) for facet in found.facets
    ] == [
        ("kind", [("webinar", 1), ("course", 1)]),
        ("topic", [("access", 1), ("digital", 1)]),
        ("place", [("online", 1)]),
        ("price", []),
    ]


def test_lists_that_are_empty_say_so(index: EventIndexPage, client: Client) -> None:
    assert "No events are planned at the moment." in client.get("/events/").content.decode()
    assert "There are no past events yet." in client.get("/events/past/").content.decode()
    assert "There are no events in March 2026." in client.get("/events/calendar/2026/3/").content.decode()


def test_past_events_are_listed_with_whether_they_were_recorded(
    index: EventIndexPage, client: Client
) -> None:
    recording = {
        "title": "One",
        "description": "",
        "minutes": 5,
        "video": "",
        "transcript": None,
        "slides": None,
    }
    make_event(index, title="Earlier", starts_at=utc(2026, 1, 2, 9), ends_at=utc(2026, 1, 2, 10))
    make_event(
        index,
        title="Recorded",
        starts_at=utc(2026, 2, 2, 9),
        ends_at=utc(2026, 2, 2, 10),
        recordings=[{"type": "recording", "value": recording}],
    )

    html = client.get("/events/past/").content.decode()

    assert titles(html) == ["Recorded", "Earlier"]
    assert html.count(">Recording<") == 1


def test_calendar_shows_a_month_with_each_day_of_an_event(index: EventIndexPage, client: Client) -> None:
    make_event(index, title="Conference", starts_at=utc(2026, 10, 24, 8, 30), ends_at=utc(2026, 10, 26, 16))
    course = make_event(index, title="Course", starts_at=utc(2026, 10, 1, 8), ends_at=utc(2026, 10, 31, 16))
    make_session(course, utc(2026, 10, 1, 8), utc(2026, 10, 1, 16))
    make_session(course, utc(2026, 10, 31, 8), utc(2026, 10, 31, 16))

    context = client.get("/events/calendar/2026/10/").context

    assert [
        (day.date.day, [item.page.title for item in day.things])
        for week in context["weeks"]
        for day in week
        if day.things
    ] == [(1, ["Course"]), (24, ["Conference"]), (25, ["Conference"]), (26, ["Conference"]), (31, ["Course"])]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("calendar/", 200),
        ("calendar/2000/1/", 200),
        ("calendar/1999/12/", 404),
        ("calendar/2100/12/", 200),
        ("calendar/2101/1/", 404),
        ("calendar/2026/13/", 404),
        ("calendar/2026/0/", 404),
        ("calendar/99999/1/", 404),
    ],
)
def test_calendar_reaches_from_2000_to_2100(
    index: EventIndexPage, client: Client, address: str, status: int
) -> None:
    assert client.get(f"/events/{address}").status_code == status


def test_feed_tells_of_events_those_announced_last_first(index: EventIndexPage, client: Client) -> None:
    first = make_event(index, title="First & foremost", summary="For you.", **FAR)
    second = make_event(index, title="Second", cancelled_at=NOW, **FAR)
    first.first_published_at = NOW - timedelta(days=1)
    first.save()
    make_event(index, title="Past")

    answer = client.get("/events/feed/")
    feed = etree.fromstring(answer.content)
    names = {"a": "http://www.w3.org/2005/Atom"}

    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert feed.xpath("a:entry/a:title/text()", namespaces=names) == [
        "Called off: Second",
        "First & foremost",
    ]
    assert feed.xpath("a:entry/a:id/text()", namespaces=names) == [
        f"urn:uuid:{second.translation_key}",
        f"urn:uuid:{first.translation_key}",
    ]
    assert feed.xpath("a:entry[2]/a:summary/text()", namespaces=names) == [
        "Thursday 12 March 2099, 9am to 10am, London time (GMT). On-line. For you"
    ]


def test_drafts_and_private_events_are_nowhere(index: EventIndexPage, client: Client) -> None:
    make_event(index, title="Draft", **FAR).unpublish()
    private = make_event(index, title="Private", **FAR)
    private.view_restrictions.create(restriction_type="login")

    for address in ("", "calendar/2099/3/", "feed/", "calendar.ics"):
        content = client.get(f"/events/{address}").content.decode()
        assert ("Draft" in content, "Private" in content) == (False, False)


@pytest.mark.parametrize("count", [3, 30])
@pytest.mark.parametrize(
    ("address", "queries"),
    [("", 8), ("past/", 9), ("calendar/2099/3/", 9), ("feed/", 9), ("calendar.ics", 11)],
)
def test_lists_cost_as_much_for_three_as_for_thirty(
    index: EventIndexPage,
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
    address: str,
    queries: int,
) -> None:
    for _ in range(count):
        make_places(
            make_event(index, topics=("access", "digital"), **FAR), 9, taken=1, members=0, non_members=9
        )
        make_event(index, topics=("access",))
    client.get("/")

    with django_assert_num_queries(queries):
        client.get(f"/events/{address}")


def test_kept_list_is_forgotten_after_a_minute_and_when_something_begins_or_ends(
    index: EventIndexPage, client: Client, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PAGE_CACHE_SECONDS = 300
    now = timezone.now()
    make_event(index, starts_at=now + timedelta(seconds=20), ends_at=now + timedelta(days=1))
    kept: list[float] = []
    monkeypatch.setattr(page_cache.time, "monotonic", lambda: 1000.0)
    monkeypatch.setattr(page_cache.kept_pages, "put", lambda _, page: kept.append(page.until - 1000.0))

    for address in ("", "past/", "feed/"):
        client.get(f"/events/{address}")

    assert [15 < kept[0] <= 20, *(seconds == 300 for seconds in kept[1:])] == [True, True, True]
