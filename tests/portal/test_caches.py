"""Caches of rows: a row of a transaction that was taken back is not remembered."""

import pytest
from django.core.cache import caches
from django.db import transaction


@pytest.mark.django_db(transaction=True)
def test_what_a_transaction_wrote_is_remembered_once_it_is_committed() -> None:
    renditions = caches["renditions"]

    with transaction.atomic():
        renditions.set("one", 1)
        renditions.set_many({"two": 2})
        assert renditions.get_many(["one", "two"]) == {}

    assert renditions.get_many(["one", "two"]) == {"one": 1, "two": 2}


@pytest.mark.django_db(transaction=True)
def test_what_a_transaction_that_is_taken_back_wrote_is_not_remembered() -> None:
    renditions = caches["renditions"]

    with transaction.atomic():
        renditions.set("one", 1)
        renditions.set_many({"two": 2})
        transaction.set_rollback(True)

    assert renditions.get_many(["one", "two"]) == {}


@pytest.mark.django_db(transaction=True)
def test_without_a_transaction_a_value_is_remembered_at_once() -> None:
    caches["renditions"].set("one", 1)

    assert caches["renditions"].get("one") == 1
