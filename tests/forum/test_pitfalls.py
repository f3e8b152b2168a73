"""What machina is known to do and this forum does not: leaks, costs, cookies and losses."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from forum.actions.moderating import hold, refuse
from forum.actions.posting import reply, start_topic
from forum.models import Hold, Level, MailingList, Post, Topic
from portal.members.models import User
from tests.factories import make_user, sign_in
from tests.forum.factories import give, make_list, subscribe

pytestmark = pytest.mark.django_db

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
LIST = "/forum/setting-up/"


@pytest.fixture
def the_list() -> MailingList:
    return make_list(hold_first_posts=0)


@pytest.fixture
def ada(the_list: MailingList) -> User:
    ada = make_user(first_name="Ada")
    subscribe(the_list, ada, since=timezone.now() - DAY)
    return ada


@pytest.fixture
def mary(the_list: MailingList) -> User:
    mary = make_user(first_name="Mary")
    now = timezone.now()
    give(the_list, mary, level=Level.MANAGE, since=now - DAY, until=now + DAY)
    return mary


@pytest.fixture
def post(the_list: MailingList) -> Iterator[Post]:
    author = make_user(first_name="Bo")
    subscribe(the_list, author, since=timezone.now() - DAY)
    now = timezone.now() - MINUTE
    yield start_topic(mailing_list=the_list, user=author, subject="Secretsubject", content="Words", now=now)


def test_an_anonymous_visit_sets_no_cookie_and_writes_no_session(the_list: MailingList) -> None:
    visitor = Client()

    for path in ("/forum/", LIST, f"{LIST}about/", f"{LIST}topics/1/", f"{LIST}feed/"):
        visitor.get(path)

    assert (dict(visitor.cookies), Session.objects.count()) == ({}, 0)


def test_the_subject_of_a_held_pinned_topic_is_shown_to_no_reader(ada: User, mary: User, post: Post) -> None:
    for kind in (Topic.TOPIC_STICKY, Topic.TOPIC_ANNOUNCE):
        Topic.objects.update(type=kind)
        if post.approved:
            hold(post=post, by=mary, reason="To look at.", now=timezone.now())
            post.refresh_from_db()
        shown = "".join(sign_in(ada).get(path).content.decode() for path in ("/forum/", LIST, f"{LIST}feed/"))
        assert "Secretsubject" not in shown


def test_refusing_keeps_the_post_and_counts_only_what_readers_see(
    the_list: MailingList, ada: User, mary: User, post: Post
) -> None:
    answer = reply(topic=post.topic, user=ada, content="Yes", now=timezone.now())
    hold(post=answer, by=mary, reason="To look at.", now=timezone.now())
    refuse(held=Hold.objects.get(), by=mary, reason="Off topic.", now=timezone.now())

    the_list.forum.refresh_from_db()
    assert Post.objects.filter(pk=answer.pk).exists()
    assert (Topic.objects.get().posts_count, the_list.forum.direct_posts_count) == (1, 1)


def test_being_superuser_is_no_way_in(the_list: MailingList, post: Post) -> None:
    root = sign_in(make_user(is_superuser=True, is_staff=True))
    paths = [
        LIST,
        f"{LIST}feed/",
        f"{LIST}new/",
        f"{LIST}topics/{post.topic_id}/",
        f"{LIST}topics/{post.topic_id}/reply/",
        f"{LIST}topics/{post.topic_id}/arrange/",
        f"{LIST}posts/{post.pk}/",
        f"{LIST}posts/{post.pk}/edit/",
        f"{LIST}posts/{post.pk}/history/",
        f"{LIST}posts/{post.pk}/report/",
        f"{LIST}posts/{post.pk}/hold/",
        f"{LIST}moderation/",
        f"{LIST}moderation/log/",
        f"{LIST}moderation/access/",
    ]

    answers = [root.get(path) for path in paths]

    assert {answer.status_code for answer in answers} == {403}
    assert not [
        path for path, answer in zip(paths, answers, strict=True) if b"Secretsubject" in answer.content
    ]


def test_a_profile_is_hidden_from_whoever_has_not_signed_in(post: Post) -> None:
    answer = Client().get(f"/forum/people/{post.poster_id}/")

    assert (answer.status_code, b"Bo" in answer.content) == (302, False)


@pytest.mark.parametrize("name", ["forum:index", "forum_feeds:latest_topics", "forum_member:user_posts"])
def test_machina_s_own_pages_and_feed_are_not_there(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_two_thousand_nested_quotes_are_shown_and_not_an_error(ada: User, post: Post) -> None:
    reply(topic=post.topic, user=ada, content="> " * 2_000 + "deep", now=timezone.now())

    assert sign_in(ada).get(f"{LIST}topics/{post.topic_id}/").status_code == 200


def test_what_is_unread_costs_a_newcomer_the_same_however_much_there_is(
    the_list: MailingList, ada: User, post: Post
) -> None:
    newcomer = sign_in(ada)

    def cost() -> int:
        newcomer.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            newcomer.get(f"{LIST}?which=unread")
        return len(queries)

    with_one = cost()
    for number in range(3):
        start_topic(
            mailing_list=the_list,
            user=post.poster,
            subject=f"Topic {number}",
            content="Words",
            now=timezone.now() - MINUTE,
        )

    assert cost() == with_one
