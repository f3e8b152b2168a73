"""Cards of what posts link to: for this reader at this moment, and never of what they may not read."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from forum import actions
from forum.actions.posting import reply, start_topic
from forum.cards import Linked, cards_of
from forum.models import MailingList, Post
from portal.members.models import User
from portal.pages.cards import Card, card_for
from tests.factories import NOW, make_user, sign_in
from tests.forum.factories import make_list, subscribe
from tests.handbook.working_copy import add_section, edit, make_handbook, publish

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def the_list() -> MailingList:
    return make_list(hold_first_posts=0)


@pytest.fixture
def ada(the_list: MailingList) -> User:
    person = make_user()
    subscribe(the_list, person, since=NOW - DAY)
    return person


@pytest.fixture
def post(the_list: MailingList, ada: User) -> Post:
    return start_topic(mailing_list=the_list, user=ada, subject="Quorum", content="How many?", now=NOW)


def test_a_link_to_a_topic_names_it_to_readers_of_its_list_alone(
    post: Post, ada: User, the_list: MailingList
) -> None:
    topic, here = f"/forum/setting-up/topics/{post.topic_id}/", f"/forum/setting-up/posts/{post.pk}/"
    seen = [card_for(address, user=ada, now=NOW) for address in (topic, here)]
    assert seen == [Card("Quorum", "Topic in Setting up"), Card("Quorum", "Post in Setting up")]
    superuser = make_user(is_superuser=True)
    assert card_for(topic, user=superuser, now=NOW) is None
    assert card_for(f"/forum/other/topics/{post.topic_id}/", user=ada, now=NOW) is None

    Post.objects.update(approved=False)
    assert card_for(here, user=ada, now=NOW) is None
    Post.objects.update(approved=True)
    actions.leave(mailing_list=the_list, user=ada, now=NOW + DAY)
    assert card_for(topic, user=ada, now=NOW + DAY) is None


def test_a_link_to_a_section_names_its_edition_and_says_that_it_was_amended(
    ada: User, the_list: MailingList
) -> None:
    handbook = make_handbook()
    quorum = add_section(handbook, "Quorum", "<p>Half.</p>")
    publish(handbook, "1.0")
    edit(quorum, html="<p>All.</p>")
    publish(handbook, "1.1", now=NOW + DAY)
    url = f"{settings.BASE_URL}/handbook/1.0/quorum/#votes"
    start_topic(
        mailing_list=the_list, user=ada, subject="Votes", content=f"See [this]({url}).", now=timezone.now()
    )

    page = sign_in(ada).get(f"/forum/setting-up/topics/{Post.objects.get().topic_id}/").content.decode()

    assert f'<a href="{url}">1 Quorum</a> <span>Handbook section, edition 1.0; amended since</span>' in page


@pytest.mark.parametrize(
    "html",
    [
        '<a href="https://www.example.org/forum/">x</a>',
        '<a href="//example.org/">x</a>',
        '<a href="/forum/attachments/1/file">x</a>',
        '<a href="/forum/people/1/">x</a>',
        '<a href="/nowhere/">x</a>',
        f'<a href="{settings.BASE_URL}.example.org/handbook/">x</a>',
        '<a href="/%00/">x</a>',
    ],
)
def test_other_links_are_links_alone(ada: User, html: str) -> None:
    assert cards_of({1: html}, ada, NOW) == {1: []}


@pytest.mark.parametrize("links", [1, 3])
def test_three_links_to_topics_cost_as_much_as_one(
    post: Post,
    ada: User,
    links: int,
    django_assert_num_queries: Callable[..., AbstractContextManager[object]],
) -> None:
    for _ in range(2):
        reply(topic=post.topic, user=ada, content="More", now=NOW)
    keys = list(Post.objects.values_list("pk", flat=True))[:links]
    html = "".join(f'<a href="/forum/setting-up/posts/{key}/">x</a>' for key in keys)
    cards_of({1: html}, ada, NOW)

    with django_assert_num_queries(4):
        found = cards_of({1: html, 2: html}, ada, NOW)

    assert [len(found[key]) for key in (1, 2)] == [links, links]


def test_what_anybody_may_read_is_asked_once_a_minute(
    ada: User, django_assert_num_queries: Callable[..., AbstractContextManager[object]]
) -> None:
    cache.clear()
    make_handbook()
    html = '<a href="/handbook/">x</a>'
    cards_of({1: html}, ada, NOW)

    with django_assert_num_queries(0):
        found = cards_of({1: html}, ada, NOW)

    assert found == {1: [Linked("/handbook/", Card("Handbook", "Handbook"))]}
