"""Topics, answers and edits: what is written, held, counted and refused."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from forum import actions
from forum.actions.posting import edit, reply, start_topic
from forum.markup import MOST_CHARACTERS
from forum.models import HoldReason, Level, MailingList, Post, Topic
from forum.rules.posting import MOST_AN_HOUR
from portal.members.actions import RefusedError
from portal.members.models import User
from tests.factories import NOW, make_user
from tests.forum.factories import give, make_list, subscribe

pytestmark = pytest.mark.django_db

DAY, MINUTE, SECOND = timedelta(days=1), timedelta(minutes=1), timedelta(seconds=1)


@pytest.fixture
def the_list() -> MailingList:
    return make_list(hold_first_posts=0)


@pytest.fixture
def person(the_list: MailingList) -> User:
    person = make_user("ada@example.org")
    subscribe(the_list, person, since=NOW - DAY)
    return person


@pytest.fixture
def manager(the_list: MailingList) -> User:
    manager = make_user("mary@example.org", first_name="Mary")
    give(the_list, manager, level=Level.MANAGE, since=NOW - DAY, until=NOW + 300 * DAY)
    return manager


def start(the_list: MailingList, user: User, now: datetime = NOW, **fields: Any) -> Post:
    return start_topic(
        mailing_list=the_list,
        user=user,
        now=now,
        **{"subject": "Quorum", "content": "How many practices?", **fields},
    )


def counted(the_list: MailingList) -> tuple[int, int, datetime | None]:
    the_list.forum.refresh_from_db()
    forum = the_list.forum
    return forum.direct_topics_count, forum.direct_posts_count, forum.last_post_on


def test_a_topic_and_an_answer_are_shown_and_counted(the_list: MailingList, person: User) -> None:
    first = start(the_list, person)
    second = reply(topic=first.topic, user=person, content="Half, I think.", now=NOW + MINUTE, answers=first)

    topic = Topic.objects.get()
    assert (topic.subject, topic.posts_count, topic.last_post_on) == ("Quorum", 2, NOW + MINUTE)
    assert (topic.first_post, topic.last_post, second.answers) == (first, second, first)
    assert first.content.rendered == "<p>How many practices?</p>\n"
    assert counted(the_list) == (1, 2, NOW + MINUTE)


def test_a_newcomer_s_first_post_is_held_and_the_second_not_once_readers_saw_the_first(
    the_list: MailingList, person: User
) -> None:
    the_list.hold_first_posts = 1
    the_list.save()

    held = start(the_list, person)
    still = start(the_list, person, NOW + SECOND, subject="Another")

    assert [(post.approved, post.holds.get().because) for post in (held, still)] == [
        (False, HoldReason.NEWCOMER),
        (False, HoldReason.NEWCOMER),
    ]
    assert counted(the_list) == (0, 0, None)
    Post.objects.filter(pk=held.pk).update(approved=True)
    assert start(the_list, person, NOW + MINUTE, subject="A third").approved


@pytest.mark.parametrize(
    ("subject", "content", "says"),
    [
        (" ", "Text", "Write a subject."),
        ("a" * 201, "Text", "The subject is too long: 200 characters is the most."),
        ("Subject", " \n", "Write something."),
        (
            "Subject",
            "a" * (MOST_CHARACTERS + 1),
            "The post is too long: 20,000 characters is the most, and it has 20,001.",
        ),
        ("Subject", "a\0b", "The post has a character that cannot be kept. Write it again."),
    ],
)
def test_what_cannot_be_posted_is_refused_in_words(
    the_list: MailingList, person: User, subject: str, content: str, says: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        start(the_list, person, subject=subject, content=content)

    assert str(refused.value) == says
    assert not Topic.objects.exists()


def test_whoever_may_not_post_cannot_from_the_second_on_at_which_access_ends(person: User) -> None:
    one = make_list("Ends", closes_at=NOW + DAY, hold_first_posts=0)
    subscribe(one, person, since=NOW - DAY)

    start(one, person, NOW + DAY - SECOND)

    with pytest.raises(RefusedError, match="You cannot post in this list now"):
        start(one, person, NOW + DAY)


def test_thirty_posts_an_hour_are_the_most(the_list: MailingList, person: User) -> None:
    first = start(the_list, person)
    Post.objects.bulk_create(
        Post(topic=first.topic, poster=person, subject="x", content="x", created=NOW + number * SECOND)
        for number in range(1, MOST_AN_HOUR)
    )

    with pytest.raises(RefusedError, match="You have posted 30 times in an hour"):
        reply(topic=first.topic, user=person, content="More", now=NOW + 59 * MINUTE)
    assert reply(topic=first.topic, user=person, content="More", now=NOW + 60 * MINUTE).pk


def test_a_locked_topic_takes_answers_of_managers_alone(
    the_list: MailingList, person: User, manager: User
) -> None:
    topic = start(the_list, person).topic
    Topic.objects.update(status=Topic.TOPIC_LOCKED)

    with pytest.raises(RefusedError, match="This topic is locked"):
        reply(topic=topic, user=person, content="One more thing", now=NOW + MINUTE)
    assert reply(topic=topic, user=manager, content="Closing words", now=NOW + MINUTE).approved


def test_an_edit_keeps_the_words_before_it_and_renames_the_topic_with_its_first_post(
    the_list: MailingList, person: User
) -> None:
    post = start(the_list, person)

    edit(post=post, user=person, subject="Quorum and votes", content="How many?", now=NOW + MINUTE)
    edit(post=post, user=person, content="How many?", now=NOW + 2 * MINUTE)  # the same words: nothing happens
    edit(post=post, user=person, content="How many in all?", now=NOW + 3 * MINUTE)

    post.refresh_from_db()
    assert (post.content.raw, post.edited_at, post.updates_count) == ("How many in all?", NOW + 3 * MINUTE, 2)
    assert Topic.objects.get().subject == "Quorum and votes"
    assert list(
        post.versions.values_list("number", "subject", "content", "written_at", "replaced_at", "replaced_by")
    ) == [
        (1, "Quorum", "How many practices?", NOW, NOW + MINUTE, person.pk),
        (2, "Quorum and votes", "How many?", NOW + MINUTE, NOW + 3 * MINUTE, person.pk),
    ]


def test_others_posts_are_changed_by_managers_with_a_reason_alone(
    the_list: MailingList, person: User, manager: User
) -> None:
    post = start(the_list, person)
    other = make_user()
    subscribe(the_list, other, since=NOW - DAY)

    with pytest.raises(RefusedError, match="You can change only what you wrote"):
        edit(post=post, user=other, content="Mine now", now=NOW + MINUTE)
    with pytest.raises(RefusedError, match="Say why"):
        edit(post=post, user=manager, content="Better", now=NOW + MINUTE)
    assert edit(post=post, user=manager, content="Better", now=NOW + MINUTE, reason="A name.").updated_by == (
        manager
    )


def test_leaving_ends_posting_at_once(the_list: MailingList, person: User) -> None:
    topic = start(the_list, person).topic
    actions.leave(mailing_list=the_list, user=person, now=NOW + MINUTE)

    with pytest.raises(RefusedError):
        reply(topic=topic, user=person, content="Bye", now=NOW + MINUTE)
