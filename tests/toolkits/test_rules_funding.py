"""What a network is paid in a year: in whole pence, day by day."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from portal.toolkits.models import Figure
from portal.toolkits.rules.funding import (
    Gap,
    Inputs,
    Part,
    Post,
    Year,
    money,
    number,
    whole_pence,
    worked_out,
    years_of,
)
from tests.toolkits.factories import figure

Y2024 = Year(2024)  # 365 days; 2023 has 366, with 29 February 2024
PHARMACIST, PHYSIO = 1, 2


def share(**fields: Any) -> Figure:
    usual = {
        "key": "share-1",
        "name": "Pharmacist",
        "unit": "share",
        "hundredths": 7000,
        "role_id": PHARMACIST,
    }
    return figure(**{**usual, **fields})


def most(**fields: Any) -> Figure:
    usual = {
        "key": "most-1",
        "name": "Pharmacist at most",
        "unit": "post",
        "hundredths": 5_000_000,
        "role_id": PHARMACIST,
    }
    return figure(**{**usual, **fields})


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2025, 3, 31), Year(2024)),
        (date(2025, 4, 1), Year(2025)),
        (date(2025, 12, 31), Year(2025)),
        (date(2026, 1, 1), Year(2025)),
    ],
)
def test_year_runs_from_april_to_march(day: date, year: Year) -> None:
    assert Year.of(day) == year


def test_year_says_what_it_is() -> None:
    assert (str(Y2024), Y2024.starts_on, Y2024.ends_on) == (
        "April 2024 to March 2025",
        date(2024, 4, 1),
        date(2025, 4, 1),
    )
    assert (Year(2023).days, Y2024.days) == (366, 365)


@pytest.mark.parametrize(
    ("exact", "pence"),
    [
        (Fraction(0), 0),
        (Fraction(149, 100), 1),
        (Fraction(3, 2), 2),
        (Fraction(5, 2), 3),
        (Fraction(249999, 100000), 2),
        (Fraction(7), 7),
    ],
)
def test_half_a_penny_is_rounded_up(exact: Fraction, pence: int) -> None:
    assert whole_pence(exact) == pence


@pytest.mark.parametrize(
    ("pence", "words"),
    [(0, "£0.00"), (5, "£0.05"), (6_300_000, "£63,000.00"), (123_456_789, "£1,234,567.89")],
)
def test_money_in_words(pence: int, words: str) -> None:
    assert money(pence) == words


@pytest.mark.parametrize(
    ("hundredths", "words"),
    [(0, "0"), (100, "1"), (250, "2.5"), (105, "1.05"), (4_200_000, "42,000"), (Fraction(331, 3), "1.1")],
)
def test_number_in_words(hundredths: int, words: str) -> None:
    assert number(hundredths) == words


@pytest.mark.parametrize(
    ("unit", "hundredths", "words"),
    [
        ("patient", 150, "£1.50"),
        ("network", 12_345_678, "£123,456.78"),
        ("share", 7000, "70%"),
        ("share", 6667, "66.67%"),
        ("share", 5050, "50.5%"),
        ("day", 4_000_000, "40,000 patients"),
        ("day", 4_000_050, "40,000.50 patients"),
    ],
)
def test_amount_of_a_figure_in_words(unit: str, hundredths: int, words: str) -> None:
    assert figure(unit=unit, hundredths=hundredths).amount == words


# The examples of the handbook: 42,000 patients, and networks of other sizes.
@pytest.mark.parametrize(
    ("registered", "pence"), [(30_000, 4_500_000), (42_000, 6_300_000), (50_000, 7_500_000), (1, 150)]
)
def test_core_payment_is_figure_times_patients(registered: int, pence: int) -> None:
    (line,) = worked_out([figure()], Inputs(Y2024, registered)).lines

    assert (line.part, line.pence, line.sum) == (
        Part.FUNDING,
        pence,
        f"{registered:,} registered patients × £1.50",
    )


def test_weighted_patients_count_only_if_they_are_given() -> None:
    weighted = figure(key="w", name="By weight", unit="weighted", hundredths=73)

    with_them = worked_out([weighted], Inputs(Y2024, 42_000, weighted=43_210))
    without = worked_out([weighted], Inputs(Y2024, 42_000))

    assert [(line.pence, line.sum) for line in with_them.lines] == [
        (3_154_330, "43,210 weighted patients × £0.73")
    ]
    assert (without.lines, without.gaps) == ([], [])


def test_payment_for_a_network_is_paid_once() -> None:
    (line,) = worked_out([figure(unit="network", hundredths=1_000_000)], Inputs(Y2024, 42_000)).lines

    assert (line.pence, line.sum) == (1_000_000, "1 network × £10,000.00")


@pytest.mark.parametrize(
    ("registered", "words"),
    [
        (30_000, "0.75 days a week, 6 hours with an 8-hour day"),
        (36_000, "0.9 days a week, 7.2 hours with an 8-hour day"),
        (40_000, "1 days a week, 8 hours with an 8-hour day"),
        (42_000, "1.05 days a week, 8.4 hours with an 8-hour day"),
        (50_000, "1.25 days a week, 10 hours with an 8-hour day"),
    ],
)
def test_funded_time_is_that_of_the_handbook_s_table(registered: int, words: str) -> None:
    time = figure(key="time", unit="day", hundredths=4_000_000)

    (line,) = worked_out([time], Inputs(Y2024, registered)).lines

    assert (line.part, line.words, line.pence) == (Part.DIRECTOR, words, None)


def test_cost_of_the_funded_time_is_that_of_the_handbook_and_no_income() -> None:
    time = figure(key="time", unit="day", hundredths=4_000_000)

    result = worked_out([time], Inputs(Y2024, 42_000, day_pence=42_000, weeks=46))

    assert result.lines[0].pence == 2_028_600
    assert result.lines[0].words.endswith("In 46 weeks at £420.00 a day this time costs £20,286.00")
    assert result.total == 0


@pytest.mark.parametrize(
    ("figures", "post", "pence", "left", "sum_"),
    [
        ([share()], Post(100, 5_600_000), 3_920_000, 1_680_000, "1 full-time post × 70% of £56,000.00"),
        ([share()], Post(250, 5_600_000), 9_800_000, 4_200_000, "2.5 full-time posts × 70% of £56,000.00"),
        (
            [share(hundredths=10_000)],
            Post(100, 3_800_000),
            3_800_000,
            0,
            "1 full-time post × 100% of £38,000.00",
        ),
        (
            [share(hundredths=10_000), most()],
            Post(100, 5_600_000),
            5_000_000,
            600_000,
            "1 full-time post × £50,000.00, the most that is repaid of £56,000.00",
        ),
        (
            [share(), most()],
            Post(100, 5_600_000),
            3_920_000,
            1_680_000,
            "1 full-time post × 70% of £56,000.00",
        ),
        ([most()], Post(50, 4_000_000), 2_000_000, 0, "0.5 full-time posts × £40,000.00"),
        ([most()], Post(50), 2_500_000, None, "0.5 full-time posts × £50,000.00 at most"),
    ],
)
def test_what_is_repaid_of_posts_and_what_is_left(
    figures: list[Figure], post: Post, pence: int, left: int | None, sum_: str
) -> None:
    (line,) = worked_out(figures, Inputs(Y2024, 42_000, posts={PHARMACIST: post})).lines

    assert (line.part, line.pence, line.left, line.sum) == (Part.WORKFORCE, pence, left, sum_)


@pytest.mark.parametrize("post", [Post(0, 5_600_000), Post(100)])
def test_no_posts_or_no_cost_gives_no_line_for_a_share(post: Post) -> None:
    assert worked_out([share()], Inputs(Y2024, 42_000, posts={PHARMACIST: post})).lines == []


def test_figure_that_changes_in_the_year_counts_by_days_and_the_total_adds_rounded_lines() -> None:
    figures = [
        figure(ends_on=date(2024, 10, 1)),
        figure(starts_on=date(2024, 10, 1), hundredths=160),
    ]

    result = worked_out(figures, Inputs(Y2024, 10_001))

    # 10,001 × 150 × 183 / 365 = 752,130.000…, 10,001 × 160 × 182 / 365 = 797,888.0…
    assert [(line.pence, line.sum, line.starts_on, line.ends_on) for line in result.lines] == [
        (
            752_130,
            "10,001 registered patients × £1.50, for 183 of 365 days",
            date(2024, 4, 1),
            date(2024, 10, 1),
        ),
        (
            797_888,
            "10,001 registered patients × £1.60, for 182 of 365 days",
            date(2024, 10, 1),
            date(2025, 4, 1),
        ),
    ]
    assert (result.total, result.gaps) == (1_550_018, [])


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "held"),
    [
        (date(2024, 3, 31), date(2024, 4, 1), None),
        (date(2024, 3, 31), date(2024, 4, 2), (date(2024, 4, 1), date(2024, 4, 2))),
        (date(2025, 3, 31), None, (date(2025, 3, 31), date(2025, 4, 1))),
        (date(2025, 4, 1), None, None),
    ],
)
def test_figure_holds_from_its_first_day_and_no_longer_on_its_end(
    starts_on: date, ends_on: date | None, held: tuple[date, date] | None
) -> None:
    lines = worked_out([figure(starts_on=starts_on, ends_on=ends_on)], Inputs(Y2024, 1)).lines

    assert [(line.starts_on, line.ends_on) for line in lines] == ([held] if held else [])


def test_share_and_most_of_a_role_that_change_on_different_days_make_a_line_for_each_time() -> None:
    figures = [
        share(ends_on=date(2024, 7, 1)),
        share(starts_on=date(2024, 7, 1), hundredths=10_000),
        most(starts_on=date(2024, 10, 1)),
    ]

    lines = worked_out(figures, Inputs(Y2024, 1, posts={PHARMACIST: Post(100, 6_000_000)})).lines

    assert [(line.starts_on, line.ends_on, line.pence) for line in lines] == [
        (date(2024, 4, 1), date(2024, 7, 1), 1_047_123),  # 91 days of 4,200,000
        (date(2024, 7, 1), date(2024, 10, 1), 1_512_329),  # 92 days of 6,000,000
        (date(2024, 10, 1), date(2025, 4, 1), 2_493_151),  # 182 days of 5,000,000
    ]


def test_days_without_a_figure_are_named() -> None:
    figures = [
        figure(starts_on=date(2024, 5, 1), ends_on=date(2024, 6, 1)),
        figure(starts_on=date(2024, 7, 1), hundredths=160),
        share(starts_on=date(2025, 4, 1)),
    ]
    posts = {PHARMACIST: Post(100, 1), PHYSIO: Post(100, 1)}

    gaps = worked_out(figures, Inputs(Y2024, 1, posts=posts)).gaps

    assert gaps == [
        Gap("Core payment", date(2024, 4, 1), date(2024, 5, 1)),
        Gap("Core payment", date(2024, 6, 1), date(2024, 7, 1)),
        Gap("Pharmacist", date(2024, 4, 1), date(2025, 4, 1)),
    ]


def test_year_without_any_figure_has_no_lines_and_says_so() -> None:
    result = worked_out([figure(ends_on=date(2025, 4, 1))], Inputs(Year(2030), 42_000))

    assert (result.lines, result.total) == ([], 0)
    assert result.gaps == [Gap("Core payment", date(2030, 4, 1), date(2031, 4, 1))]


def test_years_to_choose_go_from_the_first_figure_to_the_year_after_this() -> None:
    assert years_of([figure(starts_on=date(2024, 3, 31))], date(2026, 3, 10)) == [
        Year(2026),
        Year(2025),
        Year(2024),
        Year(2023),
    ]
    assert years_of([], date(2026, 3, 10)) == [Year(2026), Year(2025)]
    assert years_of([figure(starts_on=date(2030, 1, 1))], date(2026, 4, 1)) == [Year(2027), Year(2026)]
