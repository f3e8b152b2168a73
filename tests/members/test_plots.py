"""Where the points of a plot are, and what its axes name."""

from datetime import date, timedelta

import pytest

from portal.members.rules.plots import along, steps, upward

FIRST = date(2026, 10, 18)


@pytest.mark.parametrize(
    ("most", "values"),
    [
        (0, [0, 1]),
        (1, [0, 1]),
        (5, [0, 1, 2, 3, 4, 5]),
        (6, [0, 2, 4, 6]),
        (30, [0, 10, 20, 30]),
        (101, [0, 50, 100, 150]),
        (680, [0, 200, 400, 600, 800]),
        (1_000_000, [0, 200_000, 400_000, 600_000, 800_000, 1_000_000]),
    ],
)
def test_an_axis_goes_up_in_round_steps_to_the_first_that_holds_all(most: int, values: list[int]) -> None:
    assert [tick.value for tick in upward(most)] == values


@pytest.mark.parametrize(
    ("count", "named"),
    [
        (0, []),
        (1, [0]),
        (4, [0, 1, 2, 3]),
        (5, [0, 2, 4]),
        (9, [0, 7]),
        (28, [0, 7, 14, 21]),
        (43, [0, 14, 28, 42]),
        (400, [0, 112, 224, 336]),
    ],
)
def test_an_axis_names_a_few_days_at_equal_distances(count: int, named: list[int]) -> None:
    days = [FIRST + timedelta(days=number) for number in range(count)]

    assert [(tick.value - FIRST).days for tick in along(days)] == named


def test_what_an_axis_names_stands_where_the_line_is() -> None:
    scale, days = upward(680), along([FIRST + timedelta(days=number) for number in range(4)])

    assert [tick.at for tick in scale] == ["100.00", "75.00", "50.00", "25.00", "0.00"]
    assert [tick.at for tick in days] == ["0.00", "25.00", "50.00", "75.00"]
    assert steps([200, 400], scale[-1].value).points == "0.0,120.0 300.0,120.0 300.0,80.0 600.0,80.0"
