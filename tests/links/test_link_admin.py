"""The report of links, leaving one as it is, and its card on the editors' board."""

import csv
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook
from wagtail.models import ModelLogEntry, Page

from portal.desk.board import cards_for
from portal.links.models import Link, State, Use
from portal.members.models import User
from tests.factories import NOW, make_staff, sign_in
from tests.pages.factories import make_article, make_listing

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
REPORT = "/admin/links/"


@pytest.fixture
def editor() -> User:
    return make_staff("Editor")


@pytest.fixture
def client(editor: User) -> Client:
    return sign_in(editor, second_factor=True)


def broken(address: str = "https://a.example/x", state: State = State.BROKEN, **fields: Any) -> Link:
    values = {"host": "a.example", "found": "404 Not Found", "next_check_at": NOW, **fields}
    if state in (State.BROKEN, State.AWAY):
        values |= {"failures": 3, "failed_on": NOW.date(), "checked_at": NOW}
    return Link.objects.create(address=address, state=state, **values)


def used(link: Link, page: Page) -> None:
    Use.objects.create(link=link, place=f"page:{page.pk}", title=page.title, page=page)


def card(user: User, now: Any = NOW) -> tuple[int, list[tuple[str, str]]]:
    (found,) = [one for one in cards_for(user, now) if one.key == "links"]
    return found.count, [(line.text, line.note) for line in found.lines]


def test_the_board_has_what_is_gone_or_does_not_answer_and_where_it_stands(editor: User, home: Page) -> None:
    listing = make_listing(home)
    link = broken()
    for title in ("One", "Two"):
        used(link, make_article(listing, title=title))
    broken("https://b.example/", State.AWAY, found="It did not answer in time.")
    broken("page:gone", host="", found="Deleted.")
    for number, state in enumerate((State.NEW, State.WORKS, State.REFUSES)):
        broken(f"https://c.example/{number}", state)
    broken("https://c.example/moved", State.MOVED, moved_to="https://d.example/")

    assert card(editor) == (
        3,
        [
            ("https://a.example/x", "404 Not Found In “One” and 1 more."),
            ("A page that was deleted", "Deleted. Nowhere any more."),
            ("https://b.example/", "It did not answer in time. Nowhere any more."),
        ],
    )


def test_a_link_that_is_left_comes_back_to_the_board_on_its_day(editor: User, client: Client) -> None:
    link = broken()
    today = timezone.localdate()
    until = today + 30 * DAY

    answer = client.post(f"{REPORT}{link.pk}/", {"until": until.isoformat(), "why": "Works in a browser"})

    assert answer["Location"] == REPORT
    now = timezone.now()
    assert [card(editor, now + n * DAY)[0] for n in (0, 29, 30)] == [0, 0, 1]
    assert ModelLogEntry.objects.values_list("action", "user").get() == ("links.leave", editor.pk)


@pytest.mark.parametrize(
    ("until", "why", "words"),
    [
        ("", "Seen", "This field is required."),
        ("2020-01-01", "Seen", "Give a day that is still to come."),
        ("9999-12-31", "Seen", "Give a day within a year"),
        ("x", "Seen", "Enter a valid date."),
        ("2020-01-01", "", "This field is required."),
    ],
)
def test_a_link_is_not_left_without_a_reason_and_a_day(
    client: Client, until: str, why: str, words: str
) -> None:
    link = broken()

    answer = client.post(f"{REPORT}{link.pk}/", {"until": until, "why": why})

    assert words in answer.content.decode()
    assert Link.objects.get().left_until is None


def test_the_report_is_in_order_and_can_be_narrowed(client: Client, home: Page) -> None:
    broken("https://works.example/", State.WORKS)
    used(broken("https://left.example/", left_until=timezone.localdate() + DAY, left_why="Seen"), home)
    broken("https://nhs.example/", State.AWAY, host="www.nhs.example")

    def shown(**narrowed: Any) -> list[str]:
        return [link.address for link in client.get(REPORT, narrowed).context["object_list"]]

    assert shown() == ["https://left.example/", "https://nhs.example/", "https://works.example/"]
    assert shown(state=["away", "works"]) == ["https://nhs.example/", "https://works.example/"]
    assert shown(host="NHS") == ["https://nhs.example/"]
    assert shown(left="true") == ["https://left.example/"]
    assert shown(left="false") == ["https://nhs.example/", "https://works.example/"]
    assert client.get(REPORT, {"state": "nonsense"}).status_code == 200


def test_the_report_can_be_taken_along_and_holds_no_formula(client: Client, home: Page) -> None:
    Page.objects.filter(pk=home.pk).update(title="=1+1")
    home.refresh_from_db()
    used(broken(), home)

    lines = list(csv.reader(StringIO(client.get(REPORT, {"export": "csv"}).getvalue().decode())))
    sheet = load_workbook(BytesIO(client.get(REPORT, {"export": "xlsx"}).getvalue())).active

    assert lines[1] == ["https://a.example/x", "Gone", "404 Not Found", "", "2026-03-10", "'=1+1", "", ""]
    assert [(cell.value, cell.data_type) for cell in list(sheet.rows)[1]][5] == ("=1+1", "s")


@pytest.mark.parametrize("count", [1, 4])
def test_the_report_takes_the_same_queries_however_many_links_there_are(
    count: int, client: Client, home: Page, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        used(broken(f"https://a.example/{number}"), home)
    client.get(REPORT)

    with django_assert_num_queries(13):
        client.get(REPORT)


def test_who_publishes_no_pages_sees_no_links(home: Page) -> None:
    link = broken()
    for group in ("Clinical reviewer", "Administrator", "Event organiser"):
        browser = sign_in(make_staff(group), second_factor=True)
        assert browser.get(REPORT)["Location"] == "/admin/"
        assert browser.get(f"{REPORT}{link.pk}/")["Location"] == "/admin/"
        assert browser.post(f"{REPORT}{link.pk}/again/")["Location"] == "/admin/"
