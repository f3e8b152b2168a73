"""Where the points of a plot are and what its axes name, so that a template only has to draw them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count

WIDTH, HEIGHT = 600, 160
MOST_STEPS = 5  # of an axis that goes up
MOST_NAMED = 4  # days that an axis names, so that they have room on a phone


@dataclass(frozen=True)
class Plot:
    """A line as steps in a box of `WIDTH` by `HEIGHT`, from the left below. `points` is what SVG wants; `most` is its upper edge."""

    points: str
    most: int


@dataclass(frozen=True)
class Tick:
    """What an axis names. `at` is how far it is along the axis, in per cent, as SVG wants it."""

    value: int | date
    at: str


def upward(most: int) -> list[Tick]:
    """An axis that goes up from 0 in round steps, to the first that is not below `most`. Its `at` counts from the top, as SVG does."""
    most = max(most, 1)
    step = next(step for step in _round_steps() if step * MOST_STEPS >= most)
    top = -(-most // step) * step
    return [Tick(value, _part(top - value, top)) for value in range(0, top + 1, step)]


def along(days: Sequence[date]) -> list[Tick]:
    """An axis of days in a row that names the first of them and a few more, one or two days or some weeks apart."""
    apart = next(
        step for step in (1, 2, *(7 * 2**power for power in range(20))) if step * MOST_NAMED >= len(days)
    )
    return [Tick(days[number], _part(number, len(days))) for number in range(0, len(days), apart)]


def _round_steps() -> Iterator[int]:
    """1, 2, 5, 10, 20, 50 and so on."""
    return (number * 10**power for power in count() for number in (1, 2, 5))


def _part(number: int, of: int) -> str:
    return f"{100 * number / of:.2f}"


def steps(values: Sequence[int], limit: int = 0) -> Plot:
    """The values at equal distances, each kept until the next. The upper edge is the highest of them and of `limit`."""
    most = max([*values, limit, 1])
    wide = WIDTH / max(len(values), 1)
    found = [
        f"{number * wide + edge:.1f},{HEIGHT - value * HEIGHT / most:.1f}"
        for number, value in enumerate(values)
        for edge in (0, wide)
    ]
    return Plot(" ".join(found), most)
