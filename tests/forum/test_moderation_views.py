"""The managers' pages: the queue, deciding, reports, and who was given access."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.actions.posting import start_topic
from forum.models import Hold, Level, MailingList, Post, Report
from portal.members.models import User
from tests.factories import make_user, sign_in
from tests.forum.factories import give, make_list, subscribe

pytestmark = pytest.mark.django_db

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
LIST = "/forum/setting-up/"
QUEUE = f"{LIST}moderation/"


@pytest.fixture
def the_list() -> MailingList:
    return make_list()


@pytest.fixture
def reader(the_list: MailingList) -> Client:
    person = make_user(first_name="Ada")
    subscribe(the_list, person, since=timezone.now() - DAY)
    return sign_in(person)


@pytest.fixture
def manager(the_list: MailingList) -> Client:
    person = make_user(first_name="Mary")
    now = timezone.now()
    give(the_list, person, level=Level.MANAGE, since=now - DAY, until=now + DAY)
    return sign_in(person)


def newcomer(the_list: MailingList, name: str = "Bo") -> User:
    person = make_user(first_name=name)
    subscribe(the_list, person, since=timezone.now() - DAY)
    return person


def write(the_list: MailingList, user: User, subject: str = "Firstwords") -> Post:
    now = timezone.now() - SECOND
    return start_topic(mailing_list=the_list, user=user, subject=subject, content="Words", now=now)


def text(browser: Client, path: str) -> str:
    return re.sub(r"\s+", " ", browser.get(path).content.decode())


def test_a_newcomer_s_post_waits_in_the_queue_and_is_shown_once_approved(
    the_list: MailingList, reader: Client, manager: Client
) -> None:
    write(the_list, newcomer(the_list))
    held = Hold.objects.get()
    assert ("Firstwords" in text(manager, QUEUE), "Firstwords" in text(reader, LIST)) == (True, False)

    manager.get(f"{QUEUE}{held.pk}/")
    assert "Firstwords" not in text(reader, LIST)  # looking decides nothing
    assert manager.post(f"{QUEUE}{held.pk}/", {"approve": "1"})["Location"] == QUEUE

    assert "Firstwords" in text(reader, LIST)
    assert "Nothing waits for you." in text(manager, QUEUE)


def test_refusing_needs_a_reason_and_keeps_the_post_for_its_author(
    the_list: MailingList, reader: Client, manager: Client
) -> None:
    author = newcomer(the_list)
    post = write(the_list, author)
    path = f"{QUEUE}{Hold.objects.get().pk}/"

    assert manager.post(path, {"refuse": "1", "reason": " "}).status_code == 200
    assert manager.post(path, {"refuse": "1", "reason": "Off topic here."})["Location"] == QUEUE

    assert "Off topic here." in text(sign_in(author), f"{LIST}topics/{post.topic_id}/")
    assert reader.get(f"{LIST}topics/{post.topic_id}/").status_code == 404
    assert Post.objects.filter(pk=post.pk).exists()


def test_a_report_reaches_the_queue_and_readers_still_see_the_post(
    the_list: MailingList, reader: Client, manager: Client
) -> None:
    post = write(the_list, newcomer(the_list))
    manager.post(f"{QUEUE}{Hold.objects.get().pk}/", {"approve": "1"})

    reader.get(f"{LIST}posts/{post.pk}/report/")
    assert not Report.objects.exists()
    reader.post(f"{LIST}posts/{post.pk}/report/", {"reason": "Rude words."})

    assert "Rude words." in text(manager, QUEUE)
    assert reader.get(f"{LIST}topics/{post.topic_id}/").status_code == 200
    manager.post(f"{LIST}posts/{post.pk}/dismiss/")
    assert "Nothing waits for you." in text(manager, QUEUE)


def test_the_text_of_a_post_is_in_no_mail_to_managers(the_list: MailingList, manager: Client) -> None:
    now = timezone.now()
    start_topic(
        mailing_list=the_list, user=newcomer(the_list), subject="Quorum", content="Confidentialwords", now=now
    )

    assert "Confidentialwords" not in "".join(letter.body for letter in mail.outbox)


def test_pages_of_managers_are_shut_to_readers_and_to_superusers(
    the_list: MailingList, reader: Client
) -> None:
    post = write(the_list, newcomer(the_list))
    paths = [
        QUEUE,
        f"{QUEUE}log/",
        f"{QUEUE}access/",
        f"{QUEUE}{Hold.objects.get().pk}/",
        f"{LIST}posts/{post.pk}/hold/",
        f"{LIST}people/{post.poster_id}/suspend/",
        f"{LIST}topics/{post.topic_id}/arrange/",
    ]
    root = sign_in(make_user(is_superuser=True, is_staff=True))

    assert {(reader.get(path).status_code, root.get(path).status_code) for path in paths} == {(403, 403)}
    assert "Firstwords" not in "".join(text(one, path) for one in (reader, root) for path in paths)


def test_owners_see_whom_access_was_given_now_and_earlier(the_list: MailingList, manager: Client) -> None:
    now = timezone.now()
    give(the_list, make_user(first_name="Dora"), since=now - 9 * DAY, until=now - DAY)
    give(make_list("Elsewhere"), make_user(first_name="Elsa"), since=now, until=now + DAY)

    shown = text(manager, f"{QUEUE}access/")

    assert ("Mary" in shown, "Dora" in shown, "Elsa" in shown) == (True, True, False)
    assert shown.count("A reason.") == 2
    assert shown.count(">Ended<") == 1


def test_many_held_posts_cost_what_one_costs(the_list: MailingList, manager: Client) -> None:
    def cost(path: str) -> int:
        manager.get(path)
        with CaptureQueriesContext(connection) as queries:
            manager.get(path)
        return len(queries)

    paths = (QUEUE, f"{QUEUE}log/", f"{QUEUE}access/")
    write(the_list, newcomer(the_list))
    with_one = [cost(path) for path in paths]
    for name in ("Cy", "Di"):
        write(the_list, newcomer(the_list, name), name)
        give(the_list, make_user(), since=timezone.now(), until=timezone.now() + DAY)

    assert [cost(path) for path in paths] == with_one
    assert max(with_one) <= 16
