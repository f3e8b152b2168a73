"""Queries that are put together once for a process.

Django puts the SQL of a query together anew each time. For one over wide tables it needs several times as long as the database needs
to answer it. What many people ask for on each page is written here once, as a query like any other, and asked for by whole numbers.
"""

from collections.abc import Callable, Sequence
from copy import copy
from functools import cached_property
from inspect import signature
from types import SimpleNamespace
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.query import ModelIterable
from django.db.models.sql.compiler import SQLCompiler

Row = TypeVar("Row", bound=Model)

# They stand for the numbers while the SQL is put together. No other number in a query is like them.
MARK = 2_047_483_600


class Prepared(Generic[Row]):
    """A query by whole numbers: `LINES = Prepared(lambda order: OrderLine.objects.filter(order=order))`, and then `LINES(5)`.

    What is put together must depend on nothing but these numbers: no moment, no setting. Nothing is prefetched.
    """

    def __init__(self, build: Callable[..., QuerySet[Row]]) -> None:
        self.build = build

    def __call__(self, *numbers: int, **known: Model) -> list[Row]:
        """The rows, in one query. `known`: what each of them belongs to.

        Raises `ValueError` for another count of numbers, or if the query does not ask for each of them.
        """
        compiler, converters, sql, values, places = self._kept
        if len(numbers) != len(places):
            raise ValueError(f"{len(places)} numbers are asked for, not {len(numbers)}.")
        given = list(values)
        for number, found in zip(numbers, places, strict=True):
            for place in found:
                # PostgreSQL's driver has a type of its own for each size of number.
                given[place] = type(values[place])(number)
        asking = copy(compiler)
        asking.connection = connection
        asking.as_sql = lambda *_, **__: (sql, tuple(given))
        asking.get_converters = lambda _: converters
        rows = SimpleNamespace(
            db=connection.alias,
            model=compiler.query.model,
            query=SimpleNamespace(get_compiler=lambda **_: asking),
            _known_related_objects={},
        )
        found = list(ModelIterable(rows))
        for row in found:
            for name, value in known.items():
                setattr(row, name, value)
        return found

    @cached_property
    def _kept(self) -> tuple[SQLCompiler, dict[int, Any], str, Sequence[Any], list[list[int]]]:
        """What Django has put together: with the SQL, its values, and where among these each of the numbers stands."""
        marks = [MARK + index for index in range(len(signature(self.build).parameters))]
        compiler = self.build(*marks).query.get_compiler(connection.alias)
        sql, values = compiler.as_sql()
        places = [[place for place, value in enumerate(values) if value == mark] for mark in marks]
        if not all(places):
            raise ValueError("The query does not ask for each of its numbers.")
        converters = compiler.get_converters([one for one, _, _ in compiler.select])
        return compiler, converters, sql, values, places
