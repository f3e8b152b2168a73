"""How many places are free, who is offered which, and where somebody stands."""

from datetime import datetime, timedelta

import pytest

from events.models import Place, PlaceState
from events.rules.places import (
    Queued,
    end_of_offer,
    for_walk_ins,
    free,
    position,
    refusal_of_size,
    to_offer,
)
from tests.factories import NOW

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


@pytest.mark.parametrize(("size", "live", "left"), [(3, 0, 3), (3, 2, 1), (3, 3, 0), (2, 3, 0), (0, 0, 0)])
def test_what_nobody_has_is_free(size: int, live: int, left: int) -> None:
    assert free(size, live) == left


@pytest.mark.parametrize(
    ("state", "end", "live"),
    [
        (PlaceState.HELD, NOW + SECOND, True),
        (PlaceState.HELD, NOW, False),
        (PlaceState.HELD, NOW - SECOND, False),
        (PlaceState.OFFERED, NOW + SECOND, True),
        (PlaceState.OFFERED, NOW, False),
        (PlaceState.OFFERED, NOW - SECOND, False),
        (PlaceState.CONFIRMED, None, True),
        (PlaceState.GONE, None, False),
    ],
)
def test_a_hold_or_an_offer_is_live_until_its_end(
    state: PlaceState, end: datetime | None, live: bool
) -> None:
    assert Place(state=state, expires_at=end).is_live(NOW) is live


@pytest.mark.parametrize(
    ("left", "queue", "offers"),
    [
        (0, [Queued(1, 1)], []),
        (2, [], []),
        (1, [Queued(1, 1), Queued(2, 1)], [(1, 1)]),
        (2, [Queued(1, 1), Queued(2, 1)], [(1, 1), (2, 1)]),
        (5, [Queued(1, 1), Queued(2, 1)], [(1, 1), (2, 1)]),
        # A group is offered what fits, and nobody behind it gets what it lacks.
        (2, [Queued(1, 3), Queued(2, 1)], [(1, 2)]),
        (2, [Queued(1, 3, offered=2), Queued(2, 2)], [(1, 1), (2, 1)]),
        (1, [Queued(1, 2, offered=2), Queued(2, 1)], [(2, 1)]),
    ],
)
def test_first_come_first_offered(left: int, queue: list[Queued], offers: list[tuple[int, int]]) -> None:
    assert to_offer(left, queue) == offers


@pytest.mark.parametrize(
    ("left", "queue", "some"),
    [
        (2, [], 2),
        (2, [Queued(1, 1)], 0),
        (2, [Queued(1, 1, offered=1)], 2),
        (2, [Queued(1, 1, offered=1), Queued(2, 2, offered=1)], 0),
    ],
)
def test_walk_ins_get_nothing_while_anybody_waits(left: int, queue: list[Queued], some: int) -> None:
    assert for_walk_ins(left, queue) == some


def test_the_position_counts_those_who_wait_for_what_is_not_offered_to_them() -> None:
    queue = [Queued(4, 1, offered=1), Queued(7, 2, offered=1), Queued(9, 1)]

    assert [position(queue, number) for number in (4, 7, 9, 11)] == [None, 1, 2, None]


@pytest.mark.parametrize(
    ("closes_at", "end"),
    [
        (None, NOW + 24 * HOUR),
        (NOW + 24 * HOUR + SECOND, NOW + 24 * HOUR),
        (NOW + 24 * HOUR, NOW + 24 * HOUR),
        (NOW + 24 * HOUR - SECOND, NOW + 24 * HOUR - SECOND),
    ],
)
def test_an_offer_ends_after_its_hours_and_no_later_than_the_booking(
    closes_at: datetime | None, end: datetime
) -> None:
    assert end_of_offer(NOW, 24, closes_at) == end


@pytest.mark.parametrize(
    ("size", "refusal"),
    [
        (6, None),
        (5, None),
        (4, "3 places are taken, and 2 more in baskets or offered now: there cannot be fewer than 5."),
    ],
)
def test_what_is_promised_is_not_taken_back(size: int, refusal: str | None) -> None:
    assert refusal_of_size(size, 3, 2) == refusal
    assert refusal_of_size(2, 3, 0) == "3 places are taken: there cannot be fewer than 3."
