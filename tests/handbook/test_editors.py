"""The editors' pages: preparing, annotating, publishing and discarding editions, and what the admin refuses to delete."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from handbook import rules
from handbook.actions.editions import prepare_edition
from handbook.models import Edition, EditionSection, HandbookPage, SectionPage
from tests.factories import NOW, make_staff, make_user, sign_in
from tests.handbook.working_copy import add_section, add_sections, edit, make_handbook, publish

pytestmark = pytest.mark.django_db

EDITIONS = "/admin/handbook-editions/"
LATER = NOW + timedelta(days=30)


@pytest.fixture
def editor() -> Client:
    return sign_in(make_staff("Editor"), second_factor=True)


@pytest.fixture(scope="module")
def shared() -> HandbookPage:
    """A handbook with edition 1.0 published, and since then one section amended and one added in the working copy."""
    handbook = make_handbook()
    chapter = add_section(handbook, "Governance")
    quorum = add_section(chapter, "Quorum", "<p>Half of the practices.</p>")
    publish(handbook, "1.0")
    edit(quorum, html="<p>Two-thirds of the practices.</p>")
    add_section(handbook, "Funding", "<p>£1.50 a patient.</p>")
    return handbook


@pytest.fixture
def handbook(shared: HandbookPage) -> HandbookPage:
    return HandbookPage.objects.get(pk=shared.pk)


@pytest.fixture
def prepared(handbook: HandbookPage) -> Edition:
    return prepare_edition(handbook=handbook, by=None, now=LATER)


def address(edition: Edition, step: str = "") -> str:
    return f"{EDITIONS}{edition.pk}/{step}"


def row(edition: Edition, title: str) -> EditionSection:
    return edition.sections.get(title=title)


def typed(edition: Edition, **changes: Any) -> dict[str, str]:
    """A form as an editor fills it in; `changes` are by field, those of a section by “quorum_note” and the like."""
    quorum, funding = row(edition, "Quorum").key, row(edition, "Funding").key
    names = {
        "quorum_significance": f"{quorum}-significance",
        "quorum_note": f"{quorum}-note",
        "funding_significance": f"{funding}-significance",
        "funding_note": f"{funding}-note",
    }
    values = {
        "number": "2.0",
        "effective_on": "2026-05-01",
        "summary": "A new quorum.",
        "quorum_significance": "major",
        "quorum_note": "Count again.",
        "funding_significance": "minor",
        "funding_note": "",
        "go_live_at": "",
    } | changes
    return {names.get(field, field): value for field, value in values.items()}


def stored(edition: Edition) -> tuple[str, date, str, dict[str, tuple[str, str]]]:
    edition.refresh_from_db()
    notes = {
        amendment.title: (amendment.significance, amendment.note)
        for amendment in edition.sections.amendments()
    }
    return edition.number, edition.effective_on, edition.summary, notes


def soup_of(response: HttpResponse) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def words(soup: BeautifulSoup, selector: str) -> list[str]:
    """What each of the elements says, on one line. Icons say nothing."""
    return [" ".join(element.get_text(" ").split()) for element in soup.select(selector)]


def shown_messages(soup: BeautifulSoup) -> list[str]:
    """What the admin says at the head of the page, without what it adds for a form with errors."""
    for hint in soup.select(".messages .buttons, .messages a, .messages button"):
        hint.decompose()
    return words(soup, ".messages li")


# --- The list of editions ------------------------------------------------------------------------------------------------


def test_list_names_the_published_editions_and_offers_to_prepare_the_next(
    handbook: HandbookPage, editor: Client
) -> None:
    soup = soup_of(editor.get(EDITIONS))

    assert words(soup, ".handbook-admin h2") == ["Handbook"]
    assert words(soup, ".handbook-admin tbody td") == [
        "Edition 1.0",
        "10 March 2026",
        "In force",
        "10 March 2026, 09:30",
    ]
    assert words(soup, ".handbook-admin form button") == ["Prepare an edition"]
    assert soup.select_one(".handbook-admin form")["action"] == f"{EDITIONS}prepare/{handbook.pk}/"


def test_list_leads_on_to_the_edition_that_is_being_prepared(prepared: Edition, editor: Client) -> None:
    soup = soup_of(editor.get(EDITIONS))

    assert words(soup, ".handbook-admin form") == []
    links = {link.get_text(): link["href"] for link in soup.select(".handbook-admin p a")}
    assert links["Go on preparing edition 2.0"] == address(prepared)


def test_list_names_the_sections_whose_changes_nobody_has_published(
    handbook: HandbookPage, editor: Client
) -> None:
    section = SectionPage.objects.get(title="Quorum")
    section.title = "Quorum and votes"
    section.save_revision()

    assert words(soup_of(editor.get(EDITIONS)), ".help-warning p") == [
        (
            "1 section has changes that are not published in the working copy, "
            "so they will not be in the next edition: Quorum ."
        )
    ]


def test_list_without_a_handbook_says_how_to_begin(editor: Client, home: Any) -> None:
    assert words(soup_of(editor.get(EDITIONS)), ".handbook-admin") == [
        (
            "There is no handbook yet. Add a handbook page below the home page, or bring one in with "
            "manage.py import_handbook ."
        )
    ]


# --- Preparing -----------------------------------------------------------------------------------------------------------


def test_preparing_takes_a_post_and_leads_to_the_amendments(handbook: HandbookPage, editor: Client) -> None:
    assert editor.get(f"{EDITIONS}prepare/{handbook.pk}/").status_code == 405
    assert handbook.editions.count() == 1

    response = editor.post(f"{EDITIONS}prepare/{handbook.pk}/")

    edition = handbook.editions.get(state="prepared")
    assert (response.status_code, response["Location"]) == (302, address(edition))
    assert shown_messages(soup_of(editor.get(address(edition)))) == [
        "Edition 2.0 holds the working copy as it is now. Nothing is published yet."
    ]


def test_amendments_are_listed_with_what_they_were_and_the_suggested_significance(
    prepared: Edition, editor: Client
) -> None:
    soup = soup_of(editor.get(address(prepared)))

    assert words(soup, "#changes") == ["Changes since edition 1.0"]
    assert words(soup, ".handbook-amendment legend") == ["Amended 1.1 Quorum", "Added 2 Funding"]
    assert [box["value"] for box in soup.select(".handbook-amendment input[checked]")] == ["minor", "major"]
    assert [link["href"] for link in soup.select(".handbook-amendment p a")] == [
        address(prepared, "preview/quorum/"),
        "/handbook/1.0/quorum/",
        address(prepared, "preview/funding/"),
    ]


def test_section_published_since_the_freeze_is_named_until_it_is_frozen_again(
    prepared: Edition, editor: Client
) -> None:
    SectionPage.objects.update(last_published_at=prepared.frozen_at - timedelta(days=1))
    assert words(soup_of(editor.get(address(prepared))), ".help-warning p") == []
    edit(SectionPage.objects.get(title="Funding"), html="<p>£1.60 a patient.</p>")

    assert words(soup_of(editor.get(address(prepared))), ".help-warning p") == [
        "The working copy has changed since: Funding (amended). Freeze again to take this in. Your notes stay."
    ]
    assert unfrozen(editor, prepare_edition(handbook=prepared.handbook, by=None, now=timezone.now())) == []


def unfrozen(editor: Client, edition: Edition) -> list[str]:
    """What the page about an edition says of the working copy: each section that has changed since the freeze."""
    said = words(soup_of(editor.get(address(edition))), ".help-warning p")
    beginning, end = (
        "The working copy has changed since: ",
        ". Freeze again to take this in. Your notes stay.",
    )
    assert all(line.startswith(beginning) and line.endswith(end) for line in said)
    return [section for line in said for section in line[len(beginning) : -len(end)].split(", ")]


def section_called(title: str) -> SectionPage:
    return SectionPage.objects.get(title=title)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda: section_called("Funding").unpublish(), ["Funding (removed)"]),
        (lambda: section_called("Funding").delete(), ["Funding (removed)"]),
        # A chapter takes with it what stands in it.
        (lambda: section_called("Governance").unpublish(), ["Governance (removed)", "Quorum (removed)"]),
        (lambda: section_called("Funding").move(section_called("Governance"), pos="left"), ["Funding (moved)"]),
        (lambda: section_called("Funding").move(section_called("Governance"), pos="last-child"), ["Funding (moved)"]),
        (lambda: edit(section_called("Funding"), slug="money"), ["Funding (amended)"]),
        (lambda: edit(section_called("Funding"), title="Money"), ["Money (amended)"]),
        (lambda: add_section(HandbookPage.objects.get(), "Legal"), ["Legal (added)"]),
        (lambda: SectionPage.objects.filter(title="Funding").update(source_path="funding.md"), ["Funding (amended)"]),
        # None of this would be in an edition.
        (lambda: section_called("Funding").save_revision(), []),
        (lambda: HandbookPage.objects.get().add_child(instance=SectionPage(title="Legal", live=False)), []),
    ],
)  # fmt: skip
def test_whatever_a_new_freeze_would_change_is_named(
    prepared: Edition, editor: Client, change: Callable, said: list[str]
) -> None:
    prepared.frozen_at = timezone.now()
    prepared.save()
    before = unfrozen(editor, prepared)

    change()

    assert (before, unfrozen(editor, prepared)) == ([], said)


def test_section_that_was_deleted_since_the_freeze_has_no_link(prepared: Edition, editor: Client) -> None:
    SectionPage.objects.update(last_published_at=prepared.frozen_at)
    section_called("Quorum").unpublish()
    section_called("Funding").delete()

    links = soup_of(editor.get(address(prepared))).select(".help-warning p a")

    quorum = section_called("Quorum")
    assert [link["href"] for link in links] == [f"/admin/pages/{quorum.pk}/edit/"]

    editor.post(f"{EDITIONS}prepare/{prepared.handbook_id}/")

    assert words(soup_of(editor.get(address(prepared))), ".help-warning p") == []


def test_links_that_lead_nowhere_are_listed_and_no_edition_is_made(
    handbook: HandbookPage, editor: Client
) -> None:
    edit(
        SectionPage.objects.get(title="Funding"),
        html='<p>See <a href="/handbook/none/">this</a> &amp; <a href="/handbook/nor-this/">that</a>.</p>',
    )

    response = editor.post(f"{EDITIONS}prepare/{handbook.pk}/")

    soup = soup_of(response)
    assert (response.status_code, words(soup, ".help-critical h2")) == (
        409,
        ["The edition could not be prepared"],
    )
    assert words(soup, ".help-critical li") == [
        "Funding: The link “this” leads to a section that is not in this edition (/handbook/none/).",
        "Funding: The link “that” leads to a section that is not in this edition (/handbook/nor-this/).",
    ]
    assert [edition.number for edition in handbook.editions.all()] == ["1.0"]


# --- Annotating ----------------------------------------------------------------------------------------------------------


def test_notes_are_saved(prepared: Edition, editor: Client) -> None:
    response = editor.post(address(prepared), typed(prepared))

    assert (response.status_code, response["Location"]) == (302, address(prepared))
    assert stored(prepared) == (
        "2.0",
        date(2026, 5, 1),
        "A new quorum.",
        {"Quorum": ("major", "Count again."), "Funding": ("minor", "")},
    )
    assert shown_messages(soup_of(editor.get(address(prepared)))) == ["The notes on edition 2.0 are saved."]


def test_message_names_the_number_that_was_typed(prepared: Edition, editor: Client) -> None:
    editor.post(address(prepared), typed(prepared, number="1.1"))

    assert shown_messages(soup_of(editor.get(address(prepared)))) == ["The notes on edition 1.1 are saved."]


def test_notes_are_saved_on_the_way_to_submitting(prepared: Edition, editor: Client) -> None:
    response = editor.post(address(prepared), typed(prepared) | {"submit": "1"})

    assert response["Location"] == address(prepared, "submit/")
    assert stored(prepared)[2] == "A new quorum."


LONG = "x" * 2_001


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        (
            {"number": "7.3"},
            "7.3 does not follow 1.0. The next edition is 1.1 or 2.0.",
        ),
        (
            {"number": "two"},
            "“two” is not an edition number. Use two numbers with a full stop between, such as 2.1.",
        ),
        ({"number": ""}, "This field is required."),
        ({"effective_on": "1 Mayy"}, "Enter a valid date."),
        ({"effective_on": "2026-02-30"}, "Enter a valid date."),
        (
            {"effective_on": "2026-03-09"},
            (
                "The edition before is in force from 10 March 2026. An edition cannot be in force from an earlier day than "
                "the one it follows."
            ),
        ),
        (
            {"effective_on": "9999-12-31"},
            (
                "The edition would be in force from 31 December 9999, which is more than five years from now. "
                "Check the year."
            ),
        ),
        (
            {"go_live_at": "2020-01-01 00:00"},
            (
                "The edition would be published on 1 January 2020 at 00:00, which has passed. Choose a later time, or none, "
                "so that it is published as soon as it is approved."
            ),
        ),
        ({"summary": "x" * 1_001}, "Ensure this value has at most 1000 characters (it has 1001)."),
        ({"quorum_note": LONG}, "Ensure this value has at most 2000 characters (it has 2001)."),
        ({"quorum_note": "a\0b"}, "Null characters are not allowed."),
        (
            {"funding_significance": "huge"},
            "Select a valid choice. huge is not one of the available choices.",
        ),
    ],
)
def test_nothing_is_saved_and_everything_typed_stays_when_one_entry_is_wrong(
    prepared: Edition, editor: Client, changes: dict[str, str], error: str
) -> None:
    before = stored(prepared)
    form = typed(prepared, **changes)

    response = editor.post(address(prepared), form)

    soup = soup_of(response)
    assert stored(prepared) == before
    assert shown_messages(soup) == ["The notes are not saved. Correct the errors below."]
    assert words(soup, ".error-message") == [error]
    shown = {
        field["name"]: field.get("value", "") for field in soup.select(".handbook-admin input[type=text]")
    }
    shown |= {area["name"]: area.get_text().strip() for area in soup.select("textarea")}
    shown |= {box["name"]: box["value"] for box in soup.select("input[type=radio][checked]")}
    assert shown == {name: value for name, value in form.items() if value != "huge"}


def test_every_error_is_shown_at_once(prepared: Edition, editor: Client) -> None:
    form = typed(prepared, number="x", quorum_note=LONG, funding_note=LONG)

    assert len(words(soup_of(editor.post(address(prepared), form)), ".error-message")) == 3


def test_form_of_somebody_who_froze_again_meanwhile_is_asked_for_what_is_new(
    prepared: Edition, editor: Client
) -> None:
    form = typed(prepared)
    add_section(prepared.handbook, "Legal", "<p>Legal words.</p>")
    prepare_edition(handbook=prepared.handbook, by=None, now=LATER)

    soup = soup_of(editor.post(address(prepared), form))

    assert words(soup, ".error-message") == ["This field is required."]
    assert [area.get_text().strip() for area in soup.select("textarea")] == [
        "A new quorum.",
        "Count again.",
        "",
        "",
    ]


# --- Submitting ----------------------------------------------------------------------------------------------------------


def test_everything_against_submitting_is_listed_before_anybody_can_press(
    prepared: Edition, editor: Client
) -> None:
    Edition.objects.filter(pk=prepared.pk).update(number="7.3")

    soup = soup_of(editor.get(address(prepared, "submit/")))

    assert words(soup, ".help-critical li") == [
        "7.3 does not follow 1.0. The next edition is 1.1 or 2.0.",
        "“Funding” is a major amendment without a note. Write what changed and what to do about it.",
    ]
    assert words(soup, ".handbook-admin form") == []


def test_submitting_against_a_reason_is_refused(prepared: Edition, editor: Client) -> None:
    response = editor.post(address(prepared, "submit/"))

    assert (response.status_code, words(soup_of(response), ".help-critical li")) == (
        409,
        ["“Funding” is a major amendment without a note. Write what changed and what to do about it."],
    )
    prepared.refresh_from_db()
    assert prepared.state == "prepared"


def test_edition_whose_time_has_passed_since_it_was_typed_is_not_submitted(
    prepared: Edition, editor: Client
) -> None:
    editor.post(address(prepared), typed(prepared))
    Edition.objects.filter(pk=prepared.pk).update(
        go_live_at=datetime(2026, 3, 29, 1, tzinfo=UTC), effective_on=date(2130, 1, 1)
    )
    reasons = [
        "The edition would be in force from 1 January 2130, which is more than five years from now. Check the year.",
        (
            "The edition would be published on 29 March 2026 at 02:00, which has passed. Choose a later time, or none, so "
            "that it is published as soon as it is approved."
        ),
    ]

    shown = soup_of(editor.get(address(prepared, "submit/")))
    response = editor.post(address(prepared, "submit/"))

    assert (words(shown, ".help-critical li"), words(shown, ".handbook-admin form")) == (reasons, [])
    assert (response.status_code, words(soup_of(response), ".help-critical li")) == (409, reasons)
    prepared.refresh_from_db()
    assert prepared.state == "prepared"


@pytest.mark.parametrize(
    ("day", "is_refused"),
    [
        (date(1, 1, 1), False),
        (date(2026, 3, 10), False),
        (date(2031, 3, 10), False),
        (date(2031, 3, 11), True),
        (date(9999, 12, 31), True),
    ],
)
def test_day_in_force_lies_five_years_ahead_at_most(day: date, is_refused: bool) -> None:
    assert (rules.refusal_of_far_day(day, today=date(2026, 3, 10)) is not None) == is_refused


@pytest.mark.parametrize(
    ("moment", "reason"),
    [
        (NOW - timedelta(microseconds=1), "which has passed"),
        (NOW, "which has passed"),
        (NOW + timedelta(microseconds=1), None),
        (NOW + timedelta(days=1826), None),
        (NOW + timedelta(days=1826, microseconds=1), "which is more than five years from now"),
        (datetime.max.replace(tzinfo=UTC), "which is more than five years from now"),
    ],
)
def test_time_of_publication_lies_ahead_and_five_years_at_most(moment: datetime, reason: str | None) -> None:
    refusal = rules.refusal_of_time(moment, NOW)

    assert (refusal is None) if reason is None else (f", {reason}. C" in refusal)


def test_page_before_submitting_says_what_will_happen(
    prepared: Edition, editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: LATER)
    editor.post(address(prepared), typed(prepared, effective_on="2026-05-01"))

    soup = soup_of(editor.get(address(prepared, "submit/")))

    assert words(soup, ".handbook-admin > p") == [
        (
            "You are about to submit edition 2.0 of Handbook, with 3 sections, for approval by somebody else. It is "
            "published as soon as it is approved. It will be in force from 1 May 2026. Until then readers see it as coming."
        ),
        "While it waits for approval nobody can change it. You can withdraw it until it is published.",
    ]
    assert words(soup, ".handbook-admin tbody td") == [
        *("1.1 Quorum", "Amended", "Major", "Count again."),
        *("2 Funding", "Added", "Minor", ""),
    ]
    prepared.refresh_from_db()
    assert prepared.state == "prepared"


def test_submitting_can_be_pressed_twice(prepared: Edition, editor: Client) -> None:
    editor.post(address(prepared), typed(prepared, effective_on="2026-03-11"))

    first = editor.post(address(prepared, "submit/"))
    second = editor.post(address(prepared, "submit/"))

    assert [(answer.status_code, answer["Location"]) for answer in (first, second)] == [
        (302, address(prepared, "review/")),
        (302, address(prepared, "review/")),
    ]
    assert [state.status for state in prepared.workflow_states] == ["in_progress"]


def test_published_edition_is_read_only(handbook: HandbookPage, prepared: Edition, editor: Client) -> None:
    published = handbook.editions.get(number="1.0")
    before = stored(published)

    soup = soup_of(editor.get(address(published), follow=True))
    again = editor.post(address(published), typed(prepared))

    assert words(soup, ".handbook-admin form, .handbook-admin textarea") == []
    assert words(soup, ".handbook-admin p")[1:2] == [
        "Published on 10 March 2026, 09:30, in force from 10 March 2026, with 2 sections. It never changes."
    ]
    assert words(soup, ".handbook-admin code") == [published.sha256]
    assert (again["Location"], stored(published)) == (address(published, "review/"), before)
    assert editor.get(address(published, "submit/"))["Location"] == address(published, "review/")
    assert [
        editor.get(address(published, "discard/")).status_code,
        editor.post(address(published, "discard/")).status_code,
    ] == [404, 404]


def test_table_of_amendments_is_named_once(handbook: HandbookPage, prepared: Edition, editor: Client) -> None:
    editor.post(address(prepared), typed(prepared, funding_significance="minor"))
    publish(handbook, "2.0", now=LATER)
    latest = handbook.editions.get(number="2.0")
    add_section(handbook, "Legal", "<p>Words.</p>")
    following = prepare_edition(handbook=handbook, by=None, now=LATER)
    following.sections.amendments().update(note="Read it.")

    pages = [
        soup_of(editor.get(address(latest, "review/"))),
        soup_of(editor.get(address(following, "submit/"))),
    ]

    assert [words(soup, ".handbook-admin :is(h2, caption)") for soup in pages] == [
        ["Errata", "PDF", "Amendments"],
        ["Amendments"],
    ]
    tables = [soup.select_one(".handbook-admin__table") for soup in pages]
    assert [
        soup.find(id=table["aria-labelledby"]).get_text() for soup, table in zip(pages, tables, strict=True)
    ] == ["Amendments", "Amendments"]


def test_discarding_asks_first(prepared: Edition, editor: Client) -> None:
    assert words(soup_of(editor.get(address(prepared, "discard/"))), "form.handbook-admin__row button") == [
        "Discard edition 2.0"
    ]
    assert Edition.objects.count() == 2

    response = editor.post(address(prepared, "discard/"))

    assert response["Location"] == EDITIONS
    assert [edition.number for edition in Edition.objects.all()] == ["1.0"]
    assert shown_messages(soup_of(editor.get(EDITIONS))) == [
        "Edition 2.0 has been discarded. The working copy is as it was."
    ]


def test_frozen_section_is_shown_as_readers_will_see_it(prepared: Edition, editor: Client) -> None:
    edit(SectionPage.objects.get(title="Quorum"), html="<p>Edited after the freeze.</p>")

    soup = soup_of(editor.get(address(prepared, "preview/quorum/")))

    assert words(soup, "h1") == ["1.1 Quorum"]
    assert words(soup, ".prose p") == ["Two-thirds of the practices."]
    assert words(soup, ".notice strong") == ["Edition 2.0 is not published."]
    assert editor.get(address(prepared, "preview/none/")).status_code == 404


# --- Who may -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "answers"),
    [
        (make_user, (403, 403, 403, 403)),
        # Back to the admin's first page, with a message: the way Wagtail refuses its own.
        (lambda: make_staff("Clinical reviewer"), (302, 302, 302, 302)),
    ],
    ids=["signed in", "clinical reviewer"],
)
def test_people_without_the_permission_change_nothing(
    prepared: Edition, make: Callable, answers: tuple[int, ...]
) -> None:
    before = stored(prepared)
    reader = sign_in(make(), second_factor=True)
    given = (
        reader.post(f"{EDITIONS}prepare/{prepared.handbook_id}/"),
        reader.post(address(prepared), typed(prepared)),
        reader.post(address(prepared, "submit/")),
        reader.post(address(prepared, "discard/")),
    )

    assert tuple(answer.status_code for answer in given) == answers
    assert {answer.get("Location", "/admin/") for answer in given} == {"/admin/"}
    assert stored(prepared) == before
    assert Edition.objects.get(pk=prepared.pk).state == "prepared"


def test_menu_shows_the_editions_to_those_who_may_prepare_them(prepared: Edition, editor: Client) -> None:
    reviewer = sign_in(make_staff("Clinical reviewer"), second_factor=True)

    shown = ["handbook-editions" in client.get("/admin/").content.decode() for client in (editor, reviewer)]

    assert shown == [True, False]


# --- What stays ----------------------------------------------------------------------------------------------------------


def test_handbook_with_editions_cannot_be_deleted(handbook: HandbookPage) -> None:
    publisher = sign_in(make_staff("Publisher"), second_factor=True)

    response = publisher.post(f"/admin/pages/{handbook.pk}/delete/")

    assert response["Location"] == f"/admin/pages/{handbook.pk}/"
    assert shown_messages(soup_of(publisher.get(response["Location"]))) == [
        "“Handbook” has editions, which readers cite, so it cannot be deleted. You can unpublish it instead."
    ]
    assert HandbookPage.objects.filter(pk=handbook.pk).exists()


def picture_and_document() -> tuple[Any, Any]:
    """An image and a document that edition 2.0 shows in the section “Funding”."""
    image = get_image_model().objects.create(title="Map", file=get_test_image_file("map.png"))
    document = get_document_model().objects.create(title="Form", file=SimpleUploadedFile("form.csv", b"a,b"))
    section = SectionPage.objects.get(title="Funding")
    section.body = [
        {"type": "image", "value": {"image": image.pk, "alt_text": "A map", "caption": ""}},
        {"type": "text", "value": f'<p><a linktype="document" id="{document.pk}">Form</a></p>'},
    ]
    section.save_revision().publish()
    publish(section.handbook, "2.0", now=LATER)
    # The words now in the working copy show neither: it is the edition that holds on to them.
    edit(section, html="<p>£1.60 a patient.</p>")
    return image, document


def test_files_that_an_edition_shows_cannot_be_deleted(
    handbook: HandbookPage, django_capture_on_commit_callbacks: Callable
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        image, document = picture_and_document()
    owner = sign_in(make_user(is_superuser=True), second_factor=True)
    one_by_one = (f"/admin/images/{image.pk}/delete/", f"/admin/documents/delete/{document.pk}/")
    several = (
        f"/admin/bulk/wagtailimages/image/delete/?id={image.pk}",
        f"/admin/bulk/wagtaildocs/document/delete/?id={document.pk}",
    )

    explained = [words(soup_of(owner.get(address)), "main p") for address in one_by_one]
    answers = [owner.post(address) for address in (*one_by_one, *several)]

    assert explained == [
        [
            (
                f"This {kind} is used 1 time. "
                "Editions of the handbook use it, so it cannot be deleted: what has been published stays as it is."
            )
        ]
        for kind in ("image", "document")
    ]
    assert [answer.status_code for answer in answers] == [302, 302, 302, 302]
    assert [type(item).objects.filter(pk=item.pk).count() for item in (image, document)] == [1, 1]


# --- Addresses of sections -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slug", "error"),
    [
        ("quorum", "Another section of this handbook has the address “quorum”. Choose a different one."),
        ("amendments", "“amendments” is the address of another page of the handbook."),
        ("whole", "“whole” is the address of another page of the handbook."),
        ("editions", "“editions” is the address of another page of the handbook."),
        ("funding-2", None),
    ],
)
def test_address_of_a_section_is_its_own_in_the_whole_handbook(
    handbook: HandbookPage, editor: Client, slug: str, error: str | None
) -> None:
    section = SectionPage.objects.get(title="Funding")
    form = {
        "title": "Funding",
        "slug": slug,
        "body-count": "0",
        "review_by": "",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
    }

    response = editor.post(f"/admin/pages/{section.pk}/edit/", form)

    assert words(soup_of(response), ".error-message") == ([error] if error else [])
    section.refresh_from_db()
    assert section.get_latest_revision_as_object().slug == (slug if not error else "funding")


# --- Cost -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [3, 6])
def test_page_takes_the_same_queries_however_large_the_handbook_is(
    editor: Client, django_assert_num_queries: Callable, count: int
) -> None:
    handbook = make_handbook()
    sections = add_sections(handbook, count)
    published = [publish(handbook, "1.0")]
    for number in range(1, count):
        edit(sections[0], html=f"<p>Word {number}.</p>")
        published.append(publish(handbook, f"1.{number}"))
    for section in sections:
        edit(section, html="<p>Two.</p>")
    edition = prepare_edition(handbook=handbook, by=None, now=LATER)
    pages = {
        EDITIONS: 14,
        address(edition): 23,
        address(edition, "submit/"): 17,
        address(edition, "preview/section-1/"): 13,
        address(published[-1], "review/"): 18,
    }

    for path, queries in pages.items():
        editor.get(path)  # fills what is kept in the process
        with django_assert_num_queries(queries):
            assert editor.get(path).status_code == 200, path


def test_handbook_with_editions_cannot_be_deleted_in_bulk_either(handbook: HandbookPage) -> None:
    publisher = sign_in(make_staff("Publisher"), second_factor=True)
    address = f"/admin/bulk/wagtailcore/page/delete/?id={handbook.pk}&next=/admin/pages/"

    shown = publisher.get(address).content.decode()
    response = publisher.post(address)

    assert "One or more references to this page prevent it from being deleted." in shown
    assert response.status_code == 302
    assert HandbookPage.objects.filter(pk=handbook.pk).exists()


def test_page_above_a_handbook_with_editions_cannot_be_deleted_in_bulk(handbook: HandbookPage) -> None:
    owner = sign_in(make_user(is_superuser=True, is_staff=True), second_factor=True)

    owner.post(f"/admin/bulk/wagtailcore/page/delete/?id={handbook.get_parent().pk}&next=/admin/pages/")

    assert HandbookPage.objects.filter(pk=handbook.pk).exists()
    assert shown_messages(soup_of(owner.get("/admin/pages/"))) == [
        "“Handbook” has editions, which readers cite, so it cannot be deleted. You can unpublish it instead."
    ]
