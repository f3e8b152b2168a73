"""The files where they lie, beside the rows that name them: what is missing, what was altered, and what belongs to nothing."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db.models import QuerySet

from forum.models import Attachment
from forum.models.attachments import FOLDER, private_storage
from portal.members.models import User

# A file lies there for a moment before its row is committed.
YOUNGEST_ORPHAN = timedelta(hours=1)
PIECE = 1024 * 1024


def files_of(user: User) -> QuerySet[Attachment]:
    """Every file that a person has added, the oldest first."""
    return Attachment.objects.filter(uploader=user).select_related("list", "post")


def delete_files(names: Iterable[str]) -> None:
    """Deletes files by their places in the storage, if they are still there."""
    for name in names:
        private_storage().delete(name)


def orphans(now: datetime) -> list[str]:
    """The places of files that no row names and that are not just being written."""
    named = set(Attachment.objects.values_list("file", flat=True))
    return [name for name in _stored() if name not in named and _is_left_behind(name, now)]


def faults() -> Iterator[str]:
    """What is wrong with the files that rows name, in words: one is missing, or is not what was kept. Reads every file."""
    for attachment in Attachment.objects.order_by("pk").iterator():
        place = f"{attachment.file.name} (attachment {attachment.pk})"
        try:
            with attachment.file.open("rb") as file:
                found = hashlib.sha256()
                while piece := file.read(PIECE):
                    found.update(piece)
        except OSError:
            yield f"{place} is missing."
            continue
        if found.hexdigest() != attachment.sha256:
            yield f"{place} is not the file that was kept."


def _stored() -> Iterator[str]:
    for folder in _listed(FOLDER)[0]:
        for name in _listed(f"{FOLDER}/{folder}")[1]:
            yield f"{FOLDER}/{folder}/{name}"


def _listed(folder: str) -> tuple[list[str], list[str]]:
    try:
        return private_storage().listdir(folder)
    except FileNotFoundError:
        return [], []


def _is_left_behind(name: str, now: datetime) -> bool:
    try:
        return now - private_storage().get_modified_time(name) >= YOUNGEST_ORPHAN
    except FileNotFoundError:
        return False
