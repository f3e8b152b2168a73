"""The organisers' pages in the admin: who may open what, and that each does what it says."""

from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from events.actions.applying import apply
from events.actions.holding import hold
from events.actions.ordering import place
from events.actions.rights import give_right, take_right
from events.admin.tabs import TABS
from events.models import EventLetter, EventPage, EventRight, Order, Place, Pool, Right, Ticket, Waiting
from portal.members.models import AuditEntry, User
from tests.events.factories import DAY, make_basket, make_event, make_pool, make_ticket, states
from tests.factories import NOW, make_staff, make_user, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> EventPage:
    """To come, by the clock of the pages."""
    return make_event(starts_at=timezone.now() + 30 * DAY)


@pytest.fixture
def organiser() -> User:
    return make_staff("Event organiser")


@pytest.fixture
def client(organiser: User) -> Client:
    """The organiser's browser."""
    return sign_in(organiser, second_factor=True)


def booked(
    ticket: Ticket, name: str = "Ada Example", email: str = "ada@example.org", now: datetime = NOW
) -> Order:
    basket = make_basket(email=email, now=now)
    (line,) = hold(order=basket, ticket=ticket, count=1, now=now)
    Place.objects.filter(pk=line.place_id).update(name=name, email=email)
    return place(order=basket, method="free", now=now)


# --- Doors ----------------------------------------------------------------------------------------------------------------

PAGES = [
    "",
    "places/",
    "places/add/",
    "people/",
    "people/add/",
    "waiting/",
    "letter/",
    "rights/",
    "call-off/",
]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("group", "right", "opens"),
    [
        ("Event organiser", None, True),
        ("Administrator", None, True),
        ("Editor", None, False),
        ("Event helper", None, False),
        ("Event helper", Right.ORGANISE, True),
        ("Event helper", Right.CHECK_IN, False),
        ("Event helper", Right.FINANCE, False),
    ],
)
def test_pages_of_organisers_open_to_organisers_of_that_event_alone(
    event: EventPage, page: str, group: str, right: Right | None, opens: bool
) -> None:
    user = make_staff(group)
    other = make_event()
    if right is not None:
        give_right(event=event, user=user, right=right, by=user, now=NOW)
    client = sign_in(user, second_factor=True)

    opened = client.get(f"/admin/places/{event.pk}/{page}").status_code
    assert (opened == 200) == opens, opened
    if group == "Event helper":
        assert client.get(f"/admin/places/{other.pk}/{page}").status_code != 200


def test_a_right_that_is_taken_back_ends_at_once(event: EventPage) -> None:
    user = make_staff("Event helper")
    right = give_right(event=event, user=user, right=Right.ORGANISE, by=user, now=NOW)
    client = sign_in(user, second_factor=True)
    assert client.get(f"/admin/places/{event.pk}/people/").status_code == 200

    take_right(right=right, by=user, now=NOW)

    assert client.get(f"/admin/places/{event.pk}/people/").status_code != 200


def test_whoever_is_not_staff_does_not_get_in(event: EventPage) -> None:
    client = sign_in(make_user(), second_factor=True)
    for tab in TABS:
        assert client.get(reverse(f"places:{tab.name}", args=[event.pk])).status_code == 403


@pytest.mark.parametrize(
    "page", ["people/export/", "places/1/remove/", "tickets/1/remove/", "waiting/1/let-in/", "rights/1/take/"]
)
def test_nothing_is_changed_by_opening_an_address(
    client: Client, event: EventPage, organiser: User, page: str
) -> None:
    assert client.get(f"/admin/places/{event.pk}/{page}").status_code == 405


# --- What each does ---------------------------------------------------------------------------------------------------------


def test_an_organiser_makes_places_and_tickets_with_prices(
    client: Client, event: EventPage, organiser: User
) -> None:
    here = f"/admin/places/{event.pk}/"
    client.post(f"{here}places/add/", {"name": "In the hall", "size": 80, "offer_hours": 24})
    pool = Pool.objects.get()
    fields = {
        "name": "Both days",
        "pool": pool.pk,
        "whom": "anyone",
        "most": 5,
        "position": 0,
        "vat_percent": 20,
    }

    refused = client.post(f"{here}tickets/add/", fields)
    assert "Give at least one price" in refused.content.decode()
    client.post(f"{here}tickets/add/", {**fields, "price_members": "0", "price_non_members": "120.50"})

    ticket = Ticket.objects.get()
    assert set(ticket.prices.values_list("whom", "pence")) == {("members", 0), ("non-members", 12050)}
    page = client.get(f"{here}places/").content.decode()
    assert "£120.50, with £20.08 VAT for people who are not members" in page
    client.post(f"{here}tickets/{ticket.pk}/", {**fields, "name": "Two days", "price_anyone": "10"})
    ticket.refresh_from_db()
    assert (ticket.name, ticket.prices.get().pence) == ("Two days", 1000)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"whom": "role"}, "Choose which role."),
        ({"role": "clinical-director"}, "or no role"),
        ({"from_at": "2026-05-02 10:00", "until_at": "2026-05-02 10:00"}, "It has to end after it begins."),
        ({"price_anyone": "-1"}, "greater than or equal to 0"),
        ({"price_anyone": "1.005"}, "no more than 2 decimal places"),
        ({"most": "0"}, "greater than or equal to 1"),
        ({"vat_percent": "101"}, "less than or equal to 100"),
    ],
)
def test_a_ticket_that_makes_no_sense_is_refused_with_the_reason(
    client: Client, event: EventPage, organiser: User, fields: dict[str, str], problem: str
) -> None:
    pool = make_pool(1, event)
    values = {
        "name": "Day",
        "pool": pool.pk,
        "whom": "anyone",
        "most": 5,
        "position": 0,
        "vat_percent": 20,
        "price_anyone": "1",
    }

    answer = client.post(f"/admin/places/{event.pk}/tickets/add/", values | fields)

    assert (answer.status_code, problem in answer.content.decode()) == (200, True)
    assert not Ticket.objects.exists()


def test_the_overview_shows_places_money_and_days(client: Client, event: EventPage, organiser: User) -> None:
    ticket = make_ticket(make_pool(4, event, name="In the hall"))
    booked(ticket)
    booked(ticket, email="b@example.org")

    page = client.get(f"/admin/places/{event.pk}/").content.decode()

    assert "50 per cent taken" in page
    words = " ".join(BeautifulSoup(page, "html.parser").get_text(" ").split())
    assert (
        "Places taken from 10 March 2026 to 10 March 2026: 2 of 4. The broken line is all there are." in words
    )
    assert "Still" not in page


def test_the_plot_of_the_overview_has_a_scale_and_a_table(
    client: Client, event: EventPage, organiser: User
) -> None:
    ticket = make_ticket(make_pool(1_200, event))
    booked(ticket)
    booked(ticket, email="b@example.org", now=NOW + 20 * DAY)

    page = BeautifulSoup(client.get(f"/admin/places/{event.pk}/").content, "html.parser")

    plot = page.select_one(".event-admin__chart > svg")
    assert plot["aria-label"] == "Places taken, day by day, from 0 to 1,500: a table follows"
    named = [one.get_text() for one in plot.select("text")]
    assert named == ["0", "500", "1,000", "1,500", "10 Mar", "17 Mar", "24 Mar"]
    table = page.select_one("details table")
    assert table.caption.get_text() == "Places taken, on each day on which that changed"
    cells = [[cell.get_text() for cell in row.select("td")] for row in table.select("tbody tr")]
    assert cells == [["10 Mar 2026", "+1", "1"], ["30 Mar 2026", "+1", "2"]]


@pytest.mark.parametrize("count", [1, 12])
def test_the_overview_takes_as_many_queries_for_one_pool_as_for_twelve(
    client: Client, event: EventPage, organiser: User, count: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(count):
        ticket = make_ticket(make_pool(2, event))
        booked(ticket, email=f"a{number}@example.org")
    client.get(f"/admin/places/{event.pk}/")

    with django_assert_max_num_queries(40):
        client.get(f"/admin/places/{event.pk}/")


def test_people_are_found_by_name_address_and_order(
    client: Client, event: EventPage, organiser: User
) -> None:
    ticket = make_ticket(make_pool(4, event))
    order = booked(ticket, "Grace Sample", "grace@one.example")
    booked(ticket, "Ada Example", "ada@two.example")
    here = f"/admin/places/{event.pk}/people/"

    for words in ("grace", "one.example", order.reference, "sample grace"):
        page = client.get(here, {"words": words}).content.decode()
        assert ("Grace Sample" in page, "ada@two.example" in page) == (True, False), words
    assert "Nobody fits" in client.get(here, {"words": "nobody"}).content.decode()
    assert "Nobody fits" in client.get(here, {"state": "back"}).content.decode()


@pytest.mark.parametrize("name", ['=HYPERLINK("x")', "+1", "-1", "@x", "\tx"])
def test_a_name_is_no_formula_in_an_export(
    client: Client, event: EventPage, organiser: User, name: str
) -> None:
    booked(make_ticket(make_pool(4, event)), name)
    here = f"/admin/places/{event.pk}/people/export/"

    csv = b"".join(client.post(here).streaming_content).decode()
    book = load_workbook(BytesIO(b"".join(client.post(here, {"as": "xlsx"}).streaming_content)))

    assert f"'{name}"[:2] in csv
    cell = book.active.cell(2, 1)
    assert (cell.data_type, cell.value.lstrip("'").strip()) == ("s", name.strip())
    assert AuditEntry.objects.filter(action="event.people-exported").count() == 2


def test_somebody_is_added_moved_and_taken_back_from_the_pages(
    client: Client, event: EventPage, organiser: User
) -> None:
    here, there = (
        make_ticket(make_pool(1, event), name="Hall"),
        make_ticket(make_pool(1, event), name="Online"),
    )
    root = f"/admin/places/{event.pk}/people/"
    fields = {"ticket": here.pk, "name": "Ada", "email": "ada@example.org", "pounds": "0", "reason": "Speaks"}
    client.post(f"{root}add/", fields)
    line = Order.objects.get().lines.get()
    full = client.post(f"{root}add/", {**fields, "email": "bob@example.org"}).content.decode()
    assert "No place is left" in full

    client.post(f"{root}{line.pk}/move/", {"ticket": there.pk, "reason": "Asked"})
    assert (states(here.pool), states(there.pool)) == ({}, {"confirmed": 1})
    client.post(f"{root}{line.pk}/take-back/", {"reason": "Ill"})
    assert states(there.pool) == {}
    assert client.get(f"{root}{line.pk}/take-back/").status_code == 404


def test_organisers_let_in_and_refuse_from_the_page(
    client: Client, event: EventPage, organiser: User
) -> None:
    ticket = make_ticket(make_pool(2, event), needs_approval=True)
    one, two = (
        apply(ticket=ticket, name=name, email=f"{name}@example.org", words="Why <not>", now=timezone.now())
        for name in ("ada", "bob")
    )
    here = f"/admin/places/{event.pk}/waiting/"
    assert "Why &lt;not&gt;" in client.get(here).content.decode()

    client.post(f"{here}{one.pk}/let-in/")
    client.post(f"{here}{two.pk}/refuse/", {"reason": "Full of others"})

    assert dict(Waiting.objects.values_list("name", "state")) == {"ada": "waiting", "bob": "refused"}
    client.post(f"{here}{one.pk}/remove/")
    assert states(ticket.pool) == {}


def test_a_letter_is_shown_before_it_is_sent(client: Client, event: EventPage, organiser: User) -> None:
    booked(make_ticket(make_pool(1, event)))
    here = f"/admin/places/{event.pk}/letter/"
    fields = {"to": "coming", "subject": "Bring a coat", "text": "It is <cold>."}

    page = client.post(here, {**fields, "look": "1"}).content.decode()
    assert ("To 1 person: Bring a coat" in page, "It is &lt;cold&gt;." in page) == (True, True)
    assert not EventLetter.objects.exists()

    client.post(here, {**fields, "send": "1"})
    assert EventLetter.objects.get().subject == "Bring a coat"


def test_calling_off_asks_whether_one_is_sure(client: Client, event: EventPage, organiser: User) -> None:
    here = f"/admin/places/{event.pk}/call-off/"
    client.post(here, {"reason": "Flood"})
    event.refresh_from_db()
    assert event.cancelled_at is None

    client.post(here, {"reason": "Flood", "is_sure": "on"})

    event.refresh_from_db()
    assert (event.cancelled_at is not None, event.cancelled_why) == (True, "Flood")
    assert (
        "It has been called off already"
        in client.post(here, {"reason": "Flood", "is_sure": "on"}).content.decode()
    )


def test_rights_are_given_to_staff_and_taken_back(client: Client, event: EventPage, organiser: User) -> None:
    helper = make_staff("Event helper", email="helper@example.org")
    here = f"/admin/places/{event.pk}/rights/"
    for address in ("nobody@example.org", make_user(email="user@example.org").email):
        page = client.post(here, {"person": address, "right": "check-in"}).content.decode()
        assert "is an event helper" in page
    client.post(here, {"person": "HELPER@example.org", "right": "check-in"})
    right = EventRight.objects.get()
    assert (right.user, right.right, right.given_by) == (helper, "check-in", organiser)

    client.post(f"{here}{right.pk}/take/")

    assert not EventRight.objects.exists()


def test_the_menu_shows_places_to_those_who_look_after_an_event(event: EventPage) -> None:
    for group, right, shown in (("Editor", None, False), ("Event helper", Right.ORGANISE, True)):
        user = make_staff(group)
        if right:
            give_right(event=event, user=user, right=right, by=user, now=NOW)
        client = sign_in(user, second_factor=True)
        assert ("/admin/places/" in client.get("/admin/").content.decode()) is shown
        assert (client.get("/admin/places/").status_code == 200) is shown
