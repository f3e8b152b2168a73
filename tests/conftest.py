"""Fixtures that every folder of tests may use: the moment it is, the home page, and a browser."""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache
from wagtail.models import Page

from portal.page_cache import generation, kept_pages
from tests import factories

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what lies under tests/browser, and leaves the long runs to `make soak`."""
    for item in items:
        if "browser" in item.path.parent.parts:
            item.add_marker("browser")
        if item.get_closest_marker("soak") and not os.environ.get("SOAK"):
            item.add_marker(pytest.mark.skip(reason="a long run: SOAK=1, or `make soak`"))
    if os.environ.get("ONLY_WITH_DATABASE"):
        # What asks no database has run already, on the other one.
        items[:] = [item for item in items if asks_the_database(item)]


def asks_the_database(item: pytest.Item) -> bool:
    """Whether a test may touch the database in a way of its own, and so has to run on each."""
    if item.get_closest_marker("once"):
        return False
    fixtures = {"db", "transactional_db", "live_server"}
    return item.get_closest_marker("django_db") is not None or bool(fixtures & set(item.fixturenames))


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    """No test sees what another left in a cache of this process."""
    cache.clear()
    kept_pages.clear()
    generation.forget()
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
