"""What `manage.py check` says about the machine."""

from pathlib import Path

import pytest
from django.conf import LazySettings

from portal import checks


@pytest.mark.parametrize(
    ("missing", "message"),
    [
        ((), None),
        (("pango-1.0",), "PDFs cannot be made: the system has no pango-1.0."),
        (
            ("pango-1.0", "harfbuzz-subset"),
            "PDFs cannot be made: the system has no pango-1.0 and no harfbuzz-subset.",
        ),
    ],
)
def test_missing_library_is_a_warning_that_names_the_package(
    monkeypatch: pytest.MonkeyPatch, missing: tuple[str, ...], message: str | None
) -> None:
    monkeypatch.setattr(checks, "find_library", lambda name: None if name in missing else f"lib{name}.so.0")

    found = checks.libraries_for_pdf()

    assert [(one.id, one.msg) for one in found] == ([("portal.W001", message)] if message else [])
    assert all("apt-get install libpango-1.0-0 libpangoft2-1.0-0" in one.hint for one in found)


def test_media_root_that_is_a_file_is_an_error(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    before = checks.media_folder()
    settings.MEDIA_ROOT.write_text("not a folder")

    assert (before, [one.id for one in checks.media_folder()]) == ([], ["portal.E001"])


@pytest.mark.parametrize(
    ("private", "errors"),
    [("private", []), ("media", ["portal.E002"]), ("media/private", ["portal.E002"]), ("", ["portal.E002"])],
)
def test_private_files_below_a_folder_that_is_served_are_an_error(
    settings: LazySettings, tmp_path: Path, private: str, errors: list[str]
) -> None:
    settings.MEDIA_ROOT, settings.STATIC_ROOT = tmp_path / "media", tmp_path / "static"
    settings.PRIVATE_ROOT = tmp_path / private

    assert [one.id for one in checks.private_folder()] == errors
