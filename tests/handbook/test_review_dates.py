"""Days by which a section should be read again: the report, its file, and the reminders to owners."""

import csv
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone
from wagtail.models import PageLogEntry

from handbook.actions.reminding import remind_of_reviews
from handbook.models import HandbookPage, SectionPage
from handbook.rules import Review, review_standing
from portal.members.groups import EDITOR, EVENT_ORGANISER
from portal.members.models import Mail, User
from tests.factories import make_staff, make_user, sign_in
from tests.handbook.working_copy import add_section, add_sections, edit, make_handbook

pytestmark = pytest.mark.django_db

ADDRESS = "/admin/handbook-editions/sections-to-review/"
DAY = date(2026, 6, 30)


@pytest.fixture
def handbook(db: None) -> HandbookPage:
    return make_handbook()


@pytest.fixture
def editor(db: None) -> Client:
    return sign_in(make_staff(EDITOR, email="editor@example.org"), second_factor=True)


def add_due(
    handbook: HandbookPage, title: str, review_by: date | None = DAY, owner: User | None = None
) -> SectionPage:
    return add_section(handbook, title, "<p>Words.</p>", review_by=review_by, owner=owner)


def at(day: date, hour: int = 12) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def rows(response: Any) -> list[list[str]]:
    """The cells of the report's table."""
    soup = BeautifulSoup(response.content, "html.parser")
    return [[cell.get_text(" ", strip=True) for cell in row.select("td")] for row in soup.select("tbody tr")]


# --- The rule ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "standing"),
    [
        (date(2026, 6, 15), Review.LATER),
        (date(2026, 6, 16), Review.SOON),
        (date(2026, 6, 29), Review.SOON),
        (date(2026, 6, 30), Review.DUE),
        (date(2026, 7, 1), Review.OVERDUE),
    ],
)
def test_section_is_due_soon_fourteen_days_before_and_overdue_the_day_after(
    today: date, standing: Review
) -> None:
    assert review_standing(DAY, today) == standing


# --- The report -------------------------------------------------------------------------------------------------------


def test_report_lists_published_sections_with_a_day_the_most_overdue_first(
    handbook: HandbookPage, editor: Client
) -> None:
    today = timezone.localdate()
    owner = make_user(first_name="Grace", last_name="Sample")
    other = make_handbook("Other", "other", handbook.get_parent())
    add_due(handbook, "Without a day", None)
    add_due(handbook, "Later", today + timedelta(days=15))
    add_due(handbook, "Soon", today + timedelta(days=14), owner)
    add_due(other, "Today", today)
    add_due(handbook, "Long overdue", today - timedelta(days=400), owner)
    add_due(handbook, "Overdue", today - timedelta(days=1))
    add_due(handbook, "Taken out", today).unpublish()

    found = rows(editor.get(ADDRESS))

    assert [(row[0], row[2], row[3], row[5]) for row in found] == [
        ("Edit Long overdue", "Overdue", "Grace Sample", "Handbook"),
        ("Edit Overdue", "Overdue", "Nobody", "Handbook"),
        ("Edit Today", "Due today", "Nobody", "Other"),
        ("Edit Soon", "Due within 14 days", "Grace Sample", "Handbook"),
        ("Edit Later", "Due later", "Nobody", "Handbook"),
    ]
    assert found[2][1] == found[2][4] == f"{today:%-d %B %Y}"


def test_title_in_the_report_leads_to_the_page_where_the_section_is_edited(
    handbook: HandbookPage, editor: Client
) -> None:
    section = add_due(handbook, "Quorum")

    link = BeautifulSoup(editor.get(ADDRESS).content, "html.parser").select_one("tbody a")

    assert link["href"] == f"/admin/pages/{section.pk}/edit/"


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("?standing=overdue", ["Overdue"]),
        ("?standing=due", ["Today"]),
        ("?standing=soon", ["Soon"]),
        ("?standing=later", ["Later"]),
        ("?handbook={other}", ["Today"]),
        ("?owner={owner}", ["Overdue", "Soon"]),
        ("?owner={owner}&standing=soon", ["Soon"]),
        ("?owner={owner}&standing=due", []),
        # What is no choice is left out of account.
        (
            "?standing=never&owner=x&handbook=999999999999999999999&page=x",
            ["Overdue", "Today", "Soon", "Later"],
        ),
    ],
)
def test_report_can_be_narrowed(
    handbook: HandbookPage, editor: Client, query: str, titles: list[str]
) -> None:
    today = timezone.localdate()
    owner = make_user()
    other = make_handbook("Other", "other", handbook.get_parent())
    add_due(handbook, "Overdue", today - timedelta(days=1), owner)
    add_due(other, "Today", today)
    add_due(handbook, "Soon", today + timedelta(days=1), owner)
    add_due(handbook, "Later", today + timedelta(days=15))

    found = rows(editor.get(ADDRESS + query.format(owner=owner.pk, other=other.pk)))

    assert [row[0].removeprefix("Edit ") for row in found] == titles


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "No section has a day by which to review it. Edit a section and fill in “Review by”."),
        ("?standing=due", "No section fits what you have chosen. Show all sections to review"),
    ],
)
def test_empty_report_says_what_to_do(editor: Client, query: str, expected: str) -> None:
    soup = BeautifulSoup(editor.get(ADDRESS + query).content, "html.parser")

    assert soup.select(".handbook-admin > p")[-1].get_text(" ", strip=True) == expected


def test_file_holds_what_the_report_shows_and_no_formula(handbook: HandbookPage, editor: Client) -> None:
    day = timezone.localdate() - timedelta(days=1)
    add_due(
        handbook, '=HYPERLINK("http://example.org")', day, make_user(first_name="@Ada", last_name="Example")
    )
    add_due(handbook, "Without owner", day + timedelta(days=30))

    answer = editor.get(ADDRESS + "?standing=overdue&export=csv")

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="sections-to-review.csv"'
    assert list(csv.reader(StringIO(answer.content.decode()))) == [
        ["Section", "Handbook", "Review by", "Standing", "Owner", "Last published"],
        [
            '\'=HYPERLINK("http://example.org")',
            "Handbook",
            day.isoformat(),
            "Overdue",
            "'@Ada Example",
            timezone.localdate().isoformat(),
        ],
    ]


@pytest.mark.parametrize("sections", [3, 12])
def test_report_asks_the_database_as_often_for_many_sections_as_for_few(
    handbook: HandbookPage, editor: Client, sections: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    for number in range(sections):
        add_due(handbook, f"Section {number}", owner=make_user())
    editor.get(ADDRESS)

    with django_assert_num_queries(15):
        assert len(rows(editor.get(ADDRESS))) == sections


def test_report_has_pages_that_keep_what_was_chosen(handbook: HandbookPage, editor: Client) -> None:
    add_sections(handbook, 51, review_by=date(2020, 1, 1))

    first, second = (editor.get(f"{ADDRESS}?standing=overdue&page={number}") for number in (1, 2))

    assert (len(rows(first)), len(rows(second))) == (50, 1)
    link = BeautifulSoup(first.content, "html.parser").find("a", string="Next page")
    assert link["href"] == "?standing=overdue&page=2"


def test_report_is_for_those_who_prepare_editions(editor: Client) -> None:
    organiser = sign_in(make_staff(EVENT_ORGANISER), second_factor=True)

    assert [client.get(ADDRESS).status_code for client in (Client(), organiser, editor)] == [302, 302, 200]
    menus = [client.get("/admin/").content.decode() for client in (organiser, editor)]
    assert [ADDRESS in menu for menu in menus] == [False, True]


# --- Reminders --------------------------------------------------------------------------------------------------------


def reminded() -> list[tuple[str, str]]:
    return list(Mail.objects.order_by("pk").values_list("to", "subject"))


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        # British summer time: the day begins an hour before that of Greenwich.
        ("2026-06-15T22:59:59+00:00", 0),
        ("2026-06-15T23:00:00+00:00", 1),
        ("2026-06-15T23:00:01+00:00", 1),
    ],
)
def test_owner_is_reminded_from_midnight_in_london_fourteen_days_before(
    handbook: HandbookPage, now: str, expected: int
) -> None:
    add_due(handbook, "Quorum", owner=make_user())

    assert remind_of_reviews(datetime.fromisoformat(now)) == expected


@pytest.mark.parametrize(
    ("review_by", "now", "expected"),
    [
        (DAY, "2026-06-29T22:59:59+00:00", 0),
        (DAY, "2026-06-29T23:00:00+00:00", 1),
        (DAY, "2026-06-29T23:00:01+00:00", 1),
        # In winter London keeps Greenwich time.
        (date(2026, 12, 1), "2026-11-30T23:59:59+00:00", 0),
        (date(2026, 12, 1), "2026-12-01T00:00:00+00:00", 1),
        # The days on which the clocks change.
        (date(2026, 3, 29), "2026-03-28T23:59:59+00:00", 0),
        (date(2026, 3, 29), "2026-03-29T00:00:00+00:00", 1),
        (date(2026, 10, 26), "2026-10-25T23:59:59+00:00", 0),
        (date(2026, 10, 26), "2026-10-26T00:00:00+00:00", 1),
    ],
)
def test_owner_is_reminded_again_from_midnight_in_london_on_the_day(
    handbook: HandbookPage, review_by: date, now: str, expected: int
) -> None:
    add_due(handbook, "Quorum", review_by, make_user())
    remind_of_reviews(at(review_by - timedelta(days=14)))

    assert remind_of_reviews(datetime.fromisoformat(now)) == expected


def test_owner_is_reminded_twice_whatever_the_number_of_runs(handbook: HandbookPage) -> None:
    owner = make_user()
    section = add_due(handbook, "Quorum", owner=owner)

    counts = [
        remind_of_reviews(at(DAY + timedelta(days=days), hour)) for days in range(-20, 40) for hour in (1, 13)
    ]

    assert sum(counts) == 2
    assert reminded() == [(owner.email, "Please read again: Quorum")] * 2
    assert f"http://testserver/admin/pages/{section.pk}/edit/" in Mail.objects.first().text
    assert "by 30 June 2026" in Mail.objects.first().text
    entries = PageLogEntry.objects.filter(action="handbook.remind").order_by("pk")
    assert [entry.data for entry in entries] == [
        {"review_by": "2026-06-30", "reminder": "before"},
        {"review_by": "2026-06-30", "reminder": "on the day"},
    ]


@pytest.mark.parametrize(("back", "mails"), [(-3, 2), (0, 1), (100, 1)])
def test_reminder_that_was_missed_is_made_up_for(handbook: HandbookPage, back: int, mails: int) -> None:
    add_due(handbook, "Quorum", owner=make_user())

    counts = [remind_of_reviews(at(DAY + timedelta(days=days))) for days in (-20, back, back + 1, back + 30)]

    assert sum(counts) == mails


def test_new_day_is_reminded_of_anew(handbook: HandbookPage) -> None:
    section = add_due(handbook, "Quorum", owner=make_user())
    remind_of_reviews(at(DAY))
    edit(section, review_by=date(2027, 6, 30))

    counts = [remind_of_reviews(at(day)) for day in (DAY, date(2027, 6, 16), date(2027, 6, 30))]

    assert counts == [0, 1, 1]


def test_owner_of_many_sections_gets_one_mail_with_all_of_them(handbook: HandbookPage) -> None:
    owner = make_user()
    add_due(handbook, "Quorum", owner=owner)
    add_due(handbook, "Funding", DAY - timedelta(days=1), owner)
    add_due(handbook, "Not yet", DAY + timedelta(days=90), owner)

    remind_of_reviews(at(DAY))

    assert reminded() == [(owner.email, "2 sections to read again")]
    links = BeautifulSoup(Mail.objects.get().html, "html.parser").select("a[href*='/pages/']")
    assert [link.get_text() for link in links] == ["Funding", "Quorum"]


@pytest.mark.parametrize("owner", [None, {"is_active": False}, {"verified": False}])
def test_without_an_owner_who_can_be_written_to_all_editors_are_reminded(
    handbook: HandbookPage, owner: dict[str, bool] | None
) -> None:
    for number in (1, 2):
        make_staff(EDITOR, email=f"editor{number}@example.org")
    make_staff(EDITOR, email="gone@example.org", is_active=False)
    make_staff(EVENT_ORGANISER, email="organiser@example.org")
    add_due(handbook, "Quorum", owner=owner and make_user(**owner))

    counts = [remind_of_reviews(at(DAY)), remind_of_reviews(at(DAY))]
    make_staff(EDITOR, email="new@example.org")
    counts.append(remind_of_reviews(at(DAY + timedelta(days=1))))

    assert counts == [2, 0, 0]
    assert [to for to, _ in reminded()] == ["editor1@example.org", "editor2@example.org"]


def test_reminder_for_which_there_is_nobody_waits_for_an_editor(handbook: HandbookPage) -> None:
    add_due(handbook, "Quorum")
    assert remind_of_reviews(at(DAY)) == 0
    make_staff(EDITOR)

    assert remind_of_reviews(at(DAY + timedelta(days=3))) == 1


@pytest.mark.parametrize("change", ["unpublished", "without a day"])
def test_nobody_is_reminded_of_a_section_that_needs_no_review(handbook: HandbookPage, change: str) -> None:
    section = add_due(handbook, "Quorum", owner=make_user())
    if change == "unpublished":
        section.unpublish()
    else:
        edit(section, review_by=None)

    assert remind_of_reviews(at(DAY)) == 0


@pytest.mark.parametrize("sections", [3, 12])
def test_reminding_asks_the_database_as_often_for_many_sections_that_are_done_as_for_few(
    handbook: HandbookPage, sections: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    for number in range(sections):
        add_due(handbook, f"Section {number}", owner=make_user())
    remind_of_reviews(at(DAY))

    with django_assert_num_queries(5):
        remind_of_reviews(at(DAY))


def test_reminder_is_named_in_the_history_of_the_page(handbook: HandbookPage, editor: Client) -> None:
    section = add_due(handbook, "Quorum", owner=make_user())
    remind_of_reviews(at(DAY))

    html = editor.get(f"/admin/pages/{section.pk}/history/").content.decode()

    assert "Remind of review" in html
