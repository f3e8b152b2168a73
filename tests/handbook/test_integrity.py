"""A published edition never changes: the models refuse, the database refuses, and whatever was touched all the same is named."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from handbook import triggers
from handbook.actions.errata import publish_erratum
from handbook.models import (
    Asset,
    Body,
    Edition,
    EditionAsset,
    EditionPdf,
    EditionSection,
    PublishedEditionError,
)
from tests.factories import NOW, make_user, sign_in
from tests.handbook.working_copy import add_section, edit, make_handbook, publish

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def shared() -> dict[str, bytes]:
    """Two published editions and one being prepared's working copy; the first section of both shows a picture.

    Returns the files of the picture and of its copy.
    """
    handbook = make_handbook()
    image = get_image_model().objects.create(title="Map", file=get_test_image_file("map.png"))
    section = add_section(handbook, "Map", "")
    section.body = [{"type": "image", "value": {"image": image.pk, "alt_text": "A map", "caption": ""}}]
    section.save_revision().publish()
    words = add_section(handbook, "Words", "<p>First words.</p>")
    publish(handbook, "1.0")
    edit(words, html="<p>Second words.</p>")
    publish(handbook, "1.1", now=NOW + timedelta(days=9))
    names = [image.file.name, Asset.objects.get().file.name]
    return {name: (Path(default_storage.location) / name).read_bytes() for name in names}


@pytest.fixture
def editions(shared: dict[str, bytes]) -> Iterator[list[Edition]]:
    yield list(Edition.objects.order_by("sequence"))
    for name, content in shared.items():  # files are not taken back with the rows
        (Path(default_storage.location) / name).write_bytes(content)


@pytest.fixture
def unguarded() -> Iterator[None]:
    """The database without its triggers, as somebody with all rights could make it."""
    triggers.remove(connection)
    yield
    triggers.install(connection)


def run(sql: str, *parameters: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)


@pytest.mark.parametrize("field", [field.name for field in Edition.protected_fields() if field.name != "id"])
def test_model_refuses_to_change_a_published_edition(editions: list[Edition], field: str) -> None:
    edition = editions[1]
    other = {
        "handbook": make_handbook("Other", "other"),
        "effective_on": edition.effective_on + timedelta(days=1),
        "frozen_at": NOW,
        "published_at": NOW,
        "sequence": 7,
        "previous": None,
    }
    setattr(edition, field, other.get(field, "9.9"))

    with pytest.raises(PublishedEditionError):
        edition.save()


def test_model_lets_wagtail_keep_its_books(editions: list[Edition]) -> None:
    edition = editions[0]

    edition.locked = True
    edition.save()

    edition.refresh_from_db()
    assert edition.locked is True


def test_model_refuses_to_delete_a_published_edition(editions: list[Edition]) -> None:
    with pytest.raises(PublishedEditionError):
        editions[1].delete()


STATEMENTS = [
    "UPDATE handbook_edition SET number = '9.9' WHERE sequence = 1",
    "UPDATE handbook_edition SET effective_on = '2020-01-01' WHERE sequence = 1",
    "UPDATE handbook_edition SET summary = 'Other' WHERE sequence = 2",
    "UPDATE handbook_edition SET state = 'prepared', published_at = NULL, sha256 = '' WHERE sequence = 2",
    "UPDATE handbook_editionsection SET title = 'Other'",
    "UPDATE handbook_editionsection SET note = 'Other'",
    "UPDATE handbook_editionsection SET depth = 3",
    "DELETE FROM handbook_editionsection",
    "DELETE FROM handbook_editionasset",
    "UPDATE handbook_editionasset SET asset_id = asset_id",
    "UPDATE handbook_body SET html = 'Other'",
    "UPDATE handbook_body SET text = 'Other'",
    "UPDATE handbook_asset SET file = 'other.png'",
    "DELETE FROM handbook_edition WHERE sequence = 2",
]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_database_refuses_raw_sql_that_would_change_a_published_edition(
    editions: list[Edition], statement: str
) -> None:
    with pytest.raises(IntegrityError):
        run(statement)


def test_database_refuses_a_section_that_comes_late(editions: list[Edition]) -> None:
    row = editions[0].sections.first()
    row.pk, row.key, row.position, row.anchor = None, "00000000-0000-0000-0000-000000000001", 99, "late"

    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_database_lets_wagtail_keep_its_books(editions: list[Edition]) -> None:
    run("UPDATE handbook_edition SET locked = %s", True)

    assert Edition.objects.filter(locked=True).count() == 2


def verify() -> list[str]:
    """What verify_editions complains of, a line each."""
    try:
        call_command("verify_editions", stdout=StringIO())
    except CommandError as error:
        return str(error).splitlines()
    return []


def test_untouched_editions_are_found_to_be_as_they_were_published(editions: list[Edition]) -> None:
    assert verify() == []


@pytest.mark.parametrize(
    ("touch", "faults"),
    [
        (
            "UPDATE handbook_body SET html = '<p>First word5.</p>' WHERE html = '<p>First words.</p>'",
            ["Handbook: Edition 1.0, section 2 Words: the words have been touched."],
        ),
        (
            "UPDATE handbook_body SET text = 'First word5.' WHERE html = '<p>First words.</p>'",
            ["Handbook: Edition 1.0: its contents, facts or amendments are not those that were published."],
        ),
        (
            "UPDATE handbook_body SET source = '[]' WHERE html = '<p>Second words.</p>'",
            ["Handbook: Edition 1.1: its contents, facts or amendments are not those that were published."],
        ),
        (
            "UPDATE handbook_edition SET summary = 'x' WHERE sequence = 1",
            ["Handbook: Edition 1.0: its contents, facts or amendments are not those that were published."],
        ),
        (
            "UPDATE handbook_editionsection SET note = 'x' WHERE change = 'amended'",
            ["Handbook: Edition 1.1: its contents, facts or amendments are not those that were published."],
        ),
        (
            "DELETE FROM handbook_editionasset WHERE edition_id = (SELECT id FROM handbook_edition WHERE sequence = 2)",
            ["Handbook: Edition 1.1: its contents, facts or amendments are not those that were published."],
        ),
        (
            f"UPDATE handbook_edition SET sha256 = '{'0' * 64}' WHERE sequence = 1",
            [
                "Handbook: Edition 1.0: its contents, facts or amendments are not those that were published.",
                "Handbook: Edition 1.1: its contents, facts or amendments are not those that were published.",
            ],
        ),
    ],
)
def test_what_was_touched_in_the_database_is_named(
    editions: list[Edition], unguarded: None, touch: str, faults: list[str]
) -> None:
    run(touch)
    triggers.install(connection)

    assert verify() == faults


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda name: default_storage.save(name, ContentFile(b"other bytes")), "has been touched"),
        (lambda _: None, "is missing"),
    ],
)
def test_asset_file_that_was_touched_or_is_gone_is_named(
    editions: list[Edition], spoil: Callable[[str], object], fault: str
) -> None:
    name = EditionAsset.objects.first().asset.file.name
    default_storage.delete(name)
    spoil(name)

    assert verify() == [f"Handbook: Edition 1.0: the file {name} {fault}."]


def test_missing_trigger_is_named(editions: list[Edition], unguarded: None) -> None:
    found = verify()

    assert len(found) == 15
    assert (
        found[0] == "The database has lost the trigger handbook_edition_no_update. Run `manage.py migrate`."
    )


def test_migrate_makes_the_triggers_again(editions: list[Edition], unguarded: None) -> None:
    call_command("migrate", "handbook", verbosity=0)

    assert triggers.missing(connection) == []


def test_editions_share_bodies_so_that_one_touch_shows_once(editions: list[Edition]) -> None:
    assert Body.objects.count() == 3
    assert EditionSection.objects.count() == 4


# --- Errata and PDFs --------------------------------------------------------------------------------------------------


@pytest.fixture
def corrected(editions: list[Edition]) -> Edition:
    """The first edition with a PDF, and with two errata to the section that the second one has amended."""
    edition = editions[0]
    key = edition.sections.get(title="Words").key
    for number in (1, 2):
        publish_erratum(edition=edition, key=key, text=f"Mistake {number}.", by=None, now=NOW)
    content = b"%PDF-1.7 not a real one"
    sha256 = hashlib.sha256(content).hexdigest()
    EditionPdf.objects.create(
        edition=edition,
        errata=0,
        file=ContentFile(content, f"{sha256}.pdf"),
        sha256=sha256,
        page_map={str(key): 4},
        made_at=NOW,
    )
    assert verify() == []
    return edition


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE handbook_erratum SET text = 'Other'",
        "UPDATE handbook_erratum SET published_at = '2020-01-01 00:00:00+00:00'",
        "UPDATE handbook_erratum SET text = text",
        "DELETE FROM handbook_erratum WHERE sequence = 2",
        "UPDATE handbook_editionpdf SET sha256 = '0'",
        "UPDATE handbook_editionpdf SET file = 'other.pdf'",
        "UPDATE handbook_editionpdf SET page_map = '{}'",
        "DELETE FROM handbook_editionpdf",
    ],
)
def test_database_refuses_raw_sql_that_would_change_an_erratum_or_a_pdf(
    corrected: Edition, statement: str
) -> None:
    with pytest.raises(IntegrityError):
        run(statement)


@pytest.mark.parametrize(
    ("touches", "faults"),
    [
        (
            ["UPDATE handbook_erratum SET text = 'Mistake 3.' WHERE sequence = 2"],
            ["erratum 2 has been touched, or does not follow the one before it."],
        ),
        (
            ["UPDATE handbook_erratum SET published_at = '2026-03-10 09:30:01+00:00' WHERE sequence = 1"],
            ["erratum 1 has been touched, or does not follow the one before it."],
        ),
        (
            [f"UPDATE handbook_erratum SET sha256 = '{'0' * 64}' WHERE sequence = 1"],
            [
                "erratum 1 has been touched, or does not follow the one before it.",
                "erratum 2 has been touched, or does not follow the one before it.",
            ],
        ),
        (
            ["DELETE FROM handbook_announcement", "DELETE FROM handbook_erratum WHERE sequence = 1"],
            [
                "an erratum before number 2 is missing.",
                "erratum 2 has been touched, or does not follow the one before it.",
            ],
        ),
        (
            ["DELETE FROM handbook_announcement", "DELETE FROM handbook_erratum WHERE sequence = 2"],
            ["erratum 2 is missing."],
        ),
        (
            ["DELETE FROM handbook_announcement", "DELETE FROM handbook_erratum"],
            ["erratum 2 is missing."],
        ),
    ],
)
def test_erratum_that_was_touched_is_named(
    corrected: Edition, unguarded: None, touches: list[str], faults: list[str]
) -> None:
    for touch in touches:
        run(touch)
    triggers.install(connection)

    assert verify() == [f"Handbook: Edition 1.0: {fault}" for fault in faults]


def test_hash_of_a_pdf_that_was_touched_is_named(corrected: Edition, unguarded: None) -> None:
    name = corrected.pdfs.get().file.name
    run(f"UPDATE handbook_editionpdf SET sha256 = '{'0' * 64}'")
    triggers.install(connection)

    assert verify() == [f"Handbook: Edition 1.0: the file {name} has been touched."]


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (
            lambda name: default_storage.save(name, ContentFile(b"%PDF-1.7 not a real onf")),
            "has been touched",
        ),
        (lambda _: None, "is missing"),
    ],
)
def test_pdf_that_was_touched_or_is_gone_is_named(
    corrected: Edition, spoil: Callable[[str], object], fault: str
) -> None:
    name = corrected.pdfs.get().file.name
    default_storage.delete(name)
    spoil(name)

    assert verify() == [f"Handbook: Edition 1.0: the file {name} {fault}."]


def test_asset_that_names_another_file_is_named(editions: list[Edition], unguarded: None) -> None:
    run("UPDATE handbook_asset SET file = 'handbook/other.png'")
    triggers.install(connection)

    assert verify() == ["Handbook: Edition 1.0: the file handbook/other.png is missing."]


def test_edition_that_no_longer_says_it_is_published_is_named(
    editions: list[Edition], unguarded: None
) -> None:
    run("UPDATE handbook_edition SET state = 'prepared', published_at = NULL, sha256 = '' WHERE sequence = 2")
    triggers.install(connection)

    assert verify() == ["Handbook: Edition 1.1 has been published, and no longer says so."]


# --- What editions show cannot be deleted, and may be replaced --------------------------------------------------------


@dataclass(frozen=True)
class Origin:
    """A picture or a document that a published edition shows, and its pages in the admin."""

    thing: Any
    edit: str
    delete: str
    bulk: str


@pytest.fixture
def picture(editions: list[Edition]) -> Origin:
    image = EditionAsset.objects.filter(image__isnull=False).first().image
    return Origin(
        image,
        reverse("wagtailimages:edit", args=[image.pk]),
        reverse("wagtailimages:delete", args=[image.pk]),
        f"/admin/bulk/wagtailimages/image/delete/?id={image.pk}",
    )


@pytest.fixture
def document(editions: list[Edition]) -> Origin:
    document = get_document_model().objects.create(title="Form", file=ContentFile(b"Fill in.", "form.txt"))
    handbook = editions[0].handbook
    add_section(handbook, "Forms", f'<p><a linktype="document" id="{document.pk}">The form</a></p>')
    publish(handbook, "1.2", now=NOW + timedelta(days=10))
    return Origin(
        document,
        reverse("wagtaildocs:edit", args=[document.pk]),
        reverse("wagtaildocs:delete", args=[document.pk]),
        f"/admin/bulk/wagtaildocs/document/delete/?id={document.pk}",
    )


@pytest.fixture
def superuser() -> Client:
    return sign_in(make_user(is_superuser=True, is_staff=True), second_factor=True)


def asset_of(origin: Origin) -> Asset:
    field = "image" if isinstance(origin.thing, get_image_model()) else "document"
    return EditionAsset.objects.filter(**{field: origin.thing}).first().asset


@pytest.mark.parametrize("name", ["picture", "document"])
@pytest.mark.usefixtures("editions")
def test_what_an_edition_shows_cannot_be_deleted_by_code(name: str, request: pytest.FixtureRequest) -> None:
    thing = request.getfixturevalue(name).thing

    for delete in (thing.delete, type(thing).objects.filter(pk=thing.pk).delete):
        with pytest.raises(ProtectedError), transaction.atomic():
            delete()

    assert default_storage.exists(thing.file.name)


@pytest.mark.parametrize("name", ["picture", "document"])
@pytest.mark.parametrize("page", ["delete", "bulk"])
@pytest.mark.usefixtures("editions")
def test_what_an_edition_shows_cannot_be_deleted_in_the_admin_which_says_why(
    name: str, page: str, superuser: Client, request: pytest.FixtureRequest
) -> None:
    origin = request.getfixturevalue(name)
    address = origin.delete if page == "delete" else origin.bulk

    asked = superuser.get(address)
    answer = superuser.post(address, follow=True)

    said = BeautifulSoup(asked.content, "html.parser").main.get_text(" ", strip=True)
    assert (
        "Editions of the handbook use it, so it cannot be deleted: what has been published stays as it is."
        in said
    )
    assert BeautifulSoup(asked.content, "html.parser").select("main form [type=submit]") == []
    usage = superuser.get(
        reverse(
            "wagtailimages:image_usage" if name == "picture" else "wagtaildocs:document_usage",
            args=[origin.thing.pk],
        )
    )
    asset, edition = (
        asset_of(origin),
        EditionAsset.objects.get(asset=asset_of(origin), edition__number__in=["1.0", "1.2"]).edition,
    )
    named = BeautifulSoup(usage.content, "html.parser").find(
        "a", string=lambda text: text and text.strip() == f"{asset} in {edition}"
    )
    assert named["href"] == reverse("handbook_editions:review", args=[edition.pk])
    assert type(origin.thing).objects.filter(pk=origin.thing.pk).exists()
    assert default_storage.exists(origin.thing.file.name)
    assert answer.redirect_chain == [("/admin/", 302)]


def test_picture_replaced_in_the_admin_leaves_the_edition_as_it_was(
    picture: Origin, superuser: Client
) -> None:
    asset = asset_of(picture)
    shown = Client().get(f"/handbook-assets/{asset.sha256}/map.png").getvalue()
    other = get_test_image_file("other.png", colour="red", size=(64, 48))

    answer = superuser.post(
        picture.edit,
        {"title": "Other", "file": SimpleUploadedFile("other.png", other.file.getvalue(), "image/png")},
    )

    picture.thing.refresh_from_db()
    assert (answer.status_code, picture.thing.title, picture.thing.width) == (302, "Other", 64)
    assert Client().get(f"/handbook-assets/{asset.sha256}/map.png").getvalue() == shown
    assert verify() == []


def test_document_replaced_in_the_admin_leaves_the_edition_as_it_was(
    document: Origin, superuser: Client
) -> None:
    asset = asset_of(document)

    answer = superuser.post(
        document.edit, {"title": "Other", "file": SimpleUploadedFile("other.txt", b"Other words.")}
    )

    document.thing.refresh_from_db()
    assert (answer.status_code, document.thing.title) == (302, "Other")
    with document.thing.file.open() as file:
        assert file.read() == b"Other words."
    assert Client().get(f"/handbook-assets/{asset.sha256}/form.txt").getvalue() == b"Fill in."
    assert verify() == []
