"""The handbook as at a day: what was in force, what is said of it, and where its links lead."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from handbook.models import HandbookPage, SectionPage
from tests.factories import NOW
from tests.handbook.working_copy import add_section, edit, make_handbook, publish

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def shared() -> HandbookPage:
    """1.0 from 10 March 2026; 2.0, published on 20 March and dated back to 15 March 2026; 2.1 from a day in 2126."""
    handbook = make_handbook()
    quorum = add_section(handbook, "Quorum", "<p>Half of the practices.</p>")
    add_section(handbook, "Votes", f'<p>See <a linktype="page" id="{quorum.pk}">quorum</a>.</p>')
    add_section(handbook, "Legal", "<p>Legal words.</p>")
    publish(handbook, "1.0")
    edit(quorum, html="<p>Two-thirds of the practices.</p>")
    SectionPage.objects.get(title="Legal").unpublish()
    publish(handbook, "2.0", now=NOW + timedelta(days=10), effective_on=date(2026, 3, 15))
    edit(quorum, html="<p>All practices.</p>")
    publish(handbook, "2.1", now=NOW + timedelta(days=20), effective_on=date(2126, 7, 1))
    return handbook


@pytest.fixture
def handbook(shared: HandbookPage) -> HandbookPage:
    return HandbookPage.objects.get(pk=shared.pk)


def page(client: Client, path: str, status: int = 200) -> BeautifulSoup:
    response = client.get(path)
    assert response.status_code == status, path
    return BeautifulSoup(response.content, "html.parser")


def words(soup: BeautifulSoup, selector: str) -> str:
    return " ".join(soup.select_one(selector).get_text(" ").split())


@pytest.mark.parametrize(
    ("day", "text"),
    [
        ("2026-03-10", "Half of the practices."),
        ("2026-03-14", "Half of the practices."),
        ("2026-03-15", "Two-thirds of the practices."),
        ("2126-06-30", "Two-thirds of the practices."),
        ("2126-07-01", "All practices."),
        ("9999-12-31", "All practices."),
    ],
)
def test_a_section_reads_as_it_was_in_force_on_the_day(
    handbook: HandbookPage, client: Client, day: str, text: str
) -> None:
    assert words(page(client, f"/handbook/as-at/{day}/quorum/"), ".prose") == text


def test_links_stay_within_the_day(handbook: HandbookPage, client: Client) -> None:
    votes = page(client, "/handbook/as-at/2026-03-12/votes/")
    contents = page(client, "/handbook/as-at/2026-03-12/")

    assert votes.select_one(".prose a:-soup-contains(quorum)")["href"] == "/handbook/as-at/2026-03-12/quorum/"
    assert [link["href"] for link in contents.select(".handbook-contents a")] == [
        "/handbook/as-at/2026-03-12/quorum/",
        "/handbook/as-at/2026-03-12/votes/",
        "/handbook/as-at/2026-03-12/legal/",
    ]
    assert page(client, "/handbook/as-at/2026-03-12/whole/").select_one("h1").get_text() == "Handbook"


def test_a_reader_is_told_which_edition_it_is_and_which_is_in_force_today(
    handbook: HandbookPage, client: Client
) -> None:
    assert words(page(client, "/handbook/as-at/2026-03-12/quorum/"), ".notice") == (
        "Information: Edition 1.0 was in force on 12 March 2026. Edition 2.0 is in force today. "
        "Read the edition in force . Choose another date ."
    )


def test_a_reader_is_told_that_an_edition_was_dated_back(handbook: HandbookPage, client: Client) -> None:
    dated_back = (
        "Information: Edition 2.0 was in force on {} March 2026. {}It is still in force today. "
        "Read the edition in force . Choose another date ."
    )
    published = "It was published later, on 20 March 2026, and dated back to 15 March 2026. "

    assert words(page(client, "/handbook/as-at/2026-03-19/"), ".notice") == dated_back.format(19, published)
    assert words(page(client, "/handbook/as-at/2026-03-20/"), ".notice") == dated_back.format(20, "")


def test_a_day_to_come_shows_what_is_known_today(handbook: HandbookPage, client: Client) -> None:
    assert words(page(client, "/handbook/as-at/2126-07-01/"), ".notice") == (
        "Information: As far as is known today, edition 2.1 will be in force on 1 July 2126. "
        "Edition 2.0 is in force today. Read the edition in force . Choose another date ."
    )


def test_today_says_that_it_is_today(handbook: HandbookPage, client: Client) -> None:
    today = timezone.localdate()

    assert words(page(client, f"/handbook/as-at/{today.isoformat()}/"), ".notice").startswith(
        f"Information: Edition 2.0 is in force today, {today:%-d %B %Y}. Read the edition in force"
    )


@pytest.mark.parametrize(
    ("path", "canonical"),
    [("", "1.0/"), ("quorum/", "1.0/quorum/"), ("whole/", "1.0/whole/")],
)
def test_the_permanent_address_is_the_one_to_cite_and_to_be_found(
    handbook: HandbookPage, client: Client, path: str, canonical: str
) -> None:
    soup = page(client, f"/handbook/as-at/2026-03-12/{path}")

    assert soup.select_one('link[rel="canonical"]')["href"] == f"http://testserver/handbook/{canonical}"
    assert soup.select_one('meta[name="robots"]')["content"] == "noindex"


@pytest.mark.parametrize(
    ("day", "error"),
    [
        (
            "2026-03-09",
            (
                "No edition was in force on 9 March 2026. The first edition is in force from 10 March 2026. "
                "Enter that date or a later one."
            ),
        ),
        (
            "0001-01-01",
            (
                "No edition was in force on 1 January 1. The first edition is in force from 10 March 2026. "
                "Enter that date or a later one."
            ),
        ),
        ("2026-02-30", "There is no such day as 2026-02-30. Enter a real date, such as 30 June 2026."),
        ("0000-01-01", "There is no such day as 0000-01-01. Enter a real date, such as 30 June 2026."),
        ("yesterday", "There is no such day as yesterday. Enter a real date, such as 30 June 2026."),
        ("20260310", "There is no such day as 20260310. Enter a real date, such as 30 June 2026."),
    ],
)
def test_a_day_without_an_edition_is_explained(
    handbook: HandbookPage, client: Client, day: str, error: str
) -> None:
    for path in (
        f"/handbook/as-at/{day}/",
        f"/handbook/as-at/{day}/quorum/",
        f"/handbook/as-at/{day}/whole/",
    ):
        soup = page(client, path, status=404)
        assert words(soup, ".nhsuk-error-summary li") == error
        assert words(soup, ".nhsuk-error-message") == f"Error: {error}"


def test_a_section_that_the_edition_of_the_day_does_not_have_says_so(
    handbook: HandbookPage, client: Client
) -> None:
    soup = page(client, "/handbook/as-at/2026-03-20/legal/", status=404)

    assert words(soup, "h1") == "This section is no longer in the handbook"
    assert client.get("/handbook/as-at/2026-03-20/never/").status_code == 404


def test_a_handbook_without_editions_explains_that_there_are_none(client: Client) -> None:
    make_handbook()

    assert words(page(client, "/handbook/as-at/2026-03-20/", status=404), ".nhsuk-error-summary li") == (
        "No edition of this handbook has been published yet. Come back soon."
    )


# --- The form -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["2026-06-30", "30 6 2026", "30/06/2026", "30.6.2026", "30-6-2026", " 30 June 2026 "]
)
def test_a_date_is_understood_as_people_write_it(handbook: HandbookPage, client: Client, typed: str) -> None:
    response = client.get("/handbook/as-at/", {"date": typed})

    assert (response.status_code, response["Location"]) == (302, "/handbook/as-at/2026-06-30/")


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("", "Enter a date."),
        ("   ", "Enter a date."),
        ("30 2 2026", "Enter a real date, such as 30 June 2026."),
        ("2026", "Enter a real date, such as 30 June 2026."),
        ("<script>" * 1_000, "Enter a real date, such as 30 June 2026."),
        ("٣٠ ٦ ٢٠٢٦ ﷽", "Enter a real date, such as 30 June 2026."),
    ],
)
def test_what_is_no_date_is_answered_in_words(
    handbook: HandbookPage, client: Client, typed: str, error: str
) -> None:
    response = client.get("/handbook/as-at/", {"date": typed})
    soup = BeautifulSoup(response.content, "html.parser")

    assert (response.status_code, words(soup, ".nhsuk-error-summary li")) == (200, error)


def test_the_form_stands_with_the_editions_and_by_itself(handbook: HandbookPage, client: Client) -> None:
    for path in ("/handbook/editions/", "/handbook/as-at/"):
        form = page(client, path).select_one('form[action="/handbook/as-at/"]')
        assert (form["method"], [field["name"] for field in form.select("input")]) == ("get", ["date"])


@pytest.mark.parametrize(("query", "describing"), [("", []), ("?date=x", ["as-at-error"])])
def test_nothing_but_an_error_describes_the_date(
    handbook: HandbookPage, client: Client, query: str, describing: list[str]
) -> None:
    soup = page(client, f"/handbook/as-at/{query}")

    described = soup.select_one("#as-at-date").get("aria-describedby", "").split()
    assert (described, soup.select(".nhsuk-hint")) == (describing, [])
    assert [len(soup.select(f"#{part}")) for part in described] == [1] * len(described)


def test_the_way_to_a_day_costs_as_many_queries_for_three_editions_as_for_twelve(
    handbook: HandbookPage, client: Client
) -> None:
    few = queries(client, "/handbook/as-at/2026-03-12/")
    for number in range(9):
        edit(SectionPage.objects.get(title="Quorum"), html=f"<p>At least {number} practices.</p>")
        publish(handbook, now=NOW + timedelta(days=30 + number), effective_on=date(2126, 7, 2))

    assert queries(client, "/handbook/as-at/2026-03-12/") == few


def queries(client: Client, path: str) -> int:
    """How many queries a page costs that has been asked for before."""
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    return len(captured)
