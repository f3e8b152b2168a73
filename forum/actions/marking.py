"""How far a worker has come with a batch: one number in one row, moved for each mail by the shortest way that each database has.

What is done for each mail decides how fast a post goes out. By Django's cursors this would take as long as all the rest of it.
"""

from functools import partial
from select import select
from typing import Any
from weakref import WeakSet

from django.db import connection
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus

from forum.models import Batch

MOVE = f"UPDATE {Batch._meta.db_table} SET sent_up_to = {{}} WHERE id = {{}}"  # noqa: S608
PREPARED = b"listserver_mark"
# On which connections PostgreSQL knows the statement by its name.
_prepared: WeakSet[Any] = WeakSet()


class SqliteMark:
    """The mark of a batch in SQLite, moved at once."""

    def __init__(self, batch: int) -> None:
        self._execute = partial(connection.connection.execute, MOVE.format("?", "?"))
        self._batch = batch
        self._moved = True

    def move_to(self, delivery: int) -> None:
        with connection.wrap_database_errors:
            self._moved = self._execute((delivery, self._batch)).rowcount == 1

    def has_moved(self) -> bool:
        """Whether the batch was there still."""
        return self._moved


class PostgresMark:
    """The mark of a batch in PostgreSQL. `move_to` does not wait for an answer; `has_moved` does.

    Once `move_to` returns, the command has left this process: the server carries it out and commits it even if the process is
    killed before its next breath. So a mail can be handed over meanwhile.
    """

    def __init__(self, batch: int) -> None:
        self._libpq: Any = connection.connection.pgconn
        self._batch = b"%d" % batch
        self._is_moving = False
        self._moved = True
        if connection.connection not in _prepared:
            with connection.wrap_database_errors:
                _checked(self._libpq.prepare(PREPARED, MOVE.format("$1", "$2").encode()))
            _prepared.add(connection.connection)

    def move_to(self, delivery: int) -> None:
        with connection.wrap_database_errors:
            self._libpq.send_query_prepared(PREPARED, [b"%d" % delivery, self._batch])
            self._is_moving = True
            while self._libpq.flush():
                # There was no room for all of it yet.
                select([], [self._libpq.socket], [])

    def has_moved(self) -> bool:
        """Whether the batch was there still."""
        if self._is_moving:
            self._is_moving = False
            with connection.wrap_database_errors:
                self._moved = self._rows() == 1
        return self._moved

    def _rows(self) -> int:
        result = self._libpq.get_result()
        while self._libpq.get_result() is not None:
            pass
        return _checked(result).command_tuples


def _checked(result: Any) -> Any:
    """An answer of PostgreSQL, if it is not that something went wrong."""
    if result.status != ExecStatus.COMMAND_OK:
        raise error_from_result(result)
    return result


def mark_of(batch: int) -> SqliteMark | PostgresMark:
    return {"sqlite": SqliteMark, "postgresql": PostgresMark}[connection.vendor](batch)
