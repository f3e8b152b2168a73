"""What readers see of a handbook, by address and by day."""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from bs4 import BeautifulSoup
from django.core.management import CommandError, call_command
from django.db import connection
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from handbook import reading
from handbook.actions.editions import prepare_edition
from handbook.models import Asset, Edition, HandbookPage, SectionPage
from tests.factories import NOW, make_staff, make_user, sign_in
from tests.handbook.working_copy import add_section, add_sections, edit, make_handbook, publish

pytestmark = pytest.mark.django_db

LONDON = ZoneInfo("Europe/London")
SUPERSEDED = "Information: Edition 1.0 has been superseded. Edition 2.0 has been in force since 9 April 2026."


@pytest.fixture(scope="module")
def shared() -> HandbookPage:
    """Three editions: 1.0 and 2.0 have come into force, 2.1 comes into force in a year."""
    handbook = make_handbook()
    chapter = add_section(handbook, "Governance")
    add_section(chapter, "Quorum", "<h2>How many</h2><p>Half of the practices.</p>")
    votes = add_section(chapter, "Votes", "<p>One vote a practice.</p>")
    add_section(handbook, "Disputes", f'<p>First, <a linktype="page" id="{votes.pk}">vote</a>.</p>')
    add_section(handbook, "Legal", "<p>Legal words.</p>")
    publish(handbook, "1.0", summary="The first one.")
    edit(SectionPage.objects.get(title="Quorum"), html="<h2>How many</h2><p>Two-thirds of the practices.</p>")
    edit(votes, title="Voting", slug="voting")
    SectionPage.objects.get(title="Legal").unpublish()
    publish(handbook, "2.0", now=NOW + timedelta(days=30), note="Count again.")
    edit(SectionPage.objects.get(title="Voting"), html="<p>One vote for each 1,000 patients.</p>")
    later = datetime.now(LONDON) + timedelta(days=365)
    publish(handbook, "2.1", now=NOW + timedelta(days=60), effective_on=later.date())
    return handbook


@pytest.fixture
def handbook(shared: HandbookPage) -> HandbookPage:
    return HandbookPage.objects.get(pk=shared.pk)


def page(client: Client, path: str, status: int = 200) -> BeautifulSoup:
    response = client.get(path)
    assert response.status_code == status, path
    return BeautifulSoup(response.content, "html.parser")


def fetched(client: Client, path: str) -> HttpResponseBase:
    """The answer, read to its end, so that its file is closed."""
    response = client.get(path)
    b"".join(response.streaming_content)
    return response


def words(soup: BeautifulSoup, selector: str) -> str:
    return " ".join(soup.select_one(selector).get_text(" ").split())


def test_handbook_opens_at_the_edition_in_force(handbook: HandbookPage, client: Client) -> None:
    soup = page(client, "/handbook/")

    assert words(soup, "h1") == "Handbook"
    assert words(soup, ".edition-stamp").startswith("Edition 2.0 In force since 9 April 2026")
    links = [
        (" ".join(link.get_text().split()), link["href"]) for link in soup.select(".handbook-contents a")
    ]
    assert links == [
        ("1 Governance", "/handbook/governance/"),
        ("1.1 Quorum", "/handbook/quorum/"),
        ("1.2 Voting", "/handbook/voting/"),
        ("2 Disputes", "/handbook/disputes/"),
    ]


def test_every_edition_keeps_its_own_address_and_words(handbook: HandbookPage, client: Client) -> None:
    assert words(page(client, "/handbook/quorum/"), ".prose p") == "Two-thirds of the practices."
    assert words(page(client, "/handbook/1.0/quorum/"), ".prose p") == "Half of the practices."
    assert words(page(client, "/handbook/2.0/quorum/"), ".prose p") == "Two-thirds of the practices."


def test_links_stay_within_what_the_reader_has_open(handbook: HandbookPage, client: Client) -> None:
    links = {
        path: page(client, path).select_one(".prose p a")["href"]
        for path in (
            "/handbook/disputes/",
            "/handbook/1.0/disputes/",
            "/handbook/2.0/disputes/",
            "/handbook/whole/",
        )
    }

    assert links == {
        "/handbook/disputes/": "/handbook/voting/",
        "/handbook/1.0/disputes/": "/handbook/1.0/votes/",
        "/handbook/2.0/disputes/": "/handbook/2.0/voting/",
        "/handbook/whole/": "#voting",
    }


@pytest.mark.parametrize(
    ("path", "notice", "links"),
    [
        (
            "/handbook/1.0/quorum/",
            SUPERSEDED
            + " This section has changed since. Read this section as it is now , or see what changed .",
            ["/handbook/quorum/", "/handbook/compare/1.0/2.0/quorum/"],
        ),
        (
            "/handbook/1.0/votes/",
            SUPERSEDED
            + " This section has changed since. Read this section as it is now , or see what changed .",
            ["/handbook/voting/", "/handbook/compare/1.0/2.0/voting/"],
        ),
        (
            "/handbook/1.0/disputes/",
            SUPERSEDED + " This section is unchanged in it. Read this section in the edition in force .",
            ["/handbook/disputes/"],
        ),
        (
            "/handbook/1.0/legal/",
            SUPERSEDED
            + " It no longer has this section. Read the edition in force , or see what became of this section .",
            ["/handbook/", "/handbook/compare/1.0/2.0/legal/"],
        ),
    ],
)
def test_superseded_edition_says_what_has_become_of_the_section(
    handbook: HandbookPage, client: Client, path: str, notice: str, links: list[str]
) -> None:
    soup = page(client, path)

    assert words(soup, ".notice") == notice
    assert [link["href"] for link in soup.select(".notice a")] == links


def test_edition_in_force_has_no_notice_at_either_address(handbook: HandbookPage, client: Client) -> None:
    assert page(client, "/handbook/quorum/").select(".notice") == []
    assert page(client, "/handbook/2.0/quorum/").select(".notice") == []


def test_edition_to_come_can_be_read_and_says_that_it_is_not_in_force(
    handbook: HandbookPage, client: Client
) -> None:
    soup = page(client, "/handbook/2.1/voting/")

    assert words(soup, ".notice").startswith(
        "Information: This edition is not in force yet. It comes into force on "
    )
    assert words(page(client, "/handbook/voting/"), ".prose p") == "One vote a practice."


@pytest.mark.parametrize(
    ("moment", "number"),
    [
        (datetime(2026, 3, 9, 23, 59, 59, tzinfo=LONDON), None),
        (datetime(2026, 3, 10, 0, 0, 0, tzinfo=LONDON), "1.0"),
        (datetime(2026, 4, 8, 23, 59, 59, tzinfo=LONDON), "1.0"),
        (datetime(2026, 4, 9, 0, 0, 0, tzinfo=LONDON), "2.0"),
        (datetime(2026, 4, 9, 0, 0, 1, tzinfo=LONDON), "2.0"),
    ],
)
def test_edition_comes_into_force_at_midnight_in_london(
    handbook: HandbookPage, moment: datetime, number: str | None
) -> None:
    opened = reading.open_edition(handbook, None, moment.date())

    assert (opened and opened.edition.number) == number


def test_old_address_of_a_section_leads_to_the_new_one(handbook: HandbookPage, client: Client) -> None:
    response = client.get("/handbook/votes/")

    assert (response.status_code, response["Location"]) == (302, "/handbook/voting/")


def test_new_address_of_a_section_leads_to_the_old_one_in_an_old_edition(
    handbook: HandbookPage, client: Client
) -> None:
    response = client.get("/handbook/1.0/voting/")

    assert (response.status_code, response["Location"]) == (302, "/handbook/1.0/votes/")


def test_removed_section_says_where_it_was_last(handbook: HandbookPage, client: Client) -> None:
    soup = page(client, "/handbook/legal/", status=404)

    assert words(soup, "h1") == "This section is no longer in the handbook"
    assert soup.select_one("main li a")["href"] == "/handbook/1.0/legal/"


def test_section_that_came_later_says_so_in_an_older_edition(handbook: HandbookPage, client: Client) -> None:
    other = make_handbook(title="Other", slug="other")
    add_section(other, "Quorum", "<p>Half.</p>")
    publish(other, "1.0")
    add_section(other, "Minutes", "<p>Write.</p>")
    publish(other, "1.1", now=NOW + timedelta(days=1))

    soup = page(client, "/other/1.0/minutes/", status=404)

    assert words(soup, "main") == (
        "This section is not in edition 1.0 “Minutes” came into the handbook later. It is in edition 1.1. "
        "Read it as it is in edition 1.1 Go to the contents of the handbook"
    )
    assert [link["href"] for link in soup.select("main a")] == ["/other/1.1/minutes/", "/other/1.0/"]


def test_section_can_be_cited_with_its_permanent_address(handbook: HandbookPage, client: Client) -> None:
    soup = page(client, "/handbook/quorum/")

    assert words(soup, "#cite_text") == (
        "Handbook, edition 2.0 (in force from 9 April 2026), section 1.1, ‘Quorum’. "
        "http://testserver/handbook/2.0/quorum/"
    )
    assert soup.select_one("#cite_text a")["href"] == "/handbook/2.0/quorum/"
    assert soup.select_one("[data-copies=cite_text]").has_attr("hidden")


def test_every_place_of_a_section_has_an_id_that_is_there_once(
    handbook: HandbookPage, client: Client
) -> None:
    soup = page(client, "/handbook/quorum/")

    places = [link["href"] for link in soup.select(".prose .place, .prose .heading-place")]
    identifiers = [tag["id"] for tag in soup.select("[id]")]
    assert places == ["#how-many", "#p-1"]
    assert [identifiers.count(place[1:]) for place in places] == [1, 1]
    assert len(identifiers) == len(set(identifiers))


def test_whole_handbook_stands_on_one_page_with_an_anchor_for_each_section(
    handbook: HandbookPage, client: Client
) -> None:
    soup = page(client, "/handbook/1.0/whole/")

    assert [
        " ".join(heading.get_text().split()) for heading in soup.select("main section > :is(h2, h3)")
    ] == [
        "1 Governance",
        "1.1 Quorum",
        "1.2 Votes",
        "2 Disputes",
        "3 Legal",
    ]
    anchors = {link["href"] for link in soup.select(".handbook-contents a")}
    assert anchors == {f"#{heading['id']}" for heading in soup.select("main section > :is(h2, h3)")}
    identifiers = [tag["id"] for tag in soup.select("[id]")]
    assert len(identifiers) == len(set(identifiers))


def test_editions_are_listed_with_what_they_are_today(handbook: HandbookPage, client: Client) -> None:
    soup = page(client, "/handbook/editions/")

    assert [" ".join(heading.get_text().split()) for heading in soup.select(".listing h2")] == [
        "Edition 2.1 Coming",
        "Edition 2.0 In force",
        "Edition 1.0 Superseded",
    ]


def test_edition_that_is_being_prepared_is_nowhere_to_be_seen(handbook: HandbookPage, client: Client) -> None:
    edit(SectionPage.objects.get(title="Quorum"), html="<p>Secret words.</p>")
    add_section(HandbookPage.objects.get(), "Secret section", "<p>Secret words.</p>")
    prepare_edition(handbook=handbook, by=None, now=NOW + timedelta(days=90))

    for path in ("", "whole/", "amendments/", "editions/", "quorum/"):
        assert "ecret" not in client.get(f"/handbook/{path}").content.decode(), path
    assert client.get("/handbook/2.2/").status_code == 404
    assert client.get("/handbook/secret-section/").status_code == 404


def test_handbook_without_an_edition_says_so(client: Client) -> None:
    make_handbook()

    soup = page(client, "/handbook/")

    assert (
        words(soup, "main") == "Handbook No edition of this handbook has been published yet. Come back soon."
    )


def test_handbook_whose_first_edition_is_yet_to_come_says_when(client: Client) -> None:
    handbook = make_handbook()
    add_section(handbook, "Quorum", "<p>Half.</p>")
    publish(handbook, "1.0", effective_on=date(2126, 7, 1))

    assert words(page(client, "/handbook/"), "main p") == (
        "The first edition comes into force on 1 July 2126. Read edition 1.0 now ."
    )


@pytest.mark.parametrize(
    "path", ["9.9/", "9.9/whole/", "none/", "2.0/none/", "2.0/quorum/extra/", "00001.0/"]
)
def test_address_that_never_was_is_not_found(handbook: HandbookPage, client: Client, path: str) -> None:
    assert client.get(f"/handbook/{path}").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_reader_page_can_only_be_read(handbook: HandbookPage, client: Client, method: str) -> None:
    answers = [
        getattr(client, method)(path) for path in ("/handbook/", "/handbook/1.0/whole/", "/handbook/as-at/")
    ]

    assert [(answer.status_code, answer["Allow"]) for answer in answers] == [(405, "GET, HEAD")] * 3


def test_sitemap_names_the_sections_of_the_edition_in_force(handbook: HandbookPage, client: Client) -> None:
    soup = BeautifulSoup(client.get("/sitemap-pages.xml").content, "xml")

    addresses = [tag.get_text().partition("/handbook/")[2] for tag in soup.find_all("loc")]
    assert [address for address in addresses if address] == [
        "whole/",
        "amendments/",
        "governance/",
        "quorum/",
        "voting/",
        "disputes/",
    ]


# --- Files of editions --------------------------------------------------------------------------------------------------


def test_picture_is_served_to_everybody_once_its_edition_is_published(client: Client) -> None:
    handbook = make_handbook()
    image = get_image_model().objects.create(title="Map", file=get_test_image_file("map.png"))
    section = add_section(handbook, "Map", "")
    section.body = [{"type": "image", "value": {"image": image.pk, "alt_text": "A map", "caption": ""}}]
    section.save_revision().publish()
    edition = prepare_edition(handbook=handbook, by=None, now=NOW)
    address = reading.asset_address(f"{Asset.objects.get().pk}/map.png")

    before = {
        "anonymous": client.get(address).status_code,
        "signed in": sign_in(make_user()).get(address).status_code,
        "editor": fetched(sign_in(make_staff("Editor"), second_factor=True), address).status_code,
    }
    edition = publish(handbook, edition.number)
    response = fetched(client, address)

    assert before == {"anonymous": 404, "signed in": 404, "editor": 200}
    assert (response.status_code, response["Content-Type"]) == (200, "image/png")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert page(client, "/handbook/map/").select_one("img")["src"] == address.replace(
        "map.png", f"{edition.assets.get().asset_id[:12]}.png"
    )


# --- Commands -----------------------------------------------------------------------------------------------------------


def test_amendments_command_prints_json(handbook: HandbookPage) -> None:
    out = StringIO()

    call_command("amendments", "handbook", edition="2.0", json=True, stdout=out)

    keys = {row.title: str(row.key) for row in Edition.objects.get(number="2.0").sections.all()}
    assert json.loads(out.getvalue()) == {
        "amendments": [
            {
                "change": "amended",
                "key": keys["Quorum"],
                "title": "Quorum",
                "path": "quorum",
                "old_path": "quorum",
                "significance": "minor",
                "note": "Count again.",
            },
            {
                "change": "renamed",
                "key": keys["Voting"],
                "title": "Voting",
                "path": "voting",
                "old_path": "votes",
                "significance": "minor",
                "note": "Count again.",
            },
            {
                "change": "removed",
                "key": keys["Legal"],
                "title": "Legal",
                "path": "legal",
                "old_path": "legal",
                "significance": "major",
                "note": "Count again.",
            },
        ]
    }


def test_publish_command_publishes_what_is_accepted() -> None:
    handbook = make_handbook()
    section = add_section(handbook, "Quorum", "<p>Half of the practices.</p>")
    out = StringIO()

    call_command("publish_edition", "handbook", number="1.0", effective_on=date(2026, 1, 1), stdout=out)
    edit(section, html="<p>All 9 practices.</p>")
    call_command("publish_edition", "handbook", number="1.1", note="All of them.", stdout=out)

    assert out.getvalue().splitlines() == [
        "Published edition 1.0 of Handbook: 1 section, 0 amendments.",
        "Published edition 1.1 of Handbook: 1 section, 1 amendment.",
    ]
    assert [row.note for row in Edition.objects.get(number="1.1").sections.all()] == ["All of them."]


def test_publish_command_on_trial_changes_nothing(handbook: HandbookPage) -> None:
    edit(SectionPage.objects.get(title="Quorum"), html="<p>All 9 practices.</p>")
    out = StringIO()

    call_command(
        "publish_edition",
        "handbook",
        number="2.2",
        note="x",
        effective_on=date(2130, 1, 1),
        dry_run=True,
        stdout=out,
    )

    assert out.getvalue() == "Would publish edition 2.2 of Handbook: 4 sections, 1 amendment.\n"
    assert list(handbook.editions.values_list("number", flat=True)) == ["2.1", "2.0", "1.0"]


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (
            lambda: call_command("publish_edition", "nowhere", number="1.0"),
            "There is no handbook with the address “nowhere”.",
        ),
        (
            lambda: call_command("publish_edition", "handbook", number="1.5", effective_on=date(2130, 1, 1)),
            "1.5 does not follow 2.1. The next edition is 2.2 or 3.0.",
        ),
        (
            lambda: call_command("publish_edition", "handbook", number="2.2", effective_on=date(2130, 1, 1)),
            "Nothing has changed since edition 2.1. There is nothing to publish.",
        ),
        (
            lambda: call_command("amendments", "handbook", edition="7.0"),
            "There is no edition 7.0 of a handbook with the address “handbook”.",
        ),
    ],
)
def test_commands_refuse_in_plain_words_and_change_nothing(
    handbook: HandbookPage, call: Callable[[], None], complaint: str
) -> None:
    with pytest.raises(CommandError) as refused:
        call()

    assert str(refused.value) == complaint
    assert handbook.editions.count() == 3


# --- Cost -----------------------------------------------------------------------------------------------------------------


def grow(sections: int, editions: int) -> None:
    """A handbook of that many sections in as many editions, every section amended in each."""
    handbook = make_handbook()
    add_sections(handbook, sections)
    for edition in range(editions):
        publish(handbook, f"1.{edition}")
        for section in handbook.sections():
            edit(section, html=f"<p>Words {edition + 1}.</p>")


@pytest.mark.parametrize("size", [(2, 2), (6, 3)], ids=["2 sections", "6 sections"])
def test_page_takes_the_same_queries_however_large_the_handbook_is(
    client: Client, size: tuple[int, int]
) -> None:
    grow(*size)

    counted = {}
    for path in ("", "section-1/", "1.0/section-1/", "whole/"):
        client.get(f"/handbook/{path}")  # fills what is kept in the process: the site, the menu
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/handbook/{path}").status_code == 200, path
        counted[path] = len(queries)

    assert counted == {"": 5, "section-1/": 6, "1.0/section-1/": 7, "whole/": 5}


def test_headings_and_links_within_sections_keep_their_place_on_the_one_page(client: Client) -> None:
    handbook = make_handbook()
    chapter = add_section(handbook, "Governance", "<h2>Why</h2><p>Words.</p>")
    add_section(chapter, "Quorum", "<h2>How many</h2><h4>Small</h4><p>Half.</p>")
    add_section(
        handbook,
        "Votes",
        '<h2>How</h2><p>See <a href="/handbook/quorum/#how-many">quorum</a> and <a href="#how">above</a>.</p>',
    )
    publish(handbook, "1.0")

    soup = page(client, "/handbook/whole/")

    headings = [(tag.name, tag["id"]) for tag in soup.select("main section :is(h2, h3, h4, h5, h6)")]
    assert headings == [
        ("h2", "governance"),
        ("h3", "governance--why"),
        ("h3", "quorum"),
        ("h4", "quorum--how-many"),
        ("h6", "quorum--small"),
        ("h2", "votes"),
        ("h3", "votes--how"),
    ]
    assert [link["href"] for link in soup.select("main .prose a")] == ["#quorum--how-many", "#votes--how"]
