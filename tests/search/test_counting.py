"""Counting searches: what is counted as what, only for tokens of ours, once each, and nothing of who."""

from datetime import date, datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from events.models import EventSpeaker
from portal.members.models import Membership
from search.actions import counting
from search.actions.counting import count_click, count_search, sum_up
from search.actions.retention import old_searches, rare_searches
from search.counting import Asked, names, read_token, token_for
from search.models import ClickCount, Entry, SearchCount
from search.models.counts import LEFT_OUT, RARE
from search.rules.counting import counted_as, names_of, week_of
from search.views.counting import MOST_COUNTS
from tests.factories import NOW, make_user

MONDAY = date(2026, 3, 9)
SECOND = timedelta(seconds=1)
ADDRESS = "/search/counted"
PEOPLE = names_of(
    [("Ada", "Okonkwo-Smith"), ("Zoë", "Ng"), ("Grace", "Ward"), ("May", "Price"), ("Li", "So")]
)


@pytest.fixture(autouse=True)
def _nothing_counted_before() -> None:
    cache.clear()


@pytest.mark.parametrize(
    ("typed", "counted"),
    [
        ("ARRS  Funding", "arrs funding"),
        ("“network contract” -des", "network contract"),
        ("Café", "cafe"),
        ("kind:handbook quorum", "quorum"),
        ("quorum after:2026-03-09 before:2026-04-09", "quorum"),
        ("kind:handbook", ""),
        ("  ?! ", ""),
        ("section 3.2.10", "section 3 2 10"),
        ("funding 2025/26", "funding 2025 26"),
        ("funding 2025-2026", "funding 2025 2026"),
        ("U12345", "u12345"),
        ("a" * 60, "a" * 60),
        ("a" * 61, LEFT_OUT),
        ("ada@example.org", LEFT_OUT),
        ("ring 01632 960 001", LEFT_OUT),
        ("+44 (0)1632-960001", LEFT_OUT),
        ("quorum -01632 960 001", LEFT_OUT),
        ("943 476 5919", LEFT_OUT),
        ("9434765919 referral", LEFT_OUT),
        ("born 1/2/1980", LEFT_OUT),
        ("born 1.2.1980", LEFT_OUT),
        ("from:ada vat", LEFT_OUT),
    ],
)
def test_a_query_is_counted_by_its_words_unless_it_looks_personal(typed: str, counted: str) -> None:
    assert counted_as(typed, {}) == counted


@pytest.mark.parametrize(
    ("typed", "counted"),
    [
        ("ada", LEFT_OUT),
        ("OKONKWO complaint", LEFT_OUT),
        ("complaint zoe ng", LEFT_OUT),
        ("dr blake", LEFT_OUT),  # whom the portal does not know
        ("blake", "blake"),
        ("doctor", "doctor"),
        ("price list", "price list"),
        ("ward", "ward"),
        ("grace ward", LEFT_OUT),
        ("ward grace", LEFT_OUT),
        ("dr ward", LEFT_OUT),
        ("grace period", "grace period"),
        ("may price", LEFT_OUT),
        ("grace price", "grace price"),
        ("what if so", "what if so"),
    ],
)
def test_names_of_people_on_the_portal_are_left_out(typed: str, counted: str) -> None:
    assert counted_as(typed, PEOPLE) == counted


@pytest.mark.django_db
def test_the_names_are_those_of_accounts_memberships_and_speakers() -> None:
    make_user(first_name="Ada", last_name="Lovelace")
    Membership.objects.create(number="A1", first_name="Grace", last_name="Hopper")
    EventSpeaker.objects.create(name="Mary Jane Somerville")

    found = names()

    assert found["lovelace"] == {"ada"}
    assert found["hopper"] == {"grace"}
    assert found["somerville"] == {"mary", "jane"}


@pytest.mark.parametrize(
    ("day", "monday"),
    [
        (date(2026, 3, 8), date(2026, 3, 2)),
        (date(2026, 3, 9), MONDAY),
        (date(2026, 3, 15), MONDAY),
        (date(2026, 3, 16), date(2026, 3, 16)),
    ],
)
def test_a_week_begins_on_monday(day: date, monday: date) -> None:
    assert week_of(day) == monday


@pytest.mark.parametrize(
    ("after", "holds"),
    [(timedelta(0), True), (3600 * SECOND - SECOND, True), (3600 * SECOND, False), (-2 * SECOND, False)],
)
def test_a_token_holds_for_an_hour(after: timedelta, holds: bool) -> None:
    token = token_for("VAT", True, NOW)

    assert read_token(token, NOW + after) == (Asked("VAT", True, MONDAY) if holds else None)


def test_a_token_of_somebody_else_is_none_and_two_for_the_same_differ() -> None:
    token = token_for("VAT", False, NOW)

    assert token != token_for("VAT", False, NOW)
    assert read_token(token, NOW) == Asked("VAT", False, MONDAY)
    assert [read_token(odd, NOW) for odd in ("", "x", f"{token}x", token[1:], "é" * 3000, "\0")] == [None] * 6


def test_the_week_of_a_token_is_that_of_the_search_in_london() -> None:
    late = datetime.fromisoformat("2026-07-05T23:30:00+00:00")  # past midnight in London, so on Monday

    found = read_token(token_for("VAT", True, late), late + 60 * SECOND)

    assert found == Asked("VAT", True, date(2026, 7, 6))


def asked(text: str = "vat", found: bool = True, week: date = MONDAY) -> Asked:
    return Asked(text, found, week)


def rows() -> list[tuple[date, str, int, int, int]]:
    found = SearchCount.objects.order_by("week", "query")
    return list(found.values_list("week", "query", "searches", "found_nothing", "opened"))


def make_entry(source: str = "page:1", **fields: object) -> Entry:
    values = {
        "access": "public", "kind": "article", "labels": "|kind:article|", "url": "/vat/", "title": "VAT",
        "indexed_at": NOW, "appeared_at": NOW,
    }  # fmt: skip
    return Entry.objects.create(source=source, **{**values, **fields})


@pytest.mark.django_db
def test_searches_are_counted_by_week_and_words() -> None:
    for one in (asked(), asked("VAT", found=False), asked(week=date(2026, 3, 2)), asked("kind:topic")):
        count_search(asked=one)
    count_search(asked=asked("a@example.org"))

    assert rows() == [
        (date(2026, 3, 2), "vat", 1, 0, 0),
        (MONDAY, LEFT_OUT, 1, 0, 0),
        (MONDAY, "vat", 2, 1, 0),
    ]


@pytest.mark.django_db
def test_what_is_opened_is_counted_by_its_entry() -> None:
    make_entry()
    make_entry("page:2")
    count_search(asked=asked())
    count_search(asked=asked())

    count_click(asked=asked(), source="page:1", is_first=True)
    count_click(asked=asked(), source="page:2", is_first=False)
    count_click(asked=asked(), source="page:1", is_first=True)
    count_click(asked=asked(), source="page:1", is_first=True)  # more than there were searches
    count_click(asked=asked(), source="page:3", is_first=True)  # is no entry
    count_click(asked=asked("never counted"), source="page:1", is_first=True)

    assert rows() == [(MONDAY, "vat", 2, 0, 2)]
    assert list(ClickCount.objects.order_by("source").values_list("source", "clicks")) == [
        ("page:1", 3),
        ("page:2", 1),
    ]


@pytest.mark.django_db
def test_of_what_is_left_out_it_is_not_known_what_was_opened() -> None:
    make_entry()
    count_search(asked=asked("a@example.org"))

    count_click(asked=asked("a@example.org"), source="page:1", is_first=True)

    assert rows() == [(MONDAY, LEFT_OUT, 1, 0, 1)]
    assert not ClickCount.objects.exists()


@pytest.mark.django_db
def test_there_is_a_limit_to_queries_of_a_week_and_to_what_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MOST_QUERIES", 2)
    monkeypatch.setattr(counting, "MOST_SOURCES", 1)
    for text in ("one", "two", "three", "four", "one", "a@example.org"):
        count_search(asked=asked(text))
    for number in (1, 2, 1):
        Entry.objects.filter(source=f"page:{number}").exists() or make_entry(f"page:{number}")
        count_click(asked=asked("one"), source=f"page:{number}", is_first=False)

    assert [row[1:3] for row in rows()] == [(LEFT_OUT, 1), (RARE, 2), ("one", 2), ("two", 1)]
    assert list(ClickCount.objects.values_list("source", "clicks")) == [("page:1", 2)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "odd", [{"searches": 1, "found_nothing": 2}, {"searches": 1, "opened": 2}, {"query": "vat"}]
)
def test_the_database_refuses_counts_that_cannot_be(odd: dict[str, object]) -> None:
    SearchCount.objects.create(week=MONDAY, query="vat")

    with pytest.raises(IntegrityError), transaction.atomic():
        SearchCount.objects.create(**{"week": MONDAY, "query": "other", **odd})


def beacon(client: Client | None = None, **data: str) -> int:
    """The status that the page's script is answered."""
    kind = "application/x-www-form-urlencoded"
    body = "&".join(f"{name}={value}" for name, value in data.items())
    # As a browser sends it: nothing proves that the page asked for it, but the token.
    client = client or Client(enforce_csrf_checks=True)
    answer = client.post(ADDRESS, body, content_type=kind)
    assert answer.content == b""
    assert not answer.cookies
    return answer.status_code


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> datetime:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    return NOW


@pytest.mark.django_db
def test_the_script_of_the_page_counts_each_search_once_and_what_was_opened(now: datetime) -> None:
    make_entry()
    make_entry("page:2")
    tokens = [token_for("VAT", found, now) for found in (True, False)]
    told = [
        {"token": tokens[0]},
        {"token": tokens[0]},
        {"token": tokens[1]},
        {"token": tokens[0], "source": "page:1"},
        {"token": tokens[0], "source": "page:1"},
        {"token": tokens[0], "source": "page:2"},
    ]

    assert {beacon(**one) for one in told} == {204}

    assert rows() == [(MONDAY, "vat", 2, 1, 1)]
    assert list(ClickCount.objects.order_by("source").values_list("source", "clicks")) == [
        ("page:1", 1),
        ("page:2", 1),
    ]


def nothing_was_counted() -> bool:
    return not SearchCount.objects.exists() and not ClickCount.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("after", "odd"),
    [
        (0, {"token": ""}),
        (0, {"token": "x"}),
        (3600, {}),
        (0, {"more": "x" * 4096}),
        (0, {"source": "page:1%00"}),
        (0, {"source": f"page:{'9' * 30}"}),
        (0, {"source": "../x"}),
        (0, {"source": "page:1"}),  # after a search that was not counted
    ],
)
def test_whatever_else_is_sent_counts_nothing_and_is_answered_the_same(
    now: datetime, after: int, odd: dict[str, str]
) -> None:
    make_entry()
    token = token_for("VAT", True, now - after * SECOND)

    assert beacon(**{"token": token, **odd}) == 204

    assert nothing_was_counted()


@pytest.mark.django_db
def test_what_no_beacon_sends_is_not_read(now: datetime) -> None:
    told = {"token": token_for("VAT", True, now)}

    form = Client().post(ADDRESS, told)  # multipart, as a file would come
    odd = Client().post(ADDRESS, b"\xff\xfe", content_type="application/json")

    assert (form.status_code, odd.status_code) == (204, 204)
    assert nothing_was_counted()


@pytest.mark.django_db
def test_opening_the_address_changes_nothing(now: datetime) -> None:
    answer = Client().get(ADDRESS, {"token": token_for("VAT", True, now)})

    assert answer.status_code == 405
    assert not rows()


@pytest.mark.django_db
def test_an_address_counts_so_many_times_a_minute_only(now: datetime) -> None:
    for _ in range(MOST_COUNTS + 5):
        beacon(token=token_for("VAT", True, now))

    assert rows() == [(MONDAY, "vat", MOST_COUNTS, 0, 0)]


@pytest.mark.django_db
def test_rare_queries_are_summed_up_after_eight_weeks_and_nothing_is_kept_for_more_than_two_years() -> None:
    for query, searches in (("seldom", 2), ("other", 1), ("often", 3), (LEFT_OUT, 1)):
        SearchCount.objects.create(week=MONDAY, query=query, searches=searches, found_nothing=1, opened=1)
    ClickCount.objects.create(count=SearchCount.objects.get(query="seldom"), source="page:1", clicks=1)
    end = timezone.make_aware(datetime(2026, 3, 16))  # noqa: DTZ001 - of London

    assert not rare_searches(end - SECOND).exists()
    assert not old_searches(end - SECOND).exists()
    for _ in range(2):
        sum_up(rare_searches(end))

    assert rows() == [(MONDAY, LEFT_OUT, 1, 1, 1), (MONDAY, RARE, 3, 2, 2), (MONDAY, "often", 3, 1, 1)]
    assert not ClickCount.objects.exists()
    assert old_searches(end).count() == 3
