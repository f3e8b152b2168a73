"""A list that editors order: readers choose among its kinds of pages, if there are several."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from wagtail.models import Page

from tests.pages.factories import make_article, make_listing, make_tips, make_toolkit

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(home: Page) -> str:
    listing = make_listing(home)
    for title in ("Second", "First"):
        make_article(listing, title=title)
    make_tips(listing, title="Tips")
    make_toolkit(listing, title="Kit")
    return listing.url


def titles(client: Client, address: str) -> list[str]:
    page = BeautifulSoup(client.get(address).content, "lxml")
    return [found.get_text(strip=True) for found in page.select(".listing h2")]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Second", "First", "Tips", "Kit"]),
        ("?kind=article", ["Second", "First"]),
        ("?kind=toptips&kind=toolkit", ["Tips", "Kit"]),
        ("?kind=nonsense", ["Second", "First", "Tips", "Kit"]),
        ("?kind=article&page=abc", ["Second", "First"]),
        ("?page=99", ["Second", "First", "Tips", "Kit"]),
    ],
)
def test_pages_stand_in_the_order_of_their_editors_narrowed_to_the_chosen_kinds(
    client: Client, address: str, query: str, found: list[str]
) -> None:
    assert titles(client, f"{address}{query}") == found


def test_each_kind_is_on_offer_with_how_many_there_are(client: Client, address: str) -> None:
    page = BeautifulSoup(client.get(f"{address}?kind=toolkit").content, "lxml")

    assert [" ".join(label.text.split()) for label in page.select(".filters label")] == [
        "Articles (2)",
        "Toolkits (1)",
        "Top tips (1)",
    ]
    assert "Filtered by: Toolkits" in page.text


def test_a_list_of_one_kind_has_no_filter(client: Client, home: Page) -> None:
    listing = make_listing(home)
    make_tips(listing, title="Tips")

    assert titles(client, listing.url) == ["Tips"]
    assert "Filter the list" not in client.get(listing.url).content.decode()
