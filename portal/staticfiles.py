"""Static files in production: under names that carry a hash of what is in them, so that browsers keep them for ever."""

from typing import Any

from django.core.files.base import ContentFile
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

EMPTY_MAP = b'{"version":3,"sources":[],"mappings":""}'


class ManifestStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """whitenoise's storage without brotli (which takes most of a minute), content with source maps that were not packed."""

    def hashed_name(self, name: str, content: Any = None, filename: str | None = None) -> str:
        """As Django's; but source maps keep their names, and one that a package does not ship is written empty."""
        wanted = (filename or name).strip()  # taken from a comment, with a blank at its end
        if content is not None or not wanted.endswith(".map"):
            return super().hashed_name(name, content, filename)
        if not self.exists(wanted):
            self._save(wanted, ContentFile(EMPTY_MAP))
        return wanted

    def create_compressor(self, **options: Any) -> Compressor:
        return Compressor(use_brotli=False, **options)
