"""People of a list in the admin: found, exported, suspended, extended; access given to staff; and why."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from forum import actions
from forum.access import access_of
from forum.explaining import explain
from forum.models import Grant, GrantKind, Level, MailingList, State, Subscription, Then, Whom
from forum.people import people_of
from portal.members.actions import RefusedError
from portal.members.models import Mail, User
from tests.factories import make_staff, make_user, sign_in
from tests.forum.admin import log, rows_of, words
from tests.forum.factories import give, make_list, make_member, subscribe

pytestmark = pytest.mark.django_db

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
# What the pages say depends on the moment at which they are asked for.
NOW = timezone.now().replace(microsecond=0)
NOT_MANAGER = "You do not manage this list."


@pytest.fixture
def the_list() -> MailingList:
    return make_list(created_at=NOW - DAY)


@pytest.fixture
def staff() -> User:
    """A forum manager without access to the list."""
    return make_staff("Forum manager", email="mary@example.org", first_name="Mary")


@pytest.fixture
def manager(staff: User, the_list: MailingList) -> User:
    """The same with access to manage the list."""
    give(the_list, staff, level=Level.MANAGE, since=NOW - DAY, until=NOW + 300 * DAY)
    return staff


@pytest.fixture
def client(staff: User) -> Client:
    return sign_in(staff, second_factor=True)


@pytest.fixture
def ada(the_list: MailingList) -> Subscription:
    return subscribe(the_list, make_user("ada@example.org"), since=NOW - 10 * DAY)


def address(one: MailingList, rest: str = "") -> str:
    return f"/admin/lists/{one.pk}/{rest}"


# --- Found ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def everybody(the_list: MailingList, ada: Subscription) -> None:
    """Ada is on the list for good; Bo for 30 days, as a member; Cy is suspended for a week; Di has applied."""
    bo, cy, di = (
        make_user(f"{name}@example.org", first_name=name.title(), last_name="Zeta")
        for name in ("bo", "cy", "di")
    )
    the_list.rules.update(whom=Whom.MEMBERS)
    for person, last in ((ada.user, None), (bo, (NOW + 30 * DAY).date()), (cy, None), (di, None)):
        make_member(person, date(2020, 1, 1), last)
    subscribe(the_list, bo, since=NOW - DAY)
    subscribe(the_list, cy, state=State.SUSPENDED, since=NOW - DAY, until=NOW + 7 * DAY)
    subscribe(the_list, cy, since=NOW + 7 * DAY)
    subscribe(the_list, di, state=State.APPLIED, since=NOW - DAY)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, ["ada", "bo", "cy", "di"]),
        ({"words": "ZETA"}, ["bo", "cy", "di"]),
        ({"words": "zeta cy@"}, ["cy"]),
        ({"state": "suspended"}, ["cy"]),
        ({"state": "applied"}, ["di"]),
        ({"days": 29}, []),
        ({"days": 31}, ["bo"]),
        ({"days": 31, "state": "suspended"}, []),
    ],
)
def test_people_are_found_by_name_state_and_the_end_of_their_access(
    the_list: MailingList, everybody: None, asked: dict[str, Any], expected: list[str]
) -> None:
    found = people_of(the_list, NOW, **asked)

    assert [row.user.email.partition("@")[0] for row in found] == expected


def test_the_page_says_of_each_what_they_may_do_and_until_when(
    client: Client, the_list: MailingList, everybody: None
) -> None:
    answer = client.get(address(the_list, "people/"))
    odd = client.get(address(the_list, "people/"), {"days": "soon"})
    nobody = client.get(address(the_list, "people/"), {"words": "nobody"})

    assert [(line.state, line.can, bool(line.until)) for line in answer.context["lines"]] == [
        ("Active", "can read and post", False),
        ("Active", "can read and post", True),
        ("Suspended", "cannot read or post", False),
        ("Applied", "cannot read or post", False),
    ]
    assert "4 people." in words(answer)
    assert odd.context["form"].errors
    assert "Nobody fits. Try fewer or other filters." in words(nobody)


@pytest.mark.parametrize("count", [1, 3])
def test_people_take_the_same_queries_however_many_there_are(
    client: Client, the_list: MailingList, django_assert_num_queries: Callable, count: int
) -> None:
    for _ in range(count):
        person = make_user()
        subscribe(the_list, person, since=NOW - DAY)
        make_member(person, date(2020, 1, 1))
    client.get(address(the_list, "people/"))

    with django_assert_num_queries(18):
        answer = client.get(address(the_list, "people/"), {"words": "example"})

    assert len(answer.context["lines"]) == count


def test_people_are_exported_as_found_safely_and_the_log_says_so(
    client: Client, the_list: MailingList
) -> None:
    subscribe(the_list, make_user("eve@example.org", first_name="=1+1", last_name="Eve"), since=NOW - DAY)
    subscribe(the_list, make_user("bo@example.org"), state=State.LEFT, since=NOW - DAY)

    answer = client.post(address(the_list, "people/export/?state=active"))
    odd = client.post(address(the_list, "people/export/?days=soon"))

    assert rows_of(answer) == [
        ["Person", "E-mail address", "Joined", "State", "Access now", "Until"],
        ["'=1+1 Eve", "eve@example.org", str((NOW - DAY).date()), "Active", "can read and post", ""],
    ]
    assert (odd.status_code, log()) == (400, [("list.people-exported", {"filters": {"state": "active"}})])


# --- One person ----------------------------------------------------------------------------------------------------------

STEPS = {
    "suspend": ("suspend/", {"reason": "Unkind.", "until": "2030-01-01T00:00"}, "subscription.suspended"),
    "suspend for good": ("suspend/", {"reason": "Unkind.", "until": ""}, "subscription.suspended"),
    "extend": (
        "extend/",
        {"reason": "Is moving.", "until": f"{NOW + 30 * DAY:%Y-%m-%dT%H:%M}"},
        "grant.extended",
    ),
}


@pytest.mark.parametrize(("rest", "typed", "action"), STEPS.values(), ids=STEPS)
def test_a_manager_suspends_and_extends(
    client: Client,
    manager: User,
    the_list: MailingList,
    ada: Subscription,
    rest: str,
    typed: dict[str, str],
    action: str,
) -> None:
    answer = client.post(address(the_list, f"people/{ada.pk}/{rest}"), typed)

    assert answer["Location"] == address(the_list, f"people/{ada.pk}/")
    assert [action for action, _ in log()] == [action]


def test_a_suspension_is_lifted_and_the_page_has_the_history(
    client: Client, manager: User, the_list: MailingList, ada: Subscription
) -> None:
    actions.suspend(subscription=ada, by=manager, now=NOW - DAY, reason="Unkind.")
    page = client.get(address(the_list, f"people/{ada.pk}/"))

    client.post(address(the_list, f"people/{ada.pk}/lift/"), {"reason": ""})

    assert [(one.state, one.reason) for one in page.context["periods"]] == [
        ("suspended", "Unkind."),
        ("active", ""),
    ]
    assert "Lift the suspension" in words(page)
    assert access_of(the_list, ada.user, timezone.now()).level == Level.POST


@pytest.mark.parametrize(
    ("rest", "typed", "says"),
    [
        ("suspend/", {"reason": " "}, "This field is required."),
        ("suspend/", {"reason": "Unkind.", "until": "2020-01-01T00:00"}, "The end must be in the future."),
        (
            "extend/",
            {"reason": "Moving.", "until": "2090-01-01T00:00"},
            "The end can be a year from now at most.",
        ),
        ("lift/", {}, "This person is not suspended."),
    ],
)
def test_a_step_that_cannot_be_taken_says_why(
    client: Client,
    manager: User,
    the_list: MailingList,
    ada: Subscription,
    rest: str,
    typed: dict[str, str],
    says: str,
) -> None:
    answer = client.post(address(the_list, f"people/{ada.pk}/{rest}"), typed)

    assert (answer.status_code, says in words(answer), log()) == (200, True, [])


def test_without_access_to_the_list_there_are_no_buttons_but_the_way_to_them(
    client: Client, the_list: MailingList, ada: Subscription
) -> None:
    other = subscribe(make_list("Other"), make_user(), since=NOW - DAY)
    pages = [
        client.get(address(the_list, rest))
        for rest in ("", "people/", f"people/{ada.pk}/", f"people/{ada.pk}/suspend/")
    ]
    answer = client.post(address(the_list, f"people/{ada.pk}/suspend/"), {"reason": "Unkind."})

    assert [(NOT_MANAGER in words(page), "Suspend from the list " in words(page)) for page in pages[:3]] == [
        (True, False)
    ] * 3
    assert "Give access to somebody, or to yourself" in words(pages[3])
    assert (NOT_MANAGER in words(answer), log()) == (True, [])
    assert client.get(address(the_list, f"people/{other.pk}/")).status_code == 404
    assert client.get(address(the_list, f"people/{ada.pk}/promote/")).status_code == 404


# --- Access beyond the rules ---------------------------------------------------------------------------------------------


def test_access_is_given_also_to_oneself_seen_by_managers_and_taken_back(
    client: Client, staff: User, the_list: MailingList
) -> None:
    typed = {
        "user": "MARY@example.org",
        "level": "3",
        "until": f"{NOW + 30 * DAY:%Y-%m-%dT%H:%M}",
        "reason": "Looks after the list.",
    }
    client.post(address(the_list, "access/give/"), typed)
    grant = Grant.objects.get()
    page = client.get(address(the_list))
    client.post(address(the_list, f"access/{grant.pk}/take-back/"), {"reason": "Done."})

    ended = client.get(address(the_list, "access/"))

    assert (grant.user, grant.by, grant.level, grant.kind) == (staff, staff, Level.MANAGE, GrantKind.STAFF)
    assert "Looks after the list." in words(page)
    assert NOT_MANAGER not in words(page)
    assert ("Nobody has access beyond the rules." in words(ended), list(ended.context["ended"])) == (
        True,
        [grant],
    )
    assert [action for action, _ in log()] == ["grant.given", "grant.taken-back"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"user": "nobody@example.org"}, "user"),
        ({"user": ""}, "user"),
        ({"level": "0"}, "level"),
        ({"reason": ""}, "reason"),
        ({"until": "2090-01-01T00:00"}, "__all__"),
    ],
)
def test_access_needs_a_person_a_level_a_reason_and_an_end_within_a_year(
    client: Client, the_list: MailingList, change: dict[str, str], field: str
) -> None:
    typed = {
        "user": "mary@example.org",
        "level": "1",
        "until": f"{NOW + 30 * DAY:%Y-%m-%dT%H:%M}",
        "reason": "Helps.",
    }

    answer = client.post(address(the_list, "access/give/"), {**typed, **change})

    assert (list(answer.context["form"].errors), Grant.objects.count()) == ([field], 0)


@pytest.mark.parametrize("count", [1, 3])
def test_access_beyond_the_rules_takes_the_same_queries_however_much_there_is(
    client: Client, the_list: MailingList, django_assert_num_queries: Callable, count: int
) -> None:
    for _ in range(count):
        give(the_list, make_user(), since=NOW - DAY, until=NOW + DAY)
        give(the_list, make_user(), since=NOW - 2 * DAY, until=NOW - DAY)
    client.get(address(the_list, "access/"))

    with django_assert_num_queries(15):
        answer = client.get(address(the_list, "access/"))

    assert (len(answer.context["grants"]), len(answer.context["ended"])) == (count, count)


# --- Why? ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "can", "why"),
    [
        (-11 * DAY, "could not read or post", "You are not on the list."),
        (-5 * DAY, "could read and post", "This rule of the list holds: Anyone can read and post until"),
        (29 * DAY, "can read and post", "This rule of the list holds: Anyone can read and post until"),
        (31 * DAY, "can read, but not post", "That end came at"),
    ],
)
def test_why_is_answered_for_any_moment_in_words_to_send_on(
    the_list: MailingList, ada: Subscription, moment: timedelta, can: str, why: str
) -> None:
    the_list.rules.update(until_at=NOW + 30 * DAY, then=Then.READ)

    explained = explain(the_list, ada.user, NOW + moment, NOW)

    assert f"Ada Example {can} on the list Setting up" in explained.answer
    hello, answer, reason, *_ = explained.letter
    assert (hello, f"you {can} on the list" in answer, why in reason) == ("Hello Ada Example,", True, True)


def test_the_page_answers_for_somebody_who_is_not_on_the_list_and_sends_the_letter_once(
    client: Client, the_list: MailingList
) -> None:
    make_user("bo@example.org", first_name="Bo")
    page = client.get(address(the_list, "why/"), {"person": "bo@example.org", "at": "2030-06-30T00:00"})
    typed = {"person": "bo@example.org", "at": page.context["form"].cleaned_data["at"].isoformat()}

    answer = client.post(address(the_list, "why/send/"), typed)
    client.post(address(the_list, "why/send/"), typed)

    assert "At the start of 30 June 2030, Bo Example cannot read or post on the list Setting up." in words(
        page
    )
    assert "Hello Bo Example," in page.content.decode()
    assert "person=bo%40example.org" in answer["Location"]
    mail = Mail.objects.get()
    assert (mail.to, mail.subject) == ("bo@example.org", "Your access to the list Setting up")
    assert [action for action, _ in log()] == ["list.explained", "list.explained"]


def test_why_asks_again_for_a_person_that_there_is_not(client: Client, the_list: MailingList) -> None:
    for answer in (
        client.get(address(the_list, "why/"), {"person": "nobody@example.org"}),
        client.post(address(the_list, "why/send/"), {"person": "nobody@example.org"}),
    ):
        assert "Nobody has an account with this address. Check it." in words(answer)
    assert (Mail.objects.count(), log()) == (0, [])


def test_others_of_the_staff_see_no_people_and_no_action_serves_them(
    the_list: MailingList, ada: Subscription
) -> None:
    editor = make_staff("Editor")
    client = sign_in(editor, second_factor=True)

    for rest in ("people/", f"people/{ada.pk}/", "access/", "access/give/", "why/"):
        assert client.get(address(the_list, rest))["Location"] == "/admin/"
    with pytest.raises(RefusedError, match="You cannot"):
        actions.send_explanation(mailing_list=the_list, user=ada.user, at=NOW, by=editor, now=NOW)
    assert log() == []
