"""Pictures of the working copy that are made again: after a preview was taken back, and after their file was replaced."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from PIL import Image as Pillow

from handbook.actions.editions import prepare_edition
from handbook.actions.importing import import_sections
from handbook.import_preview import preview_import
from handbook.models import HandbookPage
from handbook.sources import read_folder
from tests.factories import NOW, make_staff
from tests.handbook.working_copy import make_handbook


@pytest.mark.django_db
def test_an_edition_can_be_prepared_with_a_picture_that_a_preview_has_shown_before(tmp_path: Path) -> None:
    handbook: HandbookPage = make_handbook()
    editor = make_staff("Editor")
    chapter = tmp_path / "01-rooms"
    chapter.mkdir()
    Pillow.new("RGB", (40, 30), "green").save(chapter / "box.png")
    (chapter / "01-boxes.md").write_text("# Boxes\n\n![A green box](box.png)\n\nKeep them closed.\n")
    sources = read_folder(tmp_path)

    preview = preview_import(handbook=handbook, sources=sources, by=editor, now=NOW)
    import_sections(handbook=handbook, sources=sources, by=editor, now=NOW)
    edition = prepare_edition(handbook=handbook, by=editor, now=NOW)

    assert preview.faults == []
    assert [asset.asset.sha256 != "" for asset in edition.assets.select_related("asset")] == [True]
    bodies = [row.body.html for row in edition.sections.present().select_related("body")]
    assert [html for html in bodies if 'alt="A green box"' in html] != []


@pytest.mark.django_db
@pytest.mark.parametrize(("left", "files"), [(True, 1), (False, 2)], ids=["whole", "in part"])
def test_a_file_that_a_killed_preparation_left_is_used_if_it_is_whole(
    tmp_path: Path, settings: Any, left: bool, files: int
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    handbook: HandbookPage = make_handbook()
    editor = make_staff("Editor")
    chapter = tmp_path / "texts" / "01-rooms"
    chapter.mkdir(parents=True)
    Pillow.new("RGB", (40, 30), "green").save(chapter / "box.png")
    (chapter / "01-boxes.md").write_text("# Boxes\n\n![A green box](box.png)\n")
    import_sections(handbook=handbook, sources=read_folder(tmp_path / "texts"), by=editor, now=NOW)
    with transaction.atomic():
        prepare_edition(handbook=handbook, by=editor, now=NOW)
        transaction.set_rollback(True)
    kept = next((settings.MEDIA_ROOT / "handbook").iterdir())
    if not left:
        kept.write_bytes(kept.read_bytes()[:10])

    edition = prepare_edition(handbook=handbook, by=editor, now=NOW)

    asset = edition.assets.get().asset
    assert hashlib.sha256(Path(asset.file.path).read_bytes()).hexdigest() == asset.sha256
    assert len(list((settings.MEDIA_ROOT / "handbook").iterdir())) == files
