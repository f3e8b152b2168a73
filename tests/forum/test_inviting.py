"""An existing list moves in: what a file does, who is written to, and how an invitation is answered."""

import csv
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client

from forum.access import access_of
from forum.actions import inviting
from forum.actions.inviting import invite_subscribers
from forum.import_plan import Kind, preview, read_subscribers
from forum.models import Level, ListInvitation, MailingList, State, Subscription, Whom
from forum.rules.joining import (
    InvitationState,
    invitation_state,
    refusal_to_answer_invitation,
    refusal_to_withdraw_invitation,
)
from portal.members.actions import RefusedError, token_hash
from portal.members.models import Acceptance, AuditEntry, Mail, User
from portal.members.tables import TableRefused
from tests.factories import NOW, make_staff, make_user, sign_in
from tests.forum.factories import give, make_list, make_terms, subscribe

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
TOKEN = "a-secret-token"
FILE = b"email,name,role\nAda@example.org,Ada Example,clinical director\nbo@example.org,,\n"


@pytest.fixture
def the_list(db: None) -> MailingList:
    made = make_list()
    made.terms.add(make_terms("Code of conduct", NOW - DAY))
    return made


@pytest.fixture
def manager(the_list: MailingList) -> User:
    manager = make_staff("Administrator", email="manager@example.org")
    give(the_list, manager, level=Level.MANAGE, since=NOW - DAY, until=NOW + 3000 * DAY)
    return manager


def invitation(the_list: MailingList, email: str = "ada@example.org", **fields: Any) -> ListInvitation:
    values = {"token_hash": token_hash(TOKEN), "invited_at": NOW, "expires_at": NOW + 30 * DAY, **fields}
    return ListInvitation.objects.create(list=the_list, email=email, **values)


def bring_in(the_list: MailingList, content: bytes = FILE, **fields: Any) -> dict[Kind, int]:
    values = {"by": None, "now": NOW, **fields}
    found = invite_subscribers(mailing_list=the_list, subscribers=read_subscribers(content), **values)
    return {kind: count for kind, count in found.counts.items() if count}


def letters() -> list[str]:
    return list(
        Mail.objects.filter(template="joining_invitation").order_by("to").values_list("to", flat=True)
    )


# --- The file ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("ada,Ada,", "“ada” is not an e-mail address."),
        (",Ada,", "It has no e-mail address."),
        (f"{'a' * 250}@example.org,,", "The e-mail address is longer than 254 letters."),
        (
            "ada@example.org,,astronaut",
            "“astronaut” is no role that we know. Use one of: clinical-director, appointed, leading-creation, other.",
        ),
        (f"ada@example.org,{'x' * 151},", "The name must be one line of 150 letters or fewer."),
        ("ada@example.org,A\x07da,", "The name must be one line of 150 letters or fewer."),
        ("ada@example.org", "It has 1 cells, but the first line of the file has 3."),
        ('"ada@example.org,,', "A quotation mark in it stands in the wrong place or is not closed."),
        ("BO@example.org,,", "Line 2 has this address already."),
    ],
)
def test_a_bad_row_is_named_with_its_line_and_the_others_go_on(line: str, reason: str) -> None:
    found = read_subscribers(f"email,name,role\nbo@example.org,,\n{line}\n".encode())

    assert [(bad.row.line, bad.reason) for bad in found.bad] == [(3, reason)]
    assert [row.email for row in found.rows] == ["bo@example.org"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "The file is empty."),
        (b"name\nAda\n", "The file has no column “email”. It needs the column “email”."),
        (b"email,email\na@example.org,\n", "The file has more than one column “email”."),
        (b"email\n\xff\n", "Line 2 is not in UTF-8"),
    ],
)
def test_a_file_that_is_no_table_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(TableRefused) as refused:
        read_subscribers(content)

    assert says in str(refused.value)


def test_a_file_may_have_twenty_thousand_rows_and_not_one_more() -> None:
    rows = [f"person{number}@example.org" for number in range(20_000)]
    assert len(read_subscribers("\n".join(["email", *rows]).encode()).rows) == 20_000

    with pytest.raises(TableRefused, match="more than 20,000 rows"):
        read_subscribers("\n".join(["email", *rows, "one@example.org"]).encode())


def test_roles_may_be_written_out_and_columns_may_stand_anywhere() -> None:
    found = read_subscribers(b"Role;Email\nAppointed to be clinical director;Ada@Example.org\n")

    assert [(row.email, row.name, row.role) for row in found.rows] == [("ada@example.org", "", "appointed")]


def test_only_those_are_invited_who_have_no_place_on_the_list_and_were_never_invited(
    the_list: MailingList,
) -> None:
    for state in State:
        subscribe(the_list, make_user(f"{state}@example.org"), state=state, since=NOW - DAY)
    invitation(the_list, "before@example.org", declined_at=NOW)
    names = [*State, "before", "new"]
    content = "\n".join(["email", *(f"{name}@example.org" for name in names), "nobody"]).encode()

    found = preview(the_list, read_subscribers(content), NOW)

    assert [finding.kind for finding in found.findings] == [
        Kind.HAS_APPLIED,
        Kind.ON_THE_LIST,
        Kind.ON_THE_LIST,
        Kind.WAS_HERE,
        Kind.WAS_HERE,
        Kind.INVITED_BEFORE,
        Kind.INVITED,
        Kind.BAD,
    ]


def test_the_same_file_twice_writes_to_nobody_twice(the_list: MailingList) -> None:
    assert bring_in(the_list) == {Kind.INVITED: 2}
    assert bring_in(the_list, now=NOW + 400 * DAY) == {Kind.INVITED_BEFORE: 2}
    ListInvitation.objects.all().delete()
    bring_in(the_list)

    assert letters() == ["ada@example.org", "bo@example.org"]
    assert not Subscription.objects.exists()


def test_what_was_killed_in_the_middle_goes_on(
    the_list: MailingList, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inviting, "MAILS_AT_ONCE", 1)

    class Killed(Exception):
        pass

    def die(_: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        bring_in(the_list, progress=die)
    assert letters() == ["ada@example.org"]

    assert bring_in(the_list) == {Kind.INVITED: 1, Kind.INVITED_BEFORE: 1}
    assert letters() == ["ada@example.org", "bo@example.org"]


def test_only_a_manager_invites_and_not_to_a_list_that_has_closed(
    the_list: MailingList, manager: User
) -> None:
    root = make_user(is_superuser=True)
    with pytest.raises(RefusedError, match="You do not manage this list"):
        bring_in(the_list, by=root)
    the_list.closes_at = NOW
    with pytest.raises(RefusedError, match="has closed"):
        bring_in(the_list, by=manager)
    the_list.closes_at = NOW + SECOND
    bring_in(the_list, by=manager)

    entry = AuditEntry.objects.get(action="invitation.sent")
    assert (entry.by, entry.subject, entry.details) == (manager.pk, the_list.key, {"people": 2})


def test_looking_at_a_file_costs_the_same_for_one_and_for_three_rows(
    the_list: MailingList, django_assert_num_queries: Any
) -> None:
    for count in (1, 3):
        rows = [subscribe(the_list, make_user(), since=NOW - DAY).user.email for _ in range(count)]
        subscribers = read_subscribers("\n".join(["email", *rows]).encode())
        with django_assert_num_queries(5):
            preview(the_list, subscribers, NOW)


# --- The command ---------------------------------------------------------------------------------------------------------------


def run(*arguments: Any) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("import_subscribers", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_the_command_says_what_it_would_do_and_does_it(the_list: MailingList, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(FILE + b"nobody,,\n")

    shown, complained = run("setting-up", file, "--dry-run")
    assert "Nobody was invited." in shown
    assert "Line 4: “nobody” is not an e-mail address." in complained
    assert letters() == []
    assert "2 people were invited." in run("setting-up", file, "--yes")[0]
    assert "There is nobody to invite." in run("setting-up", file)[0]
    assert len(letters()) == 2


def test_the_command_refuses_an_unknown_list_and_a_file_that_is_none(
    the_list: MailingList, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match="There is no list “nowhere”"):
        run("nowhere", tmp_path)
    with pytest.raises(CommandError, match="cannot be read"):
        run("setting-up", tmp_path / "none.csv")


# --- The admin -----------------------------------------------------------------------------------------------------------------


def test_a_manager_uploads_sees_confirms_and_takes_the_bad_rows_away(
    the_list: MailingList, manager: User
) -> None:
    desk = sign_in(manager, second_factor=True)
    start = f"/admin/lists/{the_list.pk}/subscribers/"
    file = SimpleUploadedFile("list.csv", FILE + b"=1+1,,\n")
    address = desk.post(start, {"file": file})["Location"]
    shown = desk.get(address)
    assert "Invite 2 people" in shown.content.decode()
    rows = list(csv.reader(io.StringIO(desk.get(f"{address}problems/").content.decode())))
    assert rows[1] == ["4", "", "“=1+1” is not an e-mail address."]

    subscribe(the_list, make_user("bo@example.org"), since=NOW - DAY)
    changed = desk.post(address, {"state": shown.context["preview"].state})
    assert changed.status_code == 409
    assert letters() == []
    assert desk.post(address, {"state": changed.context["preview"].state}).status_code == 302
    assert letters() == ["ada@example.org"]
    assert desk.get(address)["Location"] == start


def test_an_upload_of_somebody_else_is_not_found_and_a_cancelled_one_is_gone(
    the_list: MailingList, manager: User
) -> None:
    other = make_staff("Administrator")
    give(the_list, other, level=Level.MANAGE, since=NOW - DAY, until=NOW + 3000 * DAY)
    desk, elsewhere = (sign_in(user, second_factor=True) for user in (manager, other))
    start = f"/admin/lists/{the_list.pk}/subscribers/"
    address = desk.post(start, {"file": SimpleUploadedFile("list.csv", FILE)})["Location"]

    assert elsewhere.get(address)["Location"] == start
    assert desk.post(f"{address}cancel/").status_code == 302
    assert desk.get(address)["Location"] == start


# --- The answer ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "step", "state"),
    [
        ({}, -SECOND, InvitationState.OPEN),
        ({}, 0 * SECOND, InvitationState.EXPIRED),
        ({}, SECOND, InvitationState.EXPIRED),
        ({"accepted_at": NOW}, SECOND, InvitationState.ACCEPTED),
        ({"declined_at": NOW}, -DAY, InvitationState.DECLINED),
        ({"withdrawn_at": NOW}, -DAY, InvitationState.WITHDRAWN),
    ],
)
def test_an_invitation_holds_until_its_end_and_is_answered_once(
    fields: dict[str, Any], step: timedelta, state: InvitationState
) -> None:
    found = ListInvitation(expires_at=NOW + 30 * DAY, **fields)
    now = NOW + 30 * DAY + step

    assert invitation_state(found, now) is state
    assert (refusal_to_answer_invitation(found, now) is None) == (state is InvitationState.OPEN)
    assert (refusal_to_withdraw_invitation(found, now) is None) == (state is InvitationState.OPEN)


def accept(the_list: MailingList, **fields: Any) -> Subscription:
    versions = [terms.versions.get() for terms in the_list.terms.all()]
    return inviting.accept_invitation(**{"token": TOKEN, "versions": versions, "now": NOW, **fields})


ACCOUNT = {"first_name": "Ada", "last_name": "Example", "password": "three random words"}


def test_somebody_without_an_account_is_on_the_list_with_one_answer(the_list: MailingList) -> None:
    found = invitation(the_list, role="appointed")

    subscription = accept(the_list, **ACCOUNT)

    ada = User.objects.get()
    found.refresh_from_db()
    assert (found.user, found.accepted_at, subscription.role) == (ada, NOW, "appointed")
    assert access_of(the_list, ada, NOW).may_post
    assert list(ada.emailaddress_set.values_list("email", "verified")) == [("ada@example.org", True)]


def test_nobody_is_on_the_list_without_the_terms_and_nothing_is_left_of_the_attempt(
    the_list: MailingList,
) -> None:
    invitation(the_list)

    with pytest.raises(RefusedError, match="Accept these terms first"):
        accept(the_list, versions=[], **ACCOUNT)

    assert (User.objects.count(), Subscription.objects.count(), Acceptance.objects.count()) == (0, 0, 0)


@pytest.mark.django_db
def test_whom_the_rules_keep_out_has_an_application_that_waits() -> None:
    members = make_list("Members", open_to=Whom.MEMBERS)
    invitation(members)

    subscription = accept(members, **ACCOUNT)

    assert [period.state for period in subscription.periods.all()] == [State.APPLIED]


def test_an_invitation_is_for_its_address_alone(the_list: MailingList) -> None:
    invitation(the_list)
    bo = make_user("bo@example.org")
    with pytest.raises(RefusedError, match="for another address"):
        accept(the_list, by=bo)
    ada = make_user("ada@example.org")
    with pytest.raises(RefusedError, match="There is an account with this address"):
        accept(the_list, **ACCOUNT)

    assert accept(the_list, by=ada).user == ada
    with pytest.raises(RefusedError, match="accepted already"):
        accept(the_list, by=ada)


def test_who_is_suspended_does_not_come_back_by_an_invitation(the_list: MailingList) -> None:
    invitation(the_list)
    ada = make_user("ada@example.org")
    subscribe(the_list, ada, state=State.SUSPENDED, since=NOW - DAY)

    with pytest.raises(RefusedError, match="You are suspended"):
        accept(the_list, by=ada)


def test_a_declined_invitation_is_final_for_every_later_file(the_list: MailingList) -> None:
    invitation(the_list)
    inviting.decline_invitation(token=TOKEN, now=NOW)

    with pytest.raises(RefusedError, match="declined"):
        accept(the_list, **ACCOUNT)
    assert bring_in(the_list) == {Kind.INVITED: 1, Kind.INVITED_BEFORE: 1}
    assert [entry.action for entry in AuditEntry.objects.order_by("pk")] == [
        "invitation.declined",
        "invitation.sent",
    ]


def test_the_database_keeps_one_invitation_for_each_address(the_list: MailingList) -> None:
    invitation(the_list)

    with pytest.raises(IntegrityError), transaction.atomic():
        invitation(the_list, "ADA@example.org", token_hash="another")


# --- The pages -----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def open_invitation(the_list: MailingList) -> ListInvitation:
    return invitation(the_list, expires_at=NOW + 3000 * DAY, name="Ada Example")


PAGE = f"/forum/invitation/{TOKEN}/"


def ticked(the_list: MailingList) -> dict[str, str]:
    terms = the_list.terms.get()
    return {f"terms_{terms.pk}": "on", f"version_{terms.pk}": "1"}


def test_looking_changes_nothing_whoever_looks(
    the_list: MailingList, open_invitation: ListInvitation
) -> None:
    readers = [Client(), sign_in(make_user()), sign_in(make_user("ada@example.org")), Client()]

    assert [reader.get(PAGE).status_code for reader in readers] == [200, 403, 200, 200]
    open_invitation.refresh_from_db()
    assert invitation_state(open_invitation, NOW) is InvitationState.OPEN


def test_a_new_person_makes_an_account_accepts_and_is_signed_in(
    the_list: MailingList, open_invitation: ListInvitation
) -> None:
    browser = Client()
    account = {"first_name": "Ada", "last_name": "Example", "password1": "three random words"}
    incomplete = browser.post(PAGE, account)
    assert "Tick the box if you accept: Code of conduct." in incomplete.content.decode()
    assert 'value="Ada"' in incomplete.content.decode()

    answer = browser.post(PAGE, {**account, "password2": "three random words", **ticked(the_list)})

    assert answer["Location"] == "/forum/setting-up/about/"
    assert "You are on this list." in browser.get("/forum/setting-up/about/").content.decode()
    assert browser.get(PAGE).status_code == 410


def test_a_link_is_declined_without_an_account(
    the_list: MailingList, open_invitation: ListInvitation
) -> None:
    assert "You have declined" in Client().post(PAGE, {"decline": ""}).content.decode()
    assert Client().get(PAGE).status_code == 410


def test_managers_see_withdraw_and_take_away_invitations(
    the_list: MailingList, manager: User, open_invitation: ListInvitation
) -> None:
    ListInvitation.objects.filter(pk=open_invitation.pk).update(name="=cmd")
    desk, start = sign_in(manager), "/forum/setting-up/invitations/"
    assert "ada@example.org" in desk.get(start).content.decode()

    rows = list(csv.reader(io.StringIO(desk.post(f"{start}export/").content.decode())))
    assert rows[1] == ["ada@example.org", "'=cmd", "2026-03-10 09:30", rows[1][3], "open"]
    assert AuditEntry.objects.filter(action="invitation.exported").count() == 1
    desk.post(f"{start}{open_invitation.pk}/withdraw/")
    assert Client().get(PAGE).status_code == 410
    assert sign_in(make_user(is_superuser=True)).get(start).status_code == 403
