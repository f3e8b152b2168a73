"""The public directory: what it finds, what it shows, and that it names nobody who has not agreed."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from portal.members import actions, directory
from portal.members.models import Appointment, AuditEntry, Network, NetworkPractice, Practice, User
from portal.models import PageChange
from tests.factories import make_home, make_staff, make_user, sign_in
from tests.members.factories import make_network
from tests.members.test_appointments import make_appointment

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 10)


def add_practice(network: Network, code: str, name: str, **fields: Any) -> NetworkPractice:
    practice = Practice.objects.get_or_create(code=code, defaults={"name": name})[0]
    return NetworkPractice.objects.create(
        network=network, practice=practice, **{"starts_on": date(2019, 7, 1), **fields}
    )


def names(response: Any) -> list[str]:
    return [link.text for link in BeautifulSoup(response.content, "html.parser").select(".listing h3 a")]


def main_text(response: Any) -> str:
    return " ".join(BeautifulSoup(response.content, "html.parser").main.get_text(" ").split())


@pytest.fixture
def three() -> None:
    harbour = make_network(code="U00001", name="Harbour", region="london")
    make_network(code="U00002", name="Heath", region="south-west")
    moor = make_network(code="U00003", name="Moor", region="")
    add_practice(harbour, "A81001", "Quay Surgery")
    add_practice(moor, "A81002", "Old Mill Practice", ends_on=date(2020, 1, 1))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Harbour", "Heath", "Moor"]),
        ("?q=h", ["Harbour", "Heath"]),
        ("?q=HARB", ["Harbour"]),
        ("?q=u00002", ["Heath"]),
        ("?q=a81001", ["Harbour"]),
        ("?q=quay+surgery", ["Harbour"]),
        ("?q=mill+old", ["Moor"]),
        ("?q=harbour+mill", []),
        ("?region=london", ["Harbour"]),
        ("?region=london&q=heath", []),
        ("?region=atlantis", ["Harbour", "Heath", "Moor"]),
        ("?page=99", ["Harbour", "Heath", "Moor"]),
    ],
)
def test_networks_are_found_by_name_code_practice_and_region(
    client: Client, three: None, query: str, expected: list[str]
) -> None:
    assert names(client.get(f"/networks/{query}")) == expected


def test_search_that_finds_nothing_says_what_to_try(client: Client, three: None) -> None:
    text = main_text(client.get("/networks/?q=submarine&region=london"))

    assert "No network fits “submarine” in London. You can try:" in text


def test_empty_directory_says_so(client: Client) -> None:
    assert main_text(client.get("/networks/")).endswith("0 networks There are no networks here yet.")


def test_twenty_five_on_a_page_and_the_search_goes_along(client: Client) -> None:
    for number in range(26):
        make_network(code=f"U{number:05}", name=f"Network {number:02}")

    first = client.get("/networks/?q=network")
    second = client.get("/networks/?q=network&page=2")

    assert (len(names(first)), names(second)) == (25, ["Network 25"])
    assert 'href="?q=network&amp;page=2"' in first.content.decode()


def test_page_of_a_network_shows_practices_now_before_and_to_come(client: Client) -> None:
    network = make_network(board="NHS South East London Integrated Care Board", starts_on=date(2019, 7, 1))
    add_practice(network, "A81001", "Quay Surgery")
    add_practice(network, "A81002", "Mill Practice", ends_on=date(2021, 4, 1))
    add_practice(network, "A81003", "Hill Practice", starts_on=date(2999, 4, 1))

    text = main_text(client.get("/networks/U12345/"))

    assert text == (
        "Primary care network Sample network Code U12345 Region London "
        "Integrated care board NHS South East London Integrated Care Board Opened 1 July 2019 "
        "Practices Quay Surgery (A81001), from 1 July 2019 "
        "Practices that will join Hill Practice (A81003), from 1 April 2999 "
        "Practices before Mill Practice (A81002), 1 July 2019 to 31 March 2021 See all networks"
    )


def test_practices_of_a_closed_network_are_those_before(client: Client) -> None:
    network = make_network(starts_on=date(2019, 7, 1), ends_on=date(2023, 4, 1))
    add_practice(network, "A81001", "Quay Surgery")

    text = main_text(client.get("/networks/U12345/"))

    assert "This network has closed. Its last day was 31 March 2023." in text
    assert "Practices before Quay Surgery (A81001), 1 July 2019 to 31 March 2023" in text
    assert main_text(client.get("/networks/")).endswith("1 network Sample network U12345, London, closed")


@pytest.mark.parametrize(
    ("today", "now", "before", "to_come"),
    [
        (date(2026, 2, 28), [], [], ["Quay Surgery"]),
        (date(2026, 3, 1), ["Quay Surgery"], [], []),
        (date(2026, 3, 31), ["Quay Surgery"], [], []),
        (date(2026, 4, 1), [], ["Quay Surgery"], []),
    ],
)
def test_practice_belongs_from_its_first_day_to_its_last(
    today: date, now: list[str], before: list[str], to_come: list[str]
) -> None:
    network = make_network()
    add_practice(network, "A81001", "Quay Surgery", starts_on=date(2026, 3, 1), ends_on=date(2026, 4, 1))

    entry = directory.entry(network, today)

    assert [
        [line.name for line in lines]
        for lines in (entry.practices, entry.practices_before, entry.practices_to_come)
    ] == [now, before, to_come]
    assert directory.networks_found("", "", today).get().practice_count == len(now)


@pytest.mark.parametrize("code", ["U99999", "u12345", "x"])
def test_network_that_is_not_there_is_not_found(client: Client, code: str) -> None:
    make_network()

    assert client.get(f"/networks/{code}/").status_code == 404


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({}, True),
        ({"listed_at": None}, False),
        ({"confirmed_at": None}, False),
        ({"role": "appointed"}, False),
        ({"role": "other"}, False),
        ({"starts_on": date(2999, 1, 1)}, False),
        ({"ends_on": date(2026, 2, 1)}, True),
    ],
)
def test_only_confirmed_directors_who_agreed_are_named(
    client: Client, now: datetime, changed: dict[str, Any], named: bool
) -> None:
    values = {"confirmed_at": now, "listed_at": now, **changed}
    network = make_network()
    make_appointment(make_user(first_name="Dora", last_name="Director"), network=network, **values)

    text = main_text(client.get("/networks/U12345/"))

    assert ("Dora" in text, "Director" in text, "linical director" in text) == (named, named, named)


def test_director_whose_account_is_closed_is_not_named(client: Client, now: datetime) -> None:
    person = make_user(first_name="Dora", is_active=False)
    make_appointment(person, network=make_network(), confirmed_at=now, listed_at=now)

    assert "Dora" not in client.get("/networks/U12345/").content.decode()


def test_name_is_shown_from_the_moment_of_agreeing_until_it_is_taken_back(client: Client) -> None:
    person = make_user(first_name="Dora", last_name="Director")
    appointment = make_appointment(person, network=make_network(), confirmed_at=timezone.now())
    signed_in = sign_in(person)
    address = f"/accounts/profile/appointments/{appointment.pk}/directory/"

    def is_named() -> bool:
        return "Dora Director" in client.get("/networks/U12345/").content.decode()

    seen = [is_named()]
    for method, data in (
        ("get", {"listed": "yes"}),
        ("post", {}),
        ("post", {"listed": "yes"}),
        ("post", {"listed": "no"}),
    ):
        getattr(signed_in, method)(address, data)
        seen.append(is_named())

    assert seen == [False, False, False, True, False]
    assert list(AuditEntry.objects.order_by("pk").values_list("action", "by", "person")) == [
        ("appointment.listed", person.pk, person.pk),
        ("appointment.unlisted", person.pk, person.pk),
    ]


def test_page_shows_no_address_and_no_more_than_the_name(client: Client, now: datetime) -> None:
    person = make_user("dora@example.org", first_name="Dora", last_name="Director")
    make_appointment(person, network=make_network(), confirmed_at=now, listed_at=now)

    html = client.get("/networks/U12345/").content.decode()

    assert "Clinical director Dora Director, from 1 January 2026" in main_text(
        client.get("/networks/U12345/")
    )
    assert ("example.org" in html, "@" in html) == (False, False)


def test_agreement_is_refused_while_an_appointment_waits_and_for_other_roles() -> None:
    person = make_user()
    client = sign_in(person)
    for fields in ({}, {"role": "other", "confirmed_at": timezone.now()}):
        appointment = make_appointment(person, **fields)
        client.post(f"/accounts/profile/appointments/{appointment.pk}/directory/", {"listed": "yes"})

    assert Appointment.objects.filter(listed_at__isnull=False).count() == 0


def test_nobody_agrees_for_somebody_else(now: datetime) -> None:
    appointment = make_appointment(make_user(), confirmed_at=now)
    other = make_staff("Administrator")

    status = (
        sign_in(other)
        .post(f"/accounts/profile/appointments/{appointment.pk}/directory/", {"listed": "yes"})
        .status_code
    )
    with pytest.raises(actions.RefusedError, match=r"^This appointment is not yours\.$"):
        actions.agree_to_listing(appointment=appointment, by=other, now=now)
    with pytest.raises(actions.RefusedError, match=r"^This appointment is not yours\.$"):
        actions.withdraw_listing(appointment=appointment, by=other, now=now)

    appointment.refresh_from_db()
    assert (status, appointment.listed_at) == (404, None)


def agree(appointment: Appointment) -> None:
    actions.agree_to_listing(appointment=appointment, by=appointment.user, now=timezone.now())


def rename(appointment: Appointment) -> None:
    actions.rename(by=appointment.user, first_name="New", last_name="Name")


def unlisted_rename(appointment: Appointment) -> None:
    actions.rename(by=make_user(), first_name="New", last_name="Name")


def sign_in_again(appointment: Appointment) -> None:
    appointment.user.save(update_fields=["last_login"])


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (agree, 1),
        (lambda appointment: User.objects.get(pk=appointment.user_id).delete(), 1),
        (lambda appointment: appointment.network.save(), 1),
        (lambda appointment: add_practice(appointment.network, "A81001", "Quay"), 2),
        (sign_in_again, 0),
        (unlisted_rename, 0),
    ],
)
def test_what_changes_the_directory_makes_kept_pages_void(
    change: Callable[[Appointment], object], expected: int
) -> None:
    appointment = make_appointment(make_user(), confirmed_at=timezone.now())
    before = PageChange.objects.count()

    change(appointment)

    assert PageChange.objects.count() - before == expected


def test_new_name_of_somebody_who_agreed_makes_kept_pages_void(now: datetime) -> None:
    appointment = make_appointment(make_user(), confirmed_at=now, listed_at=now)
    before = PageChange.objects.count()

    rename(appointment)

    assert PageChange.objects.count() - before == 1


def test_directory_is_kept_for_readers_and_holds_no_token(client: Client, settings: Any) -> None:
    settings.PAGE_CACHE_SECONDS = 300
    make_network()

    answers = [client.get(address) for address in ("/networks/", "/networks/?q=sample", "/networks/U12345/")]

    assert [answer["Cache-Control"] for answer in answers] == ["public, max-age=0, must-revalidate"] * 3
    assert [b"csrfmiddlewaretoken" in answer.content for answer in answers] == [False] * 3


def test_sitemap_names_the_networks_and_every_page_leads_to_them(client: Client) -> None:
    make_home()
    make_network()

    soup = BeautifulSoup(client.get("/sitemap-networks.xml").content, "xml")
    footer = BeautifulSoup(client.get("/").content, "html.parser").footer

    assert [loc.text for loc in soup.find_all("loc")] == ["http://testserver/networks/U12345/"]
    assert footer.find("a", href="/networks/").text == "Find a network"


@pytest.mark.parametrize("count", [3, 12])
@pytest.mark.parametrize(
    ("address", "queries"),
    [("/networks/", 2), ("/networks/?q=practice&region=london", 2), ("/networks/U00000/", 3)],
)
def test_page_takes_the_same_queries_however_much_is_on_it(
    client: Client,
    now: datetime,
    django_assert_num_queries: Callable,
    address: str,
    queries: int,
    count: int,
) -> None:
    one = make_network(code="U00000")
    for number in range(1, count + 1):
        network = make_network(code=f"U{number:05}", name=f"Network {number}")
        add_practice(network, f"A{number:05}", f"Practice {number}")
        add_practice(one, f"A{number:05}", "", starts_on=date(2020, 1, 1))
        make_appointment(make_user(), network=one, confirmed_at=now, listed_at=now)
    client.get(address)  # fills what is kept in the process

    with django_assert_num_queries(queries):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("count", [3, 12])
def test_admin_shows_a_network_with_its_practices_in_the_same_queries(
    django_assert_num_queries: Callable, count: int
) -> None:
    network = make_network(board="NHS South East London Integrated Care Board")
    for number in range(count):
        add_practice(network, f"A{number:05}", f"Practice {number}")
    client = sign_in(make_staff("Forum manager"), second_factor=True)
    address = f"/admin/members/network/inspect/{network.pk}/"
    client.get(address)

    with django_assert_num_queries(11):
        html = client.get(address).content.decode()

    assert html.count("<div>Practice ") == count
    assert "Practice 0 (A00000), from 1 July 2019" in html
    assert "NHS South East London Integrated Care Board" in html
