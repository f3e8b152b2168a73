"""Stores new rows under a lock that others wait for: one statement, put together once for each model and number of rows.

Django puts it together anew each time, which takes longer than the database needs for it.
"""

from collections.abc import Sequence
from functools import cache
from typing import TypeVar

from django.db import connection
from django.db.models import Model

Row = TypeVar("Row", bound=Model)


def insert(rows: Sequence[Row]) -> list[Row]:
    """Stores new rows of one model, and gives them with their keys. Nobody is signalled."""
    if not rows:
        return []
    model = type(rows[0])
    fields = [one for one in model._meta.local_concrete_fields if not one.primary_key]
    values = [
        field.get_db_prep_save(getattr(row, field.attname), connection) for row in rows for field in fields
    ]
    with connection.cursor() as cursor:
        cursor.execute(_statement(model, len(rows)), values)
        numbers = [number for (number,) in cursor.fetchall()]
    for row, number in zip(rows, numbers, strict=True):
        row.pk, row._state.adding, row._state.db = number, False, connection.alias
    return list(rows)


@cache
def _statement(model: type[Model], count: int) -> str:
    quoted = connection.ops.quote_name
    columns = [quoted(one.column) for one in model._meta.local_concrete_fields if not one.primary_key]
    row = f"({', '.join(['%s'] * len(columns))})"
    table, key = quoted(model._meta.db_table), quoted(model._meta.pk.column)
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([row] * count)} RETURNING {key}"  # noqa: S608  names of our own
