"""What the pages that people read cost: literal numbers of queries, the same for few and for many."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from forum.counting import recount, settle
from forum.forum_conversation.models import Topic
from forum.models import Attachment, Level, MailingList, Post
from portal.members.models import Role, User
from tests.factories import make_user, sign_in
from tests.forum.factories import accept, appoint, give, make_list, make_terms, subscribe

pytestmark = pytest.mark.django_db

NOW = timezone.now()
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
THEN = NOW - 100 * DAY


@pytest.fixture(scope="module")
def shared() -> tuple[MailingList, list[User]]:
    """A list with terms, and 20 people in post on it."""
    the_list = make_list()
    terms = make_terms("Code of conduct", THEN)
    the_list.terms.add(terms)
    people = [make_user(first_name=f"Person {number}") for number in range(20)]
    for one in people:
        subscribe(the_list, one, since=THEN)
        appoint(one, Role.CLINICAL_DIRECTOR, THEN.date())
        accept(one, terms, at=THEN)
    return the_list, people


@pytest.fixture
def browser(shared: tuple[MailingList, list[User]]) -> Client:
    client = sign_in(shared[1][0])
    client.get("/accounts/profile/")  # what is asked once a process
    return client


def fill(the_list: MailingList, people: list[User], *, topics: int, posts: int) -> Topic:
    """So many topics with so many posts by as many people, each with a file. Returns one of the topics."""
    Topic.objects.bulk_create(
        Topic(
            forum_id=the_list.forum_id,
            poster=people[number % 20],
            subject=f"Topic {number}",
            slug="topic",
            type=Topic.TOPIC_POST,
            status=Topic.TOPIC_UNLOCKED,
            approved=True,
            posts_count=1,
            created=NOW - number * MINUTE,
            last_post_on=NOW - number * MINUTE,
        )
        for number in range(topics)
    )
    topic = Topic.objects.order_by("-created")[0]
    made = Post.objects.bulk_create(
        Post(
            topic=topic,
            poster=people[number],
            subject="Topic",
            content="Words",
            approved=True,
            enable_signature=False,
            created=NOW + number * MINUTE,
        )
        for number in range(posts)
    )
    Post.objects.update(_content_rendered="<p>Words</p>")
    Attachment.objects.bulk_create(
        Attachment(list=the_list, post=post, name="a.pdf", type="application/pdf", size=5, created_at=NOW)
        for post in made
    )
    recount(the_list.forum_id)
    return settle(topic)


@pytest.mark.parametrize(("topics", "posts"), [(1, 1), (3, 3), (200, 20)])
def test_a_topic_page_takes_12_queries_with_20_posts_of_20_people_as_with_one(
    shared: tuple[MailingList, list[User]],
    browser: Client,
    topics: int,
    posts: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    topic = fill(*shared, topics=topics, posts=posts)

    # One of them asks what was taken off the mails of posts, of which the reader may see that: there is one of their own.
    with django_assert_num_queries(12):
        page = browser.get(f"/forum/setting-up/topics/{topic.pk}/")

    assert page.content.count(b"<article") == posts
    assert page.content.count(b"a.pdf</a>") == posts


@pytest.mark.parametrize("topics", [1, 3, 200])
def test_a_page_of_a_list_takes_12_queries_with_200_topics_as_with_one(
    shared: tuple[MailingList, list[User]],
    browser: Client,
    topics: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    fill(*shared, topics=topics, posts=1)

    with django_assert_num_queries(12):
        page = browser.get("/forum/setting-up/")

    assert page.content.count(b'class="topics__topic') == min(topics, 30)


@pytest.mark.parametrize("lists", [1, 3])
def test_the_index_takes_9_queries_for_three_lists_as_for_one(
    shared: tuple[MailingList, list[User]],
    browser: Client,
    lists: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    fill(*shared, topics=1, posts=1)
    for number in range(lists):
        fill(_joined(f"List {number}", shared[1]), shared[1], topics=1, posts=1)

    with django_assert_num_queries(9):
        page = browser.get("/forum/")

    assert page.content.count(b"The last by") == 1 + lists


def _joined(name: str, people: list[User]) -> MailingList:
    made = make_list(name)
    subscribe(made, people[0], since=THEN)
    return made


@pytest.mark.parametrize("posts", [1, 3])
def test_a_profile_takes_the_same_queries_however_much_somebody_wrote(
    shared: tuple[MailingList, list[User]],
    browser: Client,
    posts: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    topic = fill(*shared, topics=1, posts=1)
    writer = shared[1][5]
    for _ in range(posts):
        Post.objects.create(topic=topic, poster=writer, subject="T", content="W", approved=True, created=NOW)

    with django_assert_num_queries(14):
        page = browser.get(f"/forum/people/{writer.pk}/")

    assert page.content.count(b'class="listing__meta"') == posts


def test_a_manager_s_page_of_a_list_takes_two_queries_more(
    shared: tuple[MailingList, list[User]], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    manager = make_user()
    give(shared[0], manager, level=Level.MANAGE, since=THEN, until=NOW + DAY)
    fill(*shared, topics=3, posts=1)
    client = sign_in(manager)
    client.get("/accounts/profile/")

    with django_assert_num_queries(14):
        client.get("/forum/setting-up/")
