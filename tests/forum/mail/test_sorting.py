"""What becomes of mail that came: each in exactly one way, and whoever sent it is told unless it was posted."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from forum import addresses
from forum.actions.judging import confirm_address
from forum.actions.posting import start_topic
from forum.actions.queueing import queue_post
from forum.actions.sorting import HELD_FOR, release_waiting, sort_waiting
from forum.addresses import Purpose
from forum.models import (
    AccessRule,
    Attachment,
    Bounce,
    Delivery,
    DeliveryMode,
    DeliveryState,
    IncomingMail,
    Level,
    MailingList,
    MailOutcome,
    Post,
    PrivateMessage,
    Subscription,
)
from portal.members.models import Mail, User
from tests.factories import NOW, make_user
from tests.forum.factories import accept, give, make_list, make_terms, subscribe
from tests.forum.mail.letters import SERVER, bring, letter

pytestmark = pytest.mark.django_db
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
ADA, GRACE = "Ada Example <ada@one.example>", "Grace Sample <grace@two.example>"


@pytest.fixture(autouse=True)
def trusted(settings: Any) -> Iterator[None]:
    settings.TRUSTED_MAIL_SERVERS = [SERVER]
    return


@pytest.fixture
def the_list() -> MailingList:
    return make_list(hold_first_posts=0)


@pytest.fixture
def ada(the_list: MailingList) -> User:
    person = make_user("ada@one.example")
    subscribe(the_list, person, since=timezone.now() - DAY)
    return person


@pytest.fixture
def grace(the_list: MailingList) -> User:
    person = make_user("grace@two.example", first_name="Grace", last_name="Sample")
    subscribe(the_list, person, since=timezone.now() - DAY)
    return person


@pytest.fixture
def post(the_list: MailingList, grace: User) -> Post:
    return start_topic(
        mailing_list=the_list, user=grace, subject="Quorum", content="How many?", now=timezone.now() - DAY / 2
    )


def sorted_out(raw: bytes, to: str = "setting-up@localhost", **options: Any) -> IncomingMail:
    """The row of a mail once it has been looked at."""
    row = bring(raw, to, **options)
    sort_waiting()
    row.refresh_from_db()
    return row


def told() -> list[tuple[str, str]]:
    return list(Mail.objects.filter(template="mail_answer").order_by("pk").values_list("to", "subject"))


def ended(row: IncomingMail) -> tuple[str, str]:
    return row.outcome, row.because


def key_to(purpose: Purpose, post: Post, user: User) -> str:
    return addresses.secret(purpose, post.pk, Subscription.objects.get(user=user).pk)


# --- Posted --------------------------------------------------------------------------------------------------------------


def test_a_mail_to_the_list_begins_a_topic_and_its_sender_is_told_nothing(ada: User) -> None:
    row = sorted_out(letter(ADA, "Who covers *Monday*?\n\n-- \nDr Ada Example\nHigh Street"))

    post = Post.objects.get()
    assert ended(row) == (MailOutcome.POSTED, "")
    assert (row.post, row.person, row.list.slug) == (post, ada, "setting-up")
    assert (post.topic.subject, post.poster, post.content.raw) == ("Rota", ada, r"Who covers \*Monday\*?")
    assert "High Street" in row.removed
    assert told() == []


@pytest.mark.parametrize("by", ["key", "in-reply-to", "references", "subject"])
def test_an_answer_goes_into_its_topic_by_whatever_it_says_of_it(
    ada: User, grace: User, post: Post, by: str
) -> None:
    ours = f"<post-{post.pk}@localhost>"
    headers = {"in-reply-to": {"In-Reply-To": ours}, "references": {"References": f"<x@y.example> {ours}"}}
    to = key_to(Purpose.REPLY, post, ada) if by == "key" else "setting-up@localhost"
    subject = "Re: [Setting up] Quorum" if by == "subject" else "Another subject"

    sorted_out(letter(ADA, "Three.", subject=subject, headers=headers.get(by)), to)

    answer = Post.objects.latest("pk")
    assert (answer.topic, answer.poster, answer.content.raw) == (
        post.topic,
        ada,
        "Three\\." if "\\" in answer.content.raw else "Three.",
    )
    assert answer.answers == (None if by == "subject" else post)


def test_an_answer_to_a_mailed_post_is_found_by_the_message_id_that_its_author_s_program_gave(
    ada: User, grace: User
) -> None:
    sorted_out(letter(ADA, message_id="<first@program.example>"))

    sorted_out(letter(GRACE, "I do.", subject="Re: Rota", headers={"In-Reply-To": "<first@program.example>"}))

    first, second = Post.objects.order_by("pk")
    assert (second.topic, second.answers) == (first.topic, first)


def test_an_answer_to_the_author_alone_is_passed_on_and_nobody_else_sees_it(
    ada: User, grace: User, post: Post
) -> None:
    row = sorted_out(letter(ADA, "Between us: three."), key_to(Purpose.AUTHOR, post, ada))

    message = PrivateMessage.objects.get()
    assert ended(row) == (MailOutcome.PASSED_ON, "")
    assert (message.sender, message.recipient, message.text) == (ada, grace, "Between us: three.")
    assert Post.objects.count() == 1


def test_files_come_with_the_post_and_those_that_cannot_be_taken_are_named(ada: User) -> None:
    row = sorted_out(letter(ADA, attachments={"rota.txt": b"Monday: Ada\n", "tool.exe": b"MZ\x90\x00" * 50}))

    assert ended(row) == (MailOutcome.POSTED, "without-files")
    assert list(Attachment.objects.values_list("name", "post")) == [("rota.txt", row.post_id)]
    assert "attachment:" in row.post.content.raw
    assert "tool.exe" in row.explained
    assert told() == [("ada@one.example", "Your post is there, without its files")]


def test_a_file_without_a_name_comes_with_the_post(ada: User) -> None:
    raw = letter(ADA, attachments={"rota.txt": b"Monday: Ada\n"}).replace(b'; filename="rota.txt"', b"")

    row = sorted_out(raw)

    assert ended(row)[0] == MailOutcome.POSTED
    assert row.attempts == 0


# --- Who wrote it, and may they ------------------------------------------------------------------------------------------


def test_every_confirmed_address_of_a_member_counts_as_hers(ada: User) -> None:
    ada.emailaddress_set.create(email="ada@home.example", verified=True)
    ada.emailaddress_set.create(email="ada@new.example", verified=False)

    outcomes = [sorted_out(letter(f"ada@{domain}.example")).outcome for domain in ("home", "new")]

    assert outcomes == [MailOutcome.POSTED, MailOutcome.REFUSED]


def test_a_mail_that_is_not_proven_waits_for_its_owner_s_press_and_opening_the_page_does_nothing(
    ada: User,
) -> None:
    row = sorted_out(letter(ADA, proven=False))
    assert (ended(row), Post.objects.count()) == ((MailOutcome.HELD, "unproven"), 0)
    assert told() == [("ada@one.example", "Did you write this?")]

    page = confirm_address(row).removeprefix("http://localhost:8000")
    assert page in Mail.objects.get().text
    stranger = Client(enforce_csrf_checks=True)
    shown = stranger.get(page).content.decode()
    assert ("Who covers Monday?" in shown, Post.objects.count()) == (True, 0)
    done = stranger.post(page, {"mine": "1"}).content.decode()

    assert "Your mail has been posted" in done
    assert Post.objects.get().poster == ada
    assert "Your mail has been posted" in stranger.post(page, {"mine": "1"}).content.decode()
    assert Post.objects.count() == 1


def test_however_many_mails_wait_their_owner_is_asked_once_a_day_and_led_from_one_to_the_next(
    ada: User,
) -> None:
    first, second = (sorted_out(letter(ADA, proven=False)) for _ in range(2))
    assert told() == [("ada@one.example", "Did you write this?")]

    page = Client().post(confirm_address(first).removeprefix("http://localhost:8000"), {"mine": "1"})

    assert confirm_address(second) in page.content.decode()


def test_a_mail_that_its_owner_did_not_write_is_never_posted(ada: User) -> None:
    row = sorted_out(letter(ADA, proven=False))
    page = confirm_address(row).removeprefix("http://localhost:8000")

    assert "It has not been posted" in Client().post(page, {"other": "1"}).content.decode()

    Client().post(page, {"mine": "1"})
    row.refresh_from_db()
    assert (ended(row), Post.objects.count()) == ((MailOutcome.REFUSED, "denied"), 0)


def test_a_secret_address_proves_its_own_person_and_nobody_else(ada: User, grace: User, post: Post) -> None:
    of_ada = key_to(Purpose.REPLY, post, ada)

    own = sorted_out(letter(ADA, "Three.", proven=False), of_ada)
    other = sorted_out(letter(GRACE, "Four.", proven=False), of_ada)

    assert (own.outcome, ended(other)) == (MailOutcome.POSTED, (MailOutcome.HELD, "unproven"))


def test_results_of_a_server_that_is_not_trusted_prove_nothing(ada: User, settings: Any) -> None:
    settings.TRUSTED_MAIL_SERVERS = ["another.example"]

    assert sorted_out(letter(ADA)).because == "unproven"


@pytest.mark.parametrize(("proven", "answers"), [(True, 1), (False, 0)])
def test_a_stranger_is_told_only_if_the_mail_is_proven_to_be_theirs(
    the_list: MailingList, answers: int, *, proven: bool
) -> None:
    row = sorted_out(letter("x@nowhere.example", proven=proven))

    assert ended(row) == (MailOutcome.REFUSED, "stranger")
    assert len(told()) == answers


@pytest.mark.parametrize(
    ("after", "outcome"), [(-SECOND, "posted"), (timedelta(), "refused"), (SECOND, "refused")]
)
def test_access_that_has_ended_ends_mail_in_the_same_second_and_the_sender_is_told_why(
    the_list: MailingList, ada: User, monkeypatch: pytest.MonkeyPatch, after: timedelta, outcome: str
) -> None:
    end = timezone.now() + timedelta(hours=1)
    AccessRule.objects.filter(list=the_list).update(until_at=end)
    monkeypatch.setattr(timezone, "now", lambda: end + after)

    row = sorted_out(letter(ADA))

    assert row.outcome == outcome
    if outcome == "refused":
        assert row.because == "no-access"
        assert row.explained
        assert told() == [("ada@one.example", "Your mail has not been posted")]


def test_a_mail_waits_for_terms_and_is_posted_once_they_are_accepted(
    the_list: MailingList, ada: User
) -> None:
    terms = make_terms("Code of conduct", NOW)
    the_list.terms.add(terms)
    row = sorted_out(letter(ADA))
    assert (ended(row), release_waiting()) == ((MailOutcome.HELD, "terms"), 0)
    assert told() == [("ada@one.example", "Your post waits until you have accepted the terms")]
    assert "/forum/setting-up/terms/" in Mail.objects.get().text

    accept(ada, terms, at=timezone.now())

    assert (release_waiting(), release_waiting()) == (1, 0)
    row.refresh_from_db()
    assert (row.outcome, Post.objects.get().poster) == (MailOutcome.POSTED, ada)


@pytest.mark.parametrize(("age", "given_up"), [(HELD_FOR - SECOND, 0), (HELD_FOR, 1)])
def test_what_waited_for_30_days_is_given_up(ada: User, age: timedelta, given_up: int) -> None:
    sorted_out(letter(ADA, proven=False), now=timezone.now() - age + SECOND / 2 * (age < HELD_FOR))

    assert release_waiting() == given_up


def test_a_post_that_is_held_is_told_to_its_author(the_list: MailingList, ada: User) -> None:
    MailingList.objects.update(hold_first_posts=1)

    row = sorted_out(letter(ADA))

    assert (ended(row), row.post.approved) == ((MailOutcome.HELD, "moderator"), False)
    assert told() == [("ada@one.example", "Your post waits for a manager")]


# --- Never posted --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "sender", "because"),
    [
        ({"Auto-Submitted": "auto-replied"}, "ada@one.example", "auto-reply"),
        ({"List-Id": "Setting up <setting-up.localhost>"}, "ada@one.example", "loop"),
        ({}, "<>", "no-sender"),
    ],
)
def test_what_a_program_wrote_is_never_posted_and_never_answered(
    ada: User, headers: dict[str, str], sender: str, because: str
) -> None:
    row = sorted_out(letter(ADA, headers=headers), sender=sender)

    assert ended(row) == (MailOutcome.DROPPED, because)
    assert (Post.objects.count(), told()) == (0, [])


def test_the_same_mail_brought_twice_or_to_two_addresses_is_posted_once(
    ada: User, grace: User, post: Post
) -> None:
    raw = letter(ADA, headers={"In-Reply-To": f"<post-{post.pk}@localhost>"})

    outcomes = [
        sorted_out(raw, to).outcome
        for to in ("setting-up@localhost", "setting-up@localhost", key_to(Purpose.REPLY, post, ada))
    ]

    assert outcomes == [MailOutcome.POSTED, MailOutcome.DROPPED, MailOutcome.DROPPED]
    assert Post.objects.count() == 2


def test_two_mails_with_one_message_id_and_other_words_are_both_posted(ada: User) -> None:
    for words in ("First words", "Other words"):
        sorted_out(letter(ADA, words, message_id="<same@program.example>"))

    assert Post.objects.count() == 2


def test_an_answer_to_a_digest_is_explained(ada: User) -> None:
    to = addresses.secret(Purpose.REPLY, 0, Subscription.objects.get(user=ada).pk)

    assert ended(sorted_out(letter(ADA), to)) == (MailOutcome.REFUSED, "digest")
    assert told() == [("ada@one.example", "Your answer has not been posted")]


def test_a_sender_is_told_the_same_at_most_once_a_day(
    the_list: MailingList, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    for at in (now, now, now + DAY):
        monkeypatch.setattr(timezone, "now", lambda at=at: at)
        sorted_out(letter("x@nowhere.example"))

    assert len(told()) == 2


def test_a_mail_that_fails_is_tried_again_and_at_last_its_sender_is_told(
    ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(row: IncomingMail, now: datetime) -> None:
        raise ZeroDivisionError

    row = bring(letter(ADA))
    with monkeypatch.context() as patch:
        patch.setattr("forum.actions.sorting.judge", broken)
        now = timezone.now()
        for turn in range(6):
            sort_waiting(now + turn * DAY)

    row.refresh_from_db()
    assert (ended(row), row.attempts) == ((MailOutcome.REFUSED, "not-understood"), 5)


# --- Commands ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "subject", "mode"),
    [
        ("help", "How to use Setting up by e-mail", DeliveryMode.NONE),
        ("subscribe", "How to join Setting up", DeliveryMode.NONE),
        ("digest", "What you get of Setting up by e-mail", DeliveryMode.DAILY),
        ("nomail", "What you get of Setting up by e-mail", DeliveryMode.NONE),
    ],
)
def test_a_command_is_carried_out_and_answered(ada: User, command: str, subject: str, mode: str) -> None:
    row = sorted_out(letter(ADA, "", subject=""), f"setting-up-{command}@localhost")

    assert row.outcome == MailOutcome.COMMAND
    assert told() == [("ada@one.example", subject)]
    assert Subscription.objects.get().delivery == mode


def test_unsubscribing_by_mail_takes_one_off_the_list_if_it_is_proven(
    the_list: MailingList, ada: User
) -> None:
    held = sorted_out(letter(ADA, proven=False), "setting-up-unsubscribe@localhost")
    still = Subscription.objects.get().periods.filter(ends_at=None).get().state

    done = sorted_out(letter(ADA), "setting-up-unsubscribe@localhost")

    assert (held.because, still, done.outcome) == ("unproven", "active", MailOutcome.COMMAND)
    assert Subscription.objects.get().periods.filter(ends_at=None).get().state == "left"
    assert told()[-1] == ("ada@one.example", "You have left Setting up")


# --- Mail that comes back ------------------------------------------------------------------------------------------------

DSN = b"""From: MAILER-DAEMON@mx.one.example\r
Subject: Undelivered Mail Returned to Sender\r
Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r
MIME-Version: 1.0\r
\r
--b\r
Content-Type: text/plain\r
\r
I am sorry.\r
--b\r
Content-Type: message/delivery-status\r
\r
Reporting-MTA: dns; mx.one.example\r
\r
Final-Recipient: rfc822; ada@one.example\r
Action: failed\r
Status: 5.1.1\r
Diagnostic-Code: smtp; 550 5.1.1 No such user\r
\r
--b--\r
"""


def test_a_mail_that_came_back_counts_for_its_subscriber(
    the_list: MailingList, ada: User, grace: User, post: Post
) -> None:
    Subscription.objects.filter(user=ada).update(delivery=DeliveryMode.EACH)
    queue_post(post, timezone.now())
    delivery = Delivery.objects.get()
    Delivery.objects.update(state=DeliveryState.SENT, settled_at=timezone.now())

    row = sorted_out(DSN, addresses.secret(Purpose.BOUNCES, delivery.pk), sender="<>")

    assert (row.outcome, row.list) == (MailOutcome.BOUNCE, the_list)
    bounce = Bounce.objects.get()
    assert (bounce.subscription.user, bounce.is_hard, "No such user" in bounce.said) == (ada, True, True)
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.BOUNCED


def test_whose_mail_is_stopped_is_told_at_every_confirmed_address(
    the_list: MailingList, ada: User, grace: User, post: Post
) -> None:
    Subscription.objects.filter(user=ada).update(
        delivery=DeliveryMode.EACH, bounce_score=4.0, bounced_at=timezone.now() - DAY
    )
    ada.emailaddress_set.create(email="ada@home.example", verified=True)
    queue_post(post, timezone.now())
    Delivery.objects.update(state=DeliveryState.SENT, settled_at=timezone.now())

    sorted_out(DSN, addresses.secret(Purpose.BOUNCES, Delivery.objects.get().pk), sender="<>")

    mails = Mail.objects.filter(template="mail_stopped").order_by("pk")
    assert [mail.to for mail in mails] == ["ada@one.example", "ada@home.example"]


def test_managers_do_not_need_to_be_on_the_list_to_write_to_it(the_list: MailingList) -> None:
    manager = make_user("manager@one.example")
    give(the_list, manager, level=Level.MANAGE, since=timezone.now() - DAY, until=timezone.now() + DAY)

    assert sorted_out(letter("manager@one.example")).outcome == MailOutcome.POSTED
