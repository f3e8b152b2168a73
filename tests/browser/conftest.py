"""Fixtures of the browser tests: the demo, a portal on a copy of it, and browsers that are watched."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.server import Portal, demo_of, start_portal
from tests.browser.watching import Watch
from tests.databases import folder_of_the_run

Open = Callable[..., Page]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the demo's database and files. Nobody writes in it."""
    return demo_of(folder_of_the_run(tmp_path_factory))


@pytest.fixture(scope="module")
def settings_of_portal() -> dict[str, str]:
    """Further settings of the portal of one module, which may define it anew."""
    return {}


@pytest.fixture(scope="module")
def portal(
    request: pytest.FixtureRequest,
    demo: Path,
    tmp_path_factory: pytest.TempPathFactory,
    settings_of_portal: dict[str, str],
) -> Iterator[Portal]:
    """A portal for the tests of one module, as its `PORTAL` asks: `debug`, `second_factor`, `worker`."""
    wanted = {
        "debug": False,
        "second_factor": False,
        "worker": False,
        **getattr(request.module, "PORTAL", {}),
        **settings_of_portal,
    }
    running = start_portal(demo, tmp_path_factory.mktemp("portal") / "data", **wanted)
    yield running
    running.stop()


@pytest.fixture
def watches() -> dict[BrowserContext, Watch]:
    """Who watches the pages of which browser."""
    return {}


@pytest.fixture
def open_page(browser: Browser, portal: Portal, watches: dict[BrowserContext, Watch]) -> Iterator[Open]:
    """Opens a page in a fresh profile; options go to the browser. Afterwards nothing may have gone wrong unseen."""

    def new(width: int = 1280, **options: Any) -> Page:
        context = browser.new_context(
            base_url=portal.address,
            viewport={"width": width, "height": 900},
            locale="en-GB",
            timezone_id="Europe/London",
            reduced_motion="reduce",
            **options,
        )
        context.set_default_timeout(30_000)  # a busy machine is no failure
        watches[context] = Watch(context, portal.address)
        return context.new_page()

    yield new
    for context in watches:
        context.close()
    assert [problem for watch in watches.values() for problem in watch.problems] == []


@pytest.fixture
def page(open_page: Open) -> Page:
    """A page in a fresh profile, 1,280 pixels wide."""
    return open_page()


@pytest.fixture
def watch(page: Page, watches: dict[BrowserContext, Watch]) -> Watch:
    """Who watches `page`."""
    return watches[page.context]
