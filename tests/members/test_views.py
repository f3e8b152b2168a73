"""People's own pages and the invitation, through the test client."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from portal.members.models import AddressKind, Appointment, Invitation, Mail, User
from tests.factories import PASSWORD, make_user
from tests.members.factories import TOKEN, confirm_password, log_in, make_invitation, make_network, make_staff

pytestmark = pytest.mark.django_db


def link_in_mail(to: str) -> str:
    """The path of the link in the latest mail to that address."""
    text = Mail.objects.filter(to=to).latest("pk").text
    return re.search(r"http://[^/]+(/\S+)", text)[1]


def test_sign_up_confirm_and_log_in(client: Client) -> None:
    form = {
        "first_name": "Grace",
        "last_name": "Sample",
        "email": "Grace@Example.org",
        "password1": PASSWORD,
        "password2": PASSWORD,
    }

    client.post("/accounts/signup/", form)
    link = link_in_mail("grace@example.org")
    Client().get(link)
    assert EmailAddress.objects.get().verified is False
    Client().post(link)
    log_in(client, User.objects.get())

    assert EmailAddress.objects.get().verified is True
    assert User.objects.get().get_full_name() == "Grace Sample"
    assert client.get("/accounts/profile/").status_code == 200


def test_sign_up_with_errors_keeps_what_was_typed_and_names_each_problem(client: Client) -> None:
    response = client.post(
        "/accounts/signup/", {"first_name": "Grace", "email": "nonsense", "password1": "short"}
    )

    html = response.content.decode()
    assert re.search(r"<title>\s*(Error: )?", html)[1] == "Error: "
    assert re.findall(r'<li><a href="#(\w+)">', html) == [
        "id_last_name",
        "id_email",
        "id_password1",
        "id_password2",
    ]
    assert 'value="Grace"' in html


def test_opening_a_confirmation_link_leaves_others_logged_in(client: Client) -> None:
    stranger = make_user("other@example.org", verified=False)
    reader = make_user()
    client.post("/accounts/login/", {"login": stranger.email, "password": PASSWORD})
    link = link_in_mail(stranger.email)
    client = Client()
    log_in(client, reader)

    client.get(link)

    assert client.session["_auth_user_id"] == str(reader.pk)


def test_person_has_several_addresses_and_one_primary(client: Client) -> None:
    user = make_user("work@example.org")
    log_in(client, user)

    confirm_password(client)
    client.post("/accounts/email/", {"action_add": "", "email": "Home@Example.org", "kind": "home"})
    Client().post(link_in_mail("home@example.org"))
    client.post("/accounts/email/", {"action_primary": "", "email": "home@example.org"})

    user.refresh_from_db()
    assert user.email == "home@example.org"
    assert list(EmailAddress.objects.order_by("email").values_list("email", "verified", "primary")) == [
        ("home@example.org", True, True),
        ("work@example.org", True, False),
    ]
    assert list(AddressKind.objects.values_list("address__email", "kind")) == [("home@example.org", "home")]


def test_kind_of_an_address_changes_by_post_alone(client: Client) -> None:
    user = make_user()
    address = EmailAddress.objects.get(user=user)
    log_in(client, user)

    client.get(f"/accounts/email/{address.pk}/kind/?kind=practice")
    assert AddressKind.objects.count() == 0
    client.post(f"/accounts/email/{address.pk}/kind/", {"kind": "practice"})

    assert AddressKind.objects.get().kind == "practice"


def test_address_of_another_person_is_not_found(client: Client) -> None:
    address = EmailAddress.objects.get(user=make_user())
    log_in(client, make_user())

    assert client.post(f"/accounts/email/{address.pk}/kind/", {"kind": "home"}).status_code == 404


def test_appointment_is_added_and_ended(client: Client) -> None:
    user, network = make_user(), make_network()
    log_in(client, user)

    client.post(
        "/accounts/profile/appointments/add/",
        {"role": "clinical-director", "network": network.pk, "starts_on": "2026-03-01"},
    )
    appointment = Appointment.objects.get()
    client.post(f"/accounts/profile/appointments/{appointment.pk}/end/", {"ends_on": "2026-09-01"})

    appointment.refresh_from_db()
    assert (appointment.user, appointment.starts_on, appointment.ends_on) == (
        user,
        date(2026, 3, 1),
        date(2026, 9, 1),
    )


def test_appointment_that_ends_before_it_starts_is_refused(client: Client) -> None:
    log_in(client, make_user())

    response = client.post(
        "/accounts/profile/appointments/add/",
        {"role": "other", "network": make_network().pk, "starts_on": "2026-03-01", "ends_on": "2026-03-01"},
    )

    assert response.context["form"].errors == {"ends_on": ["The end must be after the start."]}
    assert Appointment.objects.count() == 0


def test_appointment_of_another_person_is_not_found(client: Client) -> None:
    appointment = Appointment.objects.create(
        user=make_user(), network=make_network(), role="other", starts_on=date(2026, 3, 1)
    )
    log_in(client, make_user())

    assert client.get(f"/accounts/profile/appointments/{appointment.pk}/end/").status_code == 404


def test_invitation_journey_ends_before_the_second_factor(client: Client) -> None:
    make_invitation(timezone.now())
    names = {"first_name": "Grace", "last_name": "Sample"}

    client.get(f"/invitation/{TOKEN}/")
    assert (User.objects.count(), Invitation.objects.get().accepted_at) == (0, None)
    response = client.post(f"/invitation/{TOKEN}/", {**names, "password1": PASSWORD, "password2": PASSWORD})

    assert response["Location"] == "/admin/"
    assert client.get("/admin/")["Location"] == "/accounts/second-factor/?next=%2Fadmin%2F"
    assert client.get(f"/invitation/{TOKEN}/").status_code == 410


def test_invited_person_with_an_account_logs_in_and_confirms(client: Client) -> None:
    person = make_user("grace@example.org")
    make_invitation(timezone.now())

    asked = client.post(f"/invitation/{TOKEN}/", {"password1": "x", "password2": "x"})
    log_in(client, person)
    client.post(f"/invitation/{TOKEN}/")

    assert asked.templates[0].name == "members/invitation_log_in.html"
    assert [group.name for group in person.groups.all()] == ["Editor"]


def test_invitation_of_someone_else_is_refused(client: Client) -> None:
    make_invitation(timezone.now())
    reader = make_user()
    log_in(client, reader)

    assert client.post(f"/invitation/{TOKEN}/").status_code == 403
    assert reader.groups.count() == 0


@pytest.mark.parametrize(("token", "days", "status"), [("unknown", 0, 404), (TOKEN, 8, 410), (TOKEN, 6, 200)])
def test_invitation_that_does_not_hold_gets_a_page_of_its_own(
    client: Client, token: str, days: int, status: int
) -> None:
    make_invitation(timezone.now() - timedelta(days=days))

    assert client.get(f"/invitation/{token}/").status_code == status


@pytest.mark.parametrize("password2", ["", "another long password"])
def test_invitation_wants_the_same_password_twice(client: Client, password2: str) -> None:
    make_invitation(timezone.now())
    names = {"first_name": "Grace", "last_name": "Sample"}

    response = client.post(f"/invitation/{TOKEN}/", {**names, "password1": PASSWORD, "password2": password2})

    assert (response.status_code, list(response.context["form"].errors)) == (200, ["password2"])
    assert User.objects.count() == 0


def test_admins_add_a_person_by_inviting(client: Client, settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = False
    log_in(client, make_staff("Administrator"))

    assert client.get("/admin/users/new/")["Location"] == "/admin/members/invitation/create/"
