"""What of a person's standing ends soon: said sixty days before, and not if it goes on."""

from datetime import UTC, date, datetime, timedelta

import pytest

from portal.members.ends import ending_soon
from portal.members.models import Appointment, Role
from tests.factories import make_user
from tests.forum.factories import accept, make_member, make_terms
from tests.members.factories import make_network

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ends_on", "later", "told"),
    [
        (None, None, []),
        (date(2026, 6, 15), None, []),
        (date(2026, 6, 16), None, ["15 June 2026"]),
        (date(2026, 8, 14), None, ["13 August 2026"]),
        (date(2026, 8, 15), None, []),
        (date(2026, 7, 1), (date(2026, 7, 1), date(2027, 7, 1)), []),
        (date(2026, 7, 1), (date(2026, 7, 2), date(2027, 7, 1)), ["30 June 2026"]),
    ],
)
def test_membership_is_told_of_in_its_last_sixty_days_unless_it_goes_on(
    ends_on: date | None, later: tuple[date, date] | None, told: list[str]
) -> None:
    user = make_user()
    period = make_member(user, date(2025, 7, 1), ends_on)
    if later:
        period.membership.periods.create(starts_on=later[0], ends_on=later[1], recorded_at=NOW)

    words = [one.words for one in ending_soon(user, NOW)]

    assert words == [
        f"Your membership of the association ends on {day}. Renew it to keep what members may do."
        for day in told
    ]


@pytest.mark.parametrize(
    ("ends_on", "confirmed", "is_told"),
    [
        (None, True, False),
        (date(2026, 8, 14), True, True),
        (date(2026, 8, 15), True, False),
        (date(2026, 8, 14), False, False),
        (date(2026, 6, 15), True, False),
    ],
)
def test_an_appointment_is_told_of_if_it_counts_and_ends_soon(
    ends_on: date | None, *, confirmed: bool, is_told: bool
) -> None:
    user = make_user()
    Appointment.objects.create(
        user=user,
        network=make_network(),
        role=Role.CLINICAL_DIRECTOR,
        starts_on=date(2025, 1, 1),
        ends_on=ends_on,
        confirmed_at=NOW - timedelta(days=90) if confirmed else None,
        confirmed_by=make_user() if confirmed else None,
    )

    assert [one.url for one in ending_soon(user, NOW)] == ["/accounts/profile/"] * is_told


def test_newer_terms_are_told_of_until_they_are_accepted_and_differently_once_it_is_late() -> None:
    user, newcomer = make_user(), make_user()
    terms = make_terms("Code of conduct", NOW - timedelta(days=90), NOW, grace_days=14)
    accept(user, terms, 1, NOW - timedelta(days=80))
    end = NOW + timedelta(days=14)

    def words(at: datetime) -> list[str]:
        return [one.words for one in ending_soon(user, at)]

    assert words(end - timedelta(seconds=1)) == ["There is a newer version. Accept it before 29 June 2026."]
    assert words(end) == [
        "There is a newer version. What needs these terms is closed to you until you accept it."
    ]
    assert ending_soon(newcomer, NOW) == []
    accept(user, terms, 2, NOW)
    assert words(end) == []
