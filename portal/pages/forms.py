"""Checks what editors upload, and says in plain words what is wrong with it."""

from pathlib import PurePath
from typing import Any
from zipfile import BadZipFile, ZipFile

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from wagtail.documents.forms import BaseDocumentForm

LARGEST_DOCUMENT = 20 * 1024 * 1024
LARGEST_VIDEO = 200 * 1024 * 1024

# How videos begin: after so many bytes, with these.
VIDEOS = {".mp4": (4, b"ftyp"), ".webm": (0, b"\x1a\x45\xdf\xa3")}

# Letters whose names begin with a vowel: an ODT file, a PDF file.
SPOKEN_WITH_A_VOWEL = frozenset("AEFHILMNORSX")

# What must be inside a file of these kinds, which are all ZIP archives. A plain ZIP may hold anything.
INSIDE = {
    ".docx": "word/document.xml",
    ".pptx": "ppt/presentation.xml",
    ".xlsx": "xl/workbook.xml",
    ".odt": "mimetype",
    ".ods": "mimetype",
    ".zip": None,
}


class DocumentForm(BaseDocumentForm):
    """Wagtail's form for a document, which refuses files that are too large or are not what their name says."""

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if isinstance(file, UploadedFile) and (refusal := refusal_to_take(file)):
            raise ValidationError(refusal)
        return file

    def _update_errors(self, errors: ValidationError) -> None:
        """The model, which never got a file that was refused, must not complain of its absent name as well."""
        if "file" in self._errors and hasattr(errors, "error_dict"):
            errors.error_dict.pop("file", None)
        super()._update_errors(errors)


def refusal_to_take(file: UploadedFile) -> str | None:
    """Why a document cannot be taken, naming it; `None` if it can."""
    suffix = PurePath(file.name).suffix.lower()
    most = LARGEST_VIDEO if suffix in VIDEOS else LARGEST_DOCUMENT
    if file.size > most:
        return f"“{file.name}” is {filesizeformat(file.size)}. It must be {filesizeformat(most)} or smaller."
    if file.size == 0:
        return f"“{file.name}” is empty. Choose a file with something in it."
    if not _is_what_it_says(file, suffix):
        kind = suffix[1:].upper()
        article = "an" if kind[:1] in SPOKEN_WITH_A_VOWEL else "a"
        return f"“{file.name}” is not {article} {kind} file, although its name says so. Save it again as one."
    return None


def _is_what_it_says(file: UploadedFile, suffix: str) -> bool:
    file.seek(0)
    try:
        if suffix == ".pdf":
            return b"%PDF-" in file.read(1024)
        if suffix in VIDEOS:
            start, sign = VIDEOS[suffix]
            return file.read(start + len(sign))[start:] == sign
        if suffix in INSIDE:
            return _is_archive_with(file, INSIDE[suffix])
        if suffix == ".vtt":
            return file.read(9).removeprefix(b"\xef\xbb\xbf").startswith(b"WEBVTT")
        if suffix in {".csv", ".txt"}:
            return b"\0" not in file.read(8192)
        return True
    finally:
        file.seek(0)


def _is_archive_with(file: UploadedFile, name: str | None) -> bool:
    try:
        with ZipFile(file) as archive:
            return name is None or name in archive.namelist()
    except (BadZipFile, ValueError):
        return False
