"""Where badges are on their sheets, and how big names are."""

import pytest

from events.rules.badges import A4, SHEETS, size_of


@pytest.mark.parametrize(
    ("sheet", "corners"),
    [
        ("cards", {0: (15, 11), 1: (105, 11), 2: (15, 66), 9: (105, 231), 10: (15, 11)}),
        ("l7160", {0: (7.25, 15.15), 2: (139.25, 15.15), 3: (7.25, 53.25), 20: (139.25, 243.75)}),
        ("l7163", {0: (4.65, 15.15), 1: (106.25, 15.15), 13: (106.25, 243.75)}),
    ],
)
def test_where_each_is(sheet: str, corners: dict[int, tuple[float, float]]) -> None:
    assert {number: SHEETS[sheet].corner(number) for number in corners} == corners


@pytest.mark.parametrize("key", SHEETS)
def test_all_are_within_the_paper_and_none_lies_over_another(key: str) -> None:
    sheet = SHEETS[key]
    corners = [sheet.corner(number) for number in range(sheet.count)]

    assert all(
        x >= 0 and x + sheet.width <= A4[0] and y >= 0 and y + sheet.height <= A4[1] for x, y in corners
    )
    assert all(
        abs(x - other_x) >= sheet.width - 0.01 or abs(y - other_y) >= sheet.height - 0.01
        for number, (x, y) in enumerate(corners)
        for other_x, other_y in corners[:number]
    )


# As if each letter were half as wide as it is high: in 10 points 1.76 mm.
@pytest.mark.parametrize(
    ("words", "size"),
    [
        ("Bo Li", 20),
        ("", 20),
        ("Adebayo", 20),  # 7 letters of 3.53 mm at 20 points
        ("Featherstonehaugh", 11.5),
        ("Oluwaseun Featherstonehaugh", 11.5),
        ("Adebayo-Featherstonehaugh", 11.5),
        ("x" * 150, 8),
    ],
)
def test_names_are_as_big_as_fits_two_lines(words: str, size: float) -> None:
    assert size_of(words, 35, lambda text: len(text) / 2, biggest=20, smallest=8) == size
