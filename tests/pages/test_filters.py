"""Narrowing the list of case studies."""

import pytest
from django.test import Client
from wagtail.models import Page

from portal.pages.models import CaseStudyIndexPage
from tests.pages.factories import make_case_studies, make_case_study


@pytest.fixture
def index(home: Page) -> CaseStudyIndexPage:
    index = make_case_studies(home)
    make_case_study(index, "A", region="london", themes=("access", "digital"), roles=("nurse",))
    make_case_study(index, "B", region="london", themes=("digital",), roles=("pharmacist",))
    make_case_study(index, "C", region="midlands", themes=("access",), roles=("nurse", "pharmacist"))
    draft = make_case_study(index, "D", region="midlands", themes=("access",), roles=("nurse",))
    draft.unpublish()
    return index


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", ["A", "B", "C"]),
        ("region=london", ["A", "B"]),
        ("region=london&region=midlands", ["A", "B", "C"]),
        ("theme=access", ["A", "C"]),
        ("theme=access&theme=digital", ["A", "B", "C"]),
        ("role=nurse&theme=digital", ["A"]),
        ("region=midlands&theme=access&role=pharmacist", ["C"]),
        ("region=midlands&theme=digital", []),
        ("region=nowhere", ["A", "B", "C"]),
        ("region=london&region=nowhere", ["A", "B"]),
        ("region=" + "x" * 10_000, ["A", "B", "C"]),
        ("page=999999999999999999999", ["A", "B", "C"]),
        ("page=-1", ["A", "B", "C"]),
        ("page=x&theme=access", ["A", "C"]),
        ("theme=access' OR 1=1 --", ["A", "B", "C"]),
    ],
)
def test_filter_shows_what_matches(
    client: Client, index: CaseStudyIndexPage, query: str, titles: list[str]
) -> None:
    response = client.get(f"{index.url}?{query}")

    assert (response.status_code, [page.title for page in response.context["listed"]]) == (200, titles)


def test_counts_say_what_each_choice_would_show(client: Client, index: CaseStudyIndexPage) -> None:
    facets = client.get(index.url, {"region": "london"}).context["facets"]

    assert {
        facet.name: [(option.value, option.count, option.chosen) for option in facet.options]
        for facet in facets
    } == {
        "region": [("midlands", 1, False), ("london", 2, True)],
        "theme": [("access", 1, False), ("digital", 2, False)],
        "role": [("nurse", 1, False), ("pharmacist", 1, False)],
        "size": [],
    }


def test_pages_of_the_list_keep_the_filter(client: Client, index: CaseStudyIndexPage) -> None:
    for number in range(11):
        make_case_study(index, f"More {number:02}", region="london", themes=("access",))

    response = client.get(index.url, {"theme": "access", "region": "london", "page": "1"})

    assert 'href="?region=london&amp;theme=access&amp;page=2"' in response.content.decode()
    assert [
        page.title for page in client.get(f"{index.url}?theme=access&region=london&page=2").context["listed"]
    ] == [
        "More 09",
        "More 10",
    ]


def test_empty_result_says_how_to_go_on(client: Client, index: CaseStudyIndexPage) -> None:
    html = client.get(index.url, {"region": "midlands", "theme": "digital"}).content.decode()

    assert "No case study matches all of these." in html
    assert html.count('<a href="/case-studies/">') == 2  # clear filters, and see all


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("size=small", ["A"]),
        ("size=typical", ["B", "C"]),
        ("size=large", ["D"]),
        ("size=small&size=large", ["A", "D"]),
        ("size=", ["A", "B", "C", "D", "E"]),
    ],
)
def test_size_of_the_network_narrows_the_list(
    client: Client, home: Page, query: str, titles: list[str]
) -> None:
    index = make_case_studies(home)
    for title, size in (("A", 29_999), ("B", 30_000), ("C", 50_000), ("D", 50_001), ("E", None)):
        make_case_study(index, title, list_size=size)

    assert [page.title for page in client.get(f"{index.url}?{query}").context["listed"]] == titles


def test_map_leads_to_each_region_and_keeps_the_other_choices(
    client: Client, index: CaseStudyIndexPage
) -> None:
    response = client.get(index.url, {"theme": "access", "region": "london"})

    tiles = {tile["query"]: (tile["count"], tile["chosen"]) for tile in response.context["tiles"]}
    assert len(tiles) == 7
    assert {query: found for query, found in tiles.items() if found[0]} == {
        "region=london&theme=access": (1, True),
        "region=midlands&theme=access": (1, False),
    }
    svg = response.content.decode().partition('<svg class="region-map"')[2].partition("</svg>")[0]
    assert svg.count("<a ") == 2


def test_case_studies_have_a_feed(client: Client, index: CaseStudyIndexPage) -> None:
    response = client.get(f"{index.url}feed/?region=london")

    assert response["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert [title in response.content.decode() for title in ("<title>A</title>", "<title>C</title>")] == [
        True,
        False,
    ]
