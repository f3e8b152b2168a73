"""Files that wait between preview and confirmation: out of readers' reach, each bound to who uploaded it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from uuid import uuid4

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils import timezone

from portal.members.models import User

# Beside the pictures' folder, which alone is open to readers. Each kind of file has a folder of its own.
FOLDER = "membership-imports"
LONGEST_WAIT = timedelta(days=1)


@dataclass(frozen=True)
class Upload:
    """A file that waits, by its address in the storage."""

    path: str

    @property
    def token(self) -> str:
        """What it is asked for by."""
        return PurePosixPath(self.path).stem

    def content(self) -> bytes:
        with default_storage.open(self.path) as file:
            return file.read()


def keep_upload(*, file: File, by: User, folder: str = FOLDER) -> Upload:
    """Keeps `file` in place of what this person kept before in this folder."""
    for waiting in _waiting(f"{folder}/{by.pk}"):
        forget_upload(waiting)
    return Upload(default_storage.save(f"{folder}/{by.pk}/{uuid4().hex}.csv", file))


def find_upload(*, token: str, by: User, now: datetime, folder: str = FOLDER) -> Upload | None:
    """The file of this person, or None: it may be somebody else's, done with, or past its time."""
    found = next((upload for upload in _waiting(f"{folder}/{by.pk}") if upload.token == token), None)
    return found if found and not _is_past(found, now) else None


def forget_upload(upload: Upload) -> None:
    """Deletes the file, if it is still there."""
    default_storage.delete(upload.path)


def forget_uploads(now: datetime | None = None, folder: str = FOLDER) -> int:
    """Deletes every file in a folder that has waited longer than a day, and says how many those were. May run twice."""
    now = now or timezone.now()
    past = [upload for upload in _all(folder) if _is_past(upload, now)]
    for upload in past:
        forget_upload(upload)
    return len(past)


def _all(folder: str) -> Iterator[Upload]:
    for person in _listed(folder)[0]:
        yield from _waiting(f"{folder}/{person}")


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
