"""Statements that are run under a lock which others wait for, each put together once for a model instead of anew each time.

Django needs longer to put one together, and to take its answer apart, than the database needs for it.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Field, Model
from django.db.models.expressions import Col

Row = TypeVar("Row", bound=Model)


def locked(model: type[Row], number: int) -> Row:
    """The row with that primary key as it is now, locked until the transaction ends. Raises the model's `DoesNotExist`."""
    with connection.cursor() as cursor:
        cursor.execute(_selection(model), [number])
        found = cursor.fetchone()
    if found is None:
        raise model.DoesNotExist
    values = list(found)
    for place, convert, column in _conversions(model):
        values[place] = convert(values[place], column, connection)
    return model.from_db(connection.alias, [one.attname for one in model._meta.concrete_fields], values)


def insert(rows: Sequence[Row]) -> list[Row]:
    """Stores new rows of one model, and gives them with their keys. Nobody is signalled."""
    if not rows:
        return []
    model = type(rows[0])
    fields = _stored(model)
    values = [
        field.get_db_prep_save(getattr(row, field.attname), connection) for row in rows for field in fields
    ]
    with connection.cursor() as cursor:
        cursor.execute(_insertion(model, len(rows)), values)
        numbers = [number for (number,) in cursor.fetchall()]
    for row, number in zip(rows, numbers, strict=True):
        row.pk, row._state.adding, row._state.db = number, False, connection.alias
    return list(rows)


@cache
def _stored(model: type[Model]) -> list[Field]:
    return [one for one in model._meta.concrete_fields if not one.primary_key]


@cache
def _insertion(model: type[Model], count: int) -> str:
    quoted = connection.ops.quote_name
    columns = [quoted(one.column) for one in _stored(model)]
    row = f"({', '.join(['%s'] * len(columns))})"
    table, key = quoted(model._meta.db_table), quoted(model._meta.pk.column)
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([row] * count)} RETURNING {key}"  # noqa: S608  names of our own


@cache
def _selection(model: type[Model]) -> str:
    quoted = connection.ops.quote_name
    columns = ", ".join(quoted(one.column) for one in model._meta.concrete_fields)
    table, key = quoted(model._meta.db_table), quoted(model._meta.pk.column)
    wait = " FOR UPDATE" if connection.features.has_select_for_update else ""
    return f"SELECT {columns} FROM {table} WHERE {key} = %s{wait}"  # noqa: S608  names of our own


@cache
def _conversions(model: type[Model]) -> list[tuple[int, Callable[..., Any], Col]]:
    """What turns the database's values into Python's: the place in the row, what does it, and the column."""
    columns = [one.get_col(model._meta.db_table) for one in model._meta.concrete_fields]
    return [
        (place, convert, column)
        for place, column in enumerate(columns)
        for convert in (*connection.ops.get_db_converters(column), *column.get_db_converters(connection))
    ]
