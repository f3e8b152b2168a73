"""Odd input is refused with a status that says so, and never ends in a 500; the admin has a policy of its own."""

import pytest
from django.test import Client

from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/%00", 400),
        ("/handbook/%00/", 400),
        ("/?page=%00", 400),
        ("/?%00=1", 400),
        ("/admin/%00", 400),
        ("/documents/1/%00", 400),
        ("/" + "a" * 1_998 + "/", 404),
        ("/" + "a" * 2_000, 414),
        ("/" + "a/" * 10_000, 414),
        ("/%ff%fe", 404),
        ("/%e2%80%ae", 404),
        ("/..%2f..%2fetc%2fpasswd", 404),
        ("/booking/events/999999999999999999999999/", 404),
        ("/events/calendar/99999999999/1/", 404),
        ("/documents/99999999999999999999999/a.pdf", 404),
        ("/?q=" + "a" * 10_000, 200),
        ("/?q=" + "a" * 20_000, 414),
        ("/?q=%ff", 200),
    ],
)
def test_odd_address_is_refused_or_answered(client: Client, address: str, status: int) -> None:
    assert client.get(address).status_code == status


@pytest.mark.parametrize("cookie", [r'sessionid="\000"', r'messages="a\000b"', r'csrftoken="\000\000"'])
def test_cookie_that_spells_a_nul_byte_is_refused(client: Client, cookie: str) -> None:
    assert client.get("/", headers={"cookie": cookie}).status_code == 400


def test_quoted_cookie_without_a_nul_byte_is_no_reason_to_refuse(client: Client) -> None:
    assert client.get("/", headers={"cookie": r'theme="a\054b"'}).status_code == 200


def test_unknown_host_is_refused(client: Client) -> None:
    assert client.get("/", headers={"host": "elsewhere.example"}).status_code == 400


def test_policy_allows_inline_scripts_in_the_admin_alone(client: Client, settings: object) -> None:
    settings.STAFF_SECOND_FACTOR = False
    client.force_login(make_user(is_superuser=True, is_staff=True))

    policies = {
        address: client.get(address)["Content-Security-Policy"].split("script-src ")[1].split(";")[0]
        for address in ("/", "/accounts/email/", "/admin/")
    }

    assert policies == {
        "/": "'self'",
        "/accounts/email/": "'self'",
        "/admin/": "'self' 'unsafe-inline' 'unsafe-eval'",
    }


@pytest.mark.django_db
def test_a_form_without_its_token_is_refused_on_a_page_of_the_portal_that_says_what_to_do() -> None:
    answer = Client(enforce_csrf_checks=True).post("/advice/", {"subject": "Words"})

    assert answer.status_code == 403
    page = answer.content.decode()
    assert "Nothing was saved." in page
    assert 'class="nhsuk-header' in page
