"""The PDFs of editions: made once and kept, made anew with a sheet in front after each erratum, and made up for after a failure."""

import hashlib
import subprocess
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command

from handbook import pdf
from handbook.actions import pdfs
from handbook.actions.editions import prepare_edition
from handbook.actions.errata import publish_erratum
from handbook.actions.pdfs import make_missing, make_pdf
from handbook.actions.release import submit_edition, withdraw_edition
from handbook.models import Edition, EditionPdf, HandbookPage, State
from portal.members.groups import EDITOR
from tests.factories import NOW, make_staff
from tests.handbook.working_copy import add_section, edit, make_handbook, publish

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def shared() -> HandbookPage:
    handbook = make_handbook()
    add_section(handbook, "Quorum", "<p>Half of the practices.</p>")
    add_section(handbook, "Funding", "<p>Ask in April.</p>")
    return handbook


@pytest.fixture
def handbook(shared: HandbookPage) -> HandbookPage:
    return HandbookPage.objects.get(pk=shared.pk)


@pytest.fixture
def edition(handbook: HandbookPage) -> Edition:
    return publish(handbook, "1.0")


def correct(edition: Edition, title: str = "Quorum", text: str = "It is two thirds.") -> None:
    key = edition.sections.get(title=title).key
    publish_erratum(edition=edition, key=key, text=text, by=None, now=NOW)


def page(row: EditionPdf, number: int) -> str:
    """The text of one page of a PDF."""
    with row.file.open("rb") as file:
        command = ["pdftotext", "-layout", "-f", str(number), "-l", str(number), "-", "-"]
        return subprocess.run(command, input=file.read(), capture_output=True, check=True).stdout.decode()


def content(row: EditionPdf) -> bytes:
    with row.file.open("rb") as file:
        return file.read()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Printing takes no time; what was printed is listed: the edition and how many errata stood in front."""
    printed: list[tuple[str, int]] = []

    def make(edition: Edition, errata: Any = ()) -> pdf.Pdf:
        printed.append((edition.number, len(errata)))
        keys = [str(row.key) for row in edition.sections.present()]
        front = int(bool(errata))
        words = f"%PDF {edition.sha256} {[erratum.text for erratum in errata]}".encode()
        return pdf.Pdf(words, dict.fromkeys(keys, 2 + front), front, 2 + front)

    monkeypatch.setattr(pdfs.pdfs, "make", make)
    return printed


# --- With errata ------------------------------------------------------------------------------------------------------


def test_pdf_after_an_erratum_has_a_sheet_in_front_and_the_earlier_file_is_kept(edition: Edition) -> None:
    plain = make_pdf(edition.pk)
    before = content(plain)
    correct(edition)

    sheet = make_pdf(edition.pk)

    assert [(row.errata, row.front, row.problem) for row in edition.pdfs.all()] == [(0, 0, ""), (1, 1, "")]
    assert (content(EditionPdf.objects.get(errata=0)), edition.pdfs.newest()) == (before, sheet)
    assert "It is two thirds." in page(sheet, 1)
    assert "10 March 2026" in page(sheet, 1)
    assert {key: number - 1 for key, number in sheet.page_map.items()} == plain.page_map
    for number in range(1, max(plain.page_map.values()) + 1):
        assert page(sheet, number + 1) == page(plain, number)
    call_command("verify_editions", verbosity=0)


def test_pdf_is_made_anew_after_each_erratum_and_all_are_kept(
    edition: Edition, quick: list[tuple[str, int]]
) -> None:
    for number in range(3):
        make_pdf(edition.pk)
        correct(edition, text=f"Mistake {number}.")
    make_pdf(edition.pk)

    assert quick == [("1.0", 0), ("1.0", 1), ("1.0", 2), ("1.0", 3)]
    assert [row.errata for row in edition.pdfs.made()] == [0, 1, 2, 3]
    assert len({row.file.name for row in edition.pdfs.made()}) == 4


def test_pdf_without_errata_is_made_first_even_when_there_are_some(
    edition: Edition, quick: list[tuple[str, int]]
) -> None:
    correct(edition)

    make_pdf(edition.pk)

    assert quick == [("1.0", 0), ("1.0", 1)]


def test_erratum_to_an_earlier_edition_is_printed_in_the_later_one_that_has_the_same_words(
    handbook: HandbookPage, edition: Edition, quick: list[tuple[str, int]]
) -> None:
    edit(handbook.sections().get(title="Funding"), html="<p>Ask in May.</p>")
    publish(handbook, "1.1")
    while make_missing():
        pass
    correct(edition, "Quorum")
    correct(edition, "Funding")
    quick.clear()

    while make_missing():
        pass

    assert sorted(quick) == [("1.0", 2), ("1.1", 1)]


def test_sheet_that_would_move_the_edition_s_pages_is_not_printed(
    edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = pdf.Pdf(b"%PDF plain", {"a": 2}, 0, 2)
    moved = pdf.Pdf(b"%PDF moved", {"a": 4}, 1, 3)
    monkeypatch.setattr(pdfs.pdfs, "make", lambda _, errata: moved if errata else plain)
    correct(edition)

    row = make_pdf(edition.pk)

    assert (row.errata, bool(row.file)) == (1, False)
    assert row.problem == (
        "With the errata sheet in front, sections would begin on other pages than in the PDF that was published. "
        "The earlier PDF stays."
    )
    assert edition.pdfs.newest().errata == 0


# --- Once, and after failures -----------------------------------------------------------------------------------------


def test_pdf_is_made_once_however_often_it_is_asked_for(
    edition: Edition, quick: list[tuple[str, int]]
) -> None:
    rows = [make_pdf(edition.pk), make_pdf(edition.pk)]

    assert (rows[0], quick, make_missing()) == (rows[1], [("1.0", 0)], 0)


def test_nothing_is_printed_of_an_edition_that_is_being_prepared_or_gone(
    handbook: HandbookPage, quick: list[tuple[str, int]]
) -> None:
    prepared = prepare_edition(handbook=handbook, by=None, now=NOW)

    assert (make_pdf(prepared.pk), make_pdf(prepared.pk + 1), make_missing(), quick) == (None, None, 0, [])


@pytest.mark.parametrize(("minutes", "made"), [(59, 0), (60, 1), (61, 1)])
def test_pdf_that_could_not_be_made_says_why_and_is_tried_again_after_an_hour(
    edition: Edition, quick: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch, minutes: int, made: int
) -> None:
    good = pdfs.pdfs.make
    monkeypatch.setattr(pdfs.pdfs, "make", lambda *_: 1 / 0)
    failed = make_pdf(edition.pk, NOW)
    monkeypatch.setattr(pdfs.pdfs, "make", good)

    assert (failed.problem, bool(failed.file)) == ("division by zero", False)
    assert make_missing(NOW + timedelta(minutes=minutes)) == made
    assert edition.pdfs.made().count() == made


def test_half_a_file_that_a_killed_worker_left_is_written_anew(
    edition: Edition, quick: list[tuple[str, int]]
) -> None:
    expected = pdfs.pdfs.make(edition).content
    name = f"handbook/{hashlib.sha256(expected).hexdigest()}.pdf"
    default_storage.save(name, ContentFile(expected[:9]))

    made = make_pdf(edition.pk)

    assert (made.file.name, content(made)) == (name, expected)


@pytest.fixture
def submitted(handbook: HandbookPage) -> Edition:
    prepared = prepare_edition(handbook=handbook, by=None, now=NOW)
    submit_edition(edition=prepared, by=make_staff(EDITOR), now=NOW)
    prepared.refresh_from_db()
    return prepared


def test_pdf_of_an_edition_that_was_withdrawn_while_it_was_printed_is_not_kept(
    submitted: Edition, quick: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    make = pdfs.pdfs.make

    def make_slowly(*arguments: Any) -> pdf.Pdf:
        withdraw_edition(edition=submitted, by=make_staff(EDITOR))
        return make(*arguments)

    monkeypatch.setattr(pdfs.pdfs, "make", make_slowly)

    assert (make_pdf(submitted.pk), submitted.pdfs.count()) == (None, 0)
    submitted.refresh_from_db()
    assert submitted.state == State.PREPARED


def test_pdf_of_an_edition_that_is_withdrawn_is_thrown_away_with_its_file(
    submitted: Edition,
    quick: list[tuple[str, int]],
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    name = make_pdf(submitted.pk).file.name

    with django_capture_on_commit_callbacks(execute=True):
        withdraw_edition(edition=submitted, by=make_staff(EDITOR))

    assert (submitted.pdfs.count(), default_storage.exists(name)) == (0, False)


def test_newest_edition_is_printed_first_and_one_in_each_run(
    handbook: HandbookPage, edition: Edition, quick: list[tuple[str, int]]
) -> None:
    edit(handbook.sections().get(title="Funding"), html="<p>Ask in May.</p>")
    publish(handbook, "1.1")

    assert [make_missing(), make_missing(), make_missing()] == [1, 1, 0]
    assert quick == [("1.1", 0), ("1.0", 0)]
