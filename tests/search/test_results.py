"""The page of results: what it shows, what it says when there is nothing to show, and what it makes of odd input."""

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from search.actions.indexing import catch_up
from search.actions.words import count_words
from search.models import Entry, Synonym
from search.searching import SYNONYMS_KEY
from search.views.frame import MOST_A_MINUTE
from tests.factories import NOW, make_home, make_user, sign_in
from tests.forum.factories import make_list, subscribe
from tests.handbook.working_copy import add_section, edit, make_handbook, publish
from tests.pages.factories import make_article, make_case_studies, make_case_study, make_listing, make_toolkit

pytestmark = pytest.mark.django_db
HITS = re.compile(r'<h3><a href="([^"]+)">(.*?)</a></h3>', re.DOTALL)


@pytest.fixture(scope="module")
def shared() -> None:
    """Articles, a toolkit, case studies and a handbook in two editions, indexed."""
    home = make_home()
    listing = make_listing(home)
    for number in range(1, 13):
        text = [{"type": "text", "value": f"<p>Narwhals meet on Mondays, the {number}th of them too.</p>"}]
        make_article(listing, title=f"Meeting {number}", body=text)
    make_toolkit(listing, title="Narwhals: a toolkit")
    index = make_case_studies(home)
    make_case_study(index, "Narwhals in town", region="london", themes=("access",), roles=("nurse",))
    make_case_study(index, "Narwhals by the sea", region="south-west", themes=("access",))
    handbook = make_handbook()
    section = add_section(handbook, "Quorum", "<p>Three narwhals.</p>")
    publish(handbook, "1.0", now=NOW, effective_on=NOW.date().replace(year=2025))
    edit(section, html="<p>Four narwhals.</p>")
    publish(handbook, "2.0", now=NOW, effective_on=NOW.date())
    catch_up(NOW)
    count_words()


def get(query: str, client: Client | None = None) -> str:
    response = (client or Client()).get(f"/search/?{query}")
    assert response.status_code == 200
    return response.content.decode()


def titles(html: str) -> list[str]:
    return [re.sub("<.*?>", "", title) for _, title in HITS.findall(html)]


def test_the_page_without_a_query_says_how_to_search(client: Client) -> None:
    html = get("")

    assert "How to search" in html
    assert titles(html) == []


@pytest.mark.usefixtures("shared")
def test_words_are_marked_in_the_text_that_was_found() -> None:
    html = get("q=narwhal+monday")

    assert "12 results" in html
    assert "<mark>Narwhals</mark> meet on <mark>Mondays</mark>, the 1" in html


@pytest.mark.usefixtures("shared")
def test_all_hits_are_on_some_page_each_once() -> None:
    first, second = get("q=narwhals"), get("q=narwhals&page=2")
    found = [*titles(first), *titles(second)]

    assert "16 results" in first
    assert "page 2 of 2" in second
    assert (len(titles(first)), len(titles(second))) == (10, 6)
    assert len(set(found)) == 16


@pytest.mark.usefixtures("shared")
@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ("kind=toolkit", {"Narwhals: a toolkit"}),
        ("kind=toolkit&kind=case-study", {"Narwhals: a toolkit", "Narwhals in town", "Narwhals by the sea"}),
        ("topic=access&region=london", {"Narwhals in town"}),
        ("role=nurse", {"Narwhals in town"}),
        ("in=handbook", {"1 Quorum"}),
        ("region=nowhere", set()),
    ],
)
def test_choices_narrow_and_the_counts_say_what_each_would_show(chosen: str, expected: set[str]) -> None:
    html = get(f"q=narwhals&{chosen}")

    assert set(titles(html)) == expected
    assert f"{len(expected)} result" in html


@pytest.mark.usefixtures("shared")
def test_a_facet_counts_what_the_other_facets_leave() -> None:
    html = get("q=narwhals&region=london")

    assert "London (1)" in html
    assert "South West (1)" in html  # what choosing it too would add
    assert "Toolkit (" not in html


@pytest.mark.usefixtures("shared")
@pytest.mark.parametrize(
    ("query", "sections", "words"),
    [
        ("q=narwhals&kind=section", ["/handbook/quorum/"], "Four"),
        ("q=narwhals&kind=section&edition=1.0", ["/handbook/1.0/quorum/"], "Three"),
        ("q=narwhals&kind=section&as-at=2025-12-01", ["/handbook/1.0/quorum/"], "Three"),
        ("q=narwhals&kind=section&as-at=nonsense", ["/handbook/quorum/"], "Four"),
        (
            "q=narwhals&kind=section&edition=all",
            ["/handbook/quorum/", "/handbook/1.0/quorum/"],
            "in force until",
        ),
        ("q=narwhals&kind=section&edition=9.9", [], "None of the"),
    ],
)
def test_the_edition_in_force_is_searched_unless_another_is_chosen(
    query: str, sections: list[str], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    html = get(query)

    assert [url for url, _ in HITS.findall(html)] == sections
    assert words in html


@pytest.mark.usefixtures("shared")
def test_what_is_misspelt_is_proposed_right() -> None:
    html = get("q=narhwals")

    assert "No results" in html or "some of them" in html
    assert 'Did you mean <a href="/search/?q=narwhals">narwhals</a>?' in html


@pytest.mark.usefixtures("shared")
def test_no_results_says_what_to_try() -> None:
    html = get("q=xylophone")

    assert "No results" in html
    assert "fewer or other words" in html
    assert "/accounts/login/?next=/search/%3Fq%3Dxylophone" in html


@pytest.mark.usefixtures("shared")
def test_if_nothing_has_all_the_words_what_has_some_is_found_and_said() -> None:
    html = get("q=quorum+toolkit+xylophone")

    assert "Nothing has all of your words. These have some of them." in html
    assert "1 Quorum" in titles(html)


@pytest.mark.usefixtures("shared")
def test_a_synonym_finds_both_ways_with_plurals() -> None:
    Synonym.objects.create(words="narwhal, tusked seal")
    cache.delete(SYNONYMS_KEY)

    assert "16 results" in get("q=tusked+seals")
    assert "16 results" in get("q=narwhal")


@pytest.mark.usefixtures("shared")
def test_a_day_that_is_none_is_left_out_and_said() -> None:
    html = get("q=narwhals+after:yesterday")

    assert "“after:yesterday” was left out" in html
    assert "16 results" in html


def test_more_than_is_shown_is_said() -> None:
    rows = [
        Entry(
            source=f"page:{900 + number}",
            access="public",
            kind="article",
            labels="|kind:article|",
            url="/x/",
            title=f"Narwhal {number}",
            indexed_at=NOW,
            appeared_at=NOW,
        )
        for number in range(205)
    ]
    Entry.objects.bulk_create(rows)

    html = get("q=narwhal&page=20")

    assert "205 results, page 20 of 20" in html
    assert "These are the first 200." in html
    assert titles(get("q=narwhal&page=99999")) == titles(html)


@pytest.mark.usefixtures("shared")
def test_the_page_takes_as_many_queries_for_many_hits_as_for_few(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    # The search and all editions; and the names of lists, handbooks, topics and roles, where there is something to choose.
    for query, queries in (
        ("q=narwhals&kind=toolkit", 2),
        ("q=narwhals", 2),
        ("q=narwhals&page=2", 2),
        ("q=narwhals&topic=access", 3),
    ):
        get(query)
        with django_assert_num_queries(queries):
            get(query)


@pytest.mark.usefixtures("shared")
def test_a_member_s_page_takes_as_many_queries_whatever_they_find(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    member = make_user()
    for name in ("One", "Two"):
        subscribe(make_list(name), member)
    client = sign_in(member)
    get("q=narwhals", client)
    # Their session and account, what they may find, whether they have saved it, and as above.
    for query, queries in (("q=narwhals&kind=toolkit", 15), ("q=narwhals", 15), ("q=narwhals&page=2", 15)):
        with django_assert_num_queries(queries):
            get(query, client)


ODD = ['"', "''", "a OR b AND NOT", "NEAR(a b)", "*", "-", "--", "a-", "(((", "\0", "\0a", "title:x", "kind:", "kind:%", "in:_", "from:'", "after:9999-99", "x" * 10_000, "é" * 500, "😀", "ﷺ", "½ ² ﬁ", "%s %(x)s {}", "\\", "'); DROP TABLE search_entry;--", "<script>", "a\u202eb"]  # fmt: skip


@pytest.mark.usefixtures("shared")
@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_input_is_answered(text: str) -> None:
    for address in ("/search/", "/api/search", "/search/suggest"):
        response = Client().get(address, {"q": text, "page": text[:50]})

        assert response.status_code in {200, 400}, address
        assert "json" in response["Content-Type"] or b"<script>" not in response.content


@pytest.mark.usefixtures("shared")
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60))
def test_any_text_is_answered(text: str) -> None:
    for address in ("/search/", "/api/search", "/search/suggest"):
        assert Client().get(address, {"q": text}).status_code in {200, 400}


@pytest.mark.parametrize("name", ["kind", "in", "topic", "edition", "as-at", "page", "sort"])
@pytest.mark.usefixtures("shared")
def test_odd_choices_count_for_nothing(name: str) -> None:
    for value in ("%", "|", "'", "\0", "9" * 400, "-1", "x" * 5000):
        # A NUL is refused at the door.
        expected = 400 if value == "\0" else 200
        assert Client().get("/search/", {"q": "narwhals", name: value}).status_code == expected


@pytest.mark.usefixtures("shared")
def test_programs_are_given_what_the_page_shows() -> None:
    answer = Client().get("/api/search?q=narwhals&kind=toolkit").json()

    assert (answer["total"], answer["pages"], answer["page"], answer["any_word"]) == (1, 1, 1, False)
    assert answer["hits"][0]["title"] == "Narwhals: a toolkit"
    assert answer["hits"][0]["url"] == "http://testserver/guidance/narwhals-a-toolkit/"
    assert {one["value"]: one["count"] for one in answer["facets"]["kind"]} == {
        "article": 12,
        "case-study": 2,
        "section": 1,
        "toolkit": 1,
    }


def test_programs_are_told_what_is_wrong() -> None:
    client = Client()

    assert client.get("/api/search").status_code == 400
    assert client.post("/api/search", {"q": "x"}).status_code == 405
    assert client.post("/search/").status_code == 405


def test_whoever_asks_far_too_often_is_told_to_wait() -> None:
    client = Client()
    statuses = {client.get("/search/suggest?q=x").status_code for _ in range(MOST_A_MINUTE)}
    refused = client.get("/search/")

    assert statuses == {200}
    assert (refused.status_code, refused["Retry-After"]) == (429, "60")


@pytest.mark.usefixtures("shared")
def test_no_page_of_results_is_kept_anywhere() -> None:
    for address in ("/search/?q=narwhals", "/api/search?q=narwhals", "/search/suggest?q=wal"):
        assert "no-store" in Client().get(address)["Cache-Control"]


def test_readers_behind_a_proxy_are_counted_apart(settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    first, second = (
        Client(headers={"X-Forwarded-For": "192.0.2.1"}),
        Client(headers={"X-Forwarded-For": "192.0.2.2"}),
    )
    for _ in range(MOST_A_MINUTE):
        first.get("/search/suggest?q=x")

    assert first.get("/search/suggest?q=x").status_code == 429
    assert second.get("/search/suggest?q=x").status_code == 200
