"""The entrance in the admin: the ticket's code leads there, a press checks in, what does not count is said, and the list to print."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from events.actions.passing import pass_on
from events.models import Attendance, EventPage, How, PlaceState, Right
from events.rules.ticket_codes import code_of
from tests.events.attendees import HOUR, helper, make_place
from tests.events.factories import DAY, make_event, make_pool, make_ticket
from tests.factories import make_staff, make_user, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> EventPage:
    return make_event(starts_at=timezone.now(), ends_at=timezone.now() + HOUR)


def words(response: Any) -> str:
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ").split())


def test_the_code_of_a_ticket_leads_staff_to_a_button_and_a_press_checks_in(event: EventPage) -> None:
    place, client = make_place(event), helper(event)

    page = client.get(f"/booking/tickets/{place.key}/", follow=True)
    assert page.redirect_chain == [(f"/admin/places/{event.pk}/check-in/tickets/{place.key}/", 302)]
    assert (place.name in words(page), "Check in" in words(page)) == (True, True)
    assert not Attendance.objects.exists()
    done = client.post(page.redirect_chain[0][0], follow=True)

    assert f"{place.name} is checked in." in words(done)
    assert (known := place.attendance.get()).how == How.CHECKED_IN
    assert known.by.get_full_name() == "Grace Sample"
    again = client.post(page.redirect_chain[0][0])
    assert (again.status_code, "Checked in already, at" in words(again)) == (409, True)
    assert "by Grace Sample" in words(client.get(page.redirect_chain[0][0]))
    undone = client.post(page.redirect_chain[0][0], {"undo": "1"}, follow=True)
    assert f"{place.name} is no longer checked in." in words(undone)
    assert not Attendance.objects.exists()


def test_others_see_the_ticket_and_no_entrance(event: EventPage) -> None:
    place = make_place(event)
    address = f"/booking/tickets/{place.key}/"
    browsers = [Client(), sign_in(make_user()), helper(make_event()), helper(event, Right.FINANCE)]

    assert [browser.get(address).status_code for browser in browsers] == [200] * 4
    assert "sign in to check this ticket in" in words(Client().get(address))
    assert helper(event).get(f"{address}?see=ticket").status_code == 200


@pytest.mark.parametrize(
    "address", ["check-in/", "check-in/list/", "check-in/{place}/", "check-in/tickets/{key}/"]
)
def test_only_those_with_the_right_open_the_entrance(event: EventPage, address: str) -> None:
    place = make_place(event)
    path = f"/admin/places/{event.pk}/{address}".format(place=place.pk, key=place.key)

    assert helper(event).get(path).status_code == 200
    assert helper(event, Right.ORGANISE).get(path).status_code == 200
    # Wagtail leads whoever it refuses to its first page.
    assert helper(event, Right.FINANCE).get(path).status_code == 302
    assert helper(make_event()).get(path).status_code == 302
    assert sign_in(make_staff("Editor"), second_factor=True).get(path).status_code == 302
    assert sign_in(make_user()).get(path).status_code == 403


def test_a_ticket_of_another_event_names_that_and_not_its_person(event: EventPage) -> None:
    theirs = make_place(make_event("Course", starts_at=timezone.now()), name="Ada Lovelace")
    path = f"/admin/places/{event.pk}/check-in/tickets/{theirs.key}/"
    client = helper(event)

    page, pressed = client.get(path), client.post(path)

    assert "This ticket is for another event: Course" in words(page)
    assert "Lovelace" not in words(page) + words(pressed)
    assert "Check in</button>" not in page.content.decode()
    assert not Attendance.objects.exists()
    assert "This ticket is for another event: Course" in words(
        client.get(f"/admin/places/{event.pk}/check-in/", {"q": code_of(theirs.pk)})
    )
    assert client.get(f"/admin/places/{event.pk}/check-in/{theirs.pk}/").status_code == 404


def test_a_ticket_that_was_passed_on_or_given_back_is_said_to_be_that() -> None:
    event = make_event(starts_at=timezone.now() + HOUR)
    place, gone = make_place(event, name="Ada Lovelace"), make_place(event, state=PlaceState.GONE)
    before = place.key
    pass_on(line=place.line, name="Grace Hopper", email="grace@two.example", now=timezone.now())
    client = helper(event)

    old = client.get(f"/booking/tickets/{before}/", follow=True)
    back = client.get(f"/booking/tickets/{gone.key}/", follow=True)

    assert "This ticket no longer counts: the place was passed on to somebody else at" in words(old)
    assert "Hopper" not in words(old)
    client.post(f"/admin/places/{event.pk}/check-in/tickets/{before}/")
    assert "This ticket no longer counts: the place was given back." in words(back)
    assert client.post(f"/admin/places/{event.pk}/check-in/tickets/{gone.key}/").status_code == 409
    assert not Attendance.objects.exists()


def test_before_the_day_there_is_no_button_and_after_it_a_warning() -> None:
    now = timezone.now()
    early, late = (
        make_event(starts_at=now + 2 * DAY),
        make_event(starts_at=now - 3 * DAY, ends_at=now - 2 * DAY),
    )

    def shown(event: EventPage) -> str:
        return words(helper(event).get(f"/admin/places/{event.pk}/check-in/{make_place(event).pk}/"))

    assert "It is not the day yet" in shown(early)
    assert "checked in</button>" not in shown(early)
    assert "Check people in only whose names were ticked on the printed list." in shown(late)


def test_somebody_is_found_by_what_is_typed(event: EventPage) -> None:
    ada = make_place(event, name="Ada Lovelace")
    make_place(event, name="Grace Hopper")
    client = helper(event)

    found = client.get(f"/admin/places/{event.pk}/check-in/", {"q": code_of(ada.pk)})
    nobody = client.get(f"/admin/places/{event.pk}/check-in/", {"q": "nobody"})
    empty = client.get(f"/admin/places/{event.pk}/check-in/")

    assert f"/admin/places/{event.pk}/check-in/{ada.pk}/" in found.content.decode()
    assert ("Ada Lovelace" in words(found), "Grace Hopper" in words(found)) == (True, False)
    assert "Nobody fits “nobody”." in words(nobody)
    assert "0 of 2 checked in" in words(empty)
    assert "point it at the code on a ticket" in words(empty)


def test_the_printed_list_is_by_last_name_with_boxes(event: EventPage) -> None:
    ticket = make_ticket(make_pool(9, event))
    for name in ("Zoe Adams", "Ada Zimmer", "Bob adams"):
        place = make_place(ticket=ticket, name=name)
    make_place(ticket=ticket, name="Gone Adams", state=PlaceState.GONE)
    place.attendance.create(how=How.CHECKED_IN, at=timezone.now())

    page = BeautifulSoup(helper(event).get(f"/admin/places/{event.pk}/check-in/list/").content, "html.parser")

    rows = [
        [cell.get_text(strip=True) for cell in row.find_all("td")][:2] for row in page.tbody.find_all("tr")
    ]
    assert rows == [["Checked in", "Bob adams"], ["", "Zoe Adams"], ["", "Ada Zimmer"]]
    assert len(page.select("td .box")) == 3


def test_the_printed_list_asks_as_much_for_one_as_for_three(
    event: EventPage, django_assert_num_queries: Any
) -> None:
    ticket, client = make_ticket(make_pool(9, event)), helper(event)
    path = f"/admin/places/{event.pk}/check-in/list/"
    make_place(ticket=ticket)
    client.get(path)
    with django_assert_num_queries(10):
        client.get(path)
    make_place(ticket=ticket)
    make_place(ticket=ticket)
    with django_assert_num_queries(10):
        client.get(path)


def test_a_helper_s_first_page_is_the_entrance(event: EventPage) -> None:
    page = helper(event).get(f"/admin/places/{event.pk}/", follow=True)

    assert page.redirect_chain == [(f"/admin/places/{event.pk}/check-in/", 302)]
