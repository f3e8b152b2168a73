"""Bringing the words of an edition back into the working copy: as a draft, logged, for those who may edit."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import GroupApprovalTask, Page, PageLogEntry, Workflow, WorkflowTask

from handbook.actions.editions import Refused, prepare_edition
from handbook.actions.restoring import restore_section
from handbook.models import Body, Edition, EditionSection, HandbookPage, SectionPage
from portal.members.models import User
from tests.factories import NOW, make_staff, sign_in
from tests.handbook.working_copy import add_section, edit, make_handbook, publish

pytestmark = pytest.mark.django_db

EDITIONS = "/admin/handbook-editions/"
LATER = NOW + timedelta(days=30)


@pytest.fixture(scope="module")
def shared() -> HandbookPage:
    """A handbook whose edition 1.0 says “half” where 1.1 and the working copy say “two-thirds”."""
    handbook = make_handbook()
    chapter = add_section(handbook, "Governance", "<p>How we decide.</p>")
    quorum = add_section(chapter, "Quorum", "<p>Half of the practices.</p>")
    publish(handbook, "1.0")
    edit(quorum, title="A quorum", html="<p>Two-thirds of the practices.</p>")
    publish(handbook, "1.1", now=LATER)
    return handbook


@pytest.fixture
def handbook(shared: HandbookPage) -> HandbookPage:
    return HandbookPage.objects.get(pk=shared.pk)


@pytest.fixture
def person() -> User:
    return make_staff("Editor", first_name="Edna", last_name="Example")


@pytest.fixture
def editor(person: User) -> Client:
    return sign_in(person, second_factor=True)


def section(title: str = "A quorum") -> SectionPage:
    return SectionPage.objects.get(title=title)


def row_of(number: str, title: str) -> EditionSection:
    return EditionSection.objects.get(edition__number=number, title=title)


def address(row: EditionSection) -> str:
    return f"{EDITIONS}{row.edition_id}/restore/{row.key}/"


def draft(page: SectionPage) -> tuple[str, list[tuple[str, Any]]]:
    latest = page.get_latest_revision_as_object()
    return latest.title, [(block["type"], block["value"]) for block in latest.body.raw_data]


def soup_of(response: HttpResponse) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def words(soup: BeautifulSoup, selector: str) -> list[str]:
    return [" ".join(element.get_text(" ").split()) for element in soup.select(selector)]


def rows_written() -> tuple[list[Any], list[Any]]:
    return list(Page.objects.order_by("pk").values()), list(PageLogEntry.objects.order_by("pk").values())


# --- Choosing ----------------------------------------------------------------------------------------------------------


def test_a_section_s_page_leads_to_the_editions_that_have_it(handbook: HandbookPage, editor: Client) -> None:
    page = section()
    wanted = f"{EDITIONS}sections/{page.pk}/restore/"

    for place in (f"/admin/pages/{page.pk}/", f"/admin/pages/{page.pk}/edit/"):
        links = {
            link.get_text(strip=True): link["href"] for link in soup_of(editor.get(place)).select("a[href]")
        }
        assert links["Restore from an edition"] == wanted
    others = soup_of(editor.get(f"/admin/pages/{handbook.pk}/")).select("a[href]")
    assert [link for link in others if "Restore" in link.get_text()] == []


def test_the_editions_of_a_section_are_listed_once_for_the_same_words(
    handbook: HandbookPage, editor: Client
) -> None:
    add_section(handbook, "Funding", "<p>Money.</p>")
    publish(handbook, "1.2", now=LATER)

    soup = soup_of(editor.get(f"{EDITIONS}sections/{section().pk}/restore/"))

    assert words(soup, ".handbook-admin tbody td") == [
        "1.2, 1.1",
        "A quorum",
        "The same words",
        "1.0",
        "Quorum",
        "See the difference to edition 1.0",
    ]
    [link] = soup.select(".handbook-admin tbody a")
    assert link["href"] == address(row_of("1.0", "Quorum"))


def test_a_section_that_no_edition_has_offers_nothing(handbook: HandbookPage, editor: Client) -> None:
    new = add_section(handbook, "Funding", "<p>Money.</p>")
    prepare_edition(handbook=handbook, by=None, now=LATER)

    soup = soup_of(editor.get(f"{EDITIONS}sections/{new.pk}/restore/"))

    assert words(soup, ".handbook-admin p")[1:] == [
        "No published edition has this section yet, so there is nothing to restore. Earlier drafts are in the history of the page."
    ]


def test_an_edition_lists_the_sections_that_the_working_copy_has_otherwise(
    handbook: HandbookPage, editor: Client
) -> None:
    gone = add_section(handbook, "Funding", "<p>Money.</p>")
    edition = publish(handbook, "1.2", now=LATER)
    gone.delete()
    page = section()
    page.title = "The quorum"
    page.save_revision()

    soup = soup_of(editor.get(f"{EDITIONS}{edition.pk}/restore/"))

    assert words(soup, ".handbook-admin tbody td") == [
        "1.1 A quorum",
        "Has other words, is called “The quorum”",
        "2 Funding",
        "Has been removed",
    ]
    assert [link["href"] for link in soup.select(".handbook-admin tbody a")] == [
        address(row_of("1.2", "A quorum")),
        address(row_of("1.2", "Funding")),
    ]


def test_an_edition_that_the_working_copy_agrees_with_offers_nothing(
    handbook: HandbookPage, editor: Client
) -> None:
    edition = Edition.objects.get(number="1.1")

    assert words(soup_of(editor.get(f"{EDITIONS}{edition.pk}/restore/")), ".handbook-admin p")[1:] == [
        "The working copy has every section of edition 1.1 with the same words. There is nothing to restore."
    ]


@pytest.mark.parametrize("count", [1, 5])
def test_the_list_of_an_edition_asks_the_database_as_often_for_many_sections(
    count: int, handbook: HandbookPage, editor: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sections = [add_section(handbook, f"Section {number}", "<p>Words.</p>") for number in range(count)]
    edition = publish(handbook, "1.2", now=LATER)
    for number, page in enumerate(sections):
        edit(page, html=f"<p>Others {number}.</p>")
    place = f"{EDITIONS}{edition.pk}/restore/"
    editor.get(place)

    with django_assert_num_queries(13):
        soup = soup_of(editor.get(place))

    assert len(soup.select(".handbook-admin tbody tr")) == count


# --- Restoring ---------------------------------------------------------------------------------------------------------


def test_the_difference_to_the_draft_is_shown_and_nothing_is_changed(
    handbook: HandbookPage, editor: Client
) -> None:
    page = section()
    page.body = [("text", "<p>All of the practices.</p>")]
    page.save_revision()
    before = rows_written()

    soup = soup_of(editor.get(address(row_of("1.0", "Quorum"))))

    assert words(soup, ".handbook-admin > p")[:3] == [
        "This is how the draft of A quorum would change if it had the words of edition 1.0 again.",
        "It would be called “Quorum” again.",
        "1 word in, 1 word out.",
    ]
    assert [mark.get_text().split(": ")[-1] for mark in soup.select(".handbook-amendment :is(del, ins)")] == [
        "All",
        "Half",
    ]
    assert words(soup, ".handbook-admin form button") == ["Restore as a draft"]
    assert rows_written() == before


def test_the_words_come_back_as_a_draft_that_is_logged_and_not_published(
    handbook: HandbookPage, editor: Client, person: User
) -> None:
    row, page = row_of("1.0", "Quorum"), section()
    old_ids = [block["id"] for block in page.body.raw_data]

    response = editor.post(address(row))

    page.refresh_from_db()
    assert (response.status_code, response["Location"]) == (302, f"/admin/pages/{page.pk}/edit/")
    assert draft(page) == ("Quorum", [("text", "<p>Half of the practices.</p>")])
    assert (page.title, page.live, page.has_unpublished_changes, page.slug) == (
        "A quorum",
        True,
        True,
        "quorum",
    )
    assert [block["id"] for block in page.get_latest_revision_as_object().body.raw_data] == old_ids
    [entry] = PageLogEntry.objects.filter(action="handbook.restore")
    assert (entry.page_id, entry.user, entry.revision_id, entry.data) == (
        page.pk,
        person,
        page.latest_revision_id,
        {"number": "1.0", "made_again": False},
    )
    soup = soup_of(editor.get(response["Location"]))
    assert words(soup, ".messages li")[0].startswith(
        "“Quorum” has the words of edition 1.0 again, as a draft. It is not published: check it here, then publish it to "
        "accept it for the next edition."
    )


def test_what_was_restored_can_be_published_and_is_in_the_next_edition(
    handbook: HandbookPage, editor: Client
) -> None:
    editor.post(address(row_of("1.0", "Quorum")))
    section().latest_revision.publish()

    edition = publish(handbook, "1.2", now=LATER)

    restored, first = row_of("1.2", "Quorum"), row_of("1.0", "Quorum")
    assert (restored.change, restored.key, restored.body_id) == ("amended", first.key, first.body_id)
    assert edition.sections.present().count() == 2


def test_restoring_twice_changes_nothing_the_second_time(handbook: HandbookPage, editor: Client) -> None:
    place = address(row_of("1.0", "Quorum"))
    editor.post(place)
    before = rows_written()

    response = editor.post(place)

    assert response.status_code == 409
    assert words(soup_of(response), "[role=alert] li") == [
        "The draft of “Quorum” has the words of edition 1.0 already. There is nothing to restore."
    ]
    assert rows_written() == before
    assert words(soup_of(editor.get(place)), ".handbook-admin form") == []


def test_every_kind_of_block_comes_back_as_it_was(handbook: HandbookPage, editor: Client) -> None:
    image = get_image_model().objects.create(title="A map", file=get_test_image_file())
    blocks = [
        {"type": "text", "value": f'<h2>A</h2><p>See <a linktype="page" id="{section().pk}">this</a>.</p>'},
        {"type": "table", "value": {"columns": [{"type": "text", "heading": "Who"}], "rows": [{"values": ["<p>GP</p>"]}], "caption": "C"}},
        {"type": "image", "value": {"image": image.pk, "alt_text": "A map", "caption": ""}},
        {"type": "inset", "value": {"body": "<p>Inset</p>"}},
        {"type": "warning", "value": {"title": "Important", "body": "<p>Watch</p>"}},
        {"type": "details", "value": {"title": "More", "body": "<p>Less</p>"}},
        {"type": "code", "value": {"language": "py", "code": "x = 1"}},
        {"type": "markdown", "value": "- a\n\n  - b"},
    ]  # fmt: skip
    page = add_section(handbook, "All")
    page.body = blocks
    page.save_revision().publish()
    publish(handbook, "1.2", now=LATER)
    edit(page, html="<p>Nothing.</p>")

    editor.post(address(row_of("1.2", "All")))

    assert draft(page) == ("All", [(block["type"], block["value"]) for block in blocks])
    ids = [block["id"] for block in page.get_latest_revision_as_object().body.raw_data]
    assert len(set(ids)) == 8


# --- A section that has been removed -----------------------------------------------------------------------------------


def test_a_removed_section_is_made_again_in_its_old_chapter(
    handbook: HandbookPage, editor: Client, person: User
) -> None:
    row = row_of("1.1", "A quorum")
    section().delete()
    soup = soup_of(editor.get(address(row)))

    response = editor.post(address(row))

    page = SectionPage.objects.get(translation_key=row.key)
    assert words(soup, ".handbook-admin > p")[0] == (
        "The working copy does not have “A quorum” any more. It would be made again as a draft with the words of edition 1.1, "
        "in its old chapter, Governance. It stays the same section, so links to it work again once an edition has it."
    )
    assert words(soup, ".handbook-amendment p") == ["Two-thirds of the practices."]
    assert response["Location"] == f"/admin/pages/{page.pk}/edit/"
    assert (page.get_parent().title, page.live, page.slug, page.owner) == (
        "Governance",
        False,
        "quorum",
        person,
    )
    assert draft(page) == ("A quorum", [("text", "<p>Two-thirds of the practices.</p>")])
    assert PageLogEntry.objects.get(action="handbook.restore").data == {"number": "1.1", "made_again": True}


def test_a_removed_section_whose_chapter_has_gone_too_stands_at_the_top(
    handbook: HandbookPage, editor: Client
) -> None:
    row = row_of("1.1", "A quorum")
    section("Governance").delete()

    said = words(soup_of(editor.get(address(row))), ".handbook-admin > p")[0]
    editor.post(address(row))

    assert "at the end of the handbook." in said
    assert SectionPage.objects.get(translation_key=row.key).get_parent().pk == handbook.pk


def test_a_removed_section_that_is_published_again_is_the_same_section(
    handbook: HandbookPage, editor: Client
) -> None:
    row = row_of("1.1", "A quorum")
    section().delete()
    editor.post(address(row))
    SectionPage.objects.get(translation_key=row.key).latest_revision.publish()
    add_section(handbook, "Funding", "<p>Money.</p>")

    edition = publish(handbook, "1.2", now=LATER)

    assert list(edition.sections.amendments().values_list("title", "change")) == [("Funding", "added")]


def test_a_removed_section_whose_address_is_taken_gets_another(
    handbook: HandbookPage, editor: Client
) -> None:
    row = row_of("1.1", "A quorum")
    section().delete()
    add_section(handbook, "New", slug="quorum")
    add_section(handbook, "Newer", slug="quorum-2")

    editor.post(address(row))

    assert SectionPage.objects.get(translation_key=row.key).slug == "quorum-3"


def test_a_section_that_was_moved_out_of_the_handbook_is_refused(
    handbook: HandbookPage, editor: Client
) -> None:
    other = make_handbook("Other", "other")
    row = row_of("1.0", "Quorum")
    section().move(other, pos="last-child")

    response = editor.post(address(row))

    assert response.status_code == 409
    assert words(soup_of(response), "[role=alert] li") == [
        "This section stands outside the handbook now, as “A quorum”. Move it back first."
    ]


# --- What no longer exists ---------------------------------------------------------------------------------------------


def with_words(handbook: HandbookPage, source: list[dict[str, Any]], html: str) -> EditionSection:
    """A section of a published edition that was made of `source`. What it shows need not exist."""
    add_section(handbook, "Funding", "<p>Money.</p>")
    edition = prepare_edition(handbook=handbook, by=None, now=LATER)
    body = Body.objects.create(sha256="0" * 64, html=html, source=source, text="Words")
    edition.sections.filter(title="Funding").update(body=body)
    Edition.objects.filter(pk=edition.pk).update(
        state="published", published_at=LATER, sha256="1" * 64, live=True
    )
    return EditionSection.objects.get(edition=edition, title="Funding")


def test_a_picture_that_no_longer_exists_is_left_out_and_named(
    handbook: HandbookPage, editor: Client
) -> None:
    source = [
        {"type": "text", "value": "<p>Words</p>"},
        {"type": "image", "value": {"image": 999_999, "alt_text": "A map", "caption": ""}},
        {"type": "image", "value": {"image": 999_998, "alt_text": "", "caption": ""}},
        {"type": "text", "value": '<p><a linktype="document" id="999999">The form</a></p>'},
    ]
    row = with_words(handbook, source, "<p>Words</p><p>The form</p>")

    shown = words(soup_of(editor.get(address(row))), ".help-warning li")
    response = editor.post(address(row))

    page = section("Funding")
    assert shown == [
        "The picture “A map” no longer exists, so it is left out.",
        "The picture “without a description” no longer exists, so it is left out.",
        "The link “The form” leads to something that no longer exists.",
    ]
    assert draft(page) == ("Funding", [("text", source[0]["value"]), ("text", source[3]["value"])])
    [said] = words(soup_of(editor.get(response["Location"])), ".messages li")
    assert "The picture “A map” no longer exists, so it is left out." in said


# --- Who may not, and when ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("group", ["Administrator", "Event organiser", "Forum manager"])
def test_people_who_may_not_edit_the_section_are_refused_in_words(group: str, handbook: HandbookPage) -> None:
    client, row = sign_in(make_staff(group), second_factor=True), row_of("1.0", "Quorum")
    before = rows_written()

    answers = [
        client.get(f"{EDITIONS}sections/{section().pk}/restore/"),
        client.get(address(row)),
        client.post(address(row)),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert [words(soup_of(answer), "[role=alert] li") for answer in answers] == [
        ["You may not change “A quorum”. Ask somebody who may edit the handbook to restore it."]
    ] * 3
    assert rows_written() == before


def test_people_who_may_edit_but_not_add_cannot_make_a_removed_section_again(handbook: HandbookPage) -> None:
    client, row = sign_in(make_staff("Clinical reviewer"), second_factor=True), row_of("1.0", "Quorum")
    may_edit = client.get(address(row)).status_code
    section().delete()

    response = client.post(address(row))

    assert (may_edit, response.status_code) == (200, 403)
    assert words(soup_of(response), "[role=alert] li") == [
        "You may not add sections to Handbook. Ask somebody who may edit the handbook to restore it."
    ]
    assert SectionPage.objects.filter(translation_key=row.key).count() == 0


def refused(client: Client, row: EditionSection) -> str:
    """What the page says before, and the same when it is tried all the same."""
    before = rows_written()
    shown, tried = client.get(address(row)), client.post(address(row))
    assert (shown.status_code, tried.status_code) == (200, 409)
    [said] = words(soup_of(shown), "[role=alert] li")
    assert words(soup_of(tried), "[role=alert] li") == [said]
    assert words(soup_of(shown), ".handbook-admin form") == []
    assert rows_written() == before
    return said


def test_a_section_that_somebody_else_has_locked_is_refused(
    handbook: HandbookPage, editor: Client, person: User
) -> None:
    page, other = section(), make_staff("Publisher", first_name="Olu", last_name="Other")
    SectionPage.objects.filter(pk=page.pk).update(locked=True, locked_by=other, locked_at=timezone.now())

    assert (
        refused(editor, row_of("1.0", "Quorum"))
        == "“A quorum” is locked by Olu Other. Ask them to unlock it."
    )

    SectionPage.objects.filter(pk=page.pk).update(locked_by=person)
    assert editor.post(address(row_of("1.0", "Quorum"))).status_code == 302


def test_a_section_that_waits_for_somebody_s_approval_is_refused(
    handbook: HandbookPage, editor: Client, person: User
) -> None:
    task = GroupApprovalTask.objects.create(name="Approval")
    task.groups.add(Group.objects.get(name="Publisher"))
    workflow = Workflow.objects.create(name="Approval of sections")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    page = section()
    page.save_revision()
    workflow.start(page, person)

    assert refused(editor, row_of("1.0", "Quorum")) == (
        "“A quorum” waits for approval, and only its reviewers can change it. Wait for them, or cancel the workflow."
    )

    reviewer = sign_in(make_staff("Publisher"), second_factor=True)
    assert reviewer.post(address(row_of("1.0", "Quorum"))).status_code == 302


def test_a_section_that_is_going_to_be_published_at_a_set_time_is_refused(
    handbook: HandbookPage, editor: Client
) -> None:
    page = section()
    page.go_live_at = timezone.now() + timedelta(days=1)
    page.save_revision().publish()

    assert refused(editor, row_of("1.0", "Quorum")) == (
        "“A quorum” is going to be published at a set time. Cancel that first."
    )


def test_only_what_a_published_edition_has_can_be_restored(handbook: HandbookPage, editor: Client) -> None:
    edit(section(), html="<p>All of them.</p>")
    prepared = prepare_edition(handbook=handbook, by=None, now=LATER)
    row = prepared.sections.get(title="A quorum")

    for place in (
        address(row),
        f"{EDITIONS}{row_of('1.0', 'Quorum').edition_id}/restore/{uuid4()}/",
        f"{EDITIONS}0/restore/{row.key}/",
    ):
        assert (editor.get(place).status_code, editor.post(place).status_code) == (404, 404)
    assert editor.get(f"{EDITIONS}{prepared.pk}/restore/").status_code == 404
    assert editor.get(f"{EDITIONS}{10**18}/restore/").status_code == 404
    assert editor.get(f"{EDITIONS}sections/{handbook.pk}/restore/").status_code == 404
    assert editor.get(f"{EDITIONS}sections/{10**18}/restore/").status_code == 404


def test_the_record_that_a_section_is_gone_cannot_be_restored(handbook: HandbookPage, editor: Client) -> None:
    section().unpublish()
    edition = publish(handbook, "1.2", now=LATER)
    gone = edition.sections.get(change="removed")

    assert editor.get(address(gone)).status_code == 404


def test_the_action_asks_again_whether_the_person_may(handbook: HandbookPage) -> None:
    outsider = make_staff("Event organiser")

    with pytest.raises(Refused) as refusal:
        restore_section(handbook=handbook, row=row_of("1.0", "Quorum"), by=outsider, now=LATER)

    assert refusal.value.reasons == [
        "You may not change “A quorum”. Ask somebody who may edit the handbook to restore it."
    ]


def test_the_action_stamps_the_moment_that_it_is_given(handbook: HandbookPage, person: User) -> None:
    restore_section(handbook=handbook, row=row_of("1.0", "Quorum"), by=person, now=LATER)

    assert PageLogEntry.objects.get(action="handbook.restore").timestamp == LATER
