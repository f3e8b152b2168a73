"""Closing a list in the admin and by the command: seen beforehand, confirmed, exported, and how far it has come."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.actions.closing import close_what_is_due
from forum.models import MailingList, Whom
from portal.members.models import Mail
from tests.factories import make_staff, make_user, sign_in
from tests.forum.admin import log, rows_of, words
from tests.forum.factories import make_list, make_member, subscribe

pytestmark = pytest.mark.django_db

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
# What the pages say depends on the moment at which they are asked for.
NOW = timezone.now().replace(microsecond=0)


@pytest.fixture
def client() -> Client:
    """The browser of a forum manager."""
    manager = make_staff("Forum manager", email="mary@example.org", first_name="Mary")
    return sign_in(manager, second_factor=True)


@pytest.fixture
def the_list() -> MailingList:
    """With a member and somebody who is none; the list that follows is for members."""
    following = make_list("Directors", open_to=Whom.MEMBERS)
    made = make_list(successor=following)
    for name in ("ada", "bo"):
        subscribe(made, make_user(f"{name}@example.org", first_name=name.title()), since=NOW - DAY)
    make_member(made.subscriptions.first().user, NOW.date() - DAY)
    return made


def address(the_list: MailingList, rest: str = "") -> str:
    return f"/admin/lists/{the_list.pk}/close/{rest}"


def test_the_page_says_what_becomes_of_whom_and_what_they_are_told(
    client: Client, the_list: MailingList
) -> None:
    said = words(client.get(address(the_list)))

    assert (
        "This is what would become of the people on this list if you closed it now. Nothing has been done yet."
        in said
    )
    assert "1 moved on: they are told that they are on the next list from now on." in said
    assert "1 not let in by the rules of the next list: they are told what they have to do to go on" in said
    assert "Ada Example Moved on Bo Example Not let in by the rules of the next list" in said
    assert Mail.objects.count() == 0


def test_a_closing_that_is_set_is_looked_at_as_of_its_day_and_can_be_done_earlier(
    client: Client, the_list: MailingList
) -> None:
    MailingList.objects.filter(pk=the_list.pk).update(closes_at=NOW + 10 * DAY)
    make_member(the_list.subscriptions.last().user, (NOW + 9 * DAY).date())

    planned, early = words(client.get(address(the_list))), words(client.get(address(the_list) + "?now"))

    assert "2 moved on" in planned
    assert "Close the list and move its people on" not in planned
    assert "1 moved on" in early
    assert "Close the list and move its people on" in early


def test_to_confirm_closes_the_list_and_the_page_then_says_how_far_it_has_come(
    client: Client, the_list: MailingList, django_capture_on_commit_callbacks: Any
) -> None:
    mark = client.get(address(the_list)).context["seen"].mark

    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(address(the_list), {"mark": mark, "confirmed": "yes"})

    assert answer.status_code == 302
    the_list.refresh_from_db()
    assert the_list.moved_on_at is not None
    assert set(Mail.objects.values_list("template", flat=True)) == {"list_moved_on", "list_closed"}
    said = words(client.get(address(the_list)))
    assert "Everybody has been moved on and told." in said
    assert "2 of 2 people" in said
    assert client.post(address(the_list), {"mark": mark, "confirmed": "yes"}).status_code == 409


def test_nothing_is_done_without_confirmation_or_when_something_has_changed_since(
    client: Client, the_list: MailingList
) -> None:
    mark = client.get(address(the_list)).context["seen"].mark
    unconfirmed = client.post(address(the_list), {"mark": mark})
    subscribe(the_list, make_user(), since=NOW - DAY)
    changed = client.post(address(the_list), {"mark": mark, "confirmed": "yes"})

    assert [unconfirmed.status_code, changed.status_code] == [409, 409]
    assert "Confirm that you have looked" in words(unconfirmed)
    assert "has changed since you saw this page" in words(changed)
    the_list.refresh_from_db()
    assert (the_list.closes_at, the_list.moving_since) == (None, None)


def test_the_people_are_exported_and_the_log_says_so(client: Client, the_list: MailingList) -> None:
    subscribe(the_list, make_user("formula@example.org", first_name="=1+1"), since=NOW - DAY)

    rows = rows_of(client.post(address(the_list, "export/")))

    assert [row[:3] for row in rows] == [
        ["Person", "E-mail address", "What becomes of them"],
        ["Ada Example", "ada@example.org", "moved on"],
        ["Bo Example", "bo@example.org", "not let in by the rules of the next list"],
        ["'=1+1 Example", "formula@example.org", "not let in by the rules of the next list"],
    ]
    assert log()[-1][0] == "list.closing-exported"


def test_the_page_costs_the_same_for_more_people(client: Client, the_list: MailingList) -> None:
    counts = []
    client.get(address(the_list))
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(address(the_list))
        counts.append(len(queries))
        for _ in range(2):
            subscribe(the_list, make_user(), since=NOW - DAY)

    assert counts[0] == counts[1]


# --- The command ---------------------------------------------------------------------------------------------------------


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("close_list", *arguments, stdout=out, stderr=StringIO())
    return " ".join(out.getvalue().split())


def test_a_dry_run_names_everybody_and_changes_nothing(the_list: MailingList) -> None:
    said = run("setting-up", "--dry-run")

    assert "Ada Example <ada@example.org>: moved on" in said
    assert "This was a dry run. Nothing was changed." in said
    the_list.refresh_from_db()
    assert the_list.closes_at is None


def test_the_command_closes_a_list_now_and_can_be_run_again(the_list: MailingList) -> None:
    assert "The list has closed, and its people have been moved on and told." in run("setting-up", "--yes")
    assert "This list has closed" in run("setting-up")
    assert Mail.objects.count() == 2


def test_with_a_moment_the_command_only_sets_the_closing(the_list: MailingList) -> None:
    day = timezone.localdate(NOW) + 10 * DAY

    said = run("setting-up", "--yes", "--at", day.isoformat())

    the_list.refresh_from_db()
    assert "The list closes at the start of" in said
    assert timezone.localtime(the_list.closes_at).isoformat()[:16] == f"{day}T00:00"
    assert close_what_is_due(the_list.closes_at - SECOND) == 0
    assert close_what_is_due(the_list.closes_at) == 2


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["nothing"], "There is no list “nothing”. There are: directors, setting-up."),
        (["setting-up"], "Nobody is there to confirm this. Add --yes. Nothing was changed."),
        (
            ["setting-up", "--yes", "--at", "2020-01-01"],
            "The moment of closing must not lie in the past. Nothing was changed.",
        ),
        (["setting-up", "--at", "soon"], "Error: argument --at: invalid _moment value: 'soon'"),
    ],
)
def test_the_command_says_what_is_wrong(the_list: MailingList, arguments: list[str], expected: str) -> None:
    with pytest.raises(CommandError) as error:
        run(*arguments)

    assert str(error.value) == expected
