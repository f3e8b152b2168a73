"""Preparing, annotating, discarding and publishing editions."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import ProtectedError
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import ModelLogEntry, ReferenceIndex

from handbook import body as bodies
from handbook.actions.editions import (
    Annotation,
    Refused,
    annotate_edition,
    discard_edition,
    prepare_edition,
)
from handbook.actions.release import publish_edition
from handbook.models import Asset, Body, Edition, HandbookPage, SectionPage
from tests.factories import NOW, make_user
from tests.handbook.working_copy import add_section, edit, make_handbook, publish

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=30)


@pytest.fixture(scope="module")
def shared() -> HandbookPage:
    """A handbook of one chapter with two sections."""
    handbook = make_handbook()
    chapter = add_section(handbook, "Governance")
    add_section(chapter, "Quorum", "<p>Half of the practices.</p>")
    add_section(chapter, "Votes", "<p>One vote a practice.</p>")
    return handbook


@pytest.fixture
def handbook(shared: HandbookPage) -> HandbookPage:
    return HandbookPage.objects.get(pk=shared.pk)


def section(title: str) -> SectionPage:
    return SectionPage.objects.get(title=title)


def lines(edition: Edition) -> list[tuple[str, str, str, str]]:
    rows = edition.sections.order_by("position")
    return [(row.number, row.title, row.change, row.significance) for row in rows]


def test_first_edition_holds_the_published_sections_in_order_with_their_numbers(
    handbook: HandbookPage,
) -> None:
    add_section(handbook, "Funding", "<p>£1.50 a patient.</p>")

    edition = prepare_edition(handbook=handbook, by=None, now=NOW)

    assert (edition.number, edition.sequence, edition.effective_on) == ("1.0", 1, date(2026, 3, 10))
    assert lines(edition) == [
        ("1", "Governance", "", ""),
        ("1.1", "Quorum", "", ""),
        ("1.2", "Votes", "", ""),
        ("2", "Funding", "", ""),
    ]


def test_drafts_and_what_stands_below_an_unpublished_chapter_are_left_out(handbook: HandbookPage) -> None:
    draft = SectionPage(title="Draft", live=False)
    handbook.add_child(instance=draft)
    add_section(draft, "Below a draft", "<p>Words.</p>")
    quorum = section("Quorum")
    quorum.body = [{"type": "text", "value": "<p>Changed, not accepted.</p>"}]
    quorum.save_revision()

    edition = prepare_edition(handbook=handbook, by=None, now=NOW)

    assert [row.title for row in edition.sections.present()] == ["Governance", "Quorum", "Votes"]
    assert edition.sections.get(title="Quorum").body.text == "Half of the practices."


def test_second_edition_lists_what_was_added_amended_renamed_moved_and_removed(
    handbook: HandbookPage,
) -> None:
    add_section(handbook, "Legal", "<p>Legal words.</p>")
    add_section(handbook, "Disputes", "<p>Talk first.</p>")
    publish(handbook, "1.0")
    edit(section("Quorum"), html="<p>Two-thirds of the practices.</p>")
    edit(section("Votes"), title="Voting")
    section("Disputes").move(section("Governance"), pos="first-child")
    section("Legal").unpublish()
    add_section(HandbookPage.objects.get(), "Data", "<p>New words.</p>")

    edition = prepare_edition(handbook=handbook, by=None, now=LATER)

    assert edition.number == "2.0"
    assert lines(edition) == [
        ("1", "Governance", "", ""),
        ("1.1", "Disputes", "moved", "minor"),
        ("1.2", "Quorum", "amended", "minor"),
        ("1.3", "Voting", "renamed", "minor"),
        ("2", "Data", "added", "major"),
        ("2", "Legal", "removed", "major"),
    ]


def test_section_that_nobody_touched_is_the_same_body_in_every_edition(handbook: HandbookPage) -> None:
    first = publish(handbook, "1.0")
    edit(section("Quorum"), html="<p>Two-thirds.</p>")

    second = publish(handbook, "2.0", now=LATER)

    votes = [edition.sections.get(title="Votes").body_id for edition in (first, second)]
    assert votes[0] == votes[1]
    assert Body.objects.count() == 4  # quorum twice, votes, and the chapter without words


def test_saving_a_section_again_without_a_change_is_no_amendment(handbook: HandbookPage) -> None:
    publish(handbook, "1.0")
    page = section("Quorum")
    page.body = [
        {
            "type": "text",
            "value": "<p>Half of the practices.</p>",
            "id": "00000000-0000-0000-0000-000000000001",
        }
    ]
    page.save_revision().publish()

    edition = prepare_edition(handbook=handbook, by=None, now=LATER)

    assert list(edition.sections.amendments()) == []


def test_preparing_again_takes_in_the_working_copy_and_keeps_the_notes(handbook: HandbookPage) -> None:
    publish(handbook, "1.0")
    edit(section("Quorum"), html="<p>Two-thirds of all the practices, counted by patients.</p>")
    edition = prepare_edition(handbook=handbook, by=None, now=LATER)
    key = section("Quorum").translation_key
    annotate_edition(
        edition=edition,
        number="2.0",
        effective_on=date(2026, 5, 1),
        summary="New quorum.",
        annotations={key: Annotation("minor", "  Count again. ")},
    )
    edit(section("Votes"), html="<p>One vote for each 1,000 patients.</p>")

    again = prepare_edition(handbook=handbook, by=None, now=LATER + timedelta(hours=1))

    assert again.pk == edition.pk
    assert (again.number, again.effective_on, again.summary) == ("2.0", date(2026, 5, 1), "New quorum.")
    assert again.frozen_at == LATER + timedelta(hours=1)
    notes = {row.title: (row.significance, row.note) for row in again.sections.amendments()}
    assert notes == {"Quorum": ("minor", "Count again."), "Votes": ("major", "")}


def test_edition_cannot_be_prepared_with_a_link_that_leads_nowhere(handbook: HandbookPage) -> None:
    gone = add_section(handbook, "Gone", "<p>Words.</p>")
    edit(
        section("Votes"),
        html=f'<p>See <a linktype="page" id="{gone.pk}">the old rule</a> and <a href="/handbook/none/">this</a>.</p>',
    )
    gone.unpublish()

    with pytest.raises(Refused) as refused:
        prepare_edition(handbook=handbook, by=None, now=NOW)

    assert refused.value.reasons == [
        "Votes: The link “the old rule” leads to a section that is not in this edition (/handbook/gone/).",
        "Votes: The link “this” leads to a section that is not in this edition (/handbook/none/).",
    ]
    assert not Edition.objects.exists()


def test_two_sections_with_one_address_are_refused_by_name(handbook: HandbookPage) -> None:
    chapter = add_section(handbook, "Other chapter")
    SectionPage.objects.filter(pk=add_section(chapter, "More on quorum").pk).update(slug="quorum")

    with pytest.raises(Refused) as refused:
        prepare_edition(handbook=handbook, by=None, now=NOW)

    assert refused.value.reasons == [
        "“Quorum” and “More on quorum” have the same address, “quorum”. Change the slug of one of them."
    ]


@pytest.mark.parametrize(
    ("number", "effective_on"),
    [("1.2", date(2026, 4, 9)), ("1.1", date(2026, 3, 9)), ("x", date(2026, 4, 9))],
)
def test_number_that_does_not_follow_or_too_early_a_day_is_refused_and_changes_nothing(
    handbook: HandbookPage, number: str, effective_on: date
) -> None:
    publish(handbook, "1.0")
    edit(section("Quorum"), html="<p>Two-thirds of the practices.</p>")
    edition = prepare_edition(handbook=handbook, by=None, now=LATER)

    with pytest.raises(Refused):
        annotate_edition(
            edition=edition, number=number, effective_on=effective_on, summary="", annotations={}
        )

    edition.refresh_from_db()
    assert (edition.number, edition.effective_on) == ("1.1", date(2026, 4, 9))


def test_publishing_seals_the_edition_and_logs_who_did_it(handbook: HandbookPage) -> None:
    publisher = make_user()
    edition = prepare_edition(handbook=handbook, by=publisher, now=NOW)

    publish_edition(edition=edition, by=publisher, now=NOW)

    edition.refresh_from_db()
    assert (edition.state, edition.live, edition.published_at) == ("published", True, NOW)
    assert len(edition.sha256) == 64
    entries = ModelLogEntry.objects.for_instance(edition).order_by("timestamp").values_list("action", "user")
    assert list(entries) == [("handbook.prepare", publisher.pk), ("handbook.publish", publisher.pk)]


def test_edition_with_nothing_changed_is_not_published(handbook: HandbookPage) -> None:
    publish(handbook, "1.0")
    edition = prepare_edition(handbook=handbook, by=None, now=LATER)

    with pytest.raises(Refused) as refused:
        publish_edition(edition=edition, by=None, now=LATER)

    assert refused.value.reasons == ["Nothing has changed since edition 1.0. There is nothing to publish."]
    edition.refresh_from_db()
    assert edition.state == "prepared"


def test_edition_is_published_once_however_often_one_presses(handbook: HandbookPage) -> None:
    edition = publish(handbook, "1.0")

    with pytest.raises(Refused) as refused:
        publish_edition(edition=edition, by=None, now=LATER)

    assert refused.value.reasons == ["Edition 1.0 has been published already."]
    edition.refresh_from_db()
    assert edition.published_at == NOW


def test_discarding_leaves_the_working_copy_and_the_published_editions(handbook: HandbookPage) -> None:
    publish(handbook, "1.0")
    edit(section("Quorum"), html="<p>Two-thirds of the practices.</p>")
    edition = prepare_edition(handbook=handbook, by=None, now=LATER)

    discard_edition(edition=edition, by=make_user())

    assert list(Edition.objects.values_list("number", flat=True)) == ["1.0"]
    assert section("Quorum").body[0].value.source == "<p>Two-thirds of the practices.</p>"


# --- Pictures and documents -----------------------------------------------------------------------------------------------


def show_picture(in_section: str) -> Image:
    image = get_image_model().objects.create(title="Map", file=get_test_image_file("map.png"))
    page = section(in_section)
    page.body = [{"type": "image", "value": {"image": image.pk, "alt_text": "A map", "caption": ""}}]
    page.save_revision().publish()
    return image


def content(asset: Asset) -> bytes:
    with asset.file.open("rb") as file:
        return file.read()


def test_pictures_are_copied_byte_for_byte_and_their_origin_is_kept(
    handbook: HandbookPage, django_capture_on_commit_callbacks: Callable
) -> None:
    image = show_picture("Quorum")

    with django_capture_on_commit_callbacks(execute=True):
        edition = publish(handbook, "1.0")

    with image.get_rendition("width-1200").file.open("rb") as file:
        original = file.read()
    asset = Asset.objects.get()
    assert content(asset) == original
    body = edition.sections.get(title="Quorum").body
    assert f'<img src="asset:{asset.pk}/{asset.pk[:12]}.png"' in body.html
    assert ReferenceIndex.get_references_to(image).filter(content_type__model="editionasset").count() == 1
    with pytest.raises(ProtectedError):
        image.delete()


def test_replacing_a_picture_leaves_the_edition_as_it_was(handbook: HandbookPage) -> None:
    image = show_picture("Quorum")
    edition = publish(handbook, "1.0")
    before = content(edition.assets.get().asset)

    image.file = get_test_image_file("other.png", size=(64, 48))
    image.save()
    image.renditions.all().delete()
    second = prepare_edition(handbook=handbook, by=None, now=LATER)

    assert content(edition.assets.get().asset) == before
    assert [row.change for row in second.sections.filter(title="Quorum")] == ["amended"]


def test_documents_that_a_section_links_to_are_copied_too(handbook: HandbookPage) -> None:
    document = get_document_model().objects.create(title="Form", file=SimpleUploadedFile("form.csv", b"a,b"))
    edit(section("Quorum"), html=f'<p><a linktype="document" id="{document.pk}">The form</a></p>')

    edition = publish(handbook, "1.0")

    asset = edition.assets.get().asset
    assert content(asset) == b"a,b"
    html = edition.sections.get(title="Quorum").body.html
    assert html == f'<p><a href="asset:{asset.pk}/{asset.pk[:12]}.csv">The form</a></p>'


def test_link_that_went_away_with_its_section_is_no_amendment_of_the_section_that_held_it(
    handbook: HandbookPage,
) -> None:
    gone = add_section(handbook, "Gone", "<p>Words.</p>")
    edit(section("Votes"), html=f'<p>See <a linktype="page" id="{gone.pk}">the old rule</a> first.</p>')
    publish(handbook, "1.0")
    edit(section("Votes"), html="<p>See the old rule first.</p>")
    gone.unpublish()

    edition = prepare_edition(handbook=handbook, by=None, now=LATER)

    assert [(row.title, row.change) for row in edition.sections.amendments()] == [("Gone", "removed")]


def test_section_that_has_only_a_title_is_added_like_any_other(handbook: HandbookPage) -> None:
    publish(handbook, "1.0")
    add_section(handbook, "To be written")

    edition = prepare_edition(handbook=handbook, by=None, now=LATER)

    assert [(row.title, row.change) for row in edition.sections.amendments()] == [("To be written", "added")]


def test_change_of_a_template_is_no_amendment(
    handbook: HandbookPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_section(handbook, "Links", '<p>See <a href="https://example.org/a">this</a>.</p>')
    publish(handbook, "1.0")
    edit(section("Votes"), html="<p>One vote for each 1,000 patients.</p>")
    monkeypatch.setattr(
        bodies, "with_anchors", lambda html: (html.replace("<p>", "<p><b>").replace("</p>", "</b></p>"), [])
    )

    second = prepare_edition(handbook=handbook, by=None, now=LATER)

    assert [(row.title, row.change) for row in second.sections.amendments()] == [("Votes", "amended")]
    assert second.sections.get(title="Links").body.html == (
        '<p>See <a href="https://example.org/a">this</a>.</p>'
    )
    assert second.sections.get(title="Votes").body.html == "<p><b>One vote for each 1,000 patients.</b></p>"
