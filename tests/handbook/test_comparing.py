"""Any two editions beside each other: what differs, in which order, and how it is shown."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from handbook.actions.editions import prepare_edition
from handbook.comparing import by_chapter
from handbook.models import EditionSection, HandbookPage, SectionPage
from tests.factories import NOW
from tests.handbook.working_copy import add_section, add_sections, edit, make_handbook, publish

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def shared() -> HandbookPage:
    """Three editions. Between 1.0 and 2.0 a section is amended, one renamed, one moved, one removed and one added; 2.1 amends
    the first one again, and puts back what 2.0 changed in “Fees”."""
    handbook = make_handbook()
    chapter = add_section(handbook, "Governance")
    quorum = add_section(chapter, "Quorum", "<h2>How many</h2><p>Half of the practices vote.</p>")
    add_section(chapter, "Votes", "<p>One vote a practice.</p>")
    money = add_section(handbook, "Money")
    fees = add_section(money, "Fees", "<p>Nobody pays.</p>")
    legal = add_section(handbook, "Legal", f'<p>See <a linktype="page" id="{quorum.pk}">quorum</a>.</p>')
    moving = add_section(money, "Audit", "<p>Once a year.</p>")
    publish(handbook, "1.0")
    edit(quorum, html="<h2>How many</h2><p>Two-thirds of the practices vote.</p>")
    edit(SectionPage.objects.get(title="Votes"), title="Voting", slug="voting")
    edit(fees, html="<p>Everybody pays.</p>")
    SectionPage.objects.get(pk=moving.pk).move(SectionPage.objects.get(pk=chapter.pk), pos="last-child")
    SectionPage.objects.get(pk=legal.pk).unpublish()
    add_section(SectionPage.objects.get(pk=money.pk), "Insurance", "<h2>Cover</h2><p>Be insured.</p>")
    publish(handbook, "2.0", now=NOW + timedelta(days=30), note="Count again.")
    edit(quorum, html="<h2>How many</h2><p>Two-thirds of all practices vote.</p>")
    edit(fees, html="<p>Nobody pays.</p>")
    publish(handbook, "2.1", now=NOW + timedelta(days=60), note="It is all practices.")
    return handbook


@pytest.fixture
def handbook(shared: HandbookPage) -> HandbookPage:
    return HandbookPage.objects.get(pk=shared.pk)


def page(client: Client, path: str, status: int = 200) -> BeautifulSoup:
    response = client.get(path)
    assert response.status_code == status, path
    return BeautifulSoup(response.content, "html.parser")


def words(soup: BeautifulSoup, selector: str) -> str:
    return text(soup.select_one(selector))


def text(tag: BeautifulSoup) -> str:
    return " ".join(tag.get_text(" ").split())


# --- All sections that differ -------------------------------------------------------------------------------------------


def test_every_section_that_differs_is_listed_in_reading_order(
    handbook: HandbookPage, client: Client
) -> None:
    soup = page(client, "/handbook/compare/1.0/2.0/")

    assert words(soup, "h1") == "Handbook Edition 2.0 compared with 1.0"
    assert words(soup, ".nhsuk-lede-text") == (
        "6 sections differ: 1 added, 2 amended, 1 renamed, 1 moved, 1 removed."
    )
    assert [text(heading) for heading in soup.select(".compared > h2")] == [
        "Amended 1.1 Quorum",
        "Renamed 1.2 Voting",
        "Moved 1.3 Audit",
        "Amended 2.1 Fees",
        "Added 2.2 Insurance",
        "Removed 3 Legal",
    ]
    assert [text(facts) for facts in soup.select(".compared__facts")] == [
        "1 word inserted, 1 deleted.",
        "It was called “Votes”. Its text is the same.",
        "It moved from 2.2 in “Money” to 1.3 in “Governance”. Its text is the same.",
        "1 word inserted, 1 deleted.",
        "The whole section is new.",
        "The whole section is gone.",
    ]


def test_the_index_names_the_chapters_and_leads_to_each_section(
    handbook: HandbookPage, client: Client
) -> None:
    soup = page(client, "/handbook/compare/1.0/2.0/")

    assert [text(item).split(" ")[1] for item in soup.select(".compare-index > ol > li")] == [
        "Governance",
        "Money",
        "Legal",
    ]
    anchors = [link["href"] for link in soup.select(".compare-index a")]
    assert anchors == ["#quorum", "#voting", "#audit", "#fees", "#insurance", "#legal"]
    assert {f"#{heading['id']}" for heading in soup.select(".compared > h2")} == set(anchors)


def test_editions_that_are_no_neighbours_are_compared_directly(
    handbook: HandbookPage, client: Client
) -> None:
    soup = page(client, "/handbook/compare/1.0/2.1/")

    # “Fees” says again in 2.1 what it said in 1.0.
    assert [heading["id"] for heading in soup.select(".compared > h2")] == [
        "quorum",
        "voting",
        "audit",
        "insurance",
        "legal",
    ]
    assert [text(note) for note in soup.select(".compared:has(#quorum) .editors-notes p")] == [
        "Amended in edition 2.0 (minor): Count again.",
        "Amended in edition 2.1 (minor): It is all practices.",
    ]


def test_what_is_new_and_what_is_gone_is_shown_in_full(handbook: HandbookPage, client: Client) -> None:
    soup = page(client, "/handbook/compare/1.0/2.0/")

    assert words(soup, ".compared:has(#insurance) .redline ins") == "inserted: Cover Be insured."
    assert words(soup, ".compared:has(#legal) .redline del") == "deleted: See quorum ."
    assert soup.select_one(".compared:has(#legal) .redline a")["href"] == "/handbook/2.0/quorum/"


def test_sections_on_one_page_share_no_id_and_their_headings_step_down(
    handbook: HandbookPage, client: Client
) -> None:
    soup = page(client, "/handbook/compare/1.0/2.0/")

    ids = [tag["id"] for tag in soup.select("[id]")]
    assert sorted(ids) == sorted(set(ids))
    assert [heading.name for heading in soup.select(".redline :is(h2, h3, h4, h5, h6)")] == ["h3", "h3"]
    assert [tag["id"] for tag in soup.select(".compared:has(#fees) .redline [id]")] == [
        "fees--change-1",
        "fees--change-2",
    ]


def test_a_reversed_address_leads_to_the_older_edition_first(handbook: HandbookPage, client: Client) -> None:
    for given, found in (
        ("2.0/1.0/", "1.0/2.0/"),
        ("2.0/1.0/?page=1", "1.0/2.0/?page=1"),
        ("2.0/1.0/quorum/?show=new", "1.0/2.0/quorum/?show=new"),
    ):
        response = client.get(f"/handbook/compare/{given}")
        assert (response.status_code, response["Location"]) == (302, f"/handbook/compare/{found}")


def test_an_edition_compared_with_itself_says_so(handbook: HandbookPage, client: Client) -> None:
    said = "You chose edition 2.0 twice. Choose two different editions."

    assert words(page(client, "/handbook/compare/2.0/2.0/"), ".nhsuk-lede-text") == said
    assert words(page(client, "/handbook/compare/2.0/2.0/quorum/"), ".nhsuk-lede-text") == said


@pytest.mark.parametrize(
    "path",
    [
        "1.0/9.9/",
        "9.9/1.0/",
        "1.0/2.2/",
        "1.0/2.2/quorum/",
        "1.0/2.0/never/",
        "1.0/2.0/?page=2",
        "1.0/2.0/?page=0",
        "1.0/2.0/?page=x",
        "1.0/2.0/?page=99999999999999999999",
        "1.0/",
        "1.0/2.0/quorum/more/",
        "٠.١/2.0/",
    ],
)
def test_what_cannot_be_compared_is_not_found(handbook: HandbookPage, client: Client, path: str) -> None:
    edit(SectionPage.objects.get(title="Quorum"), html="<p>Secret words.</p>")
    prepare_edition(handbook=handbook, by=None, now=NOW + timedelta(days=90))

    assert client.get(f"/handbook/compare/{path}").status_code == 404


def test_more_than_twenty_sections_are_shown_twenty_to_a_page(client: Client) -> None:
    handbook = make_handbook()
    sections = add_sections(handbook, 21)
    publish(handbook, "1.0")
    for section in sections:
        edit(section, html="<p>New.</p>")
    publish(handbook, "2.0", now=NOW + timedelta(days=1))

    first, second = (
        page(client, "/handbook/compare/1.0/2.0/"),
        page(client, "/handbook/compare/1.0/2.0/?page=2"),
    )

    assert [len(soup.select(".compared")) for soup in (first, second)] == [20, 1]
    assert [len(soup.select(".compare-index a")) for soup in (first, second)] == [21, 21]
    assert first.select(".compare-index a")[-1]["href"] == "?page=2#section-20"
    assert second.select(".compare-index a")[0]["href"] == "?page=1#section-0"
    assert second.select_one('link[rel="canonical"]')["href"].endswith("/handbook/compare/1.0/2.0/?page=2")


# --- One section --------------------------------------------------------------------------------------------------------


def test_one_section_shows_its_changes_with_links_to_each(handbook: HandbookPage, client: Client) -> None:
    soup = page(client, "/handbook/compare/1.0/2.0/quorum/")

    assert words(soup, "h1") == "Edition 2.0 compared with 1.0 1.1 Quorum"
    assert [text(mark) for mark in soup.select(".prose.redline :is(del, ins)")] == [
        "deleted: Half",
        "inserted: Two-thirds",
    ]
    links = [link["href"] for link in soup.select(".redline-places a")]
    assert links == [f"#{mark['id']}" for mark in soup.select(".prose.redline [id^=change-]")]
    assert len(links) == 2
    assert [link["href"] for link in soup.select(".edition-stamp a")] == [
        "/handbook/1.0/quorum/",
        "/handbook/2.0/quorum/",
        "/handbook/compare/1.0/2.0/",
    ]


def test_the_way_leads_from_one_changed_section_to_the_next(handbook: HandbookPage, client: Client) -> None:
    first, middle, last = (
        page(client, f"/handbook/compare/1.0/2.0/{anchor}/") for anchor in ("quorum", "voting", "legal")
    )

    assert [link["href"] for link in first.select(".nhsuk-pagination a")] == [
        "/handbook/compare/1.0/2.0/voting/"
    ]
    assert [link["href"] for link in middle.select(".nhsuk-pagination a")] == [
        "/handbook/compare/1.0/2.0/quorum/",
        "/handbook/compare/1.0/2.0/audit/",
    ]
    assert [link["rel"] for link in last.select(".nhsuk-pagination a")] == [["prev"]]


def test_a_renamed_section_is_found_at_its_old_address(handbook: HandbookPage, client: Client) -> None:
    response = client.get("/handbook/compare/1.0/2.0/votes/")

    assert (response.status_code, response["Location"]) == (302, "/handbook/compare/1.0/2.0/voting/")


def test_a_removed_section_is_found_at_its_last_address(handbook: HandbookPage, client: Client) -> None:
    soup = page(client, "/handbook/compare/1.0/2.0/legal/")

    assert words(soup, ".compared__facts") == "Removed The whole section is gone."
    assert words(soup, ".edition-stamp") == (
        "Edition 1.0: in force from 10 March 2026 Read it in edition 1.0 "
        "Edition 2.0: does not have this section All sections that differ"
    )


def test_a_section_that_is_the_same_says_so(handbook: HandbookPage, client: Client) -> None:
    soup = page(client, "/handbook/compare/1.0/2.1/fees/")

    assert words(soup, ".nhsuk-lede-text") == "This section is the same in both editions."
    assert soup.select(".redline") == []


@pytest.mark.parametrize(
    ("show", "shown", "current"),
    [
        ("new", "How many Two-thirds of the practices vote.", "Only the newer text"),
        ("old", "How many Half of the practices vote.", "Only the older text"),
    ],
)
def test_a_reader_can_see_one_text_alone(
    handbook: HandbookPage, client: Client, show: str, shown: str, current: str
) -> None:
    soup = page(client, f"/handbook/compare/1.0/2.0/quorum/?show={show}")

    assert words(soup, ".prose") == shown
    assert words(soup, ".ways-to-show [aria-current]") == current


def test_an_unknown_way_to_show_shows_both(handbook: HandbookPage, client: Client) -> None:
    soup = page(client, "/handbook/compare/1.0/2.0/quorum/?show=everything")

    assert words(soup, ".ways-to-show [aria-current]") == "Both marked"
    assert len(soup.select(".prose.redline")) == 1
    # There is no older text of what is new.
    assert page(client, "/handbook/compare/1.0/2.0/insurance/?show=old").select(".ways-to-show") == []


# --- The form -----------------------------------------------------------------------------------------------------------


def test_the_form_leads_to_the_comparison(handbook: HandbookPage, client: Client) -> None:
    response = client.get("/handbook/compare/?from=1.0&to=2.1")

    assert (response.status_code, response["Location"]) == (302, "/handbook/compare/1.0/2.1/")


def test_the_form_offers_the_two_newest_editions(handbook: HandbookPage, client: Client) -> None:
    soup = page(client, "/handbook/compare/")

    chosen = {
        select["name"]: select.select_one("[selected]")["value"] for select in soup.select("main select")
    }
    assert chosen == {"from": "2.0", "to": "2.1"}
    assert soup.select(".nhsuk-error-summary") == []


@pytest.mark.parametrize("query", ["from=1.0", "from=9.9&to=1.0", "from=&to=", "from=%22%3E&to=x", "x=1"])
def test_a_form_without_two_editions_asks_for_them(
    handbook: HandbookPage, client: Client, query: str
) -> None:
    soup = page(client, f"/handbook/compare/?{query}")

    assert words(soup, ".nhsuk-error-summary li") == "Choose two editions from the lists."


def test_a_handbook_with_one_edition_or_none_says_that_there_is_nothing_to_compare(client: Client) -> None:
    handbook = make_handbook()
    assert words(page(client, "/handbook/compare/"), "main p").startswith("No edition of this handbook")

    add_section(handbook, "Quorum", "<p>Half.</p>")
    publish(handbook, "1.0")

    assert words(page(client, "/handbook/compare/"), "main p").startswith("There is only edition 1.0 so far.")


# --- Order and cost -----------------------------------------------------------------------------------------------------


def rows(*tree: tuple[UUID, UUID | None]) -> list[EditionSection]:
    return [EditionSection(key=key, parent=parent) for key, parent in tree]


def test_what_is_gone_stands_where_it_stood() -> None:
    one, two, three, a, b, c, d = (uuid4() for _ in range(7))
    old = rows((one, None), (a, one), (b, one), (c, one), (two, None), (d, two), (three, None))
    new = rows((one, None), (a, one), (c, one), (three, None))

    assert by_chapter(old, new) == [(one, [one, a, b, c]), (two, [two, d]), (three, [three])]


def test_what_is_gone_from_the_start_stands_at_the_start() -> None:
    one, two, a = uuid4(), uuid4(), uuid4()

    assert by_chapter(rows((one, None), (a, one), (two, None)), rows((two, None))) == [
        (one, [one, a]),
        (two, [two]),
    ]


def test_sections_of_a_chapter_that_became_a_section_stand_under_its_old_name() -> None:
    one, two, a, b = (uuid4() for _ in range(4))
    old = rows((one, None), (two, None), (a, two), (b, two))
    new = rows((one, None), (two, one), (b, one))

    assert by_chapter(old, new) == [(one, [one, two, b]), (two, [a])]


def test_a_comparison_costs_as_many_queries_for_one_section_as_for_twelve(client: Client) -> None:
    handbook = make_handbook()
    sections = add_sections(handbook, 12)
    publish(handbook, "1.0")
    edit(sections[0], html="<p>New.</p>")
    publish(handbook, "1.1", now=NOW + timedelta(days=1))
    for section in sections[1:]:
        edit(section, html="<p>Newer.</p>")
    publish(handbook, "2.0", now=NOW + timedelta(days=2))

    costs = [
        queries(client, f"/handbook/compare/{pair}/")
        for pair in ("1.0/1.1", "1.0/2.0", "1.1/2.0", "1.0/2.0/section-3")
    ]

    assert costs[0] == costs[1] == costs[2]
    assert costs[3] <= costs[0]


def queries(client: Client, path: str) -> int:
    """How many queries a page costs that has been asked for before."""
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    return len(captured)
