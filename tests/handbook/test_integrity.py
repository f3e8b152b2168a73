"""A published edition never changes: the models refuse, the database refuses, and whatever was touched all the same is named."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from handbook import triggers
from handbook.models import Body, Edition, EditionAsset, EditionSection, PublishedEditionError
from tests.factories import NOW
from tests.handbook.working_copy import add_section, edit, make_handbook, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def editions() -> list[Edition]:
    """Two published editions and one being prepared's working copy; the first section of both shows a picture."""
    handbook = make_handbook()
    image = get_image_model().objects.create(title="Map", file=get_test_image_file("map.png"))
    section = add_section(handbook, "Map", "")
    section.body = [{"type": "image", "value": {"image": image.pk, "alt_text": "A map", "caption": ""}}]
    section.save_revision().publish()
    words = add_section(handbook, "Words", "<p>First words.</p>")
    first = publish(handbook, "1.0")
    edit(words, html="<p>Second words.</p>")
    return [first, publish(handbook, "1.1", now=NOW + timedelta(days=9))]


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
    "UPDATE handbook_editionsection SET pdf_page = 3",
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

    assert len(found) == 10
    assert (
        found[0] == "The database has lost the trigger handbook_edition_no_update. Run `manage.py migrate`."
    )


def test_migrate_makes_the_triggers_again(editions: list[Edition], unguarded: None) -> None:
    call_command("migrate", "handbook", verbosity=0)

    assert triggers.missing(connection) == []


def test_editions_share_bodies_so_that_one_touch_shows_once(editions: list[Edition]) -> None:
    assert Body.objects.count() == 3
    assert EditionSection.objects.count() == 4
