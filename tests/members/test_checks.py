"""A public portal without a second factor for staff is refused."""

from typing import Any

import pytest

from portal.members.checks import check_second_factor


@pytest.mark.parametrize(
    ("production", "second_factor", "errors"),
    [(True, False, ["members.E001"]), (True, True, []), (False, False, []), (False, True, [])],
)
def test_second_factor_may_be_off_only_where_nothing_is_at_stake(
    settings: Any, production: bool, second_factor: bool, errors: list[str]
) -> None:
    settings.PRODUCTION, settings.STAFF_SECOND_FACTOR = production, second_factor

    assert [error.id for error in check_second_factor()] == errors
