"""Reading the words of files that can be found, once for each content. In the background: a file takes seconds."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from wagtail.documents import get_document_model

from forum.models import Attachment
from search.actions.indexing import catch_up
from search.extracting import UnreadableError, text_of
from search.models import Entry, ExtractedText, Pending

MISSING = "The file is missing."


def extract_missing(now: datetime | None = None) -> int:
    """Reads the files of entries whose words are not known, and forgets the words of files that are gone.

    Catches up by itself, and may run twice. Returns how many files were read.
    """
    ExtractedText.objects.exclude(hash__in=_hashes()).delete()
    now, done = now or timezone.now(), 0
    for source, key, name, file in _unread():
        keep(hash_of=key, name=name, file=file, source=source, now=now)
        done += 1
    if done:
        catch_up(now)
    return done


def keep(*, hash_of: str, name: str, file: Any, source: str, now: datetime) -> None:
    """Keeps the words of a file, or why there are none, and has its entry made again."""
    text, problem = _read(file, name)
    with transaction.atomic():
        ExtractedText.objects.update_or_create(
            hash=hash_of, defaults={"text": text, "problem": problem, "extracted_at": now}
        )
        Pending.objects.create(source=source)


def _unread() -> Iterator[tuple[str, str, str, Any]]:
    """What can be found and has a file that has not been read: source, hash, name and file."""
    known = ExtractedText.objects.values("hash")
    documents = get_document_model().objects.exclude(file_hash="").exclude(file_hash__in=known)
    for document in documents.filter(pk__in=_keys("document")):
        yield f"document:{document.pk}", document.file_hash, document.filename, document.file
    for attachment in Attachment.objects.exclude(sha256__in=known).filter(pk__in=_keys("attachment")):
        yield f"attachment:{attachment.pk}", attachment.sha256, attachment.name, attachment.file


def _hashes() -> QuerySet[Any, Any]:
    documents = get_document_model().objects.order_by().values_list("file_hash", flat=True)
    return documents.union(Attachment.objects.order_by().values_list("sha256", flat=True))


def _keys(name: str) -> list[int]:
    found = Entry.objects.filter(source__startswith=f"{name}:").values_list("source", flat=True)
    return [int(source.partition(":")[2]) for source in found]


def _read(file: Any, name: str) -> tuple[str, str]:
    """The words of a stored file, and what was wrong with it. The child process is given a path, wherever the file is stored."""
    try:
        with file.open("rb") as stored, NamedTemporaryFile() as copy:
            for chunk in stored.chunks():
                copy.write(chunk)
            copy.flush()
            return text_of(Path(copy.name), name).text, ""
    except UnreadableError as reason:
        return "", str(reason)[:250]
    except OSError:
        return "", MISSING
