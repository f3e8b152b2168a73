"""Going through many rows while writing."""

from collections.abc import Iterator
from typing import TypeVar

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)


def in_pieces(rows: QuerySet[Row], size: int = 200) -> Iterator[Row]:
    """The rows in the order of their keys, read so many at a time; nothing is read any more when one is given.

    For whoever writes between two of them. `QuerySet.iterator` leaves a read open meanwhile, and SQLite refuses at once, without
    waiting, to write on a connection that still reads what was there before somebody else wrote.
    """
    rows, last = rows.order_by("pk"), None
    while piece := list((rows if last is None else rows.filter(pk__gt=last))[:size]):
        yield from piece
        last = piece[-1].pk
