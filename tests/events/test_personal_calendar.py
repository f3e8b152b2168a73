"""A person's own calendar: by a secret address, with the entries that mails told of, and gone when the person wants."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from events.actions.ordering import cancel_line
from events.actions.passing import pass_on
from events.models import OrderLine, PersonalCalendar
from portal.members import actions as people
from tests.events.calendar_store import CalendarStore, by_icalendar, by_vobject
from tests.events.test_entries import ADA, GRACE, make_published, order_for, publish, take_all
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> Client:
    return signed_in(ADA)


def signed_in(email: str) -> Client:
    client = Client()
    client.force_login(make_user(email), "django.contrib.auth.backends.ModelBackend")
    return client


def address_of(client: Client) -> str:
    client.post("/booking/mine/calendar/")
    key = PersonalCalendar.objects.get(user=client.session["_auth_user_id"]).key
    return f"/booking/calendars/{key}.ics"


@pytest.mark.parametrize("read", [by_icalendar, by_vobject], ids=["icalendar", "vobject"])
def test_it_has_the_entries_that_mails_told_of_and_nobody_elses(ada: Client, read: Any) -> None:
    store, event = CalendarStore(read), make_published()
    order_for(event, ADA, GRACE)
    order_for(make_published("Any time", starts_at=None, ends_at=None), ADA)
    publish(event, venue="Town hall")
    address = address_of(ada)
    take_all(store)

    answer = Client().get(address)
    [entry] = read(answer.content)

    [told] = store.of(ADA)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]
    assert (entry.method, entry.uid, entry.title, entry.place) == (
        "PUBLISH", told.uid, "Conference", "Town hall",
    )  # fmt: skip
    # The change has the number that the mail about it will have.
    assert (told.sequence, entry.sequence, entry.starts_at) == (0, 1, told.starts_at)


def test_what_is_given_back_or_passed_on_is_no_longer_in_it(ada: Client) -> None:
    order_for(make_published("Given back"), ADA)
    order_for(make_published("Passed on"), ADA)
    first, second = OrderLine.objects.order_by("pk")
    address = address_of(ada)

    cancel_line(line=first, now=timezone.now())
    pass_on(line=second, name="Grace", email=GRACE, now=timezone.now())

    assert by_icalendar(Client().get(address).content) == []


def test_a_new_address_ends_the_one_before_and_one_that_is_taken_back_leads_nowhere(ada: Client) -> None:
    first = address_of(ada)
    second = address_of(ada)

    assert [Client().get(one).status_code for one in (first, second)] == [404, 200]
    assert second in ada.get("/booking/mine/").content.decode()

    page = ada.post("/booking/mine/calendar/", {"withdraw": "1"}, follow=True).content.decode()
    assert "no longer works" in page
    assert Client().get(second).status_code == 404


def test_looking_makes_no_address(ada: Client) -> None:
    assert "Get the address" in ada.get("/booking/mine/").content.decode()
    assert ada.get("/booking/mine/calendar/").status_code == 405
    assert not PersonalCalendar.objects.exists()


def test_with_the_account_the_calendar_goes(ada: Client) -> None:
    address, other = address_of(ada), signed_in(GRACE)
    closed = address_of(other)
    user = PersonalCalendar.objects.get(key=address.split("/")[-1].removesuffix(".ics")).user
    PersonalCalendar.objects.exclude(user=user).get().user.__class__.objects.filter(email=GRACE).update(
        is_active=False
    )

    people.be_forgotten(user=user, email=ADA, now=timezone.now())

    assert [Client().get(one).status_code for one in (address, closed)] == [404, 404]


def test_it_asks_as_often_for_many_as_for_few(ada: Client, django_assert_num_queries: Any) -> None:
    address = address_of(ada)
    for count in (1, 2):
        for number in range(count):
            order_for(make_published(f"Conference {count}-{number}"), ADA)
        with django_assert_num_queries(2):
            assert Client().get(address).status_code == 200
