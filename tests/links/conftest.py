"""A site to look at, and settings under which this machine may be asked."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.links.site import Site, running


@pytest.fixture
def site(settings: Settings) -> Iterator[Site]:
    settings.LINK_CHECK_LOCAL = True
    settings.LINK_CHECK_PAUSE = 0
    with running() as found:
        yield found
