"""Work that must never run twice at once, in whatever process. A lock that goes with its holder, also when that is killed."""

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from portal.members.actions.refused import RefusedError


@contextmanager
def alone(work: str, *, refusal: str) -> Iterator[None]:
    """Lets one in at a time for each name of a work. Raises `RefusedError` with `refusal` if somebody is inside.

    On PostgreSQL a lock of the session, on SQLite one of a file beside the database.
    """
    locked = _on_postgresql if connection.vendor == "postgresql" else _on_sqlite
    with locked(work) as got:
        if not got:
            raise RefusedError(refusal)
        yield


@contextmanager
def _on_postgresql(work: str) -> Iterator[bool]:
    key = int.from_bytes(hashlib.sha256(work.encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        got = cursor.fetchone()[0]
    try:
        yield got
    finally:
        if got:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


@contextmanager
def _on_sqlite(work: str) -> Iterator[bool]:
    with Path(f"{connection.settings_dict['NAME']}.{work}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
