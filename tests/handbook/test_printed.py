"""The PDF as readers reach it, and the whole edition on one page."""

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.base import ContentFile
from django.test import Client

from handbook.actions.editions import prepare_edition
from handbook.actions.errata import publish_erratum
from handbook.models import Edition, EditionPdf, HandbookPage, SectionPage
from tests.factories import NOW
from tests.handbook.working_copy import add_section, edit, make_handbook, publish

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.one_database("which files a reader is offered; the rows are read in test_pdfs.py"),
]

PLAIN, WITH_SHEET = b"%PDF-1.7 plain", b"%PDF-1.7 with a sheet"


@pytest.fixture(scope="module")
def shared() -> HandbookPage:
    """Sections that begin on the pages 3, 3 and 6 of the PDF."""
    handbook = make_handbook()
    add_section(handbook, "Quorum", "<p>Half.</p>")
    add_section(handbook, "Votes", "<p>One each.</p>")
    add_section(handbook, "Money", "<p>Pay.</p>")
    publish(handbook, "1.0")
    return handbook


@pytest.fixture
def handbook(shared: HandbookPage) -> HandbookPage:
    return HandbookPage.objects.get(pk=shared.pk)


def store(
    errata: int = 0, front: int = 0, content: bytes = PLAIN, edition: Edition | None = None
) -> EditionPdf:
    edition = edition or Edition.objects.get(number="1.0")
    begins = dict(zip(("Quorum", "Votes", "Money"), (3, 3, 6), strict=True))
    pdf = EditionPdf(
        edition=edition,
        errata=errata,
        sha256=f"{errata:064d}",
        front=front,
        length=8 + front,
        page_map={
            **{str(row.key): begins[row.title] + front for row in edition.sections.all()},
            EditionPdf.AFTER_SECTIONS: 8 + front,
        },
        made_at=NOW,
    )
    pdf.file.save(f"{errata}.pdf", ContentFile(content), save=False)
    pdf.save()
    return pdf


def soup(client: Client, path: str, status: int = 200) -> BeautifulSoup:
    response = client.get(path)
    assert response.status_code == status, path
    return BeautifulSoup(response.content, "html.parser")


def words(found: Any) -> str:
    return " ".join(found.get_text().split())


def read(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_the_pdf_is_offered_once_it_is_made_and_opens_at_the_section(
    handbook: HandbookPage, client: Client
) -> None:
    paths = ("/handbook/", "/handbook/money/", "/handbook/1.0/money/", "/handbook/whole/")
    before = [soup(client, path).select('a[href*="/pdf/"]') for path in paths]
    store()

    links = [soup(client, path).select_one('a[href*="/pdf/"]') for path in paths]

    assert before == [[], [], [], []]
    assert [(link["href"], words(link.parent)) for link in links] == [
        ("/handbook/1.0/pdf/", "Edition 1.0 as a PDF (PDF, 14 bytes)"),
        ("/handbook/1.0/pdf/#page=6", "Edition 1.0 as a PDF, page 6 (PDF, 14 bytes)"),
        ("/handbook/1.0/pdf/#page=6", "Edition 1.0 as a PDF, page 6 (PDF, 14 bytes)"),
        ("/handbook/1.0/pdf/", "Edition 1.0 as a PDF (PDF, 14 bytes)"),
    ]  # fmt: skip


def test_an_errata_sheet_in_front_moves_where_the_pdf_opens_and_not_what_is_printed_there(
    handbook: HandbookPage, client: Client
) -> None:
    store()
    store(errata=1, front=2, content=WITH_SHEET)

    link = soup(client, "/handbook/money/").select_one('a[href*="/pdf/"]')

    assert (link["href"], words(link)) == ("/handbook/1.0/pdf/#page=8", "Edition 1.0 as a PDF, page 6")


def test_a_pdf_that_could_not_be_made_or_is_missing_is_not_offered(
    handbook: HandbookPage, client: Client
) -> None:
    EditionPdf.objects.create(edition=Edition.objects.get(), errata=1, problem="No Pango.", made_at=NOW)
    failed = soup(client, "/handbook/money/").select('a[href*="/pdf/"]')
    stored = store()
    stored.file.storage.delete(stored.file.name)

    assert (failed, soup(client, "/handbook/money/").select('a[href*="/pdf/"]')) == ([], [])


def test_the_newest_pdf_has_an_address_and_each_earlier_one_keeps_its_own(
    handbook: HandbookPage, client: Client
) -> None:
    store()
    store(errata=1, front=2, content=WITH_SHEET)

    answers = [client.get(f"/handbook/1.0/pdf/{which}") for which in ("", "0/", "1/")]

    assert [read(answer) for answer in answers] == [WITH_SHEET, PLAIN, WITH_SHEET]
    forever = "public, max-age=31536000, immutable"
    assert [answer["Cache-Control"] for answer in answers] == ["public, no-cache", forever, forever]
    assert [answer["ETag"] for answer in answers] == [f'"{1:064d}"', f'"{0:064d}"', f'"{1:064d}"']
    assert {answer["Last-Modified"] for answer in answers} == {"Tue, 10 Mar 2026 09:30:00 GMT"}
    assert {answer["Content-Type"] for answer in answers} == {"application/pdf"}
    assert {answer["Content-Disposition"] for answer in answers} == {'inline; filename="handbook-1.0.pdf"'}


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ({"HTTP_IF_NONE_MATCH": f'"{0:064d}"'}, 304),
        ({"HTTP_IF_NONE_MATCH": '"other"'}, 200),
        ({"HTTP_IF_MODIFIED_SINCE": "Tue, 10 Mar 2026 09:30:00 GMT"}, 304),
        ({"HTTP_IF_MODIFIED_SINCE": "Tue, 10 Mar 2026 09:29:59 GMT"}, 200),
        ({"HTTP_IF_MODIFIED_SINCE": "nonsense"}, 200),
    ],
)
def test_a_reader_who_has_the_pdf_is_not_sent_it_again(
    handbook: HandbookPage, client: Client, header: dict[str, str], status: int
) -> None:
    store()

    response = client.get("/handbook/1.0/pdf/", **header)

    assert (response.status_code, response["ETag"]) == (status, f'"{0:064d}"')
    assert (read(response) if response.streaming else response.content) == (PLAIN if status == 200 else b"")


@pytest.mark.parametrize(
    ("page", "place"),
    [(3, "quorum"), (4, "votes"), (5, "votes"), (6, "money"), (7, "money")],
)
def test_a_page_of_the_pdf_leads_to_the_section_that_stands_there(
    handbook: HandbookPage, client: Client, page: int, place: str
) -> None:
    store()
    store(errata=1, front=2, content=WITH_SHEET)

    response = client.get(f"/handbook/1.0/page/{page}/")

    assert (response.status_code, response["Location"]) == (302, f"/handbook/1.0/{place}/")


@pytest.mark.parametrize("page", [0, 1, 2, 8, 9])
def test_a_page_without_a_section_says_so(handbook: HandbookPage, client: Client, page: int) -> None:
    store()

    found = soup(client, f"/handbook/1.0/page/{page}/", status=404)

    assert words(found.select_one("main")) == (
        f"There is no section on page {page} The PDF of edition 1.0 begins with its cover and contents "
        "and ends with its amendments, so its first and last pages have no section. It may also not have been made "
        "yet. Read the amendments Find the section in the contents of edition 1.0"
    )
    assert [link["href"] for link in found.select("main a")] == ["/handbook/amendments/", "/handbook/1.0/"]


@pytest.mark.parametrize(
    "path",
    [
        "1.0/pdf/1/", "1.0/pdf/x/", f"1.0/pdf/{10**30}/", "9.9/pdf/", "1.1/pdf/", "1.1/pdf/0/", "1.1/page/3/",
        "9.9/page/3/", "1.0/page/x/", "1.0/page/-1/", "pdf/", "page/3/",
    ],
)  # fmt: skip
def test_a_pdf_that_there_is_not_is_not_found(handbook: HandbookPage, client: Client, path: str) -> None:
    store()
    edit(SectionPage.objects.get(title="Money"), html="<p>More.</p>")
    prepared = prepare_edition(handbook=handbook, by=None, now=NOW)
    store(edition=prepared, content=b"secret")

    assert client.get(f"/handbook/{path}").status_code == 404


def test_a_pdf_that_has_not_been_made_is_not_found_either(handbook: HandbookPage, client: Client) -> None:
    assert [client.get(f"/handbook/1.0/{path}").status_code for path in ("pdf/", "pdf/0/", "page/3/")] == [
        404,
        404,
        404,
    ]


# --- Errata -------------------------------------------------------------------------------------------------------------


def test_an_erratum_stands_above_the_text_wherever_the_words_are_the_same(
    handbook: HandbookPage, client: Client
) -> None:
    first = Edition.objects.get()
    edit(SectionPage.objects.get(title="Votes"), html="<p>Two each.</p>")
    edit(SectionPage.objects.get(title="Quorum"), html="<p>All.</p>")
    publish(handbook, "1.1", now=NOW + timedelta(days=1))
    edit(SectionPage.objects.get(title="Votes"), html="<p>One each.</p>")
    publish(handbook, "1.2", now=NOW + timedelta(days=2))
    for title, text in (("Votes", "Not <b>one</b>.\n\nTwo."), ("Quorum", "Not half.")):
        row = first.sections.get(title=title)
        publish_erratum(edition=first, key=row.key, text=text, by=None, now=NOW + timedelta(days=3))

    shown = {
        number: [words(found) for found in soup(client, f"/handbook/{number}/votes/").select(".erratum")]
        for number in ("1.0", "1.1", "1.2")
    }

    note = "Erratum, 13 March 2026 Not <b>one</b>. Two."
    assert shown == {"1.0": [note], "1.1": [], "1.2": [note]}
    found = soup(client, "/handbook/votes/").select_one(".erratum")
    assert (found["role"], found.find_next(class_="prose").get_text().strip()) == ("note", "One each.")
    whole = soup(client, "/handbook/1.2/whole/")
    assert [words(one) for one in whole.select("section[aria-labelledby=votes] .erratum")] == [note]
    assert len(whole.select(".erratum")) == 1
    assert [words(one) for one in soup(client, "/handbook/1.0/").select(".erratum")] == [
        note,
        "Erratum, 13 March 2026 Not half.",
    ]
    assert [link["href"] for link in soup(client, "/handbook/").select("main h3 a")] == ["/handbook/votes/"]


def test_the_whole_edition_names_the_page_of_the_pdf_of_each_section(
    handbook: HandbookPage, client: Client
) -> None:
    before = soup(client, "/handbook/whole/").select(".whole-section__page")
    store(errata=1, front=2, content=WITH_SHEET)

    pages = [words(page) for page in soup(client, "/handbook/whole/").select(".whole-section__page")]

    assert (before, pages) == ([], ["PDF: page 3", "PDF: page 3", "PDF: page 6"])
