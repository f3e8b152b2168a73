"""A post as a mail: what its headers say, that it threads, and that nobody's words get out of their place."""

import re
from datetime import timedelta
from email.utils import parseaddr
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from forum.addresses import Purpose, key_of, secret
from forum.models import KnownMessage, MailFormat, MailingList, Post
from forum.outgoing.plain import to_text
from forum.outgoing.posts import (
    DELIMITER,
    FOOTER_BEGINS,
    message_id_of,
    post_of_message_id,
    template_of,
)
from forum.outgoing.threads import LONGEST_CHAIN
from portal.members.models import Role, User
from tests.factories import NOW, make_user
from tests.forum.factories import appoint, make_list
from tests.forum.outgoing.factories import fresh, make_chain, make_file, make_post, make_topic
from tests.forum.outgoing.reading import SUBSCRIPTION, faults, filled, parsed, text_of
from tests.handbook.working_copy import add_section, edit, make_handbook, publish

pytestmark = pytest.mark.django_db

HTML, PLAIN = MailFormat.HTML, MailFormat.PLAIN
HEADERS = [
    "Date",
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Message-ID",
    "List-Id",
    "List-Post",
    "List-Help",
    "List-Subscribe",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "List-Owner",
    "List-Archive",
    "Precedence",
    "X-Auto-Response-Suppress",
    "Archived-At",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
]
words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=250)


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
def post(the_list: MailingList, ada: User) -> Post:
    return fresh(make_post(make_topic(the_list), ada, "How *many*?"))


def mail(post: Post, mail_format: MailFormat = HTML, **person: Any) -> bytes:
    return filled(template_of(fresh(post), format=mail_format), **person)


# --- Headers -------------------------------------------------------------------------------------------------------------


def test_what_the_headers_of_a_post_say(post: Post) -> None:
    data = mail(post)

    message = parsed(data)
    number, stop = post.pk, key_of(Purpose.STOP, 0, SUBSCRIPTION)
    assert faults(data) == []
    assert message.keys() == HEADERS
    assert dict(message.items()) == {
        "Date": "Tue, 10 Mar 2026 09:30:00 +0000",
        "From": "Ada Example via Setting up <setting-up@lists.example>",
        "To": "grace@example.org",
        "Reply-To": f"Everybody on Setting up <{secret(Purpose.REPLY, number, SUBSCRIPTION)}>",
        "Subject": "[Setting up] Quorum",
        "Message-ID": f"<post-{number}@lists.example>",
        "List-Id": '"Setting up" <setting-up.lists.example>',
        "List-Post": "<mailto:setting-up@lists.example>",
        "List-Help": "<mailto:setting-up-help@lists.example>, <https://portal.example/forum/setting-up/about/>",
        "List-Subscribe": "<https://portal.example/forum/setting-up/about/>, <mailto:setting-up-subscribe@lists.example>",
        "List-Unsubscribe": f"<https://portal.example/forum/mail/stop/{stop}/>, <mailto:setting-up-unsubscribe@lists.example>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Owner": "<mailto:postmaster@lists.example>",
        "List-Archive": "<https://portal.example/forum/setting-up/>",
        "Precedence": "list",
        "X-Auto-Response-Suppress": "All",
        "Archived-At": f"<https://portal.example/forum/setting-up/posts/{number}/>",
        "Auto-Submitted": "no",
        "MIME-Version": "1.0",
        "Content-Type": f'multipart/alternative; boundary="=_post-{number}=_"',
    }


def test_plain_mail_is_one_text_and_formatted_mail_offers_both(post: Post) -> None:
    assert [part.get_content_type() for part in parsed(mail(post)).walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    assert parsed(mail(post, PLAIN)).get_content_type() == "text/plain"
    assert text_of(mail(post, PLAIN)) == text_of(mail(post))


def test_an_answer_says_re_and_a_former_member_is_named_as_one(the_list: MailingList, post: Post) -> None:
    answer = make_post(post.topic, None, "Half.", answers=post)

    message = parsed(mail(answer))

    assert message["Subject"] == "Re: [Setting up] Quorum"
    assert parseaddr(message["From"])[0] == "A former member via Setting up"
    assert "by a former member, 10 March" in text_of(mail(answer))
    assert "author+" not in text_of(mail(answer))
    assert set(template_of(fresh(answer), format=HTML).keys) == {"reply", "stop"}


def test_an_author_whose_account_is_closed_cannot_be_answered_alone(post: Post, ada: User) -> None:
    assert template_of(fresh(post), format=PLAIN).keys == {
        "reply": (Purpose.REPLY, post.pk),
        "author": (Purpose.AUTHOR, post.pk),
        "stop": (Purpose.STOP, 0),
    }
    User.objects.filter(pk=ada.pk).update(is_active=False)

    assert set(template_of(fresh(post), format=PLAIN).keys) == {"reply", "stop"}


@hypothesis_settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(subject=words, name=words, list_name=words, body=words)
def test_whatever_people_write_stays_in_its_place(
    shared_post: Post, subject: str, name: str, list_name: str, body: str
) -> None:
    shared_post.topic.subject, shared_post.poster.first_name = subject, name
    shared_post.topic.forum.mailing_list.name = list_name
    shared_post.content, shared_post._content_rendered = body, ""

    data = filled(template_of(shared_post, format=HTML))

    message = parsed(data)
    assert faults(data) == []
    assert message.keys() == HEADERS
    assert [address.addr_spec for address in message["From"].addresses] == ["setting-up@lists.example"]
    assert [address.addr_spec for address in message["To"].addresses] == ["grace@example.org"]
    text, _, footer = text_of(data).rpartition(f"\n{DELIMITER}\n{FOOTER_BEGINS} ")
    assert text.rstrip("\n") == to_text(
        body, f"https://portal.example/forum/setting-up/posts/{shared_post.pk}/"
    ).rstrip("\n")
    assert footer


def test_two_people_s_mails_differ_in_their_places_alone(post: Post) -> None:
    template = template_of(post, format=HTML)
    one = filled(template, to="one@example.org", subscription=1)
    two = filled(template, to="second@example.org", subscription=2)

    for purpose, first in template.keys.values():
        two = two.replace(key_of(purpose, first, 2).encode(), key_of(purpose, first, 1).encode())

    assert one != two
    assert two.replace(b"second@example.org", b"one@example.org") == one
    assert template.places == ("to", "reply", "stop", "author", "stop", "author", "stop")


# --- Threads -------------------------------------------------------------------------------------------------------------


def test_an_answer_names_what_it_answers_back_to_the_first_post(the_list: MailingList, ada: User) -> None:
    first, second, third = make_chain(make_topic(the_list), ada, 3)
    aside = make_post(first.topic, ada, "Aside.")
    KnownMessage.objects.create(list=the_list, post=second, message_id="abc+1@mail.example")

    ids = [f"<post-{first.pk}@lists.example>", "<abc+1@mail.example>"]
    assert parsed(mail(second))["Message-ID"] == ids[1]
    assert (parsed(mail(third))["In-Reply-To"], parsed(mail(third))["References"]) == (ids[1], " ".join(ids))
    assert (parsed(mail(aside))["In-Reply-To"], parsed(mail(aside))["References"]) == (ids[0], ids[0])
    assert "References" not in parsed(mail(first))


def test_a_long_thread_has_the_first_and_the_last_of_what_led_to_a_post(
    the_list: MailingList, ada: User
) -> None:
    posts = make_chain(make_topic(the_list), ada, LONGEST_CHAIN + 10)

    references = re.findall(r"<post-(\d+)@", parsed(mail(posts[-1]))["References"])

    assert references == [str(one.pk) for one in [posts[0], *posts[-LONGEST_CHAIN - 1 : -1]]]
    assert faults(mail(posts[-1])) == []


def test_posts_that_answer_one_another_end_somewhere(the_list: MailingList, ada: User) -> None:
    first, second, third = make_chain(make_topic(the_list), ada, 3)
    Post.objects.filter(pk=first.pk).update(answers=third)
    Post.objects.filter(pk=third.pk).update(answers=third)

    assert f"<post-{first.pk}@" in parsed(mail(second))["References"]
    assert parsed(mail(third))["In-Reply-To"] == f"<post-{first.pk}@lists.example>"


@pytest.mark.parametrize("stored", ["abc@mail.example", "<abc@mail.example>"])
def test_a_message_id_leads_to_its_post_in_its_list_alone(
    the_list: MailingList, post: Post, ada: User, stored: str
) -> None:
    other = make_list("Other")
    ours = message_id_of(post)
    KnownMessage.objects.create(list=the_list, post=post, message_id=stored)

    for message_id in (
        ours,
        ours.upper().replace("POST", "post"),
        "<abc@mail.example>",
        " abc@mail.example\r\n",
    ):
        assert post_of_message_id(the_list, message_id) == post
        assert post_of_message_id(other, message_id) is None
    assert message_id_of(post) == "<abc@mail.example>"
    for message_id in (
        "",
        "<>",
        "abc",
        "<post-0@lists.example>",
        f"<post-{post.pk}@elsewhere.example>",
        "\0",
        "é@x",
    ):
        assert post_of_message_id(the_list, message_id) is None


@pytest.mark.parametrize("stored", ["a\r\nBcc: b@example.org", "a b", "a>,<b", "é@mail.example", ""])
def test_a_message_id_that_no_header_could_hold_is_not_sent_on(
    the_list: MailingList, post: Post, stored: str
) -> None:
    KnownMessage.objects.create(list=the_list, post=post, message_id=stored)

    assert parsed(mail(post))["Message-ID"] == f"<post-{post.pk}@lists.example>"


# --- Bodies --------------------------------------------------------------------------------------------------------------


def test_what_stands_below_a_post(post: Post, ada: User) -> None:
    appoint(ada, Role.CLINICAL_DIRECTOR, NOW.date() - timedelta(days=99))
    file = make_file(post, "The agenda.pdf")

    author, stop = secret(Purpose.AUTHOR, post.pk, SUBSCRIPTION), key_of(Purpose.STOP, 0, SUBSCRIPTION)
    assert text_of(mail(post)) == (
        "How _many_?\n\n"
        "Files, for those who may read the list:\n"
        f"* The agenda.pdf (2.0\N{NO-BREAK SPACE}KB) <https://portal.example/forum/attachments/{file.key}/The%20agenda.pdf>\n\n"
        "-- \n"
        "Posted in the list Setting up by Ada Example (Clinical director, Sample network), 10 March 2026, 9:30am.\n"
        f"Read it on the web: https://portal.example/forum/setting-up/posts/{post.pk}/\n\n"
        "If you answer this mail, you write to everybody on the list.\n"
        f"To write to Ada Example alone: {author}\n\n"
        f"Stop mails of this list: https://portal.example/forum/mail/stop/{stop}/\n"
        "Change how you get them: https://portal.example/forum/setting-up/mail/\n"
    )
    html = text_of(mail(post), "html")
    assert f'<a href="mailto:{author}?subject=Re%3A%20%5BSetting%20up%5D%20Quorum"' in html
    assert f'<a href="https://portal.example/forum/mail/stop/{stop}/"' in html
    assert (
        re.findall(r"<(?:img|script|link|iframe|object|video|audio|source)\b|url\(|src=|@import", html) == []
    )
    assert re.findall(r'href="(?!https://portal\.example/|mailto:)', html) == []
    assert f"{FOOTER_BEGINS} Setting up" in html


def test_a_link_to_the_handbook_says_which_edition_it_leads_to(post: Post) -> None:
    handbook = make_handbook()
    quorum = add_section(handbook, "Quorum", "<p>Half.</p>")
    publish(handbook, "1.0")
    edit(quorum, html="<p>All.</p>")
    publish(handbook, "1.1", now=NOW + timedelta(days=1))
    post.content = "See [this](https://portal.example/handbook/1.0/quorum/#votes)."
    post.save()

    url, what = (
        "https://portal.example/handbook/1.0/quorum/#votes",
        "Handbook section, edition 1.0; amended since",
    )
    assert f"What the links lead to:\n* 1 Quorum ({what}) <{url}>\n" in text_of(mail(post))
    assert what in text_of(mail(post), "html")


def test_a_link_into_the_forum_is_no_card(post: Post) -> None:
    post.content = f"See [this](https://portal.example/forum/setting-up/topics/{post.topic_id}/)."
    post.save()

    assert "What the links lead to" not in text_of(mail(post))


# --- Costs ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [3, 30])
def test_a_long_thread_and_many_files_cost_the_same_queries(
    the_list: MailingList, ada: User, number: int
) -> None:
    post = make_chain(make_topic(the_list), ada, number)[-1]
    for _ in range(number):
        make_file(post)
    post = fresh(post)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        template_of(post, format=HTML)

    # Files, roles, what led to the post, Message-IDs.
    assert len(queries) == 4


@pytest.fixture(scope="module")
def shared() -> Post:
    mailing_list = make_list("Setting up")
    return make_post(make_topic(mailing_list), make_user(email="shared@example.org"))


@pytest.fixture
def shared_post(shared: Post) -> Post:
    return fresh(shared)
