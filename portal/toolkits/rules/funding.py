"""What a network is paid in a year, from figures that hold for some days. Pure, in whole pence.

A year runs from 1 April to 31 March. Each line is figure × quantity; a figure that holds for a part of the year counts for
that share of its days. Each line is rounded to the nearest penny, half a penny up, and the total adds up the rounded lines.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

from portal.toolkits.models import ALL_OF_IT, Figure, Unit

HOURS_A_DAY = 8


@dataclass(frozen=True, order=True)
class Year:
    """A year from 1 April until before 1 April of the next one."""

    number: int

    @classmethod
    def of(cls, day: date) -> "Year":
        """The year that a day belongs to."""
        return cls(day.year if (day.month, day.day) >= (4, 1) else day.year - 1)

    @property
    def starts_on(self) -> date:
        return date(self.number, 4, 1)

    @property
    def ends_on(self) -> date:
        """The first day of the next year."""
        return date(self.number + 1, 4, 1)

    @property
    def days(self) -> int:
        return (self.ends_on - self.starts_on).days

    def __str__(self) -> str:
        return f"April {self.number} to March {self.number + 1}"


class Part(StrEnum):
    """Where a line stands, in the words of its heading."""

    FUNDING = "Funding of the network"
    DIRECTOR = "Time of the clinical director"
    WORKFORCE = "What is repaid of posts"


@dataclass(frozen=True)
class Post:
    """Posts of one role: hundredths of full-time posts, and what a full-time one costs a year in pence, if that is known."""

    hundredths: int
    pence: int | None = None


@dataclass(frozen=True)
class Inputs:
    """What somebody says of their network. `posts` is by the key of the role."""

    year: Year
    registered: int
    weighted: int | None = None
    day_pence: int | None = None
    weeks: int = 52
    posts: Mapping[int, Post] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """Figure × quantity = amount, for a part of the year. What is no money has `words` in its place."""

    part: Part
    name: str
    figures: tuple[Figure, ...]
    sum: str
    starts_on: date
    ends_on: date
    pence: int | None = None
    words: str = ""
    left: int | None = None


@dataclass(frozen=True)
class Gap:
    """Days of the year for which there is no figure of a name."""

    name: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class Result:
    """What follows for a year."""

    year: Year
    lines: Sequence[Line]
    gaps: Sequence[Gap]

    @property
    def parts(self) -> list[tuple[Part, list[Line]]]:
        """The lines under their headings; headings without lines are left out."""
        found = [(part, [line for line in self.lines if line.part == part]) for part in Part]
        return [(part, lines) for part, lines in found if lines]

    @property
    def total(self) -> int:
        return sum(line.pence or 0 for line in self.lines if line.part != Part.DIRECTOR)

    @property
    def left(self) -> int:
        """What the network pays itself for the posts."""
        return sum(line.left or 0 for line in self.lines)


def worked_out(figures: Iterable[Figure], inputs: Inputs) -> Result:
    """The lines of the year, and the days that no figure covers, for figures of any time."""
    known = sorted(figures, key=lambda figure: (figure.name, figure.starts_on))
    of_roles = [figure for figure in known if figure.role_id is not None]
    others = [figure for figure in known if figure.role_id is None]
    lines = [line for figure in others if (line := _line(figure, inputs)) is not None]
    for role, post in inputs.posts.items():
        lines += _lines_of_posts([figure for figure in of_roles if figure.role_id == role], post, inputs.year)
    asked = {role for role, post in inputs.posts.items() if post.hundredths}
    gaps = _gaps([*others, *(figure for figure in of_roles if figure.role_id in asked)], inputs.year)
    return Result(inputs.year, lines, gaps)


def years_of(figures: Iterable[Figure], today: date) -> list[Year]:
    """The years that can be chosen, the newest first: from the first figure's to the one after this."""
    this = Year.of(today)
    first = min([this, *(Year.of(figure.starts_on) for figure in figures)])
    last = Year(this.number + 1)
    return [Year(number) for number in range(last.number, first.number - 1, -1)]


def whole_pence(exact: Fraction) -> int:
    """To the nearest penny, half a penny up."""
    return int((exact + Fraction(1, 2)).__floor__())


def money(pence: int) -> str:
    return f"£{pence // 100:,}.{pence % 100:02}"


def number(hundredths: int | Fraction) -> str:
    """Hundredths as a number without noughts at its end: 250 is “2.5”."""
    whole, part = divmod(round(hundredths), 100)
    return f"{whole:,}.{part:02}".rstrip("0").rstrip(".") if part else f"{whole:,}"


def _line(figure: Figure, inputs: Inputs) -> Line | None:
    held = _held(figure, inputs.year)
    if held is None:
        return None
    if figure.unit == Unit.DAY:
        return _line_of_time(figure, inputs, held)
    quantity, sum_ = {
        Unit.PATIENT: (inputs.registered, f"{inputs.registered:,} registered patients × {figure.amount}"),
        Unit.WEIGHTED: (inputs.weighted, f"{inputs.weighted or 0:,} weighted patients × {figure.amount}"),
        Unit.NETWORK: (1, f"1 network × {figure.amount}"),
    }[Unit(figure.unit)]
    if quantity is None:
        return None
    exact = Fraction(figure.hundredths * quantity) * _share(held, inputs.year)
    sum_ += _for_days(held, inputs.year)
    return Line(Part.FUNDING, figure.name, (figure,), sum_, *held, pence=whole_pence(exact))


def _line_of_time(figure: Figure, inputs: Inputs, held: tuple[date, date]) -> Line:
    days = Fraction(inputs.registered * 100, figure.hundredths)
    words = f"{number(days * 100)} days a week, {number(days * 100 * HOURS_A_DAY)} hours with an {HOURS_A_DAY}-hour day"
    sum_ = f"{inputs.registered:,} registered patients ÷ {figure.amount}"
    pence = None
    if inputs.day_pence is not None:
        exact = days * inputs.weeks * inputs.day_pence * _share(held, inputs.year)
        pence = whole_pence(exact)
        words += (
            f". In {inputs.weeks} weeks at {money(inputs.day_pence)} a day this time costs {money(pence)}"
        )
        words += _for_days(held, inputs.year)
    return Line(Part.DIRECTOR, figure.name, (figure,), sum_, *held, pence=pence, words=words)


def _lines_of_posts(figures: Sequence[Figure], post: Post, year: Year) -> list[Line]:
    """A line for each time within the year in which the same figures of a role hold."""
    if not post.hundredths:
        return []
    starts = sorted({begun for figure in figures if (held := _held(figure, year)) for begun in held})
    lines = []
    for held in itertools.pairwise(starts):
        by_unit = {
            figure.unit: figure
            for figure in figures
            if figure.starts_on <= held[0] and (figure.ends_on is None or figure.ends_on > held[0])
        }
        line = _line_of_posts(by_unit, post, held, year)
        if line is not None:
            lines.append(line)
    return lines


def _line_of_posts(
    by_unit: Mapping[str, Figure], post: Post, held: tuple[date, date], year: Year
) -> Line | None:
    share, most = by_unit.get(Unit.SHARE), by_unit.get(Unit.POST)
    used = tuple(figure for figure in (share, most) if figure is not None)
    if not used or (post.pence is None and most is None):
        return None
    of_one, words = _repaid(share, most, post.pence)
    posts = Fraction(post.hundredths, 100)
    exact = of_one * posts * _share(held, year)
    pence = whole_pence(exact)
    left = None
    if post.pence is not None:
        left = max(0, whole_pence(post.pence * posts * _share(held, year)) - pence)
    full_time = "full-time post" if post.hundredths == 100 else "full-time posts"
    sum_ = f"{number(post.hundredths)} {full_time} × {words}{_for_days(held, year)}"
    return Line(Part.WORKFORCE, used[0].name, used, sum_, *held, pence=pence, left=left)


def _repaid(share: Figure | None, most: Figure | None, cost: int | None) -> tuple[Fraction, str]:
    """What is repaid of one full-time post a year, and how that was found."""
    limit = None if most is None else Fraction(most.hundredths)
    if cost is None:
        return Fraction(limit or 0), f"{most.amount} at most"
    of_cost = Fraction(cost) * (Fraction(share.hundredths, ALL_OF_IT) if share else 1)
    words = f"{share.amount} of {money(cost)}" if share else money(cost)
    if limit is not None and of_cost > limit:
        return limit, f"{most.amount}, the most that is repaid of {money(cost)}"
    return of_cost, words


def _held(figure: Figure, year: Year) -> tuple[date, date] | None:
    """The days of the year on which the figure holds (half-open); None if there are none."""
    start = max(figure.starts_on, year.starts_on)
    end = min(figure.ends_on or year.ends_on, year.ends_on)
    return (start, end) if start < end else None


def _share(held: tuple[date, date], year: Year) -> Fraction:
    return Fraction((held[1] - held[0]).days, year.days)


def _for_days(held: tuple[date, date], year: Year) -> str:
    days = (held[1] - held[0]).days
    return "" if days == year.days else f", for {days} of {year.days} days"


def _gaps(figures: Sequence[Figure], year: Year) -> list[Gap]:
    """For each key, the days of the year between its figures."""
    gaps = []
    for key in dict.fromkeys(figure.key for figure in figures):
        held = sorted(one for figure in figures if figure.key == key and (one := _held(figure, year)))
        name = next(figure.name for figure in figures if figure.key == key)
        at = year.starts_on
        for start, end in [*held, (year.ends_on, year.ends_on)]:
            if at < start:
                gaps.append(Gap(name, at, start))
            at = max(at, end)
    return gaps
