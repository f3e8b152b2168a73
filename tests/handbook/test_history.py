"""What a section's page tells of its history, and what has changed since somebody read it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from handbook.models import HandbookPage, SectionPage
from tests.factories import NOW
from tests.handbook.working_copy import add_section, add_sections, edit, make_handbook, publish

pytestmark = pytest.mark.django_db


def day(number: int) -> dict:
    return {"now": NOW + timedelta(days=number)}


def history(client: Client, path: str) -> tuple[str, list[str]]:
    """The sentence under the title, and where its links lead."""
    soup = BeautifulSoup(client.get(path).content, "html.parser")
    (found,) = soup.select(".history")
    return " ".join(found.get_text().split()), [link["href"] for link in found.select("a")]


@pytest.fixture(scope="module")
def shared() -> HandbookPage:
    """Quorum is amended, renamed, both, and moved; Votes is left alone; Legal comes, goes and comes back."""
    handbook = make_handbook()
    quorum = add_section(handbook, "Quorum", "<p>Half.</p>")
    add_section(handbook, "Votes", "<p>One each.</p>")
    chapter = add_section(handbook, "Meetings", "<p>Meet.</p>")
    publish(handbook, "1.0")
    quorum = edit(quorum, html="<p>Two-thirds.</p>")
    legal = add_section(handbook, "Legal", "<p>Law.</p>")
    publish(handbook, "1.1", **day(1))
    edit(quorum, title="Quorums", slug="quorums")
    legal.unpublish()
    publish(handbook, "2.0", **day(2))
    SectionPage.objects.get(title="Quorums").move(chapter, pos="last-child")
    edit(quorum, html="<p>All.</p>", title="How many", slug="how-many")
    edit(legal)
    publish(handbook, "2.1", **day(3))
    return handbook


@pytest.fixture
def handbook(shared: HandbookPage) -> HandbookPage:
    return HandbookPage.objects.get(pk=shared.pk)


def test_a_section_tells_its_history_newest_first_with_comparisons(
    handbook: HandbookPage, client: Client
) -> None:
    assert history(client, "/handbook/2.1/how-many/") == (
        (
            "In the handbook since edition 1.0. Moved and renamed and amended in 2.1 (it was called “Quorums”; "
            "see what changed in edition 2.1), renamed in 2.0 (it was called “Quorum”; see what changed in edition 2.0), "
            "amended in 1.1 (see what changed in edition 1.1)."
        ),
        [
            "/handbook/compare/2.0/2.1/how-many/",
            "/handbook/compare/1.1/2.0/quorums/",
            "/handbook/compare/1.0/1.1/quorum/",
        ],
    )


def test_a_section_tells_its_history_only_up_to_the_edition_that_is_open(
    handbook: HandbookPage, client: Client
) -> None:
    assert history(client, "/handbook/1.1/quorum/") == (
        "In the handbook since edition 1.0. Amended in 1.1 (see what changed in edition 1.1).",
        ["/handbook/compare/1.0/1.1/quorum/"],
    )
    # It has changed since, which the notice above it says.
    assert history(client, "/handbook/1.0/quorum/") == ("In the handbook since edition 1.0.", [])
    assert history(client, "/handbook/1.0/votes/") == ("In the handbook since edition 1.0, unchanged.", [])


def test_a_section_that_nobody_touched_is_unchanged(handbook: HandbookPage, client: Client) -> None:
    assert history(client, "/handbook/votes/") == ("In the handbook since edition 1.0, unchanged.", [])


def test_a_section_that_came_back_says_so(handbook: HandbookPage, client: Client) -> None:
    assert history(client, "/handbook/1.1/legal/") == ("In the handbook since edition 1.1, unchanged.", [])
    assert history(client, "/handbook/legal/") == (
        (
            "In the handbook since edition 1.1. Added again in 2.1 (see what changed in edition 2.1), "
            "removed in 2.0 (see what changed in edition 2.0)."
        ),
        ["/handbook/compare/2.0/2.1/legal/", "/handbook/compare/1.1/2.0/legal/"],
    )


def test_more_than_three_changes_are_folded_away(client: Client) -> None:
    handbook = make_handbook()
    section = add_section(handbook, "Quorum", "<p>Words 0.</p>")
    for number in range(6):
        publish(handbook, f"1.{number}", **day(number))
        edit(section, html=f"<p>Words {number + 1}.</p>")

    soup = BeautifulSoup(client.get("/handbook/quorum/").content, "html.parser")

    assert history(client, "/handbook/quorum/")[0] == (
        "In the handbook since edition 1.0. Amended in 1.5 (see what changed in edition 1.5), "
        "amended in 1.4 (see what changed in edition 1.4), amended in 1.3 (see what changed in edition 1.3)."
    )
    assert soup.select_one(".history-earlier summary").get_text() == "Show all 5 changes"
    assert [" ".join(item.get_text().split()) for item in soup.select(".history-earlier li")] == [
        f"Amended in 1.{number}, in force from {10 + number} March 2026 (see what changed in edition 1.{number})"
        for number in (5, 4, 3, 2, 1)
    ]


def test_an_edition_that_is_not_published_is_not_told_of(client: Client) -> None:
    from handbook.actions.editions import prepare_edition

    handbook = make_handbook()
    section = add_section(handbook, "Quorum", "<p>Half.</p>")
    publish(handbook, "1.0")
    edit(section, html="<p>All 9.</p>")
    prepare_edition(handbook=handbook, by=None, now=NOW)

    assert history(client, "/handbook/quorum/") == ("In the handbook since edition 1.0, unchanged.", [])


@pytest.mark.parametrize("size", [(3, 3), (6, 3), (3, 6)], ids=["small", "6 sections", "6 editions"])
def test_a_section_takes_the_same_queries_however_large_the_handbook_and_however_many_its_editions(
    client: Client, django_assert_num_queries: Callable, size: tuple[int, int]
) -> None:
    sections, editions = size
    handbook = make_handbook()
    add_sections(handbook, sections)
    for edition in range(editions):
        publish(handbook, f"1.{edition}", **day(edition))
        edit(SectionPage.objects.get(title="Section 1"), html=f"<p>Words {edition}.</p>")
    client.get("/handbook/section-1/")  # fills what is kept in the process: the site, the menu, the contents

    with django_assert_num_queries(6):
        assert client.get("/handbook/section-1/").status_code == 200
