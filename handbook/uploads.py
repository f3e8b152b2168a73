"""Files that wait between the preview of an import and its confirmation: out of readers' reach, each bound to who uploaded it."""

import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from uuid import uuid4

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.text import get_valid_filename

from handbook.archive import ArchiveRefused, unpack
from handbook.sources import MARKDOWN, Source, SourceError, read_folder
from handbook.word import read_word
from portal.members.models import User

# Beside the pictures' folder, which alone is open to readers.
FOLDER = "handbook-imports"
LONGEST_WAIT = timedelta(days=1)
LONGEST_STEM = 40
KINDS = {".docx", ".zip", *MARKDOWN}


class UploadRefused(Exception):
    """A file cannot be brought in. Worded for the person who uploaded it."""


@dataclass(frozen=True)
class Upload:
    """A file that waits, by its address in the storage."""

    path: str

    @property
    def token(self) -> str:
        """What it is asked for by."""
        return PurePosixPath(self.path).name.partition(".")[0]

    @property
    def name(self) -> str:
        """What it was called."""
        return PurePosixPath(self.path).name.partition(".")[2]


def keep_upload(*, file: File, handbook_id: int, by: User) -> Upload:
    """Keeps `file`, whose ending must be one of `KINDS`, in place of what this person kept for the same handbook."""
    for waiting in _waiting(_folder(handbook_id, by.pk)):
        forget_upload(waiting)
    given = PurePosixPath(get_valid_filename(PurePosixPath(file.name).name))
    name = f"{uuid4().hex}.{given.stem[:LONGEST_STEM]}{given.suffix.lower()}"
    return Upload(default_storage.save(f"{_folder(handbook_id, by.pk)}/{name}", file))


def find_upload(*, token: str, handbook_id: int, by: User, now: datetime) -> Upload | None:
    """The file of this person for this handbook, or None: it may be somebody else's, done with, or past its time."""
    found = (upload for upload in _waiting(_folder(handbook_id, by.pk)) if upload.token == token)
    upload = next(found, None)
    return upload if upload and not _is_past(upload, now) else None


def forget_upload(upload: Upload) -> None:
    """Deletes the file, if it is still there."""
    default_storage.delete(upload.path)


def forget_uploads(now: datetime | None = None) -> int:
    """Deletes every file that has waited longer than a day, and says how many those were. May run twice."""
    now = now or timezone.now()
    folders = _listed(FOLDER)[0]
    past = [
        upload for folder in folders for upload in _waiting(f"{FOLDER}/{folder}") if _is_past(upload, now)
    ]
    for upload in past:
        forget_upload(upload)
    return len(past)


@contextmanager
def sources_of(upload: Upload, known: Collection[str]) -> Iterator[list[Source]]:
    """The sections in the file, in reading order; their pictures can be read within the `with` alone.

    `known` are the source paths of the handbook's sections. A .zip file that holds nothing but one folder is that folder,
    unless the handbook knows it as a chapter. Raises `UploadRefused` if the file cannot be read.
    """
    with TemporaryDirectory(prefix="handbook-import-") as name:
        folder = Path(name)
        copy = folder / upload.name
        with default_storage.open(upload.path) as held, copy.open("wb") as target:
            shutil.copyfileobj(held, target)
        try:
            sources = _read(copy, folder, known)
        except ArchiveRefused as refused:
            raise UploadRefused(str(refused)) from refused
        except SourceError as error:
            raise UploadRefused(_worded(error)) from error
        yield sources


def _read(file: Path, folder: Path, known: Collection[str]) -> list[Source]:
    if file.suffix == ".docx":
        return read_word(file)
    root = folder / "unpacked" / file.name  # by which it is called if there is nothing in it
    root.mkdir(parents=True)
    if file.suffix != ".zip":
        file.rename(root / file.name)
        return read_folder(root)
    unpack(file, root)
    inside = list(root.iterdir())
    is_wrapped = len(inside) == 1 and inside[0].is_dir() and inside[0].name not in known
    return read_folder(inside[0] if is_wrapped else root)


def _worded(error: SourceError) -> str:
    place = f"“{PurePosixPath(error.path).name}”" + (f", line {error.line}" if error.line else "")
    return f"{place}: {error.reason}. Put this right in the file, then upload it again."


def _folder(handbook_id: int, user_id: int) -> str:
    return f"{FOLDER}/{handbook_id}-{user_id}"


def _waiting(folder: str) -> list[Upload]:
    return [Upload(f"{folder}/{name}") for name in _listed(folder)[1]]


def _listed(folder: str) -> tuple[list[str], list[str]]:
    try:
        return default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []


def _is_past(upload: Upload, now: datetime) -> bool:
    try:
        return now - default_storage.get_modified_time(upload.path) >= LONGEST_WAIT
    except FileNotFoundError:
        return True
