"""What follows from a day."""

from datetime import date

import pytest

from portal.pages.rules import Phase, phase, standing_of_link


@pytest.mark.parametrize(
    ("begins_on", "ends_on", "expected"),
    [
        (date(2026, 3, 9), None, Phase.PAST),
        (date(2026, 3, 10), None, Phase.NOW),
        (date(2026, 3, 11), None, Phase.COMING),
        (date(2026, 3, 1), date(2026, 3, 10), Phase.PAST),
        (date(2026, 3, 1), date(2026, 3, 11), Phase.NOW),
        (date(2026, 3, 10), date(2026, 3, 11), Phase.NOW),
        (date(2026, 3, 11), date(2026, 3, 20), Phase.COMING),
    ],
)
def test_step_goes_on_from_its_first_day_until_the_first_on_which_it_is_over(
    begins_on: date, ends_on: date | None, expected: Phase
) -> None:
    assert phase(begins_on, ends_on, date(2026, 3, 10)) == expected


@pytest.mark.parametrize(
    ("status", "checked_on", "words"),
    [
        ("works", date(2025, 3, 11), "Checked on 11 March 2025."),
        ("works", date(2025, 3, 10), "Not checked since 10 March 2025."),
        ("works", date(2025, 3, 9), "Not checked since 9 March 2025."),
        ("older", date(2026, 3, 1), "Checked on 1 March 2026: parts of it no longer hold."),
        ("older", date(2025, 3, 10), "Not checked since 10 March 2025."),
        ("gone", date(2025, 3, 10), "It was gone when we looked on 10 March 2025."),
    ],
)
def test_link_is_relied_on_for_a_year(status: str, checked_on: date, words: str) -> None:
    assert standing_of_link(status, checked_on, date(2026, 3, 10)) == words
