"""Rows that are gone through while others write."""

import threading
from collections.abc import Iterator
from contextlib import closing

import pytest
from django.contrib.auth.models import Group
from django.db import OperationalError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from portal.rows import in_pieces

NAMES = ["a", "b", "c", "d", "e"]


@pytest.fixture
def groups(db: None) -> list[Group]:
    Group.objects.all().delete()
    return Group.objects.bulk_create(Group(name=name) for name in NAMES)


def write_elsewhere() -> None:
    """Somebody else writes, on a connection of their own."""

    def work() -> None:
        Group.objects.create(name=f"other {Group.objects.count()}")
        connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def rename(rows: Iterator[Group]) -> None:
    """Writes a row at a time, while others write too."""
    for row in rows:
        if row.name in NAMES:
            write_elsewhere()
            with transaction.atomic():
                Group.objects.filter(pk=row.pk).update(name=row.name.upper())


@pytest.mark.parametrize("size", [1, 2, 5, 6])
def test_each_row_comes_once_in_the_order_of_keys(groups: list[Group], size: int) -> None:
    assert list(in_pieces(Group.objects.order_by("-name"), size)) == groups


def test_no_rows_are_nothing(groups: list[Group]) -> None:
    assert list(in_pieces(Group.objects.none())) == []


def test_so_many_rows_are_read_at_a_time(groups: list[Group]) -> None:
    with CaptureQueriesContext(connection) as asked:
        list(in_pieces(Group.objects.all(), 2))

    assert len(asked) == 4  # two, two, one, and none


def test_rows_that_leave_the_selection_on_the_way_take_no_other_with_them(groups: list[Group]) -> None:
    seen = []
    for row in in_pieces(Group.objects.filter(name__in=NAMES), 2):
        seen.append(row.name)
        Group.objects.filter(pk=row.pk).update(name=f"done {row.name}")

    assert seen == NAMES


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_others_may_write_in_between(groups: list[Group]) -> None:
    rename(in_pieces(Group.objects.all(), 2))

    assert set(Group.objects.values_list("name", flat=True)) >= {name.upper() for name in NAMES}


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="PostgreSQL lets a connection read and write at once"
)
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_with_a_read_left_open_sqlite_refuses_at_once(groups: list[Group]) -> None:
    with (
        closing(Group.objects.order_by("pk").iterator(chunk_size=2)) as rows,
        pytest.raises(OperationalError, match="locked"),
    ):
        rename(rows)
