"""Static files in production: hashed, compressed, and complete."""

import re
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command

from portal.staticfiles import ManifestStaticFilesStorage


@pytest.fixture
def collected(settings: LazySettings, tmp_path: Path) -> Path:
    settings.STATIC_ROOT = tmp_path
    settings.DEBUG = False
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "portal.staticfiles.ManifestStaticFilesStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def test_collected_files_are_hashed_compressed_and_name_nothing_that_is_missing(collected: Path) -> None:
    url = staticfiles_storage.url("wagtailnhsukfrontend/js/nhsuk-frontend-10.4.2.min.js")

    script = collected / url.removeprefix("/static/")
    source_map = re.findall(r"sourceMappingURL=(\S+)", script.read_text())
    assert re.fullmatch(
        r"/static/wagtailnhsukfrontend/js/nhsuk-frontend-10\.4\.2\.min\.[0-9a-f]{12}\.js", url
    )
    assert [(script.parent / name).is_file() for name in source_map] == [True]
    assert script.with_name(script.name + ".gz").is_file()
    assert list(collected.rglob("*.br")) == []


def test_a_missing_file_that_is_no_source_map_is_still_an_error(collected: Path) -> None:
    storage = ManifestStaticFilesStorage(location=collected)

    with pytest.raises(ValueError, match=re.escape("The file 'portal/missing.css' could not be found")):
        storage.hashed_name("portal/missing.css")
