"""Fixtures of the tests of search: a server, and the engines that all have to answer alike."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from search.engines import server
from tests.search import elastic
from tests.search.engines import Engine


@pytest.fixture(scope="session")
def elasticsearch_address() -> Iterator[str]:
    """Where a server is that all tests of this process use."""
    with elastic.running() as address:
        yield address


@pytest.fixture
def elasticsearch(
    elasticsearch_address: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """The portal with a server, which has no index yet."""
    settings.ELASTICSEARCH_URL = elasticsearch_address
    settings.ELASTICSEARCH_INDEX = f"test-{os.getpid()}"
    monkeypatch.setattr(server, "NODE_CLASS", elastic.NODE_CLASS)
    yield
    settings.ELASTICSEARCH_URL = elasticsearch_address
    found = server.client().indices.get_alias(index=f"{settings.ELASTICSEARCH_INDEX}-*")
    if found:
        server.client(seconds=30).indices.delete(index=list(found))


@pytest.fixture(params=["database", "elasticsearch"])
def engine(request: pytest.FixtureRequest, db: None) -> Engine:
    """Each engine in turn: the database at hand, and Elasticsearch."""
    if request.param == "elasticsearch":
        request.getfixturevalue("elasticsearch")
    return Engine(request.param)
