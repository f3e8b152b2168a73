"""Invitations, appointments and addresses: who may, and what is left behind."""

from datetime import date, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group

from portal.members import actions
from portal.members.models import AddressKind, Appointment, Invitation, Mail
from tests.factories import PASSWORD, make_user
from tests.members.factories import TOKEN, make_invitation, make_network, make_staff

pytestmark = pytest.mark.django_db


def names() -> dict[str, str]:
    return {"email": "Grace@Example.org", "first_name": "Grace", "last_name": "Sample"}


def test_invite_stores_the_invitation_and_one_mail(now: datetime) -> None:
    by = make_staff("Administrator")

    invitation = actions.invite(**names(), groups=Group.objects.filter(name="Editor"), by=by, now=now)

    assert (invitation.email, invitation.expires_at) == ("grace@example.org", now + timedelta(days=7))
    assert list(Mail.objects.values_list("to", "template")) == [("grace@example.org", "invitation")]
    token = Mail.objects.get().text.split("/invitation/")[1].split("/")[0]
    assert invitation.token_hash == actions.token_hash(token)


@pytest.mark.parametrize(
    "group", ["Editor", "Publisher", "Clinical reviewer", "Forum manager", "Event organiser"]
)
def test_invite_is_refused_to_everyone_but_administrators(group: str, now: datetime) -> None:
    with pytest.raises(actions.RefusedError, match=r"^You cannot invite people\.$"):
        actions.invite(**names(), groups=[], by=make_staff(group), now=now)

    assert (Invitation.objects.count(), Mail.objects.count()) == (0, 0)


def test_invite_is_refused_while_one_is_open_and_replaces_an_expired_one(now: datetime) -> None:
    by = make_staff("Administrator")
    first = actions.invite(**names(), groups=[], by=by, now=now)

    with pytest.raises(actions.RefusedError, match=r"^This person has an open invitation\."):
        actions.invite(**names(), groups=[], by=by, now=now + timedelta(days=7, seconds=-1))
    second = actions.invite(**names(), groups=[], by=by, now=now + timedelta(days=7))

    first.refresh_from_db()
    assert (first.withdrawn_at, second.withdrawn_at) == (now + timedelta(days=7), None)


def test_accept_makes_a_person_with_a_verified_address_and_the_groups(now: datetime) -> None:
    invitation = make_invitation(now)

    person = actions.accept_invitation(
        token=TOKEN, now=now, first_name="Grace", last_name="Sample", password=PASSWORD
    )

    address = EmailAddress.objects.get(user=person)
    invitation.refresh_from_db()
    assert (address.email, address.verified, address.primary) == ("grace@example.org", True, True)
    assert [group.name for group in person.groups.all()] == ["Editor"]
    assert person.check_password(PASSWORD)
    assert invitation.accepted_at == now


def test_accept_works_once(now: datetime) -> None:
    make_invitation(now)
    actions.accept_invitation(token=TOKEN, now=now, first_name="Grace", last_name="Sample", password=PASSWORD)

    with pytest.raises(actions.RefusedError, match=r"^This invitation has already been used\."):
        actions.accept_invitation(token=TOKEN, now=now, first_name="G", last_name="S", password=PASSWORD)


def test_accept_is_refused_to_a_stranger_where_an_account_exists(now: datetime) -> None:
    make_invitation(now)
    person = make_user("grace@example.org")

    for by in (None, make_user()):
        with pytest.raises(actions.RefusedError, match=r"^There is an account with this address\."):
            actions.accept_invitation(token=TOKEN, now=now, by=by, password="another password")

    assert (person.groups.count(), person.check_password(PASSWORD)) == (0, True)


def test_sending_again_stops_the_old_link_and_lasts_anew(now: datetime) -> None:
    invitation = make_invitation(now)
    later = now + timedelta(days=8)

    actions.send_invitation_again(invitation=invitation, by=make_staff("Administrator"), now=later)

    invitation.refresh_from_db()
    assert invitation.expires_at == later + timedelta(days=7)
    with pytest.raises(actions.RefusedError, match=r"^This invitation is not known\.$"):
        actions.accept_invitation(token=TOKEN, now=later, password=PASSWORD)


def test_withdrawn_invitation_cannot_be_accepted(now: datetime) -> None:
    actions.withdraw_invitation(invitation=make_invitation(now), by=make_staff("Administrator"), now=now)

    with pytest.raises(actions.RefusedError, match=r"^This invitation has been withdrawn\."):
        actions.accept_invitation(token=TOKEN, now=now, password=PASSWORD)


def test_withdrawing_is_refused_to_an_editor(now: datetime) -> None:
    invitation = make_invitation(now)

    with pytest.raises(actions.RefusedError, match=r"^You cannot do this\.$"):
        actions.withdraw_invitation(invitation=invitation, by=make_staff("Editor"), now=now)

    invitation.refresh_from_db()
    assert invitation.withdrawn_at is None


def test_only_its_owner_ends_an_appointment(now: datetime) -> None:
    person, other = make_user(), make_user()
    appointment = Appointment.objects.create(
        user=person, network=make_network(), role="clinical-director", starts_on=date(2026, 3, 1)
    )

    with pytest.raises(actions.RefusedError, match=r"^This appointment is not yours\.$"):
        actions.end_appointment(appointment=appointment, on=date(2026, 4, 1), by=other, now=now)
    actions.end_appointment(appointment=appointment, on=date(2026, 4, 1), by=person, now=now)

    assert Appointment.objects.current(date(2026, 3, 31)).count() == 1
    assert Appointment.objects.current(date(2026, 4, 1)).count() == 0


def test_only_its_owner_describes_an_address() -> None:
    person, other = make_user(), make_user()
    address = EmailAddress.objects.get(user=person)

    with pytest.raises(actions.RefusedError, match=r"^This address is not yours\.$"):
        actions.describe_address(address=address, kind="home", by=other)
    actions.describe_address(address=address, kind="practice", by=person)

    assert list(AddressKind.objects.values_list("address__email", "kind")) == [(person.email, "practice")]
