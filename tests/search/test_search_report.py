"""The report on searches: what it counts, what it never shows, what it leads to, and how it is exported."""

import csv
from datetime import date, timedelta
from io import BytesIO, StringIO

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook
from wagtail.contrib.search_promotions.models import Query, SearchPromotion

from search.models import ClickCount, Entry, SearchCount, Synonym
from search.models.counts import LEFT_OUT, RARE
from search.report import Opened, Period, Sums, by_week, most_opened, queries, totals
from tests.factories import NOW, make_staff, sign_in

WEEK = timedelta(days=7)
MONDAY = date(2026, 3, 9)
BEFORE = MONDAY - WEEK
THIS = Period(MONDAY, MONDAY)
BOTH = Period(BEFORE, MONDAY)
ADDRESS, EXPORT = "/admin/reports/searches/", "/admin/reports/searches/export/"


@pytest.fixture(autouse=True)
def _it_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def count(query: str, searches: int, nothing: int = 0, opened: int = 0, week: date = MONDAY) -> SearchCount:
    return SearchCount.objects.create(
        week=week, query=query, searches=searches, found_nothing=nothing, opened=opened
    )


def make_entry(source: str, access: str = "public", **fields: object) -> Entry:
    values = {"kind": "article", "labels": "|kind:article|", "url": f"/{source}/", "title": source.title()}
    return Entry.objects.create(
        source=source, access=access, indexed_at=NOW, appeared_at=NOW, **{**values, **fields}
    )


def opened(row: SearchCount, source: str, clicks: int) -> None:
    ClickCount.objects.create(count=row, source=source, clicks=clicks)


def lines(found: list[object]) -> list[tuple[str, int, int, int]]:
    return [(line.query, line.sums.searches, line.sums.found_nothing, line.sums.opened) for line in found]


@pytest.mark.django_db
def test_a_query_shows_in_the_weeks_in_which_it_was_asked_three_times() -> None:
    count("vat", 3, 0, 2, BEFORE)
    count("vat", 2)
    count("locum", 4, 4)
    count("arrs", 9, 1, 8)
    count("seldom", 2, 2, week=BEFORE)
    count(LEFT_OUT, 7, 1, week=BEFORE)
    count(RARE, 5, 2, 1)

    assert lines(queries(BOTH)[0]) == [("arrs", 9, 1, 8), ("locum", 4, 4, 0), ("vat", 3, 0, 2)]
    assert lines(queries(THIS)[0]) == [("arrs", 9, 1, 8), ("locum", 4, 4, 0)]
    assert lines(queries(BOTH)[1]) == [("locum", 4, 4, 0), ("arrs", 9, 1, 8)]
    assert totals(BOTH) == (Sums(32, 10, 11), Sums(9, 4, 1), Sums(7, 1, 0))
    assert totals(Period(BEFORE - WEEK, BEFORE - WEEK)) == (Sums(), Sums(), Sums())


@pytest.mark.django_db
def test_the_plot_has_twelve_weeks_also_those_without_a_search() -> None:
    count("vat", 3, 1)
    count("seldom", 1)
    count(RARE, 5, week=MONDAY - 11 * WEEK)
    count("vat", 5, week=MONDAY - 12 * WEEK)

    found = by_week(MONDAY)

    assert [week.monday for week in found] == [MONDAY - number * WEEK for number in range(11, -1, -1)]
    assert [week.sums.searches for week in found] == [5, *[0] * 10, 4]
    assert found[-1].sums == Sums(4, 1, 0)


@pytest.mark.parametrize(("sums", "rate"), [(Sums(), 0), (Sums(3, 0, 1), 33), (Sums(3, 0, 3), 100)])
def test_the_rate_is_in_per_cent(sums: Sums, rate: int) -> None:
    assert sums.rate == rate


@pytest.mark.django_db
def test_of_what_was_opened_an_editor_sees_only_what_they_may_read() -> None:
    vat = count("vat", 9, 0, 9)
    for source, access, clicks in (("page:1", "public", 3), ("post:2", "list:7", 5)):
        make_entry(source, access)
        opened(vat, source, clicks)
    opened(vat, "page:9", 1)  # gone
    opened(count("seldom", 2), "page:1", 2)
    pick = SearchPromotion.objects.create(
        query=Query.get("vat"), external_link_url="https://example.org/", external_link_text="Elsewhere"
    )
    opened(vat, f"promotion:{pick.pk}", 1)

    seen = most_opened(THIS, frozenset({"public"}), NOW)
    seen_on_the_list = most_opened(THIS, frozenset({"public", "list:7"}), NOW)

    page, link = (
        Opened("vat", "Page:1", "/page:1/", 3, 30),
        Opened("vat", "Elsewhere", "https://example.org/", 1, 10),
    )
    assert seen == ([page, link], 6)
    assert seen_on_the_list == ([Opened("vat", "Post:2", "/post:2/", 5, 50), page, link], 1)


@pytest.fixture
def editor() -> Client:
    return sign_in(make_staff("Editor"), second_factor=True)


def text_of(answer: object) -> str:
    return " ".join(answer.content.decode().split())


@pytest.mark.django_db
def test_without_searches_the_page_says_so(editor: Client) -> None:
    found = text_of(editor.get(ADDRESS))

    assert "Nobody has searched yet in these weeks." in found
    assert "Export" not in found


@pytest.mark.django_db
def test_if_nothing_may_be_shown_the_page_says_why(editor: Client) -> None:
    count("seldom", 1)
    count("rarer", 1, 1)
    count(LEFT_OUT, 1)

    found = text_of(editor.get(ADDRESS))

    assert (
        "2 of them were for what fewer than 3 searched for in a week; 1 of these found nothing. 1 was left out, because they look "
        "as if they say something of a person, or are too long. So there is nothing to list."
    ) in found
    assert "seldom" not in found


@pytest.mark.django_db
def test_one_click_leads_to_a_synonym_or_a_promotion_or_to_the_one_there_is(editor: Client) -> None:
    Synonym.objects.all().delete()
    group = Synonym.objects.create(words="VAT, value added tax")
    pick = SearchPromotion.objects.create(query=Query.get("VAT"), external_link_url="https://example.org/")
    for query in ("vat", "care home"):
        count(query, 3)

    found = editor.get(ADDRESS).content.decode()

    assert f'href="/admin/snippets/search/synonym/edit/{group.pk}/"' in found
    assert f'href="/admin/searchpicks/{pick.query_id}/"' in found
    assert 'href="/admin/snippets/search/synonym/add/?words=care%20home"' in found
    assert 'href="/admin/searchpicks/add/?query=care%20home"' in found
    assert "?words=vat" not in found
    assert "?query=vat" not in found


@pytest.mark.django_db
def test_whoever_may_only_look_gets_no_links_to_change() -> None:
    count("care home", 3)

    found = sign_in(make_staff("Administrator"), second_factor=True).get(ADDRESS)

    assert found.status_code == 200
    assert "care home" in text_of(found)
    assert "synonym" not in text_of(found).partition("<main")[2].replace("Make the two synonyms", "")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("period", "shown"),
    [
        ("", ["now", "last week", "old"]),
        ("4", ["now", "last week"]),
        ("52", ["now", "last week", "old", "older"]),
        ("104", ["now", "last week", "old", "older"]),
        ("2026-03-09", ["now"]),
        ("2026-03-02", ["last week"]),
        ("2020-01-01", ["now", "last week", "old"]),
        ("x'--", ["now", "last week", "old"]),
    ],
)
def test_a_week_or_a_period_can_be_chosen(editor: Client, period: str, shown: list[str]) -> None:
    for place, (query, weeks) in enumerate((("now", 0), ("last week", 1), ("old", 11), ("older", 12))):
        count(query, 9 - place, week=MONDAY - weeks * WEEK)

    answer = editor.get(ADDRESS, {"period": period})

    assert answer.status_code == 200
    assert [line.query for line in answer.context["most_searched"]] == shown


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 3])
def test_the_number_of_queries_is_the_same_for_one_line_and_for_three(editor: Client, number: int) -> None:
    for place in range(number):
        make_entry(f"page:{place}")
        opened(count(f"query {place}", 3, 1, 1), f"page:{place}", 1)
    editor.get(ADDRESS)

    with CaptureQueriesContext(connection) as asked:
        editor.get(ADDRESS)

    assert len([one for one in asked if "search" in one["sql"]]) == 11


def make_rows() -> None:
    count("vat", 3, 1, 2)
    count("vat", 4, 0, 4, BEFORE)
    count("seldom", 2)
    count(LEFT_OUT, 9)
    SearchCount.objects.create(
        week=MONDAY, query="=1+1", searches=3
    )  # cannot be counted, and must not be run


@pytest.mark.django_db
def test_the_weeks_can_be_exported_for_a_spreadsheet_without_formulas(editor: Client) -> None:
    make_rows()

    comma = editor.post(EXPORT, {"period": "4", "as": "csv"})
    excel = editor.post(EXPORT, {"period": "4", "as": "xlsx"})

    head = ("Week", "Query", "Searches", "Found nothing", "Something was opened")
    assert comma["Content-Disposition"] == 'attachment; filename="searches-2026-02-16-2026-03-09.csv"'
    assert excel["Content-Disposition"] == 'attachment; filename="searches-2026-02-16-2026-03-09.xlsx"'
    text = b"".join(comma.streaming_content).decode("utf-8-sig")
    assert [tuple(row) for row in csv.reader(StringIO(text))] == [
        head,
        ("2026-03-02", "vat", "4", "0", "4"),
        ("2026-03-09", "'=1+1", "3", "0", "0"),
        ("2026-03-09", "vat", "3", "1", "2"),
    ]
    sheet = load_workbook(BytesIO(b"".join(excel.streaming_content))).active
    assert list(sheet.iter_rows(values_only=True)) == [
        head,
        ("2026-03-02", "vat", 4, 0, 4),
        ("2026-03-09", "'=1+1", 3, 0, 0),
        ("2026-03-09", "vat", 3, 1, 2),
    ]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s", "n"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("group", "sees"),
    [
        ("Editor", True),
        ("Publisher", True),
        ("Administrator", True),
        ("Clinical reviewer", False),
        ("Forum manager", False),
        ("Event organiser", False),
    ],
)
def test_the_report_is_for_editors_publishers_and_administrators(group: str, sees: bool) -> None:
    browser = sign_in(make_staff(group), second_factor=True)
    status = 200 if sees else 302

    assert [browser.get(ADDRESS).status_code, browser.post(EXPORT).status_code] == [status, status]
    assert ("/admin/reports/searches/" in text_of(browser.get("/admin/"))) is sees


@pytest.mark.django_db
def test_the_report_of_wagtail_that_nothing_fills_is_not_in_the_menu() -> None:
    browser = sign_in(make_staff("Administrator", is_superuser=True), second_factor=True)

    found = text_of(browser.get("/admin/"))

    assert "/admin/reports/searches/" in found
    assert "search-terms" not in found
