"""What `manage.py check` says about this machine, beyond what Django and Wagtail ask by themselves."""

from ctypes.util import find_library
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as Advice

# The libraries that WeasyPrint opens to make a PDF, by the names that `find_library` knows.
PDF_LIBRARIES = ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset")
PDF_HINT = (
    "On Debian or Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0. On macOS: brew install pango. "
    "Everything else works without them."
)


def libraries_for_pdf(**_: Any) -> list[CheckMessage]:
    """A warning when PDFs cannot be made; it keeps nothing from starting."""
    missing = [name for name in PDF_LIBRARIES if find_library(name) is None]
    if not missing:
        return []
    text = f"PDFs cannot be made: the system has no {' and no '.join(missing)}."
    return [Advice(text, hint=PDF_HINT, id="portal.W001")]


def private_folder(**_: Any) -> list[CheckMessage]:
    """An error when files that only some may see would lie among those that everybody may."""
    private = settings.PRIVATE_ROOT.resolve()
    served = (Path(folder).resolve() for folder in (settings.MEDIA_ROOT, settings.STATIC_ROOT))
    if not any(private.is_relative_to(folder) or folder.is_relative_to(private) for folder in served):
        return []
    return [
        Error(
            f"PRIVATE_ROOT is {private}, which is not apart from MEDIA_ROOT and STATIC_ROOT.",
            hint="Set PRIVATE_ROOT to a folder of its own that nothing serves.",
            id="portal.E002",
        )
    ]


def media_folder(**_: Any) -> list[CheckMessage]:
    """An error when files that readers upload or download would have nowhere to go."""
    folder = settings.MEDIA_ROOT
    if folder.is_dir() or not folder.exists():
        return []
    return [
        Error(
            f"MEDIA_ROOT is {folder}, which is not a folder.",
            hint="Set MEDIA_ROOT to a folder.",
            id="portal.E001",
        )
    ]
