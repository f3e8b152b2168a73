"""The page of an event in every state, what editors may put in, and what they look at beforehand."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from wagtail.documents import get_document_model
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from events.models import EventIndexPage, EventPage
from portal.pages.cards import Card, card_for
from tests.events.pages import make_event, make_index, make_places, make_session, utc
from tests.factories import NOW, make_staff, make_user, sign_in

pytestmark = pytest.mark.django_db
FAR = {"starts_at": utc(2099, 3, 12, 9), "ends_at": utc(2099, 3, 12, 16)}


@pytest.fixture
def index(db: None) -> EventIndexPage:
    return make_index()


def words(client: Client, address: str) -> str:
    """What a reader reads, without tags and with single blanks."""
    answer = client.get(address)
    assert answer.status_code == 200
    main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", main))


def data_of(client: Client, address: str) -> dict[str, Any]:
    """What the page tells search engines of the event."""
    html = client.get(address).content.decode()
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html)
    return json.loads(found.group(1))["@graph"][0]


def recording() -> list[dict[str, Any]]:
    document = get_document_model().objects.create(
        title="Transcript", file=SimpleUploadedFile("transcript.txt", b"Good morning.")
    )
    value = {
        "title": "All that was said",
        "description": "In short.",
        "minutes": 42,
        "video": "https://video.example.org/1",
        "transcript": document.pk,
        "slides": None,
    }
    return [{"type": "recording", "value": value}]


def test_event_to_come_says_when_where_for_whom_and_what_it_costs(
    index: EventIndexPage, client: Client
) -> None:
    page = make_event(
        index,
        slug="conference",
        title="Conference",
        kind="conference",
        venue="Corn Exchange",
        address="1 Square\nMidmarch MM1 1AA",
        region="midlands",
        is_online=True,
        for_whom="Clinical directors",
        hosts="Another body",
        cpd_minutes=90,
        topics=("access",),
        book_until=utc(2099, 3, 1, 17),
        refund_rule="All of it until February.",
        **FAR,
    )
    make_places(page, 10, taken=3, members=9500, non_members=12000)
    text = words(client, "/events/conference/")

    for expected in (
        "Thursday 12 March 2099, 9am to 4pm, London time (GMT)",
        "Corn Exchange 1 Square Midmarch MM1 1AA",
        "Or on-line",
        "Clinical directors",
        "Another body",
        "1 hour and 30 minutes",
        "7 places left",
        "Members £95, without VAT",
        "Not members £120, without VAT",
        "Book by 5pm on Sunday 1 March 2099.",
        "All of it until February.",
    ):
        assert expected in text
    html = client.get("/events/conference/").content.decode()
    assert 'href="https://www.openstreetmap.org/search?query=1%20Square%2C%20Midmarch%20MM1%201AA"' in html
    assert 'href="/events/conference/calendar.ics"' in html


def test_event_of_others_is_booked_there(index: EventIndexPage, client: Client) -> None:
    make_event(
        index,
        slug="e-learning",
        kind="e-learning",
        starts_at=None,
        ends_at=None,
        provider="Open Learning",
        provider_url="https://example.org/course",
        provider_price="£45",
    )
    text = words(client, "/events/e-learning/")

    assert [part in text for part in ("At any time", "Book with Open Learning", "£45")] == [True] * 3
    assert "calendar.ics" not in client.get("/events/e-learning/").content.decode()


def test_event_that_was_called_off_says_so_first_and_takes_no_bookings(
    index: EventIndexPage, client: Client
) -> None:
    page = make_event(index, slug="webinar", cancelled_at=NOW, **FAR)
    make_places(page, 10, anyone=0)
    text = words(client, "/events/webinar/")

    assert "This event has been called off" in text.partition("When")[0]
    assert ("Book a place" in text, "Take it out of your calendar" in text) == (False, True)
    assert "Called off" in words(client, "/events/")


def test_the_event_names_the_vat_in_its_prices(index: EventIndexPage, client: Client) -> None:
    pool = make_places(make_event(index, slug="webinar", **FAR), 10, members=0, non_members=12_000)
    pool.tickets.update(vat_percent=20)

    assert "Members Free Not members £120, with £20 VAT" in words(client, "/events/webinar/")


@pytest.mark.parametrize("field", ["book_until", "starts_at"])
def test_booking_is_closed_at_its_deadline_or_with_the_beginning_and_no_places_are_said_to_be_left(
    index: EventIndexPage, client: Client, field: str
) -> None:
    later, earlier = timezone.now() + timedelta(hours=1), timezone.now() - timedelta(seconds=1)
    for slug, moment in (("open", later), ("closed", earlier)):
        make_places(make_event(index, slug=slug, **FAR | {field: moment}), 10, anyone=0)

    still, closed = words(client, "/events/open/"), words(client, "/events/closed/")

    assert ("Booking is closed." in still, "10 places left" in still) == (False, True)
    assert ("Booking is closed." in closed, "places left" in closed) == (True, False)
    assert words(client, "/events/").count("10 places left") == 1
    assert ("offers" in data_of(client, "/events/open/"), "offers" in data_of(client, "/events/closed/")) == (
        True,
        False,
    )


def test_recordings_are_shown_once_the_event_is_over(index: EventIndexPage, client: Client) -> None:
    make_event(index, slug="to-come", recordings=recording(), **FAR)
    make_event(index, slug="over", recordings=recording())

    assert "All that was said" not in words(client, "/events/to-come/")
    text = words(client, "/events/over/")
    assert [
        part in text for part in ("This event is over", "All that was said", "42 minutes", "Transcript")
    ] == [True] * 4
    assert "Book a place" not in text


def test_recordings_for_people_who_are_signed_in_are_not_in_the_page_of_others(
    index: EventIndexPage, client: Client
) -> None:
    make_event(index, slug="was", recordings=recording(), recordings_for="signed-in")

    html = client.get("/events/was/").content.decode()
    assert ("All that was said" in html, "video.example.org" in html) == (False, False)
    assert 'href="/accounts/login/?next=/events/was/"' in html
    assert "All that was said" in words(sign_in(make_user()), "/events/was/")


def test_programme_stands_in_days_times_and_tracks_with_speakers(
    index: EventIndexPage, client: Client
) -> None:
    page = make_event(index, slug="two-days", starts_at=utc(2026, 10, 24, 8), ends_at=utc(2026, 10, 25, 16))
    make_session(page, utc(2026, 10, 24, 8), utc(2026, 10, 24, 9), title="Welcome", speakers=["Ann"])
    make_session(page, utc(2026, 10, 24, 9), utc(2026, 10, 24, 10), title="Left", track="A", speakers=["Ben"])
    make_session(
        page, utc(2026, 10, 24, 9), utc(2026, 10, 24, 10), title="Right", track="B", speakers=["Ann"]
    )
    make_session(page, utc(2026, 10, 25, 9), utc(2026, 10, 25, 10), title="Sunday")
    text = words(client, "/events/two-days/")

    assert re.search(
        r"Saturday 24 October 2026 Time A B 9am to 10am Welcome Ann 10am to 11am A Left Ben B Right Ann "
        r"Sunday 25 October 2026 Time Session 9am to 10am Sunday Speakers Ann Ben",
        text,
    )


def test_search_engines_are_told_what_the_event_is(index: EventIndexPage, client: Client) -> None:
    page = make_event(
        index, slug="conference", title="</script><b>", venue="Hall", address="1 Square", region="london", is_online=True, **FAR
    )  # fmt: skip
    make_places(page, 1, taken=1, members=0, non_members=3000)

    found = data_of(client, "/events/conference/")

    assert {name: found[name] for name in ("@type", "name", "startDate", "endDate", "eventStatus")} == {
        "@type": "Event",
        "name": "</script><b>",
        "startDate": "2099-03-12T09:00:00+00:00",
        "endDate": "2099-03-12T16:00:00+00:00",
        "eventStatus": "https://schema.org/EventScheduled",
    }
    assert found["eventAttendanceMode"] == "https://schema.org/MixedEventAttendanceMode"
    assert found["location"] == [
        {"@type": "Place", "name": "Hall", "address": "1 Square"},
        {"@type": "VirtualLocation", "url": "http://testserver/events/conference/"},
    ]
    assert [(offer["price"], offer["availability"]) for offer in found["offers"]] == [
        ("0.00", "https://schema.org/SoldOut"),
        ("30.00", "https://schema.org/SoldOut"),
    ]


def test_search_engines_are_told_that_it_was_called_off_or_is_a_course_of_others(
    index: EventIndexPage, client: Client
) -> None:
    make_event(index, slug="off", cancelled_at=NOW, **FAR)
    make_event(
        index, slug="others", starts_at=None, ends_at=None, provider="They", provider_url="https://example.org/"
    )  # fmt: skip

    assert data_of(client, "/events/off/")["eventStatus"] == "https://schema.org/EventCancelled"
    others = data_of(client, "/events/others/")
    assert (others["@type"], others["provider"]["name"]) == ("Course", "They")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"ends_at": utc(2099, 3, 12, 9)}, "It has to end after it begins."),
        ({"ends_at": None}, "Say when it ends."),
        ({"starts_at": None}, "Say when it begins."),
        ({"provider": "They"}, "Give the address where it is booked."),
        ({"provider_url": "https://example.org/"}, "Say who runs it."),
        ({"venue": "Hall"}, "Choose the region of the venue."),
        ({"book_until": utc(2099, 3, 12, 16, 0, 1)}, "Booking has to close before the event ends."),
        ({"cancel_until": utc(2099, 3, 13)}, "Places can be given back before the event ends only."),
        ({"slug": "calendar"}, "“calendar” is the address of another page."),
        ({"kind": "party"}, "Value 'party' is not a valid choice."),
    ],
)
def test_editors_are_told_what_does_not_fit(
    index: EventIndexPage, fields: dict[str, Any], message: str
) -> None:
    page = make_event(index, **FAR)
    for name, value in fields.items():
        setattr(page, name, value)

    with pytest.raises(ValidationError) as refused:
        page.full_clean()

    assert message in refused.value.messages


def test_deadline_may_be_the_very_end(index: EventIndexPage) -> None:
    make_event(index, book_until=FAR["ends_at"], **FAR).full_clean()


@pytest.mark.parametrize(
    "fields",
    [
        {"ends_at": None},
        {"starts_at": None},
        {"ends_at": FAR["starts_at"]},
        {"provider": "They"},
        {"kind": "party"},
    ],
)
def test_database_refuses_what_must_never_be(index: EventIndexPage, fields: dict[str, Any]) -> None:
    page = make_event(index, **FAR)

    with pytest.raises(IntegrityError), transaction.atomic():
        EventPage.objects.filter(pk=page.pk).update(**fields)


def form_of(**changes: Any) -> dict[str, Any]:
    """What the admin's form sends for an event from 9am to 4pm with a session, as far as it is not changed."""
    session = {
        "title": "Welcome", "starts_at": "2099-03-12 09:00", "ends_at": "2099-03-12 10:00", "track": "", "room": "",
        "summary": "", "speakers": [], **changes.pop("session", {}),
    }  # fmt: skip
    fields = {
        "title": "New", "slug": "new", "summary": "", "kind": "webinar", "for_whom": "", "topics": [],
        "starts_at": "2099-03-12 09:00", "ends_at": "2099-03-12 16:00", "is_online": "on", "venue": "", "region": "",
        "address": "", "travel": streamfield([]), "hosts": "", "provider": "", "provider_price": "", "provider_url": "",
        "book_until": "", "cancel_until": "", "refund_rule": "", "cpd_minutes": "", "body": streamfield([]),
        "documents": streamfield([]), "related": streamfield([]), "recordings": streamfield([]),
        "recordings_for": "everyone", "seo_title": "", "search_description": "", "show_in_menus": "",
        "go_live_at": "", "expire_at": "", "sessions": inline_formset([session]),
        "comments": inline_formset([]), "action-publish": "1", **changes,
    }  # fmt: skip
    return nested_form_data(fields)


def test_publisher_makes_an_event_with_its_programme(index: EventIndexPage) -> None:
    client = sign_in(make_staff("Publisher"), second_factor=True)

    client.post(f"/admin/pages/add/events/eventpage/{index.pk}/", form_of())

    page = EventPage.objects.get(slug="new")
    assert (page.live, page.starts_at, [session.title for session in page.sessions.all()]) == (
        True,
        utc(2099, 3, 12, 9),
        ["Welcome"],
    )


@pytest.mark.parametrize("session", [{"starts_at": "2099-03-12 08:59"}, {"ends_at": "2099-03-12 16:01"}])
def test_session_has_to_be_within_the_event(index: EventIndexPage, session: dict[str, str]) -> None:
    client = sign_in(make_staff("Publisher"), second_factor=True)

    answer = client.post(f"/admin/pages/add/events/eventpage/{index.pk}/", form_of(session=session))

    assert "The session “Welcome” is not within the event." in answer.content.decode()
    assert not EventPage.objects.filter(slug="new").exists()


def test_editor_looks_at_a_new_event_beforehand(index: EventIndexPage) -> None:
    client = sign_in(make_staff("Editor"), second_factor=True)
    address = f"/admin/pages/add/events/eventpage/{index.pk}/preview/"

    assert client.post(address, form_of()).json() == {"is_valid": True, "is_available": True}
    html = client.get(f"{address}?mode=").content.decode()

    assert [part in html for part in ("Thursday 12 March 2099, 9am to 4pm", "Welcome")] == [True, True]


def test_editor_finds_all_events_and_speakers_in_the_admin(index: EventIndexPage) -> None:
    make_event(index, title="Draft webinar").unpublish()
    client = sign_in(make_staff("Editor"), second_factor=True)

    assert "Draft webinar" in client.get("/admin/event-pages/").content.decode()
    assert client.get("/admin/snippets/events/eventspeaker/add/").status_code == 200


@pytest.mark.parametrize(
    ("fields", "card"),
    [
        (FAR, Card("Webinar", "Webinar", "12 March 2099, 9am")),
        ({}, Card("Webinar", "Webinar", "12 March 2026; over")),
        ({"cancelled_at": NOW}, Card("Webinar", "Webinar", "called off")),
        ({"starts_at": None, "ends_at": None}, Card("Webinar", "Webinar", "at any time")),
    ],
)
def test_link_to_an_event_becomes_a_card(index: EventIndexPage, fields: dict[str, Any], card: Card) -> None:
    make_event(index, title="Webinar", slug="webinar", **fields)
    now = utc(2026, 3, 12, 16)

    assert card_for("/events/webinar/?x#y", user=None, now=now) == card
    assert card_for("/events/", user=None, now=now) == Card("Events", "List of events")
    assert card_for("/events/nothing/", user=None, now=now) is None


@pytest.mark.parametrize("count", [3, 30])
def test_event_costs_as_much_for_three_sessions_as_for_thirty(
    index: EventIndexPage, client: Client, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    page = make_event(index, slug="long", topics=("access", "digital"), **FAR)
    for number in range(count):
        make_session(
            page,
            FAR["starts_at"],
            FAR["ends_at"],
            track=f"Track {number % 3}",
            speakers=[f"Speaker {number}"],
        )
        make_places(page, 5, members=0, non_members=10)
    client.get("/")

    with django_assert_num_queries(10):
        client.get("/events/long/")
