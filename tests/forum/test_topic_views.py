"""What the reading pages show, and to whom: held posts, marks, permalinks, people, the feed, and what a page costs."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum import actions
from forum.actions.arranging import merge, move
from forum.actions.moderating import hold
from forum.actions.posting import reply, start_topic
from forum.models import Level, MailingList, Post, Topic
from portal.members.models import User
from tests.factories import make_user, sign_in
from tests.forum.factories import give, make_list, subscribe

pytestmark = pytest.mark.django_db

DAY, MINUTE, SECOND = timedelta(days=1), timedelta(minutes=1), timedelta(seconds=1)
LIST = "/forum/setting-up/"


@pytest.fixture
def the_list() -> MailingList:
    return make_list(hold_first_posts=0)


def join(the_list: MailingList, name: str) -> User:
    person = make_user(first_name=name)
    subscribe(the_list, person, since=timezone.now() - DAY)
    return person


@pytest.fixture
def ada(the_list: MailingList) -> User:
    return join(the_list, "Ada")


@pytest.fixture
def grace(the_list: MailingList) -> User:
    return join(the_list, "Grace")


@pytest.fixture
def mary(the_list: MailingList) -> User:
    mary = make_user(first_name="Mary")
    now = timezone.now()
    give(the_list, mary, level=Level.MANAGE, since=now - DAY, until=now + DAY)
    return mary


def write(the_list: MailingList, user: User, subject: str = "Quorum", answers: int = 0) -> Topic:
    """A topic with so many answers, a second apart, the last of them a minute ago."""
    at = timezone.now() - MINUTE - answers * SECOND
    topic = start_topic(mailing_list=the_list, user=user, subject=subject, content=subject, now=at).topic
    for number in range(1, answers + 1):
        reply(topic=topic, user=user, content=f"Answer {number}", now=at + number * SECOND)
    return topic


def path_of(topic: Topic) -> str:
    return f"{LIST}topics/{topic.pk}/"


def text(browser: Client, path: str) -> str:
    return re.sub(r"\s+", " ", browser.get(path).content.decode())


def test_a_held_post_is_shown_to_its_author_and_managers_alone(
    the_list: MailingList, ada: User, grace: User, mary: User
) -> None:
    topic = write(the_list, grace)
    post = reply(topic=topic, user=grace, content="Heldwords", now=timezone.now())
    hold(post=post, by=mary, reason="To look at.", now=timezone.now())
    readers = [sign_in(user) for user in (ada, grace, mary)]

    assert ["Heldwords" in text(reader, path_of(topic)) for reader in readers] == [False, True, True]
    assert [reader.get(f"{LIST}posts/{post.pk}/").status_code for reader in readers] == [404, 302, 302]
    assert "Heldwords" not in text(readers[2], f"{LIST}feed/")


def test_a_topic_whose_only_post_is_held_is_there_for_its_author_and_managers_alone(
    the_list: MailingList, ada: User, grace: User, mary: User
) -> None:
    topic = write(the_list, grace, "Secretsubject")
    hold(post=topic.first_post, by=mary, reason="To look at.", now=timezone.now())
    readers = [sign_in(user) for user in (ada, grace, mary)]

    assert [reader.get(path_of(topic)).status_code for reader in readers] == [404, 200, 200]
    assert ["Secretsubject" in text(reader, LIST) for reader in readers] == [False, True, False]
    assert "Secretsubject" not in text(readers[2], f"{LIST}feed/") + text(readers[0], "/forum/")


def test_the_address_of_a_post_leads_to_its_page(the_list: MailingList, ada: User) -> None:
    topic = write(the_list, ada, answers=20)
    posts = list(Post.objects.order_by("created"))
    reader = sign_in(ada)

    assert [reader.get(f"{LIST}posts/{posts[number].pk}/")["Location"] for number in (0, 19, 20)] == [
        f"{path_of(topic)}#post-{posts[0].pk}",
        f"{path_of(topic)}#post-{posts[19].pk}",
        f"{path_of(topic)}?page=2#post-{posts[20].pk}",
    ]


def test_a_merged_topic_s_address_leads_to_the_other(the_list: MailingList, ada: User, mary: User) -> None:
    one, other = write(the_list, ada, "One"), write(the_list, ada, "Other")
    merge(topic=one, into=other, by=mary, now=timezone.now())

    assert sign_in(ada).get(path_of(one))["Location"] == path_of(other)


def test_a_moved_topic_s_address_leads_to_its_new_list_for_those_who_may_read_that_one(
    the_list: MailingList, ada: User, grace: User, mary: User
) -> None:
    there = make_list("Elsewhere", hold_first_posts=0)
    now = timezone.now()
    give(there, mary, level=Level.MANAGE, since=now - DAY, until=now + DAY)
    subscribe(there, grace, since=now - DAY)
    topic = write(the_list, grace)
    move(topic=topic, to=there, by=mary, now=now)

    assert sign_in(grace).get(path_of(topic))["Location"] == f"/forum/elsewhere/topics/{topic.pk}/"
    assert [
        sign_in(ada).get(path).status_code for path in (path_of(topic), f"{LIST}posts/{topic.first_post_id}/")
    ] == [
        404,
        404,
    ]


def test_a_topic_is_not_found_below_another_list(the_list: MailingList, ada: User) -> None:
    other = make_list("Elsewhere", hold_first_posts=0)
    subscribe(other, ada, since=timezone.now() - DAY)
    topic = write(the_list, ada)

    assert sign_in(ada).get(f"/forum/elsewhere/topics/{topic.pk}/").status_code == 404
    assert sign_in(ada).get(f"/forum/elsewhere/posts/{topic.first_post_id}/").status_code == 404


def test_a_profile_is_for_those_who_share_a_list_and_shows_posts_of_shared_lists_alone(
    the_list: MailingList, ada: User, grace: User
) -> None:
    private = make_list("Elsewhere", hold_first_posts=0)
    subscribe(private, grace, since=timezone.now() - DAY)
    write(the_list, grace, "Shared")
    write(private, grace, "Unshared")
    path = f"/forum/people/{grace.pk}/"

    shown = text(sign_in(ada), path)
    assert ("Shared" in shown, "Unshared" in shown, grace.email in shown) == (True, False, False)
    assert sign_in(make_user(is_superuser=True)).get(path).status_code == 404
    assert Client().get(path).status_code == 302


def test_marks_are_set_by_post_alone_and_the_filter_shows_what_is_unread(
    the_list: MailingList, ada: User, grace: User
) -> None:
    topic = write(the_list, grace, "Readme")
    write(the_list, grace, "Other")
    reader = sign_in(ada)

    reader.get(path_of(topic))
    assert "Readme" in text(reader, f"{LIST}?which=unread")
    assert reader.get(f"{LIST}read/").status_code == 405
    answer = reader.post(f"{LIST}read/", {"topic": topic.pk, "up_to": timezone.now().isoformat()})
    assert answer["Location"] == LIST
    shown = text(reader, f"{LIST}?which=unread")
    assert ("Readme" in shown, "Other" in shown) == (False, True)
    reader.post(f"{LIST}read/")
    assert "You have read everything in this list." in text(reader, f"{LIST}?which=unread")


def test_filters_show_what_the_reader_started_and_where_they_wrote(
    the_list: MailingList, ada: User, grace: User
) -> None:
    write(the_list, ada, "Adasown")
    reply(topic=write(the_list, grace, "Joinedin"), user=ada, content="Yes", now=timezone.now())
    write(the_list, grace, "Foreign")
    reader = sign_in(ada)

    shown = [text(reader, f"{LIST}?which={which}") for which in ("started", "taken-part")]
    assert [[word in one for word in ("Adasown", "Joinedin", "Foreign")] for one in shown] == [
        [True, False, False],
        [True, True, False],
    ]


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=-1",
        "page=99",
        "page=x",
        "page=1e9",
        "page=%C2%B2",
        "page=" + "9" * 40,
        "which=no",
        "which=&page=",
    ],
)
def test_odd_questions_are_answered_with_a_page(the_list: MailingList, ada: User, query: str) -> None:
    topic = write(the_list, ada)
    reader = sign_in(ada)

    paths = (LIST, path_of(topic), f"/forum/people/{ada.pk}/", f"{LIST}feed/")
    assert [reader.get(f"{path}?{query}").status_code for path in paths] == [200, 200, 200, 200]


@pytest.mark.parametrize(
    ("up_to", "status"),
    [
        ("", 404),
        ("x", 404),
        ("2026-02-30T10:00:00Z", 404),
        ("2026-01-01T10:00:00", 404),
        ("9999-12-31T23:59:59+00:00", 302),
    ],
)
def test_odd_marks_do_no_harm(the_list: MailingList, ada: User, up_to: str, status: int) -> None:
    topic = write(the_list, ada)

    answer = sign_in(ada).post(f"{LIST}read/", {"topic": topic.pk, "up_to": up_to})

    assert answer.status_code == status


def test_the_feed_has_the_newest_twenty_posts_without_their_text(the_list: MailingList, ada: User) -> None:
    write(the_list, ada, "Quorum", answers=20)
    answer = sign_in(ada).get(f"{LIST}feed/")
    newest = Post.objects.order_by("-created").first()

    feed = answer.content.decode()
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]
    assert (feed.count("<entry>"), feed.count("Answer"), feed.count(ada.email)) == (20, 0, 0)
    assert f"{LIST}posts/{newest.pk}/" in feed


def test_the_feed_asks_for_access_each_time(the_list: MailingList, ada: User) -> None:
    reader = sign_in(ada)
    assert reader.get(f"{LIST}feed/").status_code == 200

    actions.leave(mailing_list=the_list, user=ada, now=timezone.now())

    assert reader.get(f"{LIST}feed/").status_code == 403
    assert Client().get(f"{LIST}feed/").status_code == 302


def cost(reader: Client, path: str) -> int:
    reader.get(path)  # fills what is kept in the process
    with CaptureQueriesContext(connection) as queries:
        assert reader.get(path).status_code == 200
    return len(queries)


def test_many_topics_posts_and_authors_cost_what_one_costs(the_list: MailingList, ada: User) -> None:
    reader = sign_in(ada)
    topic = write(the_list, join(the_list, "Bo"))
    paths = ("/forum/", LIST, f"{LIST}?which=unread", path_of(topic), f"{LIST}feed/")
    with_one = [cost(reader, path) for path in paths]
    for name in ("Cy", "Di"):
        author = join(the_list, name)
        reply(topic=topic, user=author, content="Yes", now=timezone.now())
        write(the_list, author, name)

    assert [cost(reader, path) for path in paths] == with_one
    assert with_one[3] <= 12  # the topic page
    assert max(with_one) <= 13
