"""How well each engine ranks the demonstration, and that it does not get worse unnoticed."""

from datetime import datetime

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from portal.members.models import User
from search.actions import elastic
from search.actions.indexing import catch_up
from search.engines import choosing
from search.keys import VISITOR, keys_of
from search.models import Synonym
from tests.search.judging import SYNONYMS, measure, ndcg, read

# A little under what was measured. They may rise. One that falls has to be argued for.
FLOORS = {"sqlite": 0.735, "postgresql": 0.725, "elasticsearch": 0.72}


@pytest.fixture(scope="module")
def shared() -> datetime:
    """The demonstration, indexed; and when."""
    call_command("load_demo", verbosity=0)
    Synonym.objects.all().delete()
    Synonym.objects.bulk_create(Synonym(words=words) for words in SYNONYMS)
    now = timezone.now()
    catch_up(now)
    return now


def measured(now: datetime) -> float:
    director = User.objects.get(email="director@demo.example")
    return measure(read(), {"visitor": VISITOR, "member": keys_of(director, now)}, now)


def test_the_database_ranks_as_well_as_it_did(shared: datetime) -> None:
    assert measured(shared) >= FLOORS[connection.vendor]


def test_elasticsearch_ranks_as_well_as_it_did(
    shared: datetime, elasticsearch: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    elastic.rebuild_index()
    # None of it is the database's.
    monkeypatch.setattr(choosing.database, "find", None)

    assert measured(shared) >= FLOORS["elasticsearch"]


SCORES = [
    (["a", "b"], {"a": 3, "b": 1}, 1.0),
    (["b", "a"], {"a": 3, "b": 1}, 0.7098),
    (["x", "a"], {"a": 3}, 0.6309),
    ([], {"a": 3}, 0.0),
    (["a"], {}, 0.0),
    ([], {}, 1.0),
    (["x"] * 10 + ["a"], {"a": 3}, 0.0),
]


@pytest.mark.parametrize("found, grades, expected", SCORES)
def test_ndcg(found: list[str], grades: dict[str, int], expected: float) -> None:
    assert round(ndcg(found, grades), 4) == expected
