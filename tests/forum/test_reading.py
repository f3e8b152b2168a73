"""What is unread, for whom, and how marks are set."""

from datetime import datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from forum.actions.posting import reply, start_topic
from forum.actions.reading import mark_list_read, mark_topic_read
from forum.forum_tracking.models import ForumReadTrack, TopicReadTrack
from forum.models import MailingList, Topic
from forum.reading import read_up_to, unread
from portal.members.models import User
from tests.factories import NOW, make_user
from tests.forum.factories import make_list, subscribe

pytestmark = pytest.mark.django_db

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.fixture
def the_list() -> MailingList:
    return make_list(hold_first_posts=0)


@pytest.fixture
def writer(the_list: MailingList) -> User:
    writer = make_user("bo@example.org")
    subscribe(the_list, writer, since=NOW - 9 * DAY)
    return writer


@pytest.fixture
def reader(the_list: MailingList) -> User:
    reader = make_user("ada@example.org")
    subscribe(the_list, reader, since=NOW - DAY)
    return reader


def start(the_list: MailingList, writer: User, subject: str, at: datetime) -> Topic:
    return start_topic(mailing_list=the_list, user=writer, subject=subject, content="Words", now=at).topic


def new_to(user: User, the_list: MailingList) -> list[str]:
    floor = read_up_to([the_list], user)[the_list.pk]
    return list(unread(the_list, user, floor).order_by("created").values_list("subject", flat=True))


def test_a_newcomer_has_nothing_to_catch_up_with(the_list: MailingList, writer: User, reader: User) -> None:
    start(the_list, writer, "Before", NOW - 5 * DAY)
    start(the_list, writer, "After", NOW)

    assert new_to(reader, the_list) == ["After"]


def test_a_topic_is_read_up_to_what_was_shown_and_unread_again_with_the_next_answer(
    the_list: MailingList, writer: User, reader: User
) -> None:
    topic = start(the_list, writer, "One", NOW)
    start(the_list, writer, "Two", NOW + MINUTE)

    mark_topic_read(topic=topic, user=reader, up_to=NOW)
    assert new_to(reader, the_list) == ["Two"]

    reply(topic=topic, user=writer, content="More", now=NOW + 2 * MINUTE)
    assert new_to(reader, the_list) == ["One", "Two"]
    mark_topic_read(topic=topic, user=reader, up_to=NOW - MINUTE)  # an earlier page: the mark stays
    assert TopicReadTrack.objects.get(user=reader).mark_time == NOW


def test_when_all_is_read_one_mark_of_the_list_takes_the_place_of_those_of_topics(
    the_list: MailingList, writer: User, reader: User
) -> None:
    topics = [start(the_list, writer, str(number), NOW + number * MINUTE) for number in range(3)]

    for topic in topics:
        mark_topic_read(topic=topic, user=reader, up_to=topic.last_post_on)

    assert new_to(reader, the_list) == []
    assert list(TopicReadTrack.objects.filter(user=reader)) == []
    assert ForumReadTrack.objects.get(user=reader).mark_time == NOW + 2 * MINUTE


def test_marking_a_list_read_marks_it_once(the_list: MailingList, writer: User, reader: User) -> None:
    start(the_list, writer, "One", NOW)

    for _ in range(2):
        mark_list_read(mailing_list=the_list, user=reader, now=NOW + MINUTE)

    assert new_to(reader, the_list) == []
    assert ForumReadTrack.objects.filter(user=reader).count() == 1


@pytest.mark.parametrize("topics", [1, 3])
def test_marking_costs_the_same_however_many_topics_there_are(
    the_list: MailingList,
    writer: User,
    reader: User,
    topics: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    made = [start(the_list, writer, str(number), NOW + number * MINUTE) for number in range(topics + 1)]
    first = Topic.objects.select_related("forum__mailing_list").get(pk=made[0].pk)

    with django_assert_num_queries(7):
        mark_topic_read(topic=first, user=reader, up_to=NOW)
