"""What the lists of people cost in the admin: the same number of queries for three entries and for twelve."""

from collections.abc import Callable
from datetime import date

import pytest
from django.contrib.auth.models import Group

from portal.members.models import Appointment
from tests.factories import NOW, make_staff, make_user, sign_in
from tests.members.factories import make_invitation, make_mail, make_network


def make_entries(number: int) -> None:
    """One entry of each kind, each with something else behind it."""
    network = make_network(code=f"U{number:05}", name=f"Network {number:02}")
    person = make_user()
    person.groups.add(*Group.objects.filter(name__in=["Editor", "Publisher"]))
    Appointment.objects.create(
        user=person, network=network, role="clinical-director", starts_on=date(2026, 1, 1)
    )
    make_invitation(email=f"grace{number}@example.org", token_hash=f"{number:064}", invited_by=person)
    make_mail(to=f"grace{number}@example.org", message_id=f"<{number}@example.org>", created_at=NOW)


@pytest.mark.parametrize("count", [3, 12])
@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("/admin/members/network/", 13),
        ("/admin/members/appointment/", 13),
        ("/admin/members/appointment/?export=csv", 7),
        ("/admin/members/invitation/", 14),
        ("/admin/members/mail/", 14),
        ("/admin/users/", 12),
    ],
)
def test_list_takes_the_same_queries_however_long_it_is(
    db: None, django_assert_num_queries: Callable, address: str, queries: int, count: int
) -> None:
    client = sign_in(make_staff("Administrator"), second_factor=True)
    for number in range(count):
        make_entries(number)
    client.get(address)  # fills what is kept in the process

    with django_assert_num_queries(queries):
        response = client.get(address)
        assert response.status_code == 200
        # An export is made as it is read.
        b"".join(response) if response.streaming else response.content
