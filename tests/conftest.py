"""Fixtures that every folder of tests may use: the moment it is, the home page, and a browser."""

import gc
import os
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
from django.core.cache import cache, caches
from django.db import connection, transaction
from wagtail.models import Page

from portal.page_cache import generation, kept_pages, turns
from tests import databases, factories

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from pytest_django import DjangoDbBlocker

# How long it takes to make an example says how busy the machine is, and nothing about the portal.
hypothesis.settings.register_profile(
    "portal", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("portal")

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))


def pytest_itemcollected(item: pytest.Item) -> None:
    """Marks what lies under tests/browser, and leaves the long runs to `make soak`."""
    if "browser" in item.path.parent.parts:
        item.add_marker("browser")
    if item.get_closest_marker("soak") and not os.environ.get("SOAK"):
        item.add_marker(pytest.mark.skip(reason="a long run: SOAK=1, or `make soak`"))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the tests into their order: in each module those that share rows come first.

    Tests that commit come last of all, and among them those that bring back the rows of the migrations before those that leave
    an empty database.
    """
    if os.environ.get("ONLY_WITH_DATABASE"):
        # What asks no database has run already, on the other one.
        items[:] = [item for item in items if asks_the_database(item)]
    items[:] = [
        item
        for _, neighbours in groupby(items, lambda item: item.path)
        for item in sorted(neighbours, key=lambda item: (not shared_rows(item), shared_rows(item)))
    ]
    items.sort(key=lambda item: (commits(item), commits(item) and not brings_rows_back(item)))


def pytest_collection_finish() -> None:
    """Keeps all that was loaded out of the search for garbage, and searches less often: it took a thirtieth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """In a module with a fixture `shared`, tells `_rows_of_the_module` of each test what it uses of that and of `shared_…`."""
    if hasattr(metafunc.module, "shared"):
        uses = " ".join(sorted(name for name in metafunc.fixturenames if is_shared(name)))
        metafunc.parametrize(
            "_rows_of_the_module", [uses], ids=[pytest.HIDDEN_PARAM], indirect=True, scope="module"
        )


def is_shared(fixture: str) -> bool:
    """Whether a fixture makes rows once for all tests of its module that use it."""
    return fixture == "shared" or fixture.startswith("shared_")


def commits(item: pytest.Item) -> bool:
    """Whether a test ends its transactions."""
    marker = item.get_closest_marker("django_db")
    marked = marker is not None and marker.kwargs.get("transaction", False)
    return marked or "transactional_db" in item.fixturenames or "live_server" in item.fixturenames


def brings_rows_back(item: pytest.Item) -> bool:
    """Whether a test that commits begins with the rows that migrations make."""
    marker = item.get_closest_marker("django_db")
    return marker is not None and marker.kwargs.get("serialized_rollback", False)


def shared_rows(item: pytest.Item) -> str:
    """The names of the fixtures that a test uses whose rows are made once for all tests of its module which use them."""
    calls = getattr(item, "callspec", None)
    return calls.params.get("_rows_of_the_module", "") if calls is not None else ""


def asks_the_database(item: pytest.Item) -> bool:
    """Whether a test may touch the database in a way of its own, and so has to run on each."""
    if item.get_closest_marker("one_database") and not os.environ.get("SOAK"):
        # A single test of a file that is marked as a whole may be marked in turn.
        return item.get_closest_marker("each_database") is not None
    fixtures = {"db", "transactional_db", "live_server"}
    return item.get_closest_marker("django_db") is not None or bool(fixtures & set(item.fixturenames))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Once every worker has finished, takes away what they copied."""
    if not databases.WORKER and connection.vendor == "postgresql":
        databases.drop_template()


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_blocker: "DjangoDbBlocker",
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """The database of this worker, in the place of pytest-django's, for which every worker would migrate anew."""
    with (
        django_db_blocker.unblock(),
        databases.copy_of_migrated(databases.folder_of_the_run(tmp_path_factory)) as name,
    ):
        kept = connection.settings_dict["NAME"]
        connection.close()
        connection.settings_dict["NAME"] = name
        # What `serialized_rollback` brings back.
        connection._test_serialized_contents = connection.creation.serialize_db_to_string()
        with django_db_blocker.block():
            yield
        connection.close()
        connection.settings_dict["NAME"] = kept


@pytest.fixture(scope="module", autouse=True)
def _rows_of_the_module(request: pytest.FixtureRequest) -> Iterator[None]:
    """A transaction around the tests that share rows: what is dear to make is made once, by the module's fixture `shared`.

    Each test works in a savepoint of its own: it finds the rows as they were made and leaves no trace. A test that does not
    ask for `shared` runs outside, where these rows are not. Where there is more to share, a fixture `shared_…` adds to it; the
    tests that use it have a transaction of their own, so that `shared` asks for this fixture, and is made anew in each.
    """
    if not getattr(request, "param", ""):
        yield
        return
    request.getfixturevalue("django_db_setup")
    with request.getfixturevalue("django_db_blocker").unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    """No test sees what another left in a cache of this process."""
    cache.clear()
    caches["renditions"].clear()
    kept_pages.clear()
    generation.forget()
    turns.forget()
    yield


@pytest.fixture
def now() -> datetime:
    """The moment at which the tests take place."""
    return factories.NOW


@pytest.fixture
def home(db: None) -> Page:
    """The home page of the default site."""
    return factories.make_home()


@pytest.fixture
def soak() -> bool:
    """Whether this is the long run (`make soak`), for tests that choose their counts by it."""
    return bool(os.environ.get("SOAK"))


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """Debian's Chromium, kept from calling out."""
    from playwright.sync_api import sync_playwright

    # Playwright's loop runs in this thread, and Django would take every query for one made inside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    arguments = [
        "--no-sandbox",
        "--disable-background-networking",
        "--disable-component-update",
        "--no-first-run",
    ]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=arguments)
        yield chromium
        chromium.close()
