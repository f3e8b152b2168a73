"""Whether somebody is a member and what roles they have, by the day in London, in a fixed number of queries."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from events.rules.tickets import NOBODY, Standing
from events.standing import standing_of, standing_of_order, standings, standings_of_addresses
from portal.members.models import Role
from tests.events.factories import make_basket
from tests.factories import NOW, make_user
from tests.forum.factories import appoint, make_member

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
# In summer, the day in London begins an hour before the day in UTC.
MIDNIGHT = datetime(2026, 5, 31, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "starting", "ending"),
    [(MIDNIGHT - SECOND, False, True), (MIDNIGHT, True, False), (MIDNIGHT + SECOND, True, False)],
)
def test_memberships_and_roles_hold_from_their_first_day_until_their_last(
    now: datetime, starting: bool, ending: bool
) -> None:
    new, old = make_user(), make_user()
    make_member(new, date(2026, 6, 1))
    appoint(new, Role.APPOINTED, date(2026, 6, 1))
    make_member(old, date(2026, 1, 1), date(2026, 6, 1))
    appoint(old, Role.OTHER, date(2026, 1, 1), date(2026, 6, 1))

    found = standings([new.pk, old.pk], now)

    assert found[new.pk] == Standing(starting, frozenset({Role.APPOINTED} if starting else ()))
    assert found[old.pk] == Standing(ending, frozenset({Role.OTHER} if ending else ()))


def test_a_role_counts_once_it_is_confirmed_and_nobody_is_no_member() -> None:
    user = make_user()
    appoint(user, Role.CLINICAL_DIRECTOR, date(2026, 1, 1), confirmed_at=None)

    assert (standing_of(user, NOW), standing_of(None, NOW)) == (NOBODY, NOBODY)


def test_an_address_has_the_standing_of_the_account_that_has_it_confirmed() -> None:
    member, waits, gone = make_user("ada@example.org"), make_user(verified=False), make_user(is_active=False)
    for user in (member, waits, gone):
        make_member(user, date(2026, 1, 1))

    found = standings_of_addresses(["Ada@Example.org", waits.email, gone.email, "nobody@example.org"], NOW)

    assert found == {
        "ada@example.org": Standing(is_member=True),
        waits.email: NOBODY,
        gone.email: NOBODY,
        "nobody@example.org": NOBODY,
    }


def test_an_order_has_the_standing_of_its_account_else_of_its_confirmed_address() -> None:
    member = make_user("ada@example.org")
    make_member(member, date(2026, 1, 1))
    of_account, of_address = make_basket(member), make_basket()

    assert standing_of_order(of_account, NOW).is_member
    assert standing_of_order(of_address, NOW).is_member
    of_address.email_confirmed_at = None
    assert not standing_of_order(of_address, NOW).is_member


@pytest.mark.parametrize("count", [1, 3])
def test_standings_of_many_take_as_many_queries_as_of_one(count: int, django_assert_num_queries: Any) -> None:
    users = [make_user() for _ in range(count)]

    with django_assert_num_queries(2):
        standings([user.pk for user in users], NOW)
    with django_assert_num_queries(3):
        standings_of_addresses([user.email for user in users], NOW)
