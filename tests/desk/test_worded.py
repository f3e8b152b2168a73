"""The report on wording: live pages, how many sentences are long in each, what is not explained, by owner, as a file."""

import csv
from io import BytesIO, StringIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook
from wagtail.models import Page

from portal.members.models import User
from portal.pages.models import Term
from tests.factories import make_staff, make_user, sign_in
from tests.pages.factories import make_article, make_listing

pytestmark = pytest.mark.django_db

REPORT = "/admin/board/wording/"
LONG = "Every " + "word " * 24 + "counts."


@pytest.fixture
def editor() -> User:
    return make_staff("Editor", last_name="Zett")


@pytest.fixture
def client(editor: User, home: Page) -> Client:
    Term.objects.create(short="PCN", words="primary care network")
    ada = make_user(first_name="=Ada", last_name="Able")
    listing = make_listing(home, title="Guidance")
    body = [
        {
            "type": "text",
            "value": f'<p>{LONG} {LONG} Your PCN decides. <a href="https://x.example/">Click here</a></p>',
        }
    ]
    make_article(listing, title="=1+1", owner=ada, body=body)
    make_article(listing, title="Plain", owner=editor, body=[{"type": "text", "value": "<p>Short.</p>"}])
    make_article(listing, title="Draft", owner=editor, body=body, live=False)
    return sign_in(editor, second_factor=True)


def rows(client: Client, **chosen: object) -> list[tuple[str, int, int, list[str]]]:
    found = client.get(REPORT, chosen).context["object_list"]
    return [(one.page.title, one.long, one.vague, one.unexplained) for one in found]


def test_live_pages_are_listed_with_what_readers_may_stumble_over(client: Client) -> None:
    assert rows(client) == [
        ("=1+1", 2, 1, ["PCN"]),
        ("Guidance", 0, 0, []),
        ("Home", 0, 0, []),
        ("Plain", 0, 0, []),
    ]


def test_it_can_be_narrowed_to_one_owner(client: Client, editor: User) -> None:
    assert rows(client, owner=editor.pk) == [("Plain", 0, 0, [])]
    assert client.get(REPORT, {"owner": "x"}).status_code == 200


def test_it_can_be_taken_along_and_holds_no_formula(client: Client) -> None:
    lines = list(csv.reader(StringIO(client.get(REPORT, {"export": "csv"}).getvalue().decode())))
    sheet = load_workbook(BytesIO(client.get(REPORT, {"export": "xlsx"}).getvalue())).active

    assert [line[:6] for line in lines[:2]] == [
        [
            "Title",
            "Owner",
            "Long sentences",
            "Links that do not say where they lead",
            "Not explained",
            "Kind",
        ],
        ["'=1+1", "'=Ada Able", "2", "1", "PCN", "Article"],
    ]
    assert len(lines) == 5
    assert "f" not in {cell.data_type for row in sheet.rows for cell in row}


def test_twenty_five_pages_are_counted_at_a_time_and_cost_the_same_for_three_and_for_twelve(
    client: Client, editor: User
) -> None:
    client.get(REPORT)
    listing = Page.objects.get(title="Guidance")
    costs = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            client.get(REPORT)
        costs.append(len(captured))
        for number in range(9):
            make_article(listing, title=f"More {number}", slug=f"more-{len(costs)}-{number}", owner=editor)

    assert costs[0] == costs[1]
    for number in range(12):
        make_article(listing, title=f"Most {number}", slug=f"most-{number}")
    assert len(rows(client)) == 25


def test_who_may_change_no_page_gets_no_report() -> None:
    organiser = sign_in(make_staff("Event organiser"), second_factor=True)

    assert organiser.get(REPORT)["Location"] == "/admin/"
