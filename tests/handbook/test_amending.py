"""The list of amendments and errata: its order, its filter, its pages and its feed."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from handbook.actions.editions import prepare_edition
from handbook.actions.errata import publish_erratum
from handbook.models import Edition, HandbookPage, SectionPage
from tests.factories import NOW
from tests.handbook.working_copy import add_section, edit, make_handbook, publish

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def shared() -> HandbookPage:
    """1.0; 2.0, which adds, amends and removes; an erratum to “Quorum” of 2.0; 2.1, in force in a hundred years."""
    handbook = make_handbook()
    chapter = add_section(handbook, "Governance")
    quorum = add_section(chapter, "Quorum", "<p>Half of the practices.</p>")
    legal = add_section(handbook, "Legal", "<p>Legal words.</p>")
    money = add_section(handbook, "Money")
    fees = add_section(money, "Fees", "<p>Nobody pays a fee.</p>")
    publish(handbook, "1.0", summary="The first one.")
    edit(quorum, html="<p>Not half of the practices.</p>")
    edit(fees, html="<p>Nobody pays the fee.</p>")
    SectionPage.objects.get(pk=legal.pk).unpublish()
    edition = publish(handbook, "2.0", now=NOW + timedelta(days=30), note="Count <again>.")
    key = SectionPage.objects.get(pk=quorum.pk).translation_key
    publish_erratum(edition=edition, key=key, text="Read “of all”.", by=None, now=NOW + timedelta(days=40))
    edit(fees, html="<p>Nobody pays any fee.</p>")
    edit(money, title="Finance", slug="finance")
    publish(handbook, "2.1", now=NOW + timedelta(days=60), effective_on=date(2126, 7, 1))
    return handbook


@pytest.fixture
def handbook(shared: HandbookPage) -> HandbookPage:
    return HandbookPage.objects.get(pk=shared.pk)


def page(client: Client, path: str, status: int = 200) -> BeautifulSoup:
    response = client.get(path)
    assert response.status_code == status, path
    return BeautifulSoup(response.content, "html.parser")


def text(tag: BeautifulSoup) -> str:
    return " ".join(tag.get_text(" ").split())


def listed(client: Client, query: str = "") -> list[str]:
    """The headings of the list: editions, and what stands below each."""
    return [
        text(heading)
        for heading in page(client, f"/handbook/amendments/{query}").select(".results :is(h2, h3)")
    ]


def feed(client: Client, query: str = "") -> ET.Element:
    response = client.get(f"/handbook/amendments/feed/{query}")
    assert (response.status_code, response["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")
    return ET.fromstring(response.content)  # noqa: S314  it is our own


# --- The list -----------------------------------------------------------------------------------------------------------


def test_amendments_and_errata_are_listed_newest_edition_first(
    handbook: HandbookPage, client: Client
) -> None:
    assert listed(client) == [
        "Edition 2.1",
        "Renamed 2 Finance",
        "Amended 2.1 Fees",
        "Edition 2.0",
        "Erratum 1.1 Quorum",
        "Amended 1.1 Quorum",
        "Amended 2.1 Fees",
        "Removed 2 Legal",
        "Edition 1.0",
    ]


def test_a_line_has_the_editors_words_and_leads_to_both_texts_and_the_redline(
    handbook: HandbookPage, client: Client
) -> None:
    soup = page(client, "/handbook/amendments/")
    erratum, quorum, _, legal = soup.select("section:has(#edition-20) .amendment")

    assert text(erratum) == "Erratum 1.1 Quorum Read “of all”. Put right on 19 April 2026."
    assert text(quorum) == (
        "Amended 1.1 Quorum Count <again>. Major amendment. See what changed in Quorum Read it as it was – Quorum"
    )
    assert [link["href"] for link in quorum.select("a")] == [
        "/handbook/2.0/quorum/",
        "/handbook/compare/1.0/2.0/quorum/",
        "/handbook/1.0/quorum/",
    ]
    assert [link["href"] for link in legal.select("a")] == ["/handbook/1.0/legal/"]
    for address in {link["href"] for link in soup.select(".amendment a, .edition-stamp a")}:
        assert client.get(address).status_code == 200, address


def test_the_list_can_be_narrowed_to_a_chapter_by_any_of_its_names(
    handbook: HandbookPage, client: Client
) -> None:
    soup = page(client, "/handbook/amendments/?chapter=finance")

    assert listed(client, "?chapter=finance") == [
        "Edition 2.1",
        "Renamed 2 Finance",
        "Amended 2.1 Fees",
        "Edition 2.0",
        "Amended 2.1 Fees",
    ]
    assert text(soup.select_one(".results p")) == "3 amendments and errata in Finance."
    assert listed(client, "?chapter=legal") == ["Edition 2.0", "Removed 2 Legal"]
    assert listed(client, "?chapter=governance") == [
        "Edition 2.0",
        "Erratum 1.1 Quorum",
        "Amended 1.1 Quorum",
    ]


def test_the_chapters_on_offer_are_those_of_today_then_those_that_are_gone(
    handbook: HandbookPage, client: Client
) -> None:
    options = page(client, "/handbook/amendments/").select("#chapter option")

    assert [(option["value"], text(option)) for option in options] == [
        ("", "All chapters"),
        ("governance", "1 Governance"),
        ("finance", "2 Finance"),
        ("legal", "Legal (no longer in the handbook)"),
    ]


def test_the_list_can_be_narrowed_to_major_amendments(handbook: HandbookPage, client: Client) -> None:
    soup = page(client, "/handbook/amendments/?significance=major")

    assert listed(client, "?significance=major") == ["Edition 2.0", "Amended 1.1 Quorum", "Removed 2 Legal"]
    assert soup.select_one("#significance-major").has_attr("checked")
    assert listed(client, "?significance=minor&chapter=governance") == []


def test_an_empty_list_says_what_to_do(handbook: HandbookPage, client: Client) -> None:
    soup = page(client, "/handbook/amendments/?significance=minor&chapter=governance")

    assert text(soup.select(".results p")[1]) == (
        "There are no minor amendments in Governance. Choose another chapter or significance, or see all amendments ."
    )


@pytest.mark.parametrize(
    "query", ["?chapter=never", "?significance=huge", "?chapter=%F0%9F%92%A9&significance=", "?x=1"]
)
def test_a_choice_that_is_not_on_offer_counts_for_nothing(
    handbook: HandbookPage, client: Client, query: str
) -> None:
    assert listed(client, query) == listed(client)


@pytest.mark.parametrize("query", ["?page=2", "?page=0", "?page=x", "?page=-1"])
def test_a_page_that_there_is_not_is_not_found(handbook: HandbookPage, client: Client, query: str) -> None:
    assert client.get(f"/handbook/amendments/{query}").status_code == 404


def test_nothing_that_is_not_published_is_listed(handbook: HandbookPage, client: Client) -> None:
    edit(SectionPage.objects.get(title="Quorum"), title="Secret", html="<p>Secret words.</p>")
    prepare_edition(handbook=handbook, by=None, now=NOW + timedelta(days=90))

    for path in ("amendments/", "amendments/feed/", "api/amendments/", "api/editions/"):
        assert "Secret" not in client.get(f"/handbook/{path}").content.decode(), path


def test_a_handbook_without_editions_has_an_empty_list_and_an_empty_feed(client: Client) -> None:
    make_handbook()

    assert (
        text(page(client, "/handbook/amendments/").select(".results p")[1])
        == "No edition has been published yet."
    )
    assert feed(client).findall(f"{ATOM}entry") == []


# --- The feed -----------------------------------------------------------------------------------------------------------


def test_the_feed_has_an_entry_for_each_amendment_and_erratum(handbook: HandbookPage, client: Client) -> None:
    found = feed(client)

    assert [entry.findtext(f"{ATOM}title") for entry in found.findall(f"{ATOM}entry")] == [
        "Renamed: 2 Finance (edition 2.1)",
        "Amended: 2.1 Fees (edition 2.1)",
        "Erratum: 1.1 Quorum (edition 2.0)",
        "Amended: 1.1 Quorum (edition 2.0)",
        "Amended: 2.1 Fees (edition 2.0)",
        "Removed: 2 Legal (edition 2.0)",
    ]
    assert found.findtext(f"{ATOM}title") == "Handbook: amendments"
    assert found.findtext(f"{ATOM}author/{ATOM}name") == "Handbook"
    assert found.findtext(f"{ATOM}updated") == "2026-05-09T09:30:00+00:00"
    assert {link.get("rel"): link.get("href") for link in found.findall(f"{ATOM}link")} == {
        "alternate": "http://testserver/handbook/amendments/",
        "self": "http://testserver/handbook/amendments/feed/",
    }


def test_an_entry_of_the_feed_tells_all_by_itself(handbook: HandbookPage, client: Client) -> None:
    erratum, quorum = feed(client).findall(f"{ATOM}entry")[2:4]
    edition = Edition.objects.get(number="2.0")
    key = edition.sections.get(title="Quorum").key
    name = f"tag:testserver,2026:handbook/{handbook.translation_key}"

    assert erratum.findtext(f"{ATOM}id") == f"{name}/2.0/errata/1"
    assert erratum.findtext(f"{ATOM}updated") == "2026-04-19T09:30:00+00:00"
    assert erratum.find(f"{ATOM}link").get("href") == "http://testserver/handbook/2.0/quorum/"
    assert quorum.findtext(f"{ATOM}id") == f"{name}/2.0/{key}"
    assert quorum.findtext(f"{ATOM}summary") == (
        "<p>Count &lt;again&gt;.</p><p>Major amendment in edition 2.0, in force from 9 April 2026. "
        '<a href="http://testserver/handbook/compare/1.0/2.0/quorum/">See what changed</a></p>'
    )
    assert [entry.get("term") for entry in quorum.findall(f"{ATOM}category")] == ["Amended"]


def test_the_feed_can_be_narrowed_as_the_list_is(handbook: HandbookPage, client: Client) -> None:
    found = feed(client, "?significance=major")
    soup = page(client, "/handbook/amendments/?significance=major")

    assert [entry.findtext(f"{ATOM}title") for entry in found.findall(f"{ATOM}entry")] == [
        "Amended: 1.1 Quorum (edition 2.0)",
        "Removed: 2 Legal (edition 2.0)",
    ]
    assert soup.select_one('link[rel="alternate"]')["href"] == "/handbook/amendments/feed/?significance=major"


def test_the_feed_is_the_same_as_long_as_nothing_is_published(handbook: HandbookPage, client: Client) -> None:
    first = client.get("/handbook/amendments/feed/").content

    assert client.get("/handbook/amendments/feed/").content == first


def test_the_feed_keeps_to_the_newest_hundred(client: Client) -> None:
    handbook = make_handbook()
    quorum = add_section(handbook, "Quorum", "<p>Half.</p>")
    edition = publish(handbook, "1.0")
    for number in range(101):
        publish_erratum(
            edition=edition,
            key=quorum.translation_key,
            text=f"Erratum {number}. \x0b\ufffe",
            by=None,
            now=datetime(2026, 5, 1, tzinfo=UTC) + timedelta(minutes=number),
        )

    ids = [entry.findtext(f"{ATOM}id").rpartition("/")[2] for entry in feed(client).findall(f"{ATOM}entry")]

    assert ids == [str(number) for number in range(101, 1, -1)]


# --- Pages and cost -----------------------------------------------------------------------------------------------------


def test_twelve_editions_are_listed_ten_to_a_page_for_as_many_queries_as_three(client: Client) -> None:
    handbook = make_handbook()
    quorum = add_section(handbook, "Quorum", "<p>Half.</p>")
    edition = publish(handbook, "1.0")
    publish_erratum(edition=edition, key=quorum.translation_key, text="One.", by=None, now=NOW)

    def grow(count: int) -> dict[str, int]:
        for number in range(Edition.objects.count(), count):
            edit(quorum, html=f"<p>At least {number} of them.</p>")
            edition = publish(handbook, now=NOW + timedelta(days=number))
        publish_erratum(edition=edition, key=quorum.translation_key, text="Two.", by=None, now=NOW)
        return {
            path: queries(client, f"/handbook/{path}")
            for path in ("amendments/", "amendments/feed/", "editions/", "api/amendments/", "api/editions/")
        }

    few, many = grow(3), grow(12)
    last = page(client, "/handbook/amendments/?page=2")

    assert many == few
    assert [text(heading) for heading in last.select(".results h2")][-1] == "Edition 1.0"
    assert len(last.select(".results h2")) == 2


def queries(client: Client, path: str) -> int:
    """How many queries a page costs that has been asked for before."""
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    return len(captured)


@pytest.mark.parametrize(
    "path",
    [
        "amendments/?significance=major",
        "amendments/feed/",
        "editions/",
        "compare/1.0/2.0/",
        "compare/1.0/2.0/quorum/",
        "search/?q=practices",
        "as-at/2026-03-12/",
        "as-at/2026-03-12/quorum/",
        "api/",
    ],
)
def test_a_page_is_kept_for_everybody_who_is_not_signed_in(
    handbook: HandbookPage, client: Client, settings: Any, path: str
) -> None:
    settings.PAGE_CACHE_SECONDS = 300
    first = client.get(f"/handbook/{path}")

    with CaptureQueriesContext(connection) as captured:
        again = client.get(f"/handbook/{path}", headers={"If-None-Match": first["ETag"]})

    assert (first.status_code, first["Cache-Control"]) == (200, "public, max-age=0, must-revalidate")
    assert (again.status_code, again.content, len(captured)) == (304, b"", 0)
