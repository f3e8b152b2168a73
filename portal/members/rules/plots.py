"""Where the points of a plot are, so that a template only has to draw them."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 600, 160


@dataclass(frozen=True)
class Plot:
    """A line as steps in a box of `WIDTH` by `HEIGHT`, from the left below. `points` is what SVG wants; `most` is its upper edge."""

    points: str
    most: int


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
