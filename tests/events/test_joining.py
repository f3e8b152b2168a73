"""Joining on-line by an address of one's own: it is all that is sent, it opens in time, and one browser has it at a time."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from events.actions.joining import UsedElsewhere, join
from events.actions.ordering import cancel_line
from events.actions.passing import pass_on
from events.actions.telling import tell_of_ticket
from events.addresses import Use, joins, path_to, secret_of
from events.entries import calendar_of_places
from events.mail import ways_to
from events.models import Attendance, EventPage, Joining, Place
from events.rules.joining import BELONGS_FOR, MOST_BROWSERS, coming
from portal.members.models import Mail
from tests.events.attendees import HOUR, make_place, make_webinar
from tests.events.factories import DAY, MINUTE, SECOND, make_event, make_pool, make_ticket, refused
from tests.factories import NOW

pytestmark = pytest.mark.django_db
PROVIDER = "https://provider.example/j/1"


def soon(**fields: Any) -> EventPage:
    """A webinar that one can join at the moment at which the test runs."""
    return make_webinar(timezone.now() + 5 * MINUTE, **fields)


def test_whoever_joins_is_handed_on_and_it_is_noted(client: Client) -> None:
    place = make_place(soon())

    page = client.get(path_to(place, Use.JOIN))
    answer = client.post(path_to(place, Use.JOIN))

    assert "Join now" in page.content.decode()
    assert "provider.example" not in page.content.decode() + str(page.headers)
    assert (answer.status_code, answer["Location"]) == (303, PROVIDER)
    assert Joining.objects.get().times == 1
    assert not Attendance.objects.exists()


def test_opening_the_page_notes_nothing(client: Client) -> None:
    place = make_place(soon())

    client.get(path_to(place, Use.JOIN))
    client.head(path_to(place, Use.JOIN))

    assert not Joining.objects.exists()


def test_the_page_may_be_answered_from_elsewhere_as_a_browser_understands_it(client: Client) -> None:
    place = make_place(soon())

    policy = client.get(path_to(place, Use.JOIN))["Content-Security-Policy"]

    assert "form-action 'self' https:;" in f"{policy};"
    assert "script-src 'self';" in f"{policy};"


def test_a_second_browser_is_told_and_can_take_over(client: Client) -> None:
    place, other = make_place(soon()), Client()
    client.post(path_to(place, Use.JOIN))

    asked = other.get(path_to(place, Use.JOIN)).content.decode()
    told = other.post(path_to(place, Use.JOIN))
    taken_over = other.post(path_to(place, Use.JOIN), {"here": "1"})
    back = client.post(path_to(place, Use.JOIN))

    assert ("Join here instead" in asked, "Join now" in asked) == (True, False)
    assert told.status_code == 409
    assert "Your address was used in another browser" in told.content.decode()
    assert taken_over["Location"] == PROVIDER
    assert (back.status_code, "Join here instead" in back.content.decode()) == (409, True)


def test_the_same_browser_can_come_back_as_often_as_it_wants(client: Client) -> None:
    place = make_place(soon())
    for _ in range(3):
        client.post(path_to(place, Use.JOIN))

    used = Joining.objects.get()
    assert used.times == 3
    assert used.last_at > used.at


def test_one_address_does_for_six_browsers_and_no_more() -> None:
    place = make_place(make_webinar())
    for number in range(MOST_BROWSERS):
        join(place=place, browser=f"b{number}", takes_over=True, now=NOW)

    with refused("Your address has been used in 6 browsers"):
        join(place=place, browser="another", takes_over=True, now=NOW + HOUR)
    assert join(place=place, browser=f"b{MOST_BROWSERS - 1}", takes_over=False, now=NOW + HOUR) == PROVIDER


def test_on_the_next_day_another_browser_need_not_take_over() -> None:
    place = make_place(make_webinar(ends_at=NOW + 2 * DAY))
    join(place=place, browser="a", takes_over=False, now=NOW)

    with pytest.raises(UsedElsewhere):
        join(place=place, browser="b", takes_over=False, now=NOW + BELONGS_FOR - SECOND)
    assert join(place=place, browser="b", takes_over=False, now=NOW + BELONGS_FOR) == PROVIDER


@pytest.mark.parametrize(
    ("begins", "says"),
    [(timedelta(minutes=16), "You can join from"), (-3 * HOUR, "Webinar is over.")],
)
def test_outside_its_time_the_page_has_no_button_and_a_post_leads_nowhere(
    client: Client, begins: timedelta, says: str
) -> None:
    place = make_place(make_webinar(timezone.now() + begins))

    page, answer = client.get(path_to(place, Use.JOIN)), client.post(path_to(place, Use.JOIN))

    assert says in page.content.decode()
    assert "<button" not in page.content.decode().partition("<main")[2].partition("</main")[0]
    assert answer.status_code == 409
    assert "provider.example" not in page.content.decode() + answer.content.decode()
    assert not Joining.objects.exists()


def test_the_address_is_withdrawn_when_the_place_is_given_back(client: Client) -> None:
    place = make_place(make_webinar(timezone.now() + 5 * MINUTE))
    cancel_line(line=place.line, now=timezone.now())

    page, answer = client.get(path_to(place, Use.JOIN)), client.post(path_to(place, Use.JOIN))

    assert "This place has been given back" in page.content.decode()
    assert answer.status_code == 409


def test_the_address_is_withdrawn_when_the_place_is_passed_on(client: Client) -> None:
    place = make_place(soon())
    before = path_to(place, Use.JOIN)
    client.post(before)
    pass_on(line=place.line, name="Grace", email="grace@example.org", now=timezone.now())
    place.refresh_from_db()

    assert client.post(before).status_code == 404
    assert not Joining.objects.exists()
    assert client.post(path_to(place, Use.JOIN))["Location"] == PROVIDER


def test_the_address_is_withdrawn_when_the_event_is_called_off(client: Client) -> None:
    event = soon()
    place = make_place(event)
    EventPage.objects.filter(pk=event.pk).update(cancelled_at=timezone.now())

    assert "Webinar has been called off." in client.get(path_to(place, Use.JOIN)).content.decode()
    assert client.post(path_to(place, Use.JOIN)).status_code == 409


def test_a_guessed_address_leads_nowhere(client: Client) -> None:
    place = make_place(soon())
    other_use = f"/booking/join/{place.pk}/{secret_of(place, Use.FEEDBACK)}/"

    for address in (other_use, f"/booking/join/{place.pk}/{place.key}/", f"/booking/join/999999/{'0' * 32}/"):
        answer = client.post(address)
        assert (answer.status_code, "This address does not lead anywhere" in answer.content.decode()) == (
            404,
            True,
        )


def test_the_address_is_the_only_one_in_the_mail_of_a_webinar() -> None:
    place = make_place(soon())

    tell_of_ticket(place)

    sent = Mail.objects.get()
    for words in (sent.text, sent.html):
        assert ways_to(place)["join"] in words
        assert "provider.example" not in words
        assert "/booking/tickets/" not in words


def test_the_mail_of_an_event_with_a_venue_too_has_ticket_and_address() -> None:
    place = make_place(soon(venue="Harbour Hall", region="london"))

    tell_of_ticket(place)

    sent = Mail.objects.get()
    assert ways_to(place)["join"] in sent.text
    assert f"/booking/tickets/{place.key}/" in sent.text


@pytest.mark.parametrize(
    ("venue", "is_online", "chosen", "hall", "online"),
    [
        ("Harbour Hall", False, False, (True, False), (True, False)),
        ("", True, False, (False, True), (False, True)),
        # Nobody has been told apart: everybody may choose.
        ("Harbour Hall", True, False, (True, True), (True, True)),
        ("Harbour Hall", True, True, (True, False), (False, True)),
        ("", False, False, (True, False), (True, False)),
    ],
)
def test_how_somebody_takes_part_follows_from_the_event_and_the_pool(
    venue: str, is_online: bool, chosen: bool, hall: tuple[bool, bool], online: tuple[bool, bool]
) -> None:
    event = EventPage(venue=venue, is_online=is_online)

    found = [coming(event, pool, {2} if chosen else ()) for pool in (1, 2)]

    assert [(way.at_venue, way.on_line) for way in found] == [hall, online]


def test_somebody_on_line_reads_neither_of_the_venue_nor_of_an_entrance(client: Client) -> None:
    event = soon(venue="Harbour Hall", region="london")
    hall, online = make_place(ticket=make_ticket(make_pool(5, event))), make_place(event)
    event.arrangements.online_pools.add(online.pool)

    tell_of_ticket(hall)
    tell_of_ticket(online)

    pages = [client.get(f"/booking/tickets/{place.key}/").content.decode() for place in (hall, online)]
    assert [("Harbour Hall" in page, "entrance, on your phone" in page) for page in pages] == [
        (True, True),
        (False, False),
    ]
    mails = [Mail.objects.get(key__startswith=f"event-ticket:{place.key}").text for place in (hall, online)]
    assert [("/booking/tickets/" in text, "Join here" in text) for text in mails] == [
        (True, False),
        (False, True),
    ]
    entries = [calendar_of_places([place], "Mine").decode() for place in (hall, online)]
    assert [("LOCATION:Harbour Hall" in entry, "LOCATION:On-line" in entry) for entry in entries] == [
        (True, False),
        (False, True),
    ]


def test_only_places_on_line_are_joined_where_others_come_to_the_venue(client: Client) -> None:
    event = soon()
    hall, online = make_place(ticket=make_ticket(make_pool(5, event))), make_place(event)
    assert (joins(hall), joins(online)) == (True, True)
    event.arrangements.online_pools.add(online.pool)

    assert (joins(hall), joins(online)) == (False, True)
    assert ways_to(hall)["join"] == ""
    assert client.get(path_to(hall, Use.JOIN)).status_code == 404


@pytest.mark.parametrize(
    "fields",
    [{"is_online": False}, {"is_online": True, "provider": "Others", "provider_url": "https://x.example/"}],
)
def test_nobody_joins_what_is_not_on_line_or_is_booked_elsewhere(fields: dict[str, Any]) -> None:
    place = make_place(make_event(**fields))

    assert (joins(place), ways_to(place)["join"]) == (False, "")


def test_the_ticket_leads_to_the_page_where_one_joins(client: Client) -> None:
    place = make_place(soon())

    page = client.get(f"/booking/tickets/{place.key}/").content.decode()

    assert path_to(place, Use.JOIN) in page
    assert "provider.example" not in page
    assert "svg" not in page.partition("ticket-code")[2][:200]


def test_the_secret_of_an_address_does_not_tell_the_ticket() -> None:
    place = make_place(soon())

    assert str(place.key)[:8] not in path_to(place, Use.JOIN)
    assert len({secret_of(place, use) for use in Use}) == len(Use)
    assert Place.objects.count() == 1
