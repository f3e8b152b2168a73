"""Learning and development: what is to be had now of each kind, as the events stand at the moment of asking."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from wagtail.models import PageViewRestriction

from events import listing
from events.blocks import LEARNING
from events.models import EventIndexPage, EventKind, Place, Waiting
from tests.events.pages import make_event, make_index, make_learning, make_places, utc
from tests.factories import NOW

pytestmark = pytest.mark.django_db
FAR = {"starts_at": utc(2099, 3, 12, 9), "ends_at": utc(2099, 3, 12, 10)}


@pytest.fixture
def index(db: None) -> EventIndexPage:
    return make_index()


def shown(html: str) -> list[str]:
    return re.findall(r'event-item__title"><a [^>]*>([^<]*)<', html)


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html.partition("<main")[2]).split())


def test_kinds_of_learning_are_kinds_of_events() -> None:
    assert set(EventKind.values) - set(LEARNING) == {"conference"}


def test_it_gathers_what_is_to_come_of_its_kinds_the_first_first(index: EventIndexPage) -> None:
    make_event(index, kind="course", title="Course")
    make_event(
        index, kind="course", title="Sooner", starts_at=utc(2026, 3, 11, 9), ends_at=utc(2026, 3, 11, 10)
    )
    make_event(index, kind="e-learning", title="Any time", starts_at=None, ends_at=None)
    make_event(index, kind="webinar", title="Webinar")
    make_event(index, kind="course", title="Called off", cancelled_at=NOW)
    make_event(index, kind="course", title="Draft", live=False)
    end = utc(2026, 3, 12, 16)

    def found(now: object) -> list[str]:
        return [item.page.title for item in listing.to_learn(["course", "e-learning"], now)]

    assert found(utc(2026, 3, 1)) == ["Sooner", "Course", "Any time"]
    assert (found(end - timedelta(seconds=1)), found(end)) == (["Course", "Any time"], ["Any time"])


@pytest.mark.parametrize("what", ["event", "list"])
def test_what_is_restricted_is_named_nowhere(index: EventIndexPage, client: Client, what: str) -> None:
    event = make_event(index, kind="course", title="Hidden", **FAR)
    page = make_learning()
    before = shown(client.get(page.url).content.decode())
    PageViewRestriction.objects.create(
        page=event if what == "event" else index, restriction_type=PageViewRestriction.LOGIN
    )

    assert (before, shown(client.get(page.url).content.decode())) == (["Hidden"], [])


def test_it_says_when_where_who_provides_what_it_costs_and_what_is_left(
    index: EventIndexPage, client: Client
) -> None:
    make_places(make_event(index, kind="course", title="Ours", **FAR), 3, taken=1, members=0, non_members=900)
    make_places(make_event(index, kind="course", title="Taken", **FAR), 1, taken=1, anyone=0)
    theirs = {"provider": "Open Learning", "provider_url": "https://example.org/", "provider_price": "£45"}
    make_event(index, kind="e-learning", title="Theirs", starts_at=None, ends_at=None, **theirs)

    text = words(client.get(make_learning().url).content.decode())

    assert "Free for members, £9 for others 2 places left" in text
    assert "Free Full, with a waiting list" in text
    assert "£45 Run by Open Learning" in text
    assert "About course. 2 to choose from : Courses" in text


def test_it_says_so_where_there_is_nothing(index: EventIndexPage, client: Client) -> None:
    text = words(client.get(make_learning().url).content.decode())

    assert "Nothing is planned at the moment." in text
    assert text.count("None at the moment.") == 2


def test_it_shows_eight_and_says_how_many_more_there_are(index: EventIndexPage, client: Client) -> None:
    for _ in range(11):
        make_event(index, kind="course", **FAR)

    html = client.get(make_learning().url).content.decode()

    assert len(shown(html)) == 8
    assert '<a href="/events/?kind=course&amp;kind=e-learning">See 3 more</a>' in html


def test_places_are_a_minute_old_at_most(index: EventIndexPage, client: Client) -> None:
    pool = make_places(make_event(index, kind="course", **FAR), 2, anyone=0)
    page = make_learning()

    response = client.get(page.url)
    assert response.shown_until - response.shown_since == timedelta(minutes=1)
    Place.objects.create(pool=pool, ticket=pool.tickets.get(), state="confirmed", taken_at=NOW)

    assert "1 place left" in client.get(page.url).content.decode()


def test_a_page_that_is_kept_ends_with_an_event(index: EventIndexPage, client: Client) -> None:
    soon = timezone.now() + timedelta(seconds=20)
    make_event(index, kind="course", starts_at=soon - timedelta(hours=1), ends_at=soon)

    assert client.get(make_learning().url).shown_until == soon


def test_search_engines_are_told_what_there_is_to_learn(index: EventIndexPage, client: Client) -> None:
    make_event(index, kind="course", title="Course", **FAR)
    make_event(index, kind="e-learning", title="Units", starts_at=None, ends_at=None)

    html = client.get(make_learning().url).content.decode()

    described = json.loads(re.search(r"ld\+json\">(.*?)</script>", html, re.DOTALL).group(1))["@graph"][0]
    items = [entry["item"] for entry in described["mainEntity"]["itemListElement"]]
    assert [(item["@type"], item["name"], item.get("startDate")) for item in items] == [
        ("Event", "Course", "2099-03-12T09:00:00+00:00"),
        ("Course", "Units", None),
    ]


@pytest.mark.parametrize("count", [3, 12])
def test_it_costs_as_much_for_three_as_for_twelve(
    index: EventIndexPage, client: Client, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for _ in range(count):
        pool = make_places(make_event(index, kind="course", **FAR), 1, taken=1, members=0, non_members=9)
        Waiting.objects.create(
            pool=pool,
            ticket=pool.tickets.get(),
            wanted=1,
            name="Ada",
            email="ada@example.org",
            since=NOW,
        )
    page = make_learning()
    client.get(page.url)

    with django_assert_num_queries(4):
        assert client.get(page.url).status_code == 200
