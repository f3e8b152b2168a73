"""People in the admin: lists, export, invitations, mails."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portal.members.admin.lists import as_text_cell
from portal.members.models import Invitation, Mail, User
from tests.members.factories import log_in, make_invitation, make_mail, make_network, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client: Client, settings: Any) -> User:
    """An administrator, logged in where no second factor is asked for."""
    settings.STAFF_SECOND_FACTOR = False
    user = make_staff("Administrator")
    log_in(client, user)
    return user


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("+44", "'+44"),
        ("-1", "'-1"),
        ("@a", "'@a"),
        ("\tx", "'\tx"),
        ("a=1", "a=1"),
        ("", ""),
    ],
)
def test_cell_that_would_be_a_formula_becomes_text(value: str, expected: str) -> None:
    assert as_text_cell(value) == expected


def test_networks_are_exported_without_formulas(client: Client, administrator: User) -> None:
    make_network(name='=HYPERLINK("https://evil.example")')

    response = client.get("/admin/members/network/?export=csv")

    assert b"".join(response.streaming_content).decode() == (
        'Code,Name,Region\r\nU12345,"\'=HYPERLINK(""https://evil.example"")",London\r\n'
    )


def test_invitation_is_made_in_the_admin(client: Client, administrator: User) -> None:
    group = administrator.groups.get()
    form = {"email": "Grace@example.org", "first_name": "Grace", "last_name": "Sample", "groups": [group.pk]}

    client.post("/admin/members/invitation/create/", form)

    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.invited_by, list(invitation.groups.all())) == (
        "grace@example.org",
        administrator,
        [group],
    )
    assert list(Mail.objects.values_list("to", flat=True)) == ["grace@example.org"]


@pytest.mark.parametrize(("step", "withdrawn"), [("again", False), ("withdraw", True)])
def test_step_with_an_invitation_is_asked_first_and_done_by_post(
    client: Client, administrator: User, step: str, withdrawn: bool
) -> None:
    invitation = make_invitation(timezone.now())
    before = invitation.token_hash
    address = f"/admin/invitations/{invitation.pk}/{step}/"

    client.get(address)
    invitation.refresh_from_db()
    assert (invitation.withdrawn_at, invitation.token_hash) == (None, before)
    client.post(address)

    invitation.refresh_from_db()
    assert (invitation.withdrawn_at is not None, invitation.token_hash == before) == (withdrawn, withdrawn)


def test_list_of_mails_shows_the_error_and_no_body(
    client: Client, administrator: User, now: datetime
) -> None:
    make_mail(last_error="550 no such mailbox", state="failed")

    html = client.get("/admin/members/mail/").content.decode()

    assert ("550 no such mailbox" in html, "a secret link" in html) == (True, False)


def test_every_mail_can_be_previewed(client: Client, administrator: User) -> None:
    mails = client.get("/admin/mail-templates/").context["mails"]

    statuses = {name: client.get(f"/admin/mail-templates/{name}/").status_code for name, _ in mails}

    assert len(statuses) >= 18
    assert set(statuses.values()) == {200}
    assert client.get("/admin/mail-templates/no-such-mail/").status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/admin/members/network/",
        "/admin/members/invitation/",
        "/admin/members/invitation/create/",
        "/admin/members/mail/",
        "/admin/mail-templates/",
    ],
)
def test_editor_is_kept_out_of_people(client: Client, settings: Any, address: str) -> None:
    settings.STAFF_SECOND_FACTOR = False
    log_in(client, make_staff("Editor"))

    assert client.get(address)["Location"] == "/admin/"


def test_address_typed_with_capitals_by_an_administrator_is_stored_small(
    client: Client, administrator: User
) -> None:
    person = make_staff("Editor", email="old@example.org")
    form = {"email": "New@Example.org", "first_name": "Ada", "last_name": "Example", "is_active": "on"}

    client.post(f"/admin/users/edit/{person.pk}/", form)

    person.refresh_from_db()
    assert person.email == "new@example.org"
