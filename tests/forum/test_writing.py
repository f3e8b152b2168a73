"""Writing without scripts: topics, answers and changes; previews, quotes, and that nothing typed is lost or posted twice."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from forum import actions
from forum.actions.posting import reply, start_topic
from forum.models import Level, MailingList, Post, Topic
from portal.members.models import User
from tests.factories import make_user, sign_in
from tests.forum.factories import give, make_list, subscribe

pytestmark = pytest.mark.django_db

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.fixture
def the_list() -> MailingList:
    return make_list(hold_first_posts=0)


def join(the_list: MailingList, **fields: str) -> User:
    person = make_user(**fields)
    subscribe(the_list, person, since=timezone.now() - DAY)
    return person


@pytest.fixture
def ada(the_list: MailingList) -> User:
    return join(the_list)


@pytest.fixture
def browser(ada: User) -> Client:
    return sign_in(ada)


@pytest.fixture
def topic(the_list: MailingList) -> Topic:
    grace = join(the_list, first_name="Grace", last_name="Sample")
    post = start_topic(
        mailing_list=the_list,
        user=grace,
        subject="Quorum",
        content="How many?\n\n> Older words",
        now=timezone.now() - MINUTE,
    )
    return post.topic


NEW = "/forum/setting-up/new/"


def reply_address(topic: Topic) -> str:
    return f"/forum/setting-up/topics/{topic.pk}/reply/"


def fields_of(page: str) -> dict[str, str]:
    """What is in the hidden fields of the form."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))


def opened(browser: Client, address: str) -> dict[str, str]:
    return fields_of(browser.get(address).content.decode())


def words_in(page: str) -> str:
    """What stands in the text area, entities and all."""
    return re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", page, re.DOTALL)[1]


def test_a_topic_is_started_and_an_answer_given(browser: Client, ada: User, the_list: MailingList) -> None:
    sent = {**opened(browser, NEW), "subject": " Votes ", "text": "One\r\ntwo"}
    answer = browser.post(NEW, sent)

    first = Post.objects.get()
    assert (first.poster, first.topic.subject, first.content.raw) == (ada, "Votes", "One\ntwo")
    assert answer.url == f"/forum/setting-up/posts/{first.pk}/"

    address = reply_address(first.topic)
    answer = browser.post(address, {**opened(browser, address), "text": "Three"})
    assert Post.objects.get(content="Three").topic == first.topic
    assert answer.status_code == 302


@pytest.mark.parametrize(
    ("subject", "text", "says", "kept"),
    [
        ("", "<b>Words</b>", "Write a subject.", "&lt;b&gt;Words&lt;/b&gt;"),
        ("Votes", "", "Write something.", ""),
        ("Votes", "a" * 20_001, "20,000 characters is the most, and it has 20,001.", "a" * 20_001),
        ("Votes", "a\r\n" * 10_000, None, None),
        ("Votes", "a\0b", "The post has a character that cannot be kept.", "a\0b"),
        ("a" * 201, "\u202eright to left", "The subject is too long", "\u202eright to left"),
    ],
)
def test_an_error_says_what_to_do_and_every_word_stays(
    browser: Client, the_list: MailingList, subject: str, text: str, says: str | None, kept: str | None
) -> None:
    answer = browser.post(NEW, {**opened(browser, NEW), "subject": subject, "text": text})

    if says is None:
        assert answer.status_code == 302
        return
    page = answer.content.decode()
    assert answer.status_code == 200
    assert says in page
    assert words_in(page) == kept
    assert not Topic.objects.exists()


def test_a_preview_shows_the_words_as_they_will_be_and_posts_nothing(
    browser: Client, the_list: MailingList
) -> None:
    sent = {**opened(browser, NEW), "subject": "", "text": "Some *words* <i>", "step": "preview"}
    page = browser.post(NEW, sent).content.decode()

    assert "<p>Some <em>words</em> &lt;i&gt;</p>" in page
    assert "There is a problem" not in page
    assert words_in(page) == "Some *words* &lt;i&gt;"
    assert fields_of(page)["key"] == sent["key"]
    assert not Topic.objects.exists()


def test_pressing_twice_or_going_back_and_pressing_again_posts_once(
    browser: Client, topic: Topic, the_list: MailingList
) -> None:
    sent = {**opened(browser, reply_address(topic)), "text": "Half."}

    addresses = {browser.post(reply_address(topic), sent).url for _ in range(3)}

    post = Post.objects.get(content="Half.")
    assert addresses == {f"/forum/setting-up/posts/{post.pk}/"}
    sent = {**opened(browser, NEW), "subject": "Once", "text": "Once."}
    assert len({browser.post(NEW, sent).url for _ in range(2)}) == 1
    assert Topic.objects.filter(subject="Once").count() == 1


def test_going_back_and_changing_the_words_loses_neither(browser: Client, topic: Topic) -> None:
    sent = {**opened(browser, reply_address(topic)), "text": "Half."}
    browser.post(reply_address(topic), sent)

    page = browser.post(reply_address(topic), {**sent, "text": "A third."}).content.decode()
    assert "You have posted from this page before, with other words." in page
    again = browser.post(reply_address(topic), {**fields_of(page), "text": words_in(page)})

    assert again.status_code == 302
    assert list(Post.objects.order_by("pk").values_list("content", flat=True))[1:] == ["Half.", "A third."]


def test_who_missed_answers_sees_them_before_posting(
    browser: Client, topic: Topic, the_list: MailingList
) -> None:
    sent = {**opened(browser, reply_address(topic)), "text": "Half."}
    other = join(the_list)
    for words in ("A third.", "No, more."):
        reply(topic=topic, user=other, content=words, now=timezone.now())

    page = browser.post(reply_address(topic), sent).content.decode()
    assert "2 new answers since you opened this page" in page
    assert "<p>A third.</p>" in page
    assert not Post.objects.filter(content="Half.").exists()

    assert browser.post(reply_address(topic), {**fields_of(page), "text": words_in(page)}).status_code == 302
    assert Post.objects.filter(content="Half.").exists()


def test_a_quote_names_its_author_and_leaves_out_what_they_quoted(browser: Client, topic: Topic) -> None:
    post = topic.posts.get()

    page = browser.get(f"{reply_address(topic)}?quote={post.pk}").content.decode()

    day = f"{timezone.localtime(post.created):%-d %B %Y}"
    assert words_in(page) == f"&gt; *Grace Sample wrote on {day}:*\n&gt;\n&gt; How many?\n\n"
    browser.post(reply_address(topic), {**fields_of(page), "text": "> How many?\n\nHalf."})
    assert Post.objects.get(content__contains="Half").answers == post


@pytest.mark.parametrize("hidden", ["held", "elsewhere", "nonsense"])
def test_what_the_reader_does_not_see_cannot_be_quoted(
    browser: Client, topic: Topic, the_list: MailingList, hidden: str
) -> None:
    number = str(topic.posts.get().pk)
    if hidden == "held":
        held = reply(topic=topic, user=join(the_list), content="Secret", now=timezone.now())
        Post.objects.filter(pk=held.pk).update(approved=False)
        number = str(held.pk)
    if hidden == "elsewhere":
        other = make_list("Directors", hold_first_posts=0)
        number = str(
            start_topic(
                mailing_list=other,
                user=join(other),
                subject="Secret",
                content="Secret",
                now=timezone.now(),
            ).pk
        )
    if hidden == "nonsense":
        number = "9" * 30

    page = browser.get(f"{reply_address(topic)}?quote={number}").content.decode()

    assert words_in(page) == ""
    assert "Secret" not in page


def test_a_change_of_one_s_own_post_keeps_the_earlier_words(browser: Client, topic: Topic) -> None:
    browser.post(reply_address(topic), {**opened(browser, reply_address(topic)), "text": "Half."})
    post = Post.objects.get(content="Half.")
    address = f"/forum/setting-up/posts/{post.pk}/edit/"

    page = browser.get(address).content.decode()
    assert (words_in(page), 'name="subject"' in page, 'name="reason"' in page) == ("Half.", False, False)
    browser.post(address, {**fields_of(page), "text": "Two thirds."})

    post.refresh_from_db()
    assert (post.content.raw, post.versions.get().content) == ("Two thirds.", "Half.")


def test_managers_say_why_they_change_a_post(topic: Topic, the_list: MailingList, browser: Client) -> None:
    manager = make_user()
    give(
        the_list,
        manager,
        level=Level.MANAGE,
        since=timezone.now() - DAY,
        until=timezone.now() + DAY,
    )
    post = topic.posts.get()
    address = f"/forum/setting-up/posts/{post.pk}/edit/"
    assert browser.get(address).status_code == 404

    sent = {"subject": "Quorum, again", "text": "How many practices?"}
    assert "Say why." in sign_in(manager).post(address, sent).content.decode()
    sign_in(manager).post(address, {**sent, "reason": "A name."})

    post.refresh_from_db()
    assert (post.topic.subject, post.update_reason) == ("Quorum, again", "A name.")


def test_whoever_was_signed_out_meanwhile_is_given_the_words_to_copy(topic: Topic) -> None:
    answer = Client().post(NEW, {"subject": "My subject", "text": "Long <words>"})

    page = answer.content.decode()
    assert answer.status_code == 403
    assert "You have been signed out" in page
    assert "My subject" in page
    assert words_in(page) == "Long &lt;words&gt;"
    assert f"/accounts/login/?next={NEW}" in page
    assert answer["Cache-Control"] == "no-store"
    assert Client().post(NEW, {}).status_code == 302


def test_whoever_may_not_post_any_more_is_given_the_words_to_copy(
    browser: Client, ada: User, topic: Topic, the_list: MailingList
) -> None:
    actions.leave(mailing_list=the_list, user=ada, now=timezone.now())

    answer = browser.post(reply_address(topic), {"text": "Long words"})

    assert answer.status_code == 403
    assert "You cannot post in Setting up any more" in answer.content.decode()
    assert words_in(answer.content.decode()) == "Long words"
    assert browser.get(reply_address(topic)).status_code == 403


@pytest.mark.parametrize("answers", [1, 3])
def test_the_page_costs_the_same_whatever_the_topic_holds(
    browser: Client,
    topic: Topic,
    the_list: MailingList,
    answers: int,
    django_assert_num_queries: Callable[..., AbstractContextManager[object]],
) -> None:
    other = join(the_list)
    for number in range(answers):
        reply(topic=topic, user=other, content=f"Answer {number}", now=timezone.now())
    browser.get(NEW)

    with django_assert_num_queries(8):
        browser.get(reply_address(topic))
