"""Pages to read again: which they are, whose, the report with its exports, and saying that a page still holds."""

import csv
from datetime import UTC, date, datetime, timedelta
from io import BytesIO, StringIO

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook
from wagtail.models import Page, PageLogEntry

from portal.desk.stale import to_read_again
from portal.members.models import User
from portal.pages.actions import MayNotReviewError, mark_reviewed
from portal.pages.models import EditingRules, PageReview
from portal.pages.rules import months_before
from tests.events.factories import make_event
from tests.factories import NOW, make_staff, make_user, sign_in
from tests.handbook.working_copy import add_section, make_handbook
from tests.pages.factories import make_article, make_blog, make_listing, make_post

pytestmark = pytest.mark.django_db

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
REPORT = "/admin/board/read-again/"
# NOW is 10 March 2026: midnight in London a year before.
YEAR_AGO = datetime(2025, 3, 10, tzinfo=UTC)


def published(page: Page, at: datetime) -> Page:
    Page.objects.filter(pk=page.pk).update(last_published_at=at)
    return page


def titles(user: User, now: datetime = NOW) -> list[str]:
    return [page.title for page in to_read_again(user, now)]


@pytest.fixture
def editor() -> User:
    return make_staff("Editor", last_name="Zett")


@pytest.fixture
def listing(home: Page) -> Page:
    return published(make_listing(home), NOW)


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 3, 10), 12, date(2025, 3, 10)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
    ],
)
def test_months_before_a_day(day: date, months: int, before: date) -> None:
    assert months_before(day, months) == before


@pytest.mark.parametrize(("at", "found"), [(YEAR_AGO - SECOND, True), (YEAR_AGO, False)])
def test_a_page_is_stale_once_a_year_has_gone_by(
    at: datetime, found: bool, editor: User, listing: Page
) -> None:
    published(make_article(listing, title="Old"), at)

    assert titles(editor) == (["Old"] if found else [])


def test_the_months_are_a_setting(editor: User, listing: Page) -> None:
    published(make_article(listing, title="Old"), NOW - 40 * DAY)
    EditingRules.objects.create(stale_after_months=1)

    assert titles(editor) == ["Old"]


def test_posts_events_and_drafts_are_left_out_and_sections_count_by_their_own_day(
    editor: User, home: Page, listing: Page
) -> None:
    published(make_post(published(make_blog(home), NOW)), YEAR_AGO - DAY)
    published(make_article(listing, live=False), YEAR_AGO - DAY)
    event = published(make_event(), YEAR_AGO - DAY)
    published(event.get_parent(), NOW)
    handbook = make_handbook()
    today = timezone.localdate(NOW)
    for title, day in (("Due", today), ("Later", today + DAY), ("No day", None)):
        published(add_section(handbook, title, "<p>Words.</p>", review_by=day), YEAR_AGO - DAY)

    assert titles(editor) == ["Due"]


def test_one_s_own_come_first_then_by_owner_and_the_oldest_first(editor: User, listing: Page) -> None:
    ada = make_user(first_name="Ada", last_name="Able")
    for title, owner, days in (
        ("Ada's", ada, 9),
        ("Mine, younger", editor, 1),
        ("Mine, older", editor, 5),
        ("Ada's oldest", ada, 99),
    ):
        published(make_article(listing, title=title, owner=owner), YEAR_AGO - days * DAY)

    assert titles(editor) == ["Mine, older", "Mine, younger", "Ada's oldest", "Ada's"]


def test_only_who_may_change_a_page_is_told_of_it(listing: Page) -> None:
    published(make_article(listing), YEAR_AGO - DAY)

    assert titles(make_staff("Event organiser")) == []


def test_a_page_that_was_read_again_is_stale_a_year_after_that(editor: User, listing: Page) -> None:
    page = published(make_article(listing, title="Old"), YEAR_AGO - DAY)

    mark_reviewed(page=page, by=editor, now=NOW)
    mark_reviewed(page=page, by=editor, now=NOW + SECOND)

    assert (titles(editor), titles(editor, NOW + 365 * DAY), titles(editor, NOW + 366 * DAY)[1:]) == (
        [],
        [],
        ["Old"],
    )
    assert PageReview.objects.get().reviewed_at == NOW + SECOND
    assert (
        list(PageLogEntry.objects.filter(user=editor).values_list("page", "action", "user"))
        == [(page.pk, "portal.pages.review", editor.pk)] * 2
    )


def test_who_may_not_change_a_page_cannot_say_that_it_still_holds(listing: Page) -> None:
    page = make_article(listing)
    organiser = make_staff("Event organiser")

    with pytest.raises(MayNotReviewError, match=r"You may not change this page\."):
        mark_reviewed(page=page, by=organiser, now=NOW)

    client = sign_in(organiser, second_factor=True)
    assert client.post(f"/admin/pages-read-again/{page.pk}/").status_code == 302  # Wagtail: to the first page
    assert PageReview.objects.exists() is False


def test_the_button_marks_a_page_and_looking_at_it_does_not(editor: User, listing: Page) -> None:
    page = make_article(listing, title="Old")
    client = sign_in(editor, second_factor=True)

    assert "It still holds" in client.get(f"/admin/pages-read-again/{page.pk}/").content.decode()
    assert PageReview.objects.exists() is False
    assert client.post(f"/admin/pages-read-again/{page.pk}/")["Location"] == "/admin/board/"
    assert PageReview.objects.get().page_id == page.pk


# --- The report -------------------------------------------------------------------------------------------------------


@pytest.fixture
def client(editor: User, listing: Page) -> Client:
    ada = make_user(first_name="=Ada", last_name="Able")
    published(make_article(listing, title="=1+1", owner=ada), datetime(2020, 1, 2, tzinfo=UTC))
    published(make_article(listing, title="Mine", owner=editor), datetime(2020, 1, 3, tzinfo=UTC))
    return sign_in(editor, second_factor=True)


def test_the_report_is_by_owner_and_can_be_narrowed_to_one(client: Client, editor: User) -> None:
    everything = client.get(REPORT)
    mine = client.get(REPORT, {"owner": editor.pk})
    odd = client.get(REPORT, {"owner": "x"})

    assert [page.title for page in everything.context["object_list"]] == ["Mine", "=1+1"]
    assert '<th scope="rowgroup" colspan="4">Yours</th>' in everything.content.decode()
    assert [page.title for page in mine.context["object_list"]] == ["Mine"]
    assert odd.status_code == 200


def test_the_report_can_be_taken_along_and_holds_no_formula(client: Client) -> None:
    lines = list(csv.reader(StringIO(client.get(REPORT, {"export": "csv"}).getvalue().decode())))
    sheet = load_workbook(BytesIO(client.get(REPORT, {"export": "xlsx"}).getvalue())).active

    assert [line[:4] for line in lines] == [
        ["Title", "Owner", "Last looked at", "Kind"],
        ["Mine", "Ada Zett", "2020-01-03", "Article"],
        ["'=1+1", "'=Ada Able", "2020-01-02", "Article"],
    ]
    assert [[cell.data_type for cell in row][:2] for row in sheet.rows] == [["s", "s"]] * 3


def test_who_may_change_no_page_gets_no_report() -> None:
    organiser = sign_in(make_staff("Event organiser"), second_factor=True)

    assert organiser.get(REPORT)["Location"] == "/admin/"
