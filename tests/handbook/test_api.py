"""The handbook for programs: what they are told, what they may keep, and what they are told when nothing is there."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from handbook.actions.editions import prepare_edition
from handbook.actions.errata import publish_erratum
from handbook.models import Edition, EditionSection, HandbookPage, SectionPage
from tests.factories import NOW
from tests.handbook.working_copy import add_section, edit, make_handbook, publish

pytestmark = pytest.mark.django_db

API = "/handbook/api"
HOME = "http://testserver/handbook"


@pytest.fixture(scope="module")
def shared() -> HandbookPage:
    """1.0; 2.0, which amends “Quorum”, with an erratum to it; 2.1, in force in a hundred years."""
    handbook = make_handbook()
    chapter = add_section(handbook, "Governance")
    quorum = add_section(chapter, "Quorum", "<p>Half of the practices.</p>")
    add_section(
        chapter,
        "Votes",
        f'<p>See <a linktype="page" id="{quorum.pk}">it</a> or <a href="/guidance/">this</a>.</p>',
    )
    publish(handbook, "1.0", summary="The first one.")
    edit(quorum, html="<p>Not half of the practices.</p>")
    edition = publish(handbook, "2.0", now=NOW + timedelta(days=30), note="Count again.")
    key = SectionPage.objects.get(pk=quorum.pk).translation_key
    publish_erratum(edition=edition, key=key, text="Read “of all”.", by=None, now=NOW + timedelta(days=40))
    edit(quorum, html="<p>All practices.</p>")
    publish(handbook, "2.1", now=NOW + timedelta(days=60), effective_on=date(2126, 7, 1))
    return handbook


@pytest.fixture
def handbook(shared: HandbookPage) -> HandbookPage:
    return HandbookPage.objects.get(pk=shared.pk)


def row(number: str, title: str) -> EditionSection:
    return EditionSection.objects.get(edition__number=number, title=title)


def test_programs_are_told_of_the_editions(handbook: HandbookPage, client: Client) -> None:
    found = client.get(f"{API}/editions/").json()

    editions = found.pop("editions")
    assert found == {"count": 3, "page": 1, "pages": 1, "page_size": 100}
    assert [(edition["number"], edition["standing"], edition["previous"]) for edition in editions] == [
        ("2.1", "coming", "2.0"),
        ("2.0", "in force", "1.0"),
        ("1.0", "superseded", None),
    ]
    assert editions[2] == {
        "number": "1.0",
        "standing": "superseded",
        "effective_on": "2026-03-10",
        "published_at": "2026-03-10T09:30:00Z",
        "summary": "The first one.",
        "sha256": Edition.objects.get(number="1.0").sha256,
        "previous": None,
        "urls": {
            "html": f"{HOME}/1.0/",
            "pdf": editions[2]["urls"]["pdf"],
            "json": f"{HOME}/api/editions/1.0/",
        },
    }


def test_programs_are_told_of_an_editions_sections(handbook: HandbookPage, client: Client) -> None:
    found = client.get(f"{API}/editions/2.0/").json()

    assert (found["number"], found["previous"]) == ("2.0", "1.0")
    assert [section["number"] for section in found["sections"]] == ["1", "1.1", "1.2"]
    quorum = row("2.0", "Quorum")
    assert found["sections"][1] == {
        "key": str(quorum.key),
        "number": "1.1",
        "title": "Quorum",
        "anchor": "quorum",
        "parent": str(row("2.0", "Governance").key),
        "sha256": quorum.body_id,
        "change": "amended",
        "significance": "major",
        "note": "Count again.",
        "urls": {"html": f"{HOME}/2.0/quorum/", "json": f"{HOME}/api/editions/2.0/sections/quorum/"},
    }


def test_programs_are_told_the_words_the_errata_and_the_history_of_a_section(
    handbook: HandbookPage, client: Client
) -> None:
    found = client.get(f"{API}/editions/2.0/sections/quorum/").json()

    assert (found["edition"], found["html"], found["text"]) == (
        "2.0",
        "<p>Not half of the practices.</p>",
        "Not half of the practices.",
    )
    assert found["errata"] == [{"published_at": "2026-04-19T09:30:00Z", "text": "Read “of all”."}]
    assert [
        (then["edition"], then["change"], then["significance"], then["note"]) for then in found["history"]
    ] == [
        ("2.1", "amended", "major", "Read it again."),
        ("2.0", "amended", "major", "Count again."),
    ]
    assert client.get(f"{API}/editions/1.0/sections/quorum/").json()["errata"] == []


def test_addresses_in_the_words_are_absolute(handbook: HandbookPage, client: Client) -> None:
    html = client.get(f"{API}/editions/1.0/sections/votes/").json()["html"]

    assert [link["href"] for link in BeautifulSoup(html, "html.parser").select("a")] == [
        f"{HOME}/1.0/quorum/",
        "http://testserver/guidance/",
    ]


def test_programs_are_told_of_amendments_and_errata(handbook: HandbookPage, client: Client) -> None:
    found = client.get(f"{API}/amendments/").json()

    assert [(line["kind"], line["edition"]) for line in found["amendments"]] == [
        ("amendment", "2.1"),
        ("erratum", "2.0"),
        ("amendment", "2.0"),
    ]
    place = {"key": str(row("2.0", "Quorum").key), "number": "1.1", "title": "Quorum", "anchor": "quorum"}
    assert found["amendments"][1:] == [
        {
            "kind": "erratum",
            "edition": "2.0",
            "published_at": "2026-04-19T09:30:00Z",
            "section": place,
            "text": "Read “of all”.",
            "urls": {"section": f"{HOME}/2.0/quorum/"},
        },
        {
            "kind": "amendment",
            "edition": "2.0",
            "published_at": "2026-04-09T09:30:00Z",
            "section": place,
            "change": "amended",
            "significance": "major",
            "note": "Count again.",
            "before": place,
            "urls": {
                "section": f"{HOME}/2.0/quorum/",
                "before": f"{HOME}/1.0/quorum/",
                "comparison": f"{HOME}/compare/1.0/2.0/quorum/",
            },
        },
    ]
    assert client.get(f"{API}/amendments/?significance=minor").json()["amendments"] == []


def test_every_address_that_programs_are_told_answers(handbook: HandbookPage, client: Client) -> None:
    told = [client.get(f"{API}/{path}").json() for path in ("editions/", "editions/2.0/", "amendments/")]
    addresses = {address for found in told for address in addresses_in(found)}

    assert len(addresses) > 10
    for address in addresses:
        response = client.get(address.removeprefix("http://testserver"))
        if response.streaming:
            b"".join(response.streaming_content)
        assert response.status_code == 200, address


def addresses_in(found: object) -> list[str]:
    if isinstance(found, dict):
        return [address for value in found.values() for address in addresses_in(value)]
    if isinstance(found, list):
        return [address for value in found for address in addresses_in(value)]
    return [found] if isinstance(found, str) and found.startswith("http") else []


# --- What may be kept ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["editions/", "editions/2.0/", "editions/2.0/sections/quorum/", "amendments/"]
)
def test_an_answer_can_be_kept_and_asked_about_again(
    handbook: HandbookPage, client: Client, path: str
) -> None:
    response = client.get(f"{API}/{path}")
    by_tag = client.get(f"{API}/{path}", headers={"If-None-Match": response["ETag"]})
    by_day = client.get(f"{API}/{path}", headers={"If-Modified-Since": response["Last-Modified"]})
    older = client.get(f"{API}/{path}", headers={"If-Modified-Since": "Sat, 01 Jan 2000 00:00:00 GMT"})

    assert (response.status_code, response["Content-Type"]) == (200, "application/json")
    assert response["Cache-Control"] == "public, max-age=60"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert [(answer.status_code, answer.content) for answer in (by_tag, by_day)] == [(304, b""), (304, b"")]
    assert by_tag["Access-Control-Allow-Origin"] == "*"
    assert (older.status_code, older.content) == (200, response.content)
    assert "Cookie" not in response.get("Vary", "")


def test_an_erratum_changes_the_answer(handbook: HandbookPage, client: Client) -> None:
    path = f"{API}/editions/1.0/sections/quorum/"
    before = client.get(path)
    publish_erratum(
        edition=Edition.objects.get(number="1.0"),
        key=row("1.0", "Quorum").key,
        text="Read “a half”.",
        by=None,
        now=NOW + timedelta(days=70),
    )

    after = client.get(path, headers={"If-None-Match": before["ETag"]})

    assert (after.status_code, len(after.json()["errata"])) == (200, 1)
    assert client.get(path, headers={"If-Modified-Since": before["Last-Modified"]}).status_code == 200


# --- What is not there --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("editions/9.9/", "There is no edition 9.9."),
        ("editions/2.2/", "There is no edition 2.2."),
        ("editions/2.2/sections/quorum/", "There is no edition 2.2."),
        ("editions/2.0/sections/never/", "Edition 2.0 has no section with the anchor “never”."),
        ("editions/?page=2", "This list has no such page."),
        ("amendments/?page=x", "This list has no such page."),
        ("nonsense/", f"There is nothing at this address. See {HOME}/api/ for what there is."),
        ("editions/latest/", f"There is nothing at this address. See {HOME}/api/ for what there is."),
    ],
)
def test_what_is_not_there_is_said_in_a_sentence(
    handbook: HandbookPage, client: Client, path: str, error: str
) -> None:
    edit(SectionPage.objects.get(title="Quorum"), html="<p>Secret words.</p>")
    prepare_edition(handbook=handbook, by=None, now=NOW + timedelta(days=90))

    response = client.get(f"{API}/{path}")

    assert (response.status_code, response.json()) == (404, {"error": error})
    assert response["Access-Control-Allow-Origin"] == "*"


def test_nothing_can_be_written(handbook: HandbookPage, client: Client) -> None:
    response = client.post(f"{API}/editions/")

    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")
    assert response.json() == {"error": "This address can only be read. Send a GET request."}


def test_a_handbook_without_editions_has_empty_lists(client: Client) -> None:
    make_handbook()

    for name in ("editions", "amendments"):
        found = client.get(f"{API}/{name}/").json()
        assert found == {"count": 0, "page": 1, "pages": 1, "page_size": 100, name: []}
    assert client.get(f"{API}/").status_code == 200


def test_the_page_for_people_leads_to_an_example_of_each(handbook: HandbookPage, client: Client) -> None:
    soup = BeautifulSoup(client.get(f"{API}/").content, "html.parser")

    addresses = [link["href"] for link in soup.select("dd a.address")]
    assert addresses == [
        f"{API}/editions/",
        f"{API}/editions/2.0/",
        f"{API}/editions/2.0/sections/governance/",
        f"{API}/amendments/",
    ]
    assert "A value that is not known is ignored." in soup.select("dd")[-1].get_text()


def test_an_edition_costs_as_many_queries_for_three_sections_as_for_thirty(
    handbook: HandbookPage, client: Client
) -> None:
    few = queries(client, f"{API}/editions/2.0/")
    for number in range(27):
        add_section(handbook, f"Section {number}", f"<p>Words {number}.</p>")
    publish(handbook, "3.0", now=NOW + timedelta(days=90), effective_on=date(2126, 7, 1))

    assert queries(client, f"{API}/editions/3.0/") == few


def queries(client: Client, path: str) -> int:
    """How many queries an answer costs that has been asked for before."""
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    return len(captured)
