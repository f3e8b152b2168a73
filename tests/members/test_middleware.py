"""The admin's door, through the whole stack."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.test import Client

from portal.members.models import User
from tests.factories import NOW, make_user, sign_in
from tests.members.factories import add_totp, confirm_password, log_in, make_staff, totp_code

pytestmark = pytest.mark.django_db


def test_anonymous_reader_is_sent_to_log_in(client: Client) -> None:
    response = client.get("/admin/pages/")

    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=%2Fadmin%2Fpages%2F")


def test_person_without_access_is_told_so(client: Client) -> None:
    log_in(client, make_user())

    response = client.get("/admin/")

    assert (response.status_code, response.templates[0].name) == (
        403,
        "members/no_admin_access.html",
    )


def test_staff_without_factor_is_led_to_setting_one_up(client: Client) -> None:
    log_in(client, make_staff("Editor"))

    response = client.get("/admin/pages/?p=2")

    assert response["Location"] == "/accounts/second-factor/?next=%2Fadmin%2Fpages%2F%3Fp%3D2"


def test_staff_with_unproven_factor_is_asked_for_it(client: Client) -> None:
    user = make_staff("Editor")
    client.force_login(user)
    add_totp(user)

    response = client.get("/admin/")

    assert response["Location"] == "/accounts/2fa/reauthenticate/?next=%2Fadmin%2F"


def test_totp_log_in_opens_the_admin(client: Client) -> None:
    user = make_staff("Editor")
    secret = add_totp(user)

    first = client.post(
        "/accounts/login/?next=/admin/",
        {"login": user.email, "password": "a plain long password", "next": "/admin/"},
    )
    second = client.post("/accounts/2fa/authenticate/", {"code": totp_code(secret)})

    assert (first["Location"], second["Location"]) == ("/accounts/2fa/authenticate/", "/admin/")
    assert client.get("/admin/").status_code == 200


def test_factor_removed_since_proves_nothing(client: Client) -> None:
    user = make_staff("Editor")
    secret = add_totp(user)
    log_in(client, user)
    client.post("/accounts/2fa/authenticate/", {"code": totp_code(secret)})
    assert client.get("/admin/").status_code == 200

    Authenticator.objects.filter(user=user).delete()

    assert client.get("/admin/")["Location"] == "/accounts/second-factor/?next=%2Fadmin%2F"


def test_factor_set_up_in_this_session_counts_and_leads_back(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = make_staff("Editor")
    log_in(client, user)

    chosen = client.post("/accounts/second-factor/", {"next": "/admin/reports/", "app": "yes"})
    confirm_password(client)
    page = client.get("/accounts/2fa/totp/activate/")
    # The test's own transaction never commits, and afterwards would be too late: the session is saved with the answer.
    monkeypatch.setattr("allauth.mfa.totp.internal.flows.transaction.on_commit", lambda run, **_: run())
    client.post("/accounts/2fa/totp/activate/", {"code": totp_code(page.context["form"].secret)})
    codes = client.get("/accounts/2fa/recovery-codes/").content.decode()

    assert chosen["Location"] == "/accounts/2fa/totp/activate/"
    assert codes.count('href="/admin/reports/"') == 1
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("post", {}),
        ("get", {"accept": "application/json"}),
        ("get", {"x-requested-with": "XMLHttpRequest"}),
        ("get", {"sec-fetch-mode": "cors"}),
    ],
)
def test_script_or_lost_form_gets_a_plain_403(client: Client, method: str, headers: dict[str, str]) -> None:
    log_in(client, make_staff("Editor"))

    response = getattr(client, method)("/admin/pages/", headers=headers)

    assert (response.status_code, response.content.decode()) == (
        403,
        "You need a second factor for this. Set one up in your account, then try again.",
    )


def test_relaxed_demo_lets_staff_in_and_says_so(client: Client, settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = False
    log_in_page = client.get("/accounts/login/").content.decode()
    log_in(client, make_staff("Editor"))

    response = client.get("/admin/")

    assert (response.status_code, response.content.decode().count("members/relaxed.js")) == (200, 1)
    assert "Second factor is switched off on this demonstration." in log_in_page


def test_second_factor_page_leads_nowhere_else(client: Client) -> None:
    log_in(client, make_user())

    client.post("/accounts/second-factor/", {"next": "https://evil.example/", "app": "yes"})

    assert client.session["second_factor_wanted"] == "/admin/"


@pytest.mark.parametrize(
    ("address", "location"),
    [
        ("/admin/login/", "/accounts/login/?next=%2Fadmin%2F"),
        ("/admin/login/?next=/admin/pages/", "/accounts/login/?next=%2Fadmin%2Fpages%2F"),
        ("/admin/password_reset/", "/accounts/password/reset/"),
        ("/admin/password_reset/confirm/a/b/", "/accounts/password/reset/"),
        ("/_util/login/", "/accounts/login/?next=%2Fadmin%2F"),
    ],
)
def test_other_doors_lead_to_the_one_log_in(client: Client, address: str, location: str) -> None:
    assert client.get(address)["Location"] == location


def test_password_posted_to_the_admins_log_in_is_not_taken(client: Client) -> None:
    user = make_staff("Administrator")

    client.post("/admin/login/", {"username": user.email, "password": "a plain long password"})

    assert "_auth_user_id" not in client.session


def test_log_out_of_the_admin_is_by_post(client: Client) -> None:
    user: User = make_user()
    log_in(client, user)

    client.get("/admin/logout/")
    assert client.session["_auth_user_id"] == str(user.pk)
    client.post("/admin/logout/")

    assert "_auth_user_id" not in client.session


def test_a_session_is_noted_as_seen_every_five_minutes_and_at_once_from_another_browser(db: None) -> None:
    client = sign_in(make_user())
    client.get("/networks/")
    UserSession.objects.update(last_seen_at=NOW)

    client.get("/networks/")
    assert UserSession.objects.get().last_seen_at == NOW
    client.get("/networks/", headers={"user-agent": "Another browser"})

    assert UserSession.objects.get().user_agent == "Another browser"
    assert UserSession.objects.get().last_seen_at > NOW
