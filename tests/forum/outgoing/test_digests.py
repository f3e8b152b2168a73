"""Digests: what is in one, each post with an address of its own, in three forms."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forum.addresses import Purpose, key_of, secret
from forum.models import Digest, Hold, HoldReason, MailFormat, MailingList, Outcome, Period, Post
from forum.outgoing import digests
from forum.outgoing.digests import digest_template, posts_in
from portal.members.models import User
from tests.factories import NOW, make_user
from tests.forum.factories import make_list
from tests.forum.outgoing.factories import MINUTE, fresh, make_file, make_post, make_topic
from tests.forum.outgoing.reading import SUBSCRIPTION, faults, filled, parsed, text_of

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
HTML, PLAIN, MIME = MailFormat.HTML, MailFormat.PLAIN, MailFormat.MIME


@pytest.fixture(autouse=True)
def domain(settings: Any) -> None:
    settings.LIST_DOMAIN = "lists.example"
    settings.BASE_URL = "https://portal.example"


@pytest.fixture
def the_list() -> MailingList:
    return make_list("Setting up")


@pytest.fixture
def ada() -> User:
    return make_user()


@pytest.fixture
def grace() -> User:
    return make_user(first_name="Grace", last_name="Hopper")


@pytest.fixture
def digest(the_list: MailingList) -> Digest:
    return make_digest(the_list)


def make_digest(mailing_list: MailingList) -> Digest:
    return Digest.objects.create(list=mailing_list, period=Period.DAY, starts_at=NOW, ends_at=NOW + DAY)


def hold(post: Post, **fields: Any) -> Hold:
    return Hold.objects.create(post=post, because=HoldReason.NEWCOMER, **{"held_at": post.created, **fields})


def mail(digest: Digest, mail_format: MailFormat = PLAIN) -> bytes:
    return filled(digest_template(digest, list(posts_in(digest)), format=mail_format))


# --- What is in one ------------------------------------------------------------------------------------------------------


def test_a_digest_has_what_was_written_in_its_span_in_its_list(
    the_list: MailingList, digest: Digest, ada: User
) -> None:
    topic = make_topic(the_list)
    moments = (NOW - MINUTE, NOW, NOW + DAY - MINUTE, NOW + DAY)
    _, first, last, _ = (make_post(topic, ada, at=at) for at in moments)
    make_post(topic, ada, at=NOW, approved=False)
    make_post(make_topic(make_list("Other")), ada, at=NOW)
    make_post(make_topic(the_list, merged_into=topic), ada, at=NOW)

    assert list(posts_in(digest)) == [first, last]


def test_a_post_that_was_held_from_the_beginning_comes_when_it_is_first_approved(
    the_list: MailingList, digest: Digest, ada: User
) -> None:
    topic = make_topic(the_list)
    approved = {"decided_at": NOW + MINUTE, "outcome": Outcome.APPROVED}
    late = make_post(topic, ada, at=NOW - DAY)
    hold(late, **approved)
    after_refusal = make_post(topic, ada, at=NOW - DAY)
    hold(after_refusal, decided_at=NOW - MINUTE, outcome=Outcome.REFUSED, reason="No.")
    hold(after_refusal, held_at=NOW, **approved)
    had_been_read = make_post(topic, ada, at=NOW - DAY)
    hold(had_been_read, held_at=NOW - MINUTE, **approved)
    approved_before = make_post(topic, ada, at=NOW - DAY)
    hold(approved_before, decided_at=NOW - MINUTE, outcome=Outcome.APPROVED)
    hold(approved_before, held_at=NOW, **approved)
    approved_after = make_post(topic, ada, at=NOW)
    hold(approved_after, decided_at=NOW + DAY, outcome=Outcome.APPROVED)
    at_once = make_post(topic, ada, at=NOW)
    hold(at_once, **approved)
    reported = make_post(topic, ada, at=NOW)
    hold(reported, held_at=NOW + MINUTE, decided_at=NOW + DAY, outcome=Outcome.APPROVED)

    assert set(posts_in(digest)) == {late, after_refusal, at_once, reported}


# --- What it says --------------------------------------------------------------------------------------------------------


@pytest.fixture
def written(the_list: MailingList, ada: User, grace: User) -> list[Post]:
    """Two topics, whose posts were written by turns."""
    quorum, rota = make_topic(the_list), make_topic(the_list, "Rota")
    first = make_post(quorum, ada, "How many?")
    other = make_post(rota, None, "Who?", at=NOW + MINUTE)
    answer = make_post(quorum, grace, "Half.", answers=first, at=NOW + 2 * MINUTE)
    make_file(first)
    return [first, other, answer]


def key(purpose: Purpose, number: int) -> str:
    return secret(purpose, number, SUBSCRIPTION)


def test_what_the_headers_of_a_digest_say(digest: Digest, written: list[Post]) -> None:
    data = mail(digest)

    message = parsed(data)
    assert faults(data) == []
    assert message["Subject"] == "[Setting up] 3 posts in 2 topics, 11 March 2026"
    assert message["From"] == "Digest of Setting up <setting-up@lists.example>"
    assert message["Reply-To"] == f"Digest of Setting up <{key(Purpose.REPLY, 0)}>"
    assert message["Message-ID"] == f"<digest-{digest.pk}@lists.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Id"] == '"Setting up" <setting-up.lists.example>'
    assert message["List-Unsubscribe"].startswith(
        f"<https://portal.example/forum/mail/stop/{key_of(Purpose.STOP, 0, SUBSCRIPTION)}/>"
    )


def test_a_digest_as_text(digest: Digest, written: list[Post]) -> None:
    first, other, answer = written
    web = "https://portal.example/forum/setting-up/posts"
    file = first.attachments.get()
    rule = "-" * 30

    assert text_of(mail(digest)) == (
        "3 posts in 2 topics, 11 March 2026\n\n"
        "1. Quorum\n   2 posts: Ada Example, Grace Hopper\n"
        "2. Rota\n   1 post: A former member\n\n"
        f"{'-' * 70}\n\n"
        "Date: 10 March 2026, 9:30am\nFrom: Ada Example\nSubject: 1. Quorum\n\nHow many?\n\n"
        "Files, for those who may read the list:\n"
        f"* agenda.pdf (2.0\N{NO-BREAK SPACE}KB) <https://portal.example/forum/attachments/{file.key}/agenda.pdf>\n\n"
        f"Answer everybody: {key(Purpose.REPLY, first.pk)}\n"
        f"Answer Ada Example alone: {key(Purpose.AUTHOR, first.pk)}\n"
        f"On the web: {web}/{first.pk}/\n\n{rule}\n\n"
        "Date: 10 March 2026, 9:32am\nFrom: Grace Hopper\nSubject: 1. Quorum\n\nHalf.\n\n"
        f"Answer everybody: {key(Purpose.REPLY, answer.pk)}\n"
        f"Answer Grace Hopper alone: {key(Purpose.AUTHOR, answer.pk)}\n"
        f"On the web: {web}/{answer.pk}/\n\n{rule}\n\n"
        "Date: 10 March 2026, 9:31am\nFrom: A former member\nSubject: 2. Rota\n\nWho?\n\n"
        f"Answer everybody: {key(Purpose.REPLY, other.pk)}\n"
        f"On the web: {web}/{other.pk}/\n\n{rule}\n\n"
        "End of Setting up, 11 March 2026\n********************************\n\n"
        "-- \n"
        "To answer a post, write to the address below it. An answer to this mail itself cannot be posted, "
        "since it would not say which post it is about.\n\n"
        f"Stop mails of this list: https://portal.example/forum/mail/stop/{key_of(Purpose.STOP, 0, SUBSCRIPTION)}/\n"
        "Change how you get them: https://portal.example/forum/setting-up/mail/\n"
    )


def test_a_digest_as_html_has_an_address_for_each_post(digest: Digest, written: list[Post]) -> None:
    data = mail(digest, HTML)
    html = text_of(data, "html")

    assert faults(data) == []
    assert [part.get_content_type() for part in parsed(data).walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    assert re.findall(
        r"mailto:(reply\+\w+@lists\.example)\?subject=Re%3A%20%5BSetting%20up%5D%20(\w+)", html
    ) == [
        (key(Purpose.REPLY, post.pk), subject)
        for post, subject in ((written[0], "Quorum"), (written[2], "Quorum"), (written[1], "Rota"))
    ]
    assert re.findall(r"<h2[^>]*>([^<]+)<", html) == ["1. Quorum", "2. Rota"]
    assert html.count("<img") == 0


def test_a_mime_digest_has_the_posts_as_messages(digest: Digest, written: list[Post]) -> None:
    data = mail(digest, MIME)

    message = parsed(data)
    contents, posts, footer = message.get_payload()
    messages = [part.get_payload(0) for part in posts.get_payload()]
    assert faults(data) == []
    assert [part.get_content_type() for part in (contents, posts, footer)] == [
        "text/plain",
        "multipart/digest",
        "text/plain",
    ]
    assert [
        (one["Subject"], one["From"].addresses[0].display_name, one["Reply-To"].addresses[0].addr_spec)
        for one in messages
    ] == [
        ("[Setting up] Quorum", "Ada Example via Setting up", key(Purpose.REPLY, written[0].pk)),
        ("Re: [Setting up] Quorum", "Grace Hopper via Setting up", key(Purpose.REPLY, written[2].pk)),
        ("[Setting up] Rota", "A former member via Setting up", key(Purpose.REPLY, written[1].pk)),
    ]
    assert messages[1]["References"] == f"<post-{written[0].pk}@lists.example>"
    assert [one.get_body(("plain",)).get_content().splitlines()[0] for one in messages] == [
        "How many?",
        "Half.",
        "Who?",
    ]
    assert {one.get_content_type() for one in messages} == {"text/plain"}


def test_two_people_s_digests_differ_in_their_places_alone(digest: Digest, written: list[Post]) -> None:
    template = digest_template(digest, list(posts_in(digest)), format=HTML)
    one, two = filled(template, subscription=1), filled(template, subscription=2)

    for purpose, first in template.keys.values():
        two = two.replace(key_of(purpose, first, 2).encode(), key_of(purpose, first, 1).encode())

    assert two == one
    assert len(template.keys) == 2 + 3 + 2


# --- Limits and costs ----------------------------------------------------------------------------------------------------


def test_a_digest_of_500_posts_is_cut(the_list: MailingList, digest: Digest, ada: User) -> None:
    topic = make_topic(the_list)
    make_post(topic, ada)
    Post.objects.bulk_create(
        Post(topic=topic, poster=ada, subject="Quorum", content="Again.", created=NOW + MINUTE, approved=True)
        for _ in range(499)
    )

    data = mail(digest, HTML)

    text = text_of(data)
    assert parsed(data)["Subject"] == "[Setting up] 500 posts in 1 topic, 11 March 2026"
    assert text.count("Answer everybody: ") == digests.MOST_POSTS == 100
    assert (
        "This mail has the first 100 posts. There are 400 more on the web: https://portal.example/forum/setting-up/\n"
        in text
    )
    assert ">400 more on the web</a>" in text_of(data, "html")


def test_a_digest_of_long_posts_is_cut_but_never_empty(
    the_list: MailingList, digest: Digest, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = make_topic(the_list)
    for _ in range(3):
        make_post(topic, ada, "x" * 100)

    assert "on the web: https://portal.example/forum/setting-up/\n" not in text_of(mail(digest))
    monkeypatch.setattr(digests, "MOST_CHARACTERS", 200)
    assert "There is 1 more" in text_of(mail(digest))
    monkeypatch.setattr(digests, "MOST_CHARACTERS", 10)
    assert "There are 2 more" in text_of(mail(digest))


@pytest.mark.parametrize("number", [3, 30])
@pytest.mark.parametrize(("mail_format", "queries"), [(HTML, 4), (MIME, 5)])
def test_many_posts_cost_the_same_queries(
    the_list: MailingList, digest: Digest, ada: User, number: int, mail_format: MailFormat, queries: int
) -> None:
    topic = make_topic(the_list)
    for _ in range(number):
        make_file(fresh(make_post(topic, ada, answers=topic.first_post)))

    with CaptureQueriesContext(connection) as asked:
        digest_template(digest, list(posts_in(digest)), format=mail_format)

    # What was approved late, the posts, their files, roles; Message-IDs.
    assert len(asked) == queries
