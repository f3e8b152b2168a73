"""Making all entries anew, and comparing them with what they are made of: while everybody goes on searching and writing."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from search.actions.indexing import differing, index_what_can_be, lock
from search.models import Entry
from search.sources import SOURCES

BATCH = 200

# Whoever waits for the lock of SQLite looks every tenth of a second: between two batches everybody else has to get in.
GIVE_WAY = 0.15


def count_sources() -> int:
    """How many things there are to look at: those that could be found, and the entries that there are."""
    return sum(len(list(source.keys())) for source in SOURCES.values()) + Entry.objects.count()


def rebuild(*, now: datetime, progress: Callable[[int], object]) -> None:
    """Makes every entry anew, a batch in each transaction.

    Entries stay as they are until theirs has come, so there is no gap. Whatever changes meanwhile is noted by the triggers, and
    is indexed after the batch that it was in: no write is lost. `progress` is told how many were looked at.
    """
    for sources in _batches():
        with transaction.atomic():
            lock()
            index_what_can_be(sources, now=now)
        progress(len(sources))
        time.sleep(GIVE_WAY)


def compare(*, progress: Callable[[int], object]) -> Iterator[str]:
    """The sources whose entries are not what they should be. What waits to be indexed is left aside."""
    for sources in _batches():
        with transaction.atomic():
            lock()
            found = differing(sources)
        yield from found
        progress(len(sources))
        time.sleep(GIVE_WAY)


def repair(sources: list[str], *, now: datetime) -> None:
    """Makes the entries of these sources anew."""
    for some in _parts(sources):
        with transaction.atomic():
            lock()
            index_what_can_be(set(some), now=now)


def mend(now: datetime | None = None) -> int:
    """Compares everything and puts right what differs, such as after a restored back-up. Returns how much that was."""
    wrong = sorted(set(compare(progress=lambda _: None)))
    repair(wrong, now=now or timezone.now())
    return len(wrong)


def _batches() -> Iterator[set[str]]:
    """All sources that there are, and then those that entries are of: some may be of what is there no longer."""
    for name, source in SOURCES.items():
        for keys in _parts(source.keys()):
            yield {f"{name}:{key}" for key in keys}
    last = 0
    while rows := list(Entry.objects.filter(pk__gt=last).order_by("pk").values_list("pk", "source")[:BATCH]):
        last = rows[-1][0]
        yield {source for _, source in rows}


def _parts(items: Iterable[Any]) -> Iterator[Sequence[Any]]:
    listed = list(items)
    return (listed[at : at + BATCH] for at in range(0, len(listed), BATCH))
