"""Private answers: passed on without addresses, for two people alone, once, and not without limit."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from forum import actions
from forum.actions.messaging import answer_message, answer_privately
from forum.actions.posting import start_topic
from forum.models import MailingList, Post, PrivateMessage
from forum.rules.messages import MOST_A_DAY, MOST_AN_HOUR, refusal_of_messages
from portal.members.actions import RefusedError
from portal.members.models import AuditEntry, Mail, User
from tests.factories import NOW, make_user, sign_in
from tests.forum.factories import make_list, subscribe

pytestmark = pytest.mark.django_db

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def the_list() -> MailingList:
    return make_list(hold_first_posts=0)


def join(the_list: MailingList, email: str, **names: str) -> User:
    person = make_user(email, **names)
    subscribe(the_list, person, since=NOW - DAY)
    return person


@pytest.fixture
def ada(the_list: MailingList) -> User:
    return join(the_list, "ada@example.org")


@pytest.fixture
def grace(the_list: MailingList) -> User:
    return join(the_list, "grace@example.org", first_name="Grace", last_name="Sample")


@pytest.fixture
def post(the_list: MailingList, ada: User) -> Post:
    return start_topic(mailing_list=the_list, user=ada, subject="Quorum", content="How many?", now=NOW)


def test_an_answer_reaches_the_author_by_mail_and_neither_sees_the_other_s_address(
    post: Post, ada: User, grace: User
) -> None:
    address = f"/forum/setting-up/posts/{post.pk}/private/"
    browser = sign_in(grace)
    page = browser.get(address).content.decode()
    assert ("Answer Ada Example privately" in page, "ada@example.org" in page) == (True, False)

    answer = browser.post(address, {"text": "Ask me, <b>not</b> them."})

    message = PrivateMessage.objects.get()
    assert answer.url == f"/forum/setting-up/posts/{post.pk}/"
    mail = Mail.objects.get()
    assert (mail.to, mail.subject) == ("ada@example.org", "Grace Sample answered you privately: Quorum")
    assert mail.headers == {}
    assert "Ask me, <b>not</b> them." in mail.text
    assert "Ask me, &lt;b&gt;not&lt;/b&gt; them." in mail.html
    assert f"/forum/messages/{message.pk}/" in mail.text
    assert "grace@example.org" not in mail.text + mail.html


def test_both_read_and_answer_on_one_page_also_after_the_list_and_nobody_else(
    post: Post, ada: User, grace: User, the_list: MailingList
) -> None:
    first = answer_privately(post=post, sender=grace, text="Ask me.", now=NOW)
    actions.leave(mailing_list=the_list, user=ada, now=NOW)
    address = f"/forum/messages/{first.pk}/"

    page = sign_in(ada).get(address).content.decode()
    assert ("Ask me." in page, "grace@example.org" in page) == (True, False)
    sign_in(ada).post(address, {"text": "I do."})

    assert list(PrivateMessage.objects.values_list("sender", "recipient", "text")) == [
        (grace.pk, ada.pk, "Ask me."),
        (ada.pk, grace.pk, "I do."),
    ]
    assert "I do." in sign_in(grace).get(address).content.decode()
    assert Mail.objects.get(to="grace@example.org").subject == "Ada Example answered you privately: Quorum"
    assert sign_in(join(the_list, "other@example.org")).get(address).status_code == 404
    assert sign_in(make_user(is_superuser=True)).post(address, {"text": "Me"}).status_code == 404


def test_only_posts_that_the_sender_can_read_now_are_answered(
    post: Post, ada: User, grace: User, the_list: MailingList
) -> None:
    with pytest.raises(RefusedError, match="own post"):
        answer_privately(post=post, sender=ada, text="Me", now=NOW)
    with pytest.raises(RefusedError, match="cannot read"):
        answer_privately(post=post, sender=make_user(), text="Hello", now=NOW)
    Post.objects.update(approved=False)
    assert sign_in(grace).get(f"/forum/setting-up/posts/{post.pk}/private/").status_code == 404


def test_whoever_has_no_account_any_more_cannot_be_reached(post: Post, ada: User, grace: User) -> None:
    message = answer_privately(post=post, sender=grace, text="Ask me.", now=NOW)
    grace.delete()
    message.refresh_from_db()

    with pytest.raises(RefusedError, match="cannot be reached"):
        answer_message(message=message, sender=ada, text="Hello?", now=NOW)
    assert "cannot be reached" in sign_in(ada).get(f"/forum/messages/{message.pk}/").content.decode()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (" ", "Write something."),
        ("a" * 5_001, "5,000 characters is the most, and it has 5,001."),
        ("a\0", "There is a character in it that cannot be kept."),
        ("\ud800", "There is a character in it that cannot be kept."),
        ("NHS number 943 476 5919", "It looks as if this names a patient."),
    ],
)
def test_what_cannot_be_sent_is_refused_in_words(post: Post, grace: User, text: str, says: str) -> None:
    with pytest.raises(RefusedError) as refused:
        answer_privately(post=post, sender=grace, text=text, now=NOW)

    assert says in str(refused.value)
    assert not PrivateMessage.objects.exists()


def test_one_form_sends_once(post: Post, grace: User) -> None:
    key = uuid.uuid4()
    for _ in range(2):
        answer_privately(post=post, sender=grace, text="Ask me.", now=NOW, submission=key)

    message = PrivateMessage.objects.get()
    assert Mail.objects.count() == 1
    with pytest.raises(RefusedError, match="with other words"):
        answer_privately(post=post, sender=grace, text="Ask them.", now=NOW, submission=key)
    with pytest.raises(IntegrityError), transaction.atomic():
        PrivateMessage.objects.create(post=post, sender=grace, text="x", sent_at=NOW, submission=key)
    assert message.text == "Ask me."


@pytest.mark.parametrize(
    ("hour", "day", "refused"),
    [
        (MOST_AN_HOUR - 1, MOST_A_DAY - 1, False),
        (MOST_AN_HOUR, MOST_AN_HOUR, True),
        (0, MOST_A_DAY, True),
    ],
)
def test_so_many_an_hour_and_a_day(hour: int, day: int, refused: bool) -> None:
    assert (refusal_of_messages(hour, day) is not None) == refused


def test_those_of_the_last_hour_count(post: Post, grace: User) -> None:
    PrivateMessage.objects.bulk_create(
        PrivateMessage(post=post, sender=grace, text="x", sent_at=NOW + MINUTE) for _ in range(MOST_AN_HOUR)
    )

    with pytest.raises(RefusedError, match="many private answers"):
        answer_privately(post=post, sender=grace, text="More", now=NOW + HOUR)
    assert answer_privately(post=post, sender=grace, text="More", now=NOW + HOUR + MINUTE).pk


def test_nothing_of_a_message_is_in_the_audit_log(post: Post, grace: User) -> None:
    answer_privately(post=post, sender=grace, text="Between us", now=timezone.now())

    assert not AuditEntry.objects.exists()
