"""Queries that are put together once: the same rows as those of the query that they were made of."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from events.actions.holding import hold
from events.models import OrderLine, Price, Ticket, Whom
from portal.members.models import User
from portal.prepared import Prepared
from tests.events.factories import make_basket, make_pool, make_ticket
from tests.factories import NOW, make_user

pytestmark = pytest.mark.django_db


def lines(order: int) -> QuerySet[OrderLine]:
    """With all that Django can make of rows: models beside, some of the columns, and what is worked out."""
    dearer = Price.objects.filter(ticket=OuterRef("place__ticket"), pence__gt=100)
    found = OrderLine.objects.filter(order=order).select_related("place__pool__event", "product")
    only = (
        "pence",
        "place__name",
        "place__expires_at",
        "place__key",
        "place__pool__event__starts_at",
        "product__name",
    )
    return found.only("order", "place__pool__event", *only).annotate(is_dear=Exists(dearer)).order_by("-pk")


def all_of(line: OrderLine) -> dict[str, Any]:
    """What was read, and what of it is a row of its own."""
    return {
        "line": (line.pk, line.pence, line.is_dear, line.get_deferred_fields(), line.product),
        "place": (line.place.name, line.place.expires_at, line.place.key, line.place.get_deferred_fields()),
        "event": (line.place.pool.event.pk, line.place.pool.event.starts_at),
    }


def test_the_rows_are_those_of_the_query_for_each_number(django_assert_num_queries: Any) -> None:
    prepared, baskets = Prepared(lines), [make_basket(email=f"{one}@x.example") for one in "ab"]
    for count, basket in enumerate(baskets, 1):
        hold(order=basket, ticket=make_ticket(make_pool(5), pence=100 * count), count=count, now=NOW)

    for basket in baskets:
        with django_assert_num_queries(1):
            found = [all_of(line) for line in prepared(basket.pk)]
        assert found == [all_of(line) for line in lines(basket.pk)]
        assert found
    assert prepared(0) == []


def test_what_rows_belong_to_is_not_asked_for_again(django_assert_num_queries: Any) -> None:
    basket = make_basket()
    hold(order=basket, ticket=make_ticket(), count=2, now=NOW)

    with django_assert_num_queries(1):
        assert {line.order for line in Prepared(lines)(basket.pk, order=basket)} == {basket}


def test_a_number_stands_wherever_the_query_has_it_and_others_stay() -> None:
    first, second = (make_ticket(make_pool(5), name=name, most=7) for name in ("A", "B"))
    both = Prepared(
        lambda one, other: (
            Ticket.objects.filter(pk=one, pool__tickets=one, most=7, whom=Whom.ANYONE)
            | Ticket.objects.filter(pk=other)
        ).order_by("name")
    )

    assert both(first.pk, second.pk) == [first, second]
    assert both(second.pk, second.pk) == [second]


@pytest.mark.parametrize("numbers", [(), (1, 2)])
def test_another_count_of_numbers_is_refused(numbers: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="1 numbers are asked for"):
        Prepared(lines)(*numbers)


def test_a_query_that_does_not_ask_for_a_number_is_refused() -> None:
    with pytest.raises(ValueError, match="does not ask"):
        Prepared(lambda order, _: lines(order))(1, 2)


@pytest.mark.django_db(transaction=True)
def test_threads_ask_on_connections_of_their_own() -> None:
    prepared, user = Prepared(lambda number: User.objects.filter(pk=number)), make_user()
    prepared(user.pk)

    def ask(_: int) -> tuple[int, int]:
        try:
            return len(prepared(user.pk)), id(connection.connection)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as threads:
        found = list(threads.map(ask, range(9)))

    assert {count for count, _ in found} == {1}
    assert id(connection.connection) not in {number for _, number in found}
