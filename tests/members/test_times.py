"""Moments as readers find them."""

from datetime import UTC, datetime

import pytest

from portal.members.templatetags.times import moment


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2026, 11, 29, 10, 23, tzinfo=UTC), "29 November 2026, 10:23am"),
        (datetime(2026, 7, 1, 11, 5, tzinfo=UTC), "1 July 2026, 12:05pm"),
        (datetime(2026, 7, 1, 23, 0, tzinfo=UTC), "2 July 2026, 12:00am"),
        (None, ""),
    ],
)
def test_a_moment_is_told_in_the_time_of_london(at: datetime | None, words: str) -> None:
    assert moment(at) == words
