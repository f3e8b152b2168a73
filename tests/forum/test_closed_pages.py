"""The pages of a list that has closed say where it goes on, and to each reader what they can do to go on there."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from forum.models import AfterClosing, MailingList, State, Whom
from portal.members.models import User
from tests.factories import make_user, sign_in
from tests.forum.admin import words
from tests.forum.factories import make_list, make_member, make_terms, subscribe

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
NOW = timezone.now().replace(microsecond=0)
CLOSED = NOW - timedelta(minutes=1)


@pytest.fixture
def the_list() -> MailingList:
    """Closed a minute ago, and not moved on yet. The list that follows is for members."""
    following = make_list("Directors", open_to=Whom.MEMBERS)
    made = make_list(closes_at=CLOSED, after_closing=AfterClosing.NOTHING, successor=following)
    made.rules.update(until_at=CLOSED)
    return made


def member(user: User, the_list: MailingList) -> None:
    make_member(user, date(2026, 1, 1))


def with_terms_to_accept(user: User, the_list: MailingList) -> None:
    member(user, the_list)
    the_list.successor.terms.add(make_terms("Code of conduct", NOW - DAY))


def on_the_next_list(user: User, the_list: MailingList) -> None:
    member(user, the_list)
    subscribe(the_list.successor, user, since=NOW - DAY)


def no_member(user: User, the_list: MailingList) -> None:
    pass


def reader(the_list: MailingList, state: State | None = State.ACTIVE) -> tuple[User, Client]:
    user = make_user()
    if state:
        subscribe(the_list, user, state=state, since=NOW - 9 * DAY)
    return user, sign_in(user)


@pytest.mark.parametrize(
    ("who", "said"),
    [
        (member, "You are moved on by yourself, so you need do nothing. It takes some minutes."),
        (with_terms_to_accept, "It has terms that you have to accept first. Then you are moved on by yourself."),
        (on_the_next_list, "You are on it already, so nothing changes for you there."),
        (no_member, "To go on there, join the association. Then you are moved on by yourself."),
    ],
)  # fmt: skip
def test_whoever_was_on_it_is_told_what_to_do(
    the_list: MailingList, who: Callable[[User, MailingList], None], said: str
) -> None:
    user, client = reader(the_list)
    who(user, the_list)

    refused, about = client.get("/forum/setting-up/"), client.get("/forum/setting-up/about/")

    assert (refused.status_code, about.status_code) == (403, 200)
    for page in (refused, about):
        assert "The list closed at" in words(page)
        assert f"The list goes on as Directors. {said}" in words(page)
        assert "ask the list's managers" not in words(page)
        assert b'<a href="/forum/directors/about/">Directors</a>' in page.content


@pytest.mark.parametrize("state", [None, State.APPLIED, State.LEFT])
def test_others_are_only_led_there(the_list: MailingList, state: State | None) -> None:
    _, client = reader(the_list, state)

    for address in ("/forum/setting-up/", "/forum/setting-up/about/"):
        assert "The list goes on as Directors." in words(client.get(address))
        assert "moved on" not in words(client.get(address))


def test_nothing_goes_on_while_a_list_is_open_or_where_none_follows(the_list: MailingList) -> None:
    _, client = reader(the_list)
    for fields in ({"closes_at": NOW + DAY}, {"closes_at": CLOSED, "successor": None}):
        MailingList.objects.filter(pk=the_list.pk).update(**fields)
        for address in ("/forum/setting-up/", "/forum/setting-up/about/"):
            assert "goes on as" not in words(client.get(address))


def test_anonymous_people_are_led_there_too(the_list: MailingList) -> None:
    assert "The list goes on as Directors." in words(Client().get("/forum/setting-up/about/"))
