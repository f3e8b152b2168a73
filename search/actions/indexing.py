"""Keeping the entries as the things are that they are made of.

Triggers of the database note what changed (`search.watching`); here it is looked at again. It may be done by anybody at any
time, and twice.
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.utils import timezone
from django_q.tasks import async_task

from search.actions.unsent import note
from search.models import Entry, Pending
from search.sources import SOURCES

AT_ONCE = 100  # what whoever made a change waits for
BATCH = 500
LOCK = 7_308_311  # any number: an advisory lock of PostgreSQL
WRITTEN = [
    field.name for field in Entry._meta.concrete_fields if field.name not in {"id", "source", "appeared_at"}
]
log = logging.getLogger(__name__)


def catch_up(now: datetime | None = None) -> int:
    """Looks again at everything that changed, a batch in each transaction. Returns how many things that were."""
    done, last = 0, 0
    while rows := _look_again(now=now or timezone.now(), most=BATCH, after=last):
        done, last = done + len(rows), rows[-1]
    return done


def index_pending(*, now: datetime, most: int) -> int:
    """Looks again at what changed first. Returns how many things that were; 0 if nothing is left."""
    return len(_look_again(now=now, most=most))


def _look_again(*, now: datetime, most: int, after: int = 0) -> list[int]:
    """Looks at the first of the notes that come after one, and gives their keys back. What fails keeps its note."""
    if not Pending.objects.filter(pk__gt=after).exists():
        return []
    with transaction.atomic():
        lock()
        rows = list(Pending.objects.filter(pk__gt=after).order_by("pk").values_list("pk", "source")[:most])
        failed = index_what_can_be({source for _, source in rows}, now=now)
        # Whatever changes from here on has a row of its own.
        Pending.objects.filter(pk__in=[pk for pk, source in rows if source not in failed]).delete()
    return [pk for pk, _ in rows]


def index_what_can_be(sources: Collection[str], *, now: datetime) -> set[str]:
    """Indexes some sources, and returns those that cannot be: one that is broken does not keep the others from being found.

    Whoever calls holds the lock, in a transaction. A database that is away is raised: the next run tries again.
    """
    failed: set[str] = set()
    if not _fails(sources, now):
        return failed
    for source in sources:
        if _fails({source}, now):
            failed.add(source)
    return failed


def _fails(sources: Collection[str], now: datetime) -> bool:
    try:
        with transaction.atomic():
            index(sources, now=now)
    except (OperationalError, InterfaceError):
        raise
    except Exception:  # whatever is wrong with one page or post
        if len(sources) == 1:
            log.exception("%s cannot be indexed", *sources)
        return True
    return False


def index(sources: Collection[str], *, now: datetime) -> None:
    """Makes the entries of some sources agree with what they are made of. Whoever calls holds the lock, in a transaction."""
    fresh = {entry.source: entry for entry in _made(sources)}
    stored = {entry.source: entry for entry in Entry.objects.filter(source__in=sources)}
    went = stored.keys() - fresh.keys()
    Entry.objects.filter(source__in=went).delete()
    new, changed = [], []
    for source, entry in fresh.items():
        entry.indexed_at = now
        before = stored.get(source)
        if before is None:
            entry.appeared_at = now
            new.append(entry)
        elif _differ(before, entry):
            entry.pk, entry.appeared_at = before.pk, before.appeared_at
            changed.append(entry)
    Entry.objects.bulk_create(new, batch_size=BATCH)
    Entry.objects.bulk_update(changed, WRITTEN, batch_size=50)
    note([*went, *(entry.source for entry in (*new, *changed))])


def differing(sources: Collection[str]) -> list[str]:
    """The sources whose entries are not what they should be, but for those that wait to be indexed. Whoever calls holds the lock."""
    fresh = {entry.source: entry for entry in _made(sources)}
    stored = {entry.source: entry for entry in Entry.objects.filter(source__in=sources)}
    waiting = set(Pending.objects.filter(source__in=sources).values_list("source", flat=True))
    wrong = {source for source in fresh.keys() & stored.keys() if _differ(stored[source], fresh[source])}
    return sorted((wrong | fresh.keys() ^ stored.keys()) - waiting)


def index_soon() -> None:
    """Has what changes in this transaction indexed right after its commit. Receives `post_save` and the like."""
    if not any(waiting[1] is _after_commit for waiting in connection.run_on_commit):
        transaction.on_commit(_after_commit)


def _after_commit() -> None:
    try:
        if index_pending(now=timezone.now(), most=AT_ONCE) == AT_ONCE:
            async_task("search.actions.indexing.catch_up")
    except DatabaseError:  # what was saved is saved; the job indexes it
        log.exception("What changed could not be indexed at once")


def _made(sources: Iterable[str]) -> Iterable[Entry]:
    keys: dict[str, set[int]] = defaultdict(set)
    for source in sources:
        name, _, key = source.partition(":")
        if name in SOURCES and key.isdecimal():
            keys[name].add(int(key))
    for name, of_source in keys.items():
        yield from SOURCES[name].entries(of_source)


def _differ(before: Entry, after: Entry) -> bool:
    return any(getattr(before, name) != getattr(after, name) for name in WRITTEN if name != "indexed_at")


def lock() -> None:
    """Until the transaction ends nobody else indexes. One at a time, or an older state could be written over a newer one. SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
