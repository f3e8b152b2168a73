"""Keeping Elasticsearch as the table of entries is: what changed is sent after the commit, and an index is made anew beside the old.

Whatever has not been sent has a row of `Unsent`, and is found in the database alone as long as it has (`search.engines.elasticsearch`).
Each may run at any time, twice, and be killed.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from elasticsearch import helpers

from search.actions.indexing import lock
from search.engines.server import (
    ANSWER_SECONDS,
    FILL_SECONDS,
    MAPPINGS,
    SETTINGS,
    Away,
    asking,
    client,
    document,
    gone,
)
from search.models import Entry, Pending, ServerIndex, Unsent

logger = logging.getLogger(__name__)

AT_ONCE = 100  # what whoever made a change waits for
BATCH = 500
BYTES = 5_000_000  # of one request
# If more changes than these wait, an index made anew is there sooner.
MOST_UNSENT = 50_000
# A rebuild from which nothing was heard for so long has died.
SILENCE = timedelta(minutes=5)
CONFLICT = 409  # the server has a newer state
Progress = Callable[[int, int], None]


class RebuildGoesOn(Exception):
    """Another rebuild is at work."""


# --- Sending what changed -------------------------------------------------------------------------------------------


def send_soon() -> None:
    """Sends what changed right after a commit, if the server is there: otherwise the job does, once it is."""
    try:
        send(most=AT_ONCE, seconds=ANSWER_SECONDS)
    except Away as away:
        logger.warning("Elasticsearch was not told of a change: %s", away)


def catch_up() -> None:
    """Sends everything that waits, and makes an index if there is none. Runs each minute."""
    if not settings.ELASTICSEARCH_URL:
        return
    try:
        if Unsent.objects.count() > MOST_UNSENT:
            give_up()
        _forget_lost()
        if not ServerIndex.objects.filter(is_complete=True).exists():
            rebuild_index()
        while send(most=BATCH, seconds=FILL_SECONDS):
            pass
    except (Away, RebuildGoesOn) as reason:
        logger.warning("Elasticsearch is not up to date: %s", reason)


def send(*, most: int, seconds: float) -> int:
    """Sends what changed first, and forgets it once the server has stored it. Returns how many rows there were; raises `Away`."""
    rows = list(Unsent.objects.order_by("pk").values_list("pk", "source")[:most])
    if not rows:
        return 0
    versions = {source: pk for pk, source in rows}
    # Read after the rows: what is sent is as new as its version, or newer. And the indexes last of all, so that none is left
    # out whose rebuild has read an older state.
    entries = Entry.objects.in_bulk(versions, field_name="source")
    indexes = list(ServerIndex.objects.values_list("name", flat=True))
    documents = {
        source: document(entries[source]) if source in entries else gone(source) for source in versions
    }
    missing = {
        name
        for name in indexes
        if not _put(name, documents.values(), versions, seconds=seconds, refresh=True)
    }
    ServerIndex.objects.filter(name__in=missing).delete()
    Unsent.objects.filter(pk__in=[pk for pk, _ in rows]).delete()
    return len(rows)


def give_up() -> None:
    """Forgets the indexes and what was to be sent to them."""
    with transaction.atomic():
        lock()
        ServerIndex.objects.all().delete()
        Unsent.objects.all().delete()


def _forget_lost() -> None:
    """Forgets the index that is searched if the server has lost it."""
    for index in ServerIndex.objects.filter(is_complete=True):
        with asking():
            is_there = client(FILL_SECONDS).indices.exists_alias(name=_entrance(index.name))
        if not is_there:
            index.delete()


# --- Making the index anew ------------------------------------------------------------------------------------------


def rebuild_index(progress: Progress | None = None) -> int:
    """Makes an index with every entry and has it searched in the place of the present one. Returns how many entries it has.

    Search goes on meanwhile, and both are told of what changes. Raises `Away`, and `RebuildGoesOn` if another is at work.
    """
    index = _begin()
    try:
        done = _fill(index, progress)
        _finish(index)
    except BaseException:
        # So that the next one need not wait until it is sure that this one has died.
        ServerIndex.objects.filter(pk=index.pk).delete()
        raise
    return done


def _fill(index: ServerIndex, progress: Progress | None) -> int:
    done, last, of = 0, 0, Entry.objects.count()
    while batch := _read(last):
        version, entries = batch
        last, done = entries[-1].pk, done + len(entries)
        documents = (document(entry) for entry in entries)
        if not _put(index.name, documents, version, seconds=FILL_SECONDS, refresh=False):
            raise Away("The index that was being filled is gone.")
        _touch(index)
        if progress:
            progress(done, max(of, done))
    return done


def _begin() -> ServerIndex:
    now = timezone.now()
    name = f"{settings.ELASTICSEARCH_INDEX}-{now:%Y%m%d-%H%M%S-%f}"
    if ServerIndex.objects.filter(is_complete=False, touched_at__gt=now - SILENCE).exists():
        raise RebuildGoesOn("Another rebuild is at work.")
    with asking():
        client(FILL_SECONDS).indices.create(
            # It is written to by its other name: under the first a server that lost it would make one by itself.
            index=name,
            settings=SETTINGS,
            mappings=MAPPINGS,
            aliases={_entrance(name): {}},
        )
    with transaction.atomic():
        lock()
        silent = ServerIndex.objects.filter(is_complete=False)
        if silent.filter(touched_at__gt=now - SILENCE).exists():
            raise RebuildGoesOn("Another rebuild is at work.")
        silent.delete()
        return ServerIndex.objects.create(name=name, touched_at=now)


def _read(after: int) -> tuple[int, list[Entry]] | None:
    """The next entries, with a version that is above those of all changes before, and below those of all that come."""
    with transaction.atomic():
        lock()
        mark = Unsent.objects.create(source="")
        entries = list(Entry.objects.filter(pk__gt=after).order_by("pk")[:BATCH])
        version = mark.pk
        mark.delete()
    return (version, entries) if entries else None


def _touch(index: ServerIndex) -> None:
    if not ServerIndex.objects.filter(pk=index.pk).update(touched_at=timezone.now()):
        raise RebuildGoesOn("Another rebuild has taken over.")


def _finish(index: ServerIndex) -> None:
    """Has the new index searched. From the moment of the commit on only it is told of changes."""
    server, alias = client(FILL_SECONDS), settings.ELASTICSEARCH_INDEX
    with asking():
        server.indices.refresh(index=index.name)
    while send(most=BATCH, seconds=FILL_SECONDS):
        pass
    with asking():
        others = [name for name in server.indices.get_alias(index=f"{alias}-*") if name != index.name]
        leave = [{"remove": {"index": name, "alias": alias, "must_exist": False}} for name in others]
        server.indices.update_aliases(actions=[{"add": {"index": index.name, "alias": alias}}, *leave])
    with transaction.atomic():
        lock()
        ServerIndex.objects.exclude(pk=index.pk).delete()
        if not ServerIndex.objects.filter(pk=index.pk).update(is_complete=True):
            raise RebuildGoesOn("Another rebuild has taken over.")
    if others:
        with asking():
            server.indices.delete(index=others, ignore_unavailable=True)


# --- Comparing ------------------------------------------------------------------------------------------------------


def compare_index() -> list[str]:
    """The entries that the server has otherwise than the table, lacks, or has though they are gone: what waits to be sent aside.

    Raises `Away`, also if there is no index.
    """
    index = ServerIndex.objects.filter(is_complete=True).first()
    if index is None:
        raise Away("There is no index yet.")
    found = {*_different(index.name), *_left_over(index.name)}
    waiting = {
        *Unsent.objects.values_list("source", flat=True),
        *Pending.objects.values_list("source", flat=True),
    }
    return sorted(found - waiting)


def repair(sources: Collection[str]) -> None:
    """Sends entries again. Raises `Away`."""
    with transaction.atomic():
        lock()
        Unsent.objects.bulk_create([Unsent(source=source) for source in sources], batch_size=BATCH)
    while send(most=BATCH, seconds=FILL_SECONDS):
        pass


def _different(name: str) -> Iterator[str]:
    last = 0
    while entries := list(Entry.objects.filter(pk__gt=last).order_by("pk")[:BATCH]):
        last = entries[-1].pk
        with asking():
            answer = client(FILL_SECONDS).mget(
                index=name, ids=[entry.source for entry in entries], source_includes=["digest"]
            )
        stored = {one["_id"]: one["_source"]["digest"] for one in answer["docs"] if one.get("found")}
        for entry in entries:
            if stored.get(entry.source) != document(entry)["digest"]:
                yield entry.source


def _left_over(name: str) -> Iterator[str]:
    after: list[Any] = [""]
    while True:
        with asking():
            answer = client(FILL_SECONDS).search(
                index=name,
                query={"bool": {"must_not": [{"term": {"access": ""}}]}},
                sort=[{"source": "asc"}],
                search_after=after,
                size=BATCH,
                source=False,
            )
        found = [(hit["_id"], hit["sort"]) for hit in answer["hits"]["hits"]]
        if not found:
            return
        after = found[-1][1]
        sources = {source for source, _ in found}
        yield from sources - set(Entry.objects.filter(source__in=sources).values_list("source", flat=True))


# --- Writing to the server ------------------------------------------------------------------------------------------


def _entrance(name: str) -> str:
    return f"{name}-in"


def _put(
    name: str,
    documents: Iterable[dict[str, Any]],
    version: dict[str, int] | int,
    *,
    seconds: float,
    refresh: bool,
) -> bool:
    """Stores documents in an index, unless it has newer ones. False if there is no such index; raises `Away`."""
    actions = (
        {
            "_op_type": "index",
            "_index": _entrance(name),
            "_id": one["source"],
            "version": version if isinstance(version, int) else version[one["source"]],
            "version_type": "external_gte",
            "_source": one,
        }
        for one in documents
    )
    with asking():
        results = helpers.streaming_bulk(
            client(seconds),
            actions,
            chunk_size=BATCH,
            max_chunk_bytes=BYTES,
            raise_on_error=False,
            require_alias=True,
            # Stored, and found from then on.
            refresh=refresh,
        )
        for ok, result in results:
            answer = result["index"]
            if not ok and answer["status"] == 404:
                return False
            if not ok and answer["status"] != CONFLICT:
                raise Away(f"{name} does not take {answer['_id']}: {answer['error']}")
    return True
