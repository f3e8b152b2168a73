"""Errata: appended, dated, sealed and never changed; shown where the words are the same; told, printed, refused in words."""

import contextlib
import threading
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from handbook.actions import errata
from handbook.actions.editions import Refused, prepare_edition
from handbook.actions.errata import LONGEST_ERRATUM, publish_erratum
from handbook.errata import errata_of, errata_of_section, errata_still_in
from handbook.manifest import seal_erratum
from handbook.models import (
    Announcement,
    Edition,
    EditionPdf,
    Erratum,
    HandbookPage,
    PublishedEditionError,
)
from portal.members.groups import ADMINISTRATOR, CLINICAL_REVIEWER, EDITOR, EVENT_ORGANISER, PUBLISHER
from tests.factories import NOW, make_staff, make_user, sign_in
from tests.handbook.test_races import at_once
from tests.handbook.working_copy import add_section, edit, make_handbook, publish

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def shared() -> HandbookPage:
    """Two editions. “Quorum” has the same words in both, “Funding” has been amended, “Meetings” was removed."""
    handbook = make_handbook()
    add_section(handbook, "Quorum", "<p>Half of the practices.</p>")
    funding = add_section(handbook, "Funding", "<p>Ask in April.</p>")
    meetings = add_section(handbook, "Meetings", "<p>Monthly.</p>")
    publish(handbook, "1.0")
    edit(funding, html="<p>Ask in May.</p>")
    meetings.unpublish()
    publish(handbook, "2.0", now=NOW + timedelta(days=1))
    return handbook


@pytest.fixture
def handbook(shared: HandbookPage) -> HandbookPage:
    return HandbookPage.objects.get(pk=shared.pk)


def edition(handbook: HandbookPage, number: str) -> Edition:
    return handbook.editions.get(number=number)


def key_of(found: Edition, title: str) -> UUID:
    return found.sections.get(title=title).key


def correct(found: Edition, title: str = "Quorum", text: str = "It is two thirds.", **facts: Any) -> Erratum:
    facts = {"by": None, "now": NOW + timedelta(days=2), **facts}
    return publish_erratum(edition=found, key=key_of(found, title), text=text, **facts)


# --- What an erratum is -----------------------------------------------------------------------------------------------


def test_erratum_is_appended_dated_numbered_announced_and_logged(handbook: HandbookPage) -> None:
    found, by = edition(handbook, "2.0"), make_user()

    first = correct(found, text="  First line. \n\nSecond line.  ", by=by)
    second = correct(found, "Funding", now=NOW + timedelta(days=3))

    assert [
        (
            erratum.sequence,
            erratum.text,
            erratum.published_at,
            erratum.body_id == found.sections.get(key=erratum.key).body_id,
        )
        for erratum in found.errata.all()
    ] == [
        (1, "First line.\n\nSecond line.", NOW + timedelta(days=2), True),
        (2, "It is two thirds.", NOW + timedelta(days=3), True),
    ]
    assert [
        (row.erratum, row.made_at, row.told_at)
        for row in Announcement.objects.exclude(erratum=None).order_by("pk")
    ] == [(first, first.published_at, None), (second, second.published_at, None)]
    entry = ModelLogEntry.objects.filter(action="handbook.erratum").order_by("pk").first()
    assert (entry.user, entry.data) == (by, {"number": "2.0", "section": "1 Quorum", "sha256": first.sha256})


def test_errata_carry_the_chain_of_hashes_on(handbook: HandbookPage) -> None:
    found = edition(handbook, "1.0")

    chain = [correct(found), correct(found, "Funding"), correct(found)]
    other = correct(edition(handbook, "2.0"))

    hashes = [found.sha256, *(erratum.sha256 for erratum in chain)]
    assert [seal_erratum(erratum, before) for before, erratum in zip(hashes, chain, strict=False)] == hashes[
        1:
    ]
    assert seal_erratum(other, edition(handbook, "2.0").sha256) == other.sha256
    assert len({*hashes, other.sha256}) == 5


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", "Other"),
        ("published_at", NOW),
        ("sequence", 9),
        ("key", uuid4()),
        ("sha256", "0" * 64),
    ],
)
def test_erratum_cannot_be_changed(handbook: HandbookPage, field: str, value: object) -> None:
    erratum = correct(edition(handbook, "2.0"))
    setattr(erratum, field, value)

    for write in (erratum.save, lambda: Erratum.objects.update(**{field: value})):
        with pytest.raises((PublishedEditionError, IntegrityError)), transaction.atomic():
            write()

    erratum.refresh_from_db()
    assert getattr(erratum, field) != value


def test_erratum_cannot_be_deleted(handbook: HandbookPage) -> None:
    erratum = correct(edition(handbook, "2.0"))

    for delete in (erratum.delete, Erratum.objects.all().delete):
        with pytest.raises((PublishedEditionError, IntegrityError)), transaction.atomic():
            delete()

    assert Erratum.objects.count() == 1


# --- Where it is shown ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("to", "title", "shown"),
    [
        # The same words: in every edition that has them, before and after.
        ("1.0", "Quorum", ["1.0", "2.0"]),
        ("2.0", "Quorum", ["1.0", "2.0"]),
        # Other words: only in the edition that has the mistake.
        ("1.0", "Funding", ["1.0"]),
        ("2.0", "Funding", ["2.0"]),
        # Removed since.
        ("1.0", "Meetings", ["1.0"]),
    ],
)
def test_erratum_is_shown_wherever_the_section_has_the_same_words(
    handbook: HandbookPage, to: str, title: str, shown: list[str]
) -> None:
    erratum = correct(edition(handbook, to), title, "The words of the erratum.")
    editions = list(handbook.editions.order_by("sequence"))

    assert [found.number for found in editions if errata_of(found) == [erratum]] == shown
    rows = [(found, found.sections.present().filter(key=erratum.key).first()) for found in editions]
    assert [found.number for found, row in rows if row and errata_of_section(row) == [erratum]] == shown
    pages = [(found, Client().get(f"/handbook/{found.number}/{row.anchor}/")) for found, row in rows if row]
    assert [
        found.number for found, page in pages if "The words of the erratum." in page.content.decode()
    ] == shown


def test_section_that_only_has_the_same_words_as_another_shows_no_erratum_to_that_one(
    handbook: HandbookPage,
) -> None:
    add_section(handbook, "Twin", "<p>Half of the practices.</p>")
    later = publish(handbook, "3.0", now=NOW + timedelta(days=3))

    erratum = correct(later)

    twin = later.sections.get(title="Twin")
    assert (twin.body_id, errata_of_section(twin)) == (erratum.body_id, [])


def test_errata_to_one_section_are_shown_oldest_first(handbook: HandbookPage) -> None:
    found = edition(handbook, "2.0")
    for days in (3, 2, 4):
        correct(found, text=f"Day {days}.", now=NOW + timedelta(days=days))

    assert [erratum.text for erratum in errata_of(found)] == ["Day 2.", "Day 3.", "Day 4."]


def test_erratum_written_as_html_is_shown_as_text(handbook: HandbookPage) -> None:
    correct(edition(handbook, "2.0"), text="<script>alert(1)</script> & <b>bold</b>")

    html = Client().get("/handbook/2.0/quorum/").content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;bold&lt;/b&gt;" in html
    assert "<script>alert(1)" not in html


# --- Not yet put right ------------------------------------------------------------------------------------------------


def test_edition_in_the_making_is_told_of_errata_that_it_has_not_taken_in(handbook: HandbookPage) -> None:
    correct(edition(handbook, "2.0"), "Funding", "To Funding.")
    quorum = correct(edition(handbook, "1.0"), "Quorum", "To Quorum, through the first edition.")
    correct(edition(handbook, "1.0"), "Funding", "To words that were amended since.")
    correct(edition(handbook, "1.0"), "Meetings", "To a section that was removed.")
    edit(handbook.sections().get(title="Funding"), html="<p>Ask in June.</p>")
    prepared = prepare_edition(handbook=handbook, by=None, now=NOW + timedelta(days=5))

    assert [(found.erratum, str(found.section)) for found in errata_still_in(prepared)] == [
        (quorum, "1 Quorum")
    ]


def test_edition_that_takes_every_erratum_in_has_none_left(handbook: HandbookPage) -> None:
    correct(edition(handbook, "2.0"), "Quorum")
    edit(handbook.sections().get(title="Quorum"), html="<p>Two thirds.</p>")

    prepared = prepare_edition(handbook=handbook, by=None, now=NOW + timedelta(days=5))

    assert errata_still_in(prepared) == []


@pytest.mark.parametrize("published", [1, 12])
def test_errata_not_taken_in_cost_two_queries(
    handbook: HandbookPage, published: int, django_assert_num_queries: Any
) -> None:
    for number in range(published):
        correct(edition(handbook, "2.0"), ("Quorum", "Funding")[number % 2], f"Number {number}.")

    found = edition(handbook, "2.0")

    with django_assert_num_queries(2):
        assert len(errata_still_in(found)) == published


# --- Refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("", ["Say what is wrong and what is right."]),
        (" \n\t ", ["Say what is wrong and what is right."]),
        ("x" * (LONGEST_ERRATUM + 1), ["An erratum has at most 2,000 characters. Say it more shortly."]),
    ],
)
def test_erratum_without_words_or_with_too_many_is_refused(
    handbook: HandbookPage, text: str, reasons: list[str]
) -> None:
    with pytest.raises(Refused) as refused:
        correct(edition(handbook, "2.0"), text=text)

    assert (refused.value.reasons, Erratum.objects.count()) == (reasons, 0)


def test_erratum_of_the_greatest_length_is_published(handbook: HandbookPage) -> None:
    assert len(correct(edition(handbook, "2.0"), text="x" * LONGEST_ERRATUM).text) == 2000


def test_erratum_to_a_section_that_the_edition_does_not_have_is_refused(handbook: HandbookPage) -> None:
    found = edition(handbook, "2.0")
    removed = found.sections.get(title="Meetings")

    for key in (removed.key, uuid4()):
        with pytest.raises(Refused) as refused:
            publish_erratum(edition=found, key=key, text="Text.", by=None, now=NOW)
        assert refused.value.reasons == ["Edition 2.0 has no such section."]


def test_erratum_to_an_edition_that_is_being_prepared_is_refused(handbook: HandbookPage) -> None:
    edit(handbook.sections().get(title="Quorum"), html="<p>Two thirds.</p>")
    prepared = prepare_edition(handbook=handbook, by=None, now=NOW + timedelta(days=5))

    with pytest.raises(Refused):
        correct(prepared)

    assert Erratum.objects.count() == 0


# --- The editors' page ------------------------------------------------------------------------------------------------


def page(found: Edition) -> str:
    return reverse("handbook_editions:erratum", args=[found.pk])


def seen(shown: str) -> str:
    """What the page that shows an erratum before it is published sends back."""
    return BeautifulSoup(shown, "html.parser").select_one("input[name=seen]")["value"]


def test_editor_chooses_a_section_writes_looks_and_publishes(handbook: HandbookPage) -> None:
    found = edition(handbook, "2.0")
    client = sign_in(make_staff(EDITOR), second_factor=True)
    key = key_of(found, "Quorum")

    form = BeautifulSoup(client.get(f"{page(found)}?section={key}").content, "html.parser")
    looked = client.post(page(found), {"section": key, "text": "It is <two> thirds."}).content.decode()
    assert Erratum.objects.count() == 0
    answer = client.post(
        page(found),
        {"section": key, "text": "It is <two> thirds.", "seen": seen(looked), "publish": "1"},
        follow=True,
    )

    options = form.select("select[name=section] option")
    assert [option.get_text() for option in options if option["value"]] == ["1 Quorum", "2 Funding"]
    assert form.select_one("option[selected]").get_text() == "1 Quorum"
    assert "This is what readers will see in 1 Quorum" in looked
    assert "It is &lt;two&gt; thirds." in looked
    assert answer.redirect_chain == [(reverse("handbook_editions:review", args=[found.pk]), 302)]
    assert "The erratum to “Quorum” is published." in answer.content.decode()
    assert Erratum.objects.get().text == "It is <two> thirds."


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, 1),
        ({"text": "Two thirds.\r\n\r\nCount again."}, 1),  # as a browser sends the ends of lines
        ({"text": "Three quarters.\n\nCount again."}, 0),
        ({"text": "Two thirds.\n\nCount again.\n\nAnd again."}, 0),
        ({"section": "Funding"}, 0),
        ({"seen": ""}, 0),
        ({"seen": "ÿ" * 43}, 0),
    ],
)
def test_nothing_but_what_was_shown_is_published(
    handbook: HandbookPage, changes: dict[str, str], told: int
) -> None:
    found = edition(handbook, "2.0")
    client = sign_in(make_staff(EDITOR), second_factor=True)
    data = {"section": str(key_of(found, "Quorum")), "text": "Two thirds.\n\nCount again."}
    data |= {"seen": seen(client.post(page(found), data).content.decode()), "publish": "1", **changes}
    if "section" in changes:
        data["section"] = str(key_of(found, changes["section"]))

    answer = client.post(page(found), data)

    assert (answer.status_code, Erratum.objects.count()) == ((302, 1) if told else (409, 0))
    if told:
        return
    soup = BeautifulSoup(answer.content, "html.parser")
    assert [warning.get_text(strip=True) for warning in soup.select("[role=alert] p")] == [
        "Nothing is published yet: this is not what you were shown. Read it again below, then publish it."
    ]
    again = client.post(page(found), {**data, "seen": seen(answer.content.decode())})
    assert (again.status_code, str(Erratum.objects.get().key)) == (302, data["section"])


@pytest.mark.parametrize(
    ("pdfs", "said"),
    [
        ([], ["The PDF is being made. Load this page again in a minute."]),
        ([0], [
            "PDF of edition 2.0",
            (
                "The PDF with 2 errata is being made. Load this page again in a minute. Until it is there, readers get the "
                "newest one above."
            ),
        ]),
        ([0, 2], ["PDF of edition 2.0", "PDF of edition 2.0 with 2 errata"]),
    ],
)  # fmt: skip
def test_page_about_an_edition_says_that_a_pdf_with_its_errata_is_being_made(
    handbook: HandbookPage, pdfs: list[int], said: list[str]
) -> None:
    found = edition(handbook, "2.0")
    correct(found, "Quorum")
    correct(found, "Funding")
    for number in pdfs:
        facts = {"file": f"handbook/{number}.pdf", "sha256": "0" * 64, "made_at": NOW}
        EditionPdf.objects.create(edition=found, errata=number, **facts)
    client = sign_in(make_staff(EDITOR), second_factor=True)

    soup = BeautifulSoup(
        client.get(reverse("handbook_editions:review", args=[found.pk])).content, "html.parser"
    )

    lines = soup.select_one("section[aria-labelledby=pdfs]").select("p")
    assert [(line.a or line).get_text(strip=True) for line in lines] == said


def test_pdf_that_could_not_be_made_is_not_called_one_that_is_being_made(handbook: HandbookPage) -> None:
    found = edition(handbook, "2.0")
    correct(found)
    for number, facts in enumerate(
        ({"file": "handbook/0.pdf", "sha256": "0" * 64}, {"problem": "Pages moved."})
    ):
        EditionPdf.objects.create(edition=found, errata=number, made_at=NOW, **facts)
    client = sign_in(make_staff(EDITOR), second_factor=True)

    shown = client.get(reverse("handbook_editions:review", args=[found.pk])).content.decode()

    assert ("The PDF with 1 erratum could not be made" in shown, "is being made" in shown) == (True, False)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({"text": "Text."}, "section"),
        ({"section": "no-section", "text": "Text."}, "section"),
        ({"section": str(uuid4()), "text": "Text."}, "section"),
        ({"text": ""}, "text"),
        ({"text": "x" * 2001}, "text"),
        ({"text": "a\x00b"}, "text"),
    ],
)
def test_what_is_missing_or_wrong_is_said_beside_its_field(
    handbook: HandbookPage, data: dict[str, str], error: str
) -> None:
    found = edition(handbook, "2.0")
    client = sign_in(make_staff(EDITOR), second_factor=True)

    answer = client.post(page(found), {"publish": "1", **data})

    assert (answer.status_code, Erratum.objects.count()) == (200, 0)
    assert error in answer.context["form"].errors


@pytest.mark.parametrize(
    ("group", "status"),
    [(EDITOR, 200), (PUBLISHER, 200), (ADMINISTRATOR, 200), (CLINICAL_REVIEWER, 302), (EVENT_ORGANISER, 302)],
)
def test_errata_are_published_by_those_who_may(handbook: HandbookPage, group: str, status: int) -> None:
    found = edition(handbook, "2.0")
    client = sign_in(make_staff(group), second_factor=True)
    data = {"section": key_of(found, "Quorum"), "text": "Text."}

    assert client.get(page(found)).status_code == status
    shown = client.post(page(found), data).content.decode()
    client.post(page(found), {**data, "seen": seen(shown) if status == 200 else "", "publish": "1"})

    assert Erratum.objects.count() == int(status == 200)


def test_nobody_without_an_account_publishes_an_erratum(handbook: HandbookPage) -> None:
    found = edition(handbook, "2.0")

    answer = Client().post(page(found), {"section": key_of(found, "Quorum"), "text": "Text.", "publish": "1"})

    assert (answer.status_code, Erratum.objects.count()) == (403, 0)


def test_there_is_no_page_for_errata_to_an_edition_that_is_not_published(handbook: HandbookPage) -> None:
    edit(handbook.sections().get(title="Quorum"), html="<p>Two thirds.</p>")
    prepared = prepare_edition(handbook=handbook, by=None, now=NOW + timedelta(days=5))
    client = sign_in(make_staff(EDITOR), second_factor=True)

    assert [
        client.get(page(prepared)).status_code,
        client.get(page(prepared).replace(str(prepared.pk), "9" * 20)).status_code,
    ] == [404, 404]


# --- Two editors at once ----------------------------------------------------------------------------------------------

on_postgresql = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite lets one writer in at a time, which hides a missing lock"
)


def race_to_correct(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What two editors get who publish an erratum to the same edition at the same moment."""
    handbook = make_handbook()
    add_section(handbook, "Quorum", "<p>Half of the practices.</p>")
    found = publish(handbook, "1.0")
    both, seal = threading.Barrier(2), errata.seal_erratum

    def wait_for_the_other(*facts: Any) -> str:
        with contextlib.suppress(threading.BrokenBarrierError):
            both.wait(timeout=1)  # without a lock both stand here together
        return seal(*facts)

    monkeypatch.setattr(errata, "seal_erratum", wait_for_the_other)
    return at_once(2, lambda: correct(found))


@on_postgresql
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_errata_at_once_follow_on_one_another(monkeypatch: pytest.MonkeyPatch) -> None:
    outcomes = race_to_correct(monkeypatch)

    assert sorted(erratum.sequence for erratum in outcomes) == [1, 2]
    call_command("verify_editions", verbosity=0)


@on_postgresql
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_without_the_lock_the_second_erratum_at_once_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, *_, **__: self)

    outcomes = race_to_correct(monkeypatch)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Erratum", "IntegrityError"]
