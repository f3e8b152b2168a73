"""Memberships in the admin: list, history, export, changing by hand, and importing the register."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from portal.members import uploads
from portal.members.models import AuditEntry, Membership, MembershipPeriod
from tests.factories import NOW, make_staff, make_user, sign_in
from tests.members.factories import make_claim, make_membership

pytestmark = pytest.mark.django_db

HEAD = "number,first_name,last_name,email,category,from,until\n"
LIST = "/admin/members/membership/"
IMPORT = "/admin/memberships/import/"


@pytest.fixture
def manager() -> Client:
    return sign_in(make_staff("Forum manager"), second_factor=True)


def put_in(client: Client, lines: str, **fields: str) -> Any:
    file = SimpleUploadedFile("register.csv", (HEAD + lines).encode())
    return client.post(IMPORT, {"file": file, **fields})


def confirm(client: Client, address: str, **fields: str) -> Any:
    shown = client.get(address)
    return client.post(address, {"state": shown.context["preview"].state, **fields})


def test_list_shows_the_standing_period_and_can_be_narrowed(manager: Client) -> None:
    current, ended = make_membership("A1"), make_membership("B2", first_name="Bob")
    ended.periods.update(replaced_at=NOW)
    today = timezone.localdate()
    current.periods.update(replaced_at=NOW)
    current.periods.create(
        category="Life", starts_on=today, ends_on=today + timedelta(days=1), recorded_at=NOW
    )
    ended.periods.create(starts_on=today - timedelta(days=1), ends_on=today, recorded_at=NOW)

    export = b"".join(manager.get(f"{LIST}?export=csv").streaming_content).decode()
    numbers = {
        state: [one.number for one in manager.get(f"{LIST}?state={state}").context["object_list"]]
        for state in ("current", "ended")
    }

    yesterday = today - timedelta(days=1)
    assert export.splitlines() == [
        "Number,First name,Last name,E-mail address,Category,Last day,Claimed by",
        f"A1,Ada,Example,ada@example.org,Life,{today},",
        f"B2,Bob,Example,ada@example.org,,{yesterday},",
    ]
    assert numbers == {"current": ["A1"], "ended": ["B2"]}


def test_history_shows_what_was_replaced(manager: Client) -> None:
    membership = make_membership()
    address = f"/admin/memberships/{membership.pk}/change/"
    form = {"starts_on": "2026-01-01", "last_day": "2026-06-30", "category": "Full", "reason": "Paid back."}

    manager.get(address, form)
    assert MembershipPeriod.objects.count() == 1
    manager.post(address, form)

    page = manager.get(f"{LIST}inspect/{membership.pk}/").content.decode()
    assert "<del>Full, from 1 January 2026 until the end of 31 December 2026</del>" in page
    assert "Full, from 1 January 2026 until the end of 30 June 2026." in page


def test_register_is_shown_before_it_is_recorded(manager: Client) -> None:
    lines = "A1,Ada,Example,,Full,2026-01-01,\n=B2,Bob,=1+1,,Full,never,\n"

    address = put_in(manager, lines).url
    shown = manager.get(address)
    problems = manager.get(f"{address}problems/").content.decode()
    assert Membership.objects.count() == 0
    confirm(manager, address)

    assert dict(shown.context["counts"])["joined"] == 1
    assert problems.splitlines()[1].startswith("3,'=B2,,bad,“never” in from is not a date")
    assert list(Membership.objects.values_list("number", flat=True)) == ["A1"]
    assert AuditEntry.objects.get().details == {"counts": {"joined": 1}}
    assert manager.get(address).url == IMPORT  # the file has gone


def test_nothing_is_recorded_when_the_preview_no_longer_holds(manager: Client) -> None:
    address = put_in(manager, "A1,Ada,Example,ada@example.org,Full,2026-01-01,2027-12-31\n").url
    state = manager.get(address).context["preview"].state
    make_membership()

    response = manager.post(address, {"state": state})

    assert response.status_code == 409
    assert MembershipPeriod.objects.count() == 1


@pytest.mark.parametrize(("fields", "left"), [({}, 3), ({"may_lapse_half": "on"}, 1)])
def test_more_than_half_end_only_if_somebody_ticks_the_box(
    manager: Client, fields: dict[str, str], left: int
) -> None:
    for number in ("A1", "B2", "C3"):
        membership = make_membership(number)
        membership.periods.update(replaced_at=NOW)
        membership.periods.create(category="Full", starts_on=timezone.localdate(), recorded_at=NOW)
    lines = f"A1,Ada,Example,ada@example.org,Full,{timezone.localdate()},\n"

    address = put_in(manager, lines, complete="on").url
    confirm(manager, address, complete="yes", **fields)

    assert MembershipPeriod.objects.current(timezone.localdate()).count() == left


@pytest.mark.parametrize("content", [b"", b"number\n1\n", b"\xff\xfe"])
def test_file_that_is_no_register_is_refused_and_not_kept(manager: Client, content: bytes) -> None:
    before = files_that_wait()

    response = manager.post(IMPORT, {"file": SimpleUploadedFile("register.csv", content)})

    assert (response.status_code, list(response.context["form"].errors)) == (200, ["file"])
    assert files_that_wait() == before


def files_that_wait() -> set[str]:
    """Every file of an import in the storage, of other tests too."""
    if not default_storage.exists(uploads.FOLDER):
        return set()
    folders = default_storage.listdir(uploads.FOLDER)[0]
    return {name for folder in folders for name in default_storage.listdir(f"{uploads.FOLDER}/{folder}")[1]}


def test_file_is_its_owner_s_alone_and_deleted_on_cancelling(manager: Client) -> None:
    address = put_in(manager, "A1,Ada,Example,,Full,2026-01-01,\n").url
    other = sign_in(make_staff("Administrator"), second_factor=True)

    assert other.get(address).url == IMPORT
    assert manager.get(address).status_code == 200
    manager.post(f"{address}cancel/")
    assert manager.get(address).url == IMPORT


@pytest.mark.parametrize(("hours", "kept"), [(23, 1), (24, 0)])
def test_file_that_nobody_confirms_is_deleted_after_a_day(hours: int, kept: int) -> None:
    user = make_user()
    upload = uploads.keep_upload(file=ContentFile(b"x", "register.csv"), by=user)
    made = default_storage.get_modified_time(upload.path)

    uploads.forget_uploads(made + timedelta(hours=hours))

    assert default_storage.exists(upload.path) == bool(kept)
    uploads.forget_upload(upload)


@pytest.mark.parametrize("count", [3, 12])
@pytest.mark.parametrize(
    ("address", "queries"),
    [(LIST, 13), (f"{LIST}?export=csv", 7), ("/admin/members/membershipclaim/", 13)],
)
def test_list_takes_the_same_queries_however_long_it_is(
    django_assert_num_queries: Callable, address: str, queries: int, count: int
) -> None:
    client = sign_in(make_staff("Administrator"), second_factor=True)
    for number in range(count):
        person = make_user()
        make_membership(f"A{number}", user=person, claimed_at=NOW)
        make_claim(person)
    client.get(address)  # fills what is kept in the process

    with django_assert_num_queries(queries):
        response = client.get(address)
        assert response.status_code == 200
        b"".join(response) if response.streaming else response.content
