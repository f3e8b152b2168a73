"""The portal behind a real Postfix, set up as docs/operations.md says: mail comes in, goes out and comes back, and waits when it must."""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from forum import addresses
from forum.actions.posting import start_topic
from forum.actions.sorting import sort_waiting
from forum.addresses import Purpose, ToKey
from forum.models import (
    Bounce,
    Delivery,
    DeliveryMode,
    DeliveryState,
    IncomingMail,
    Level,
    MailingList,
    MailOutcome,
    Post,
    Subscription,
)
from portal.members.models import User
from tests.factories import make_user, sign_in
from tests.forum.factories import give, make_list, subscribe
from tests.forum.mail.letters import letter
from tests.forum.mail.postfix import Postfix, documented, until

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)
THE_LIST = "setting-up@lists.example.org"


@pytest.fixture
def the_list(transactional_db: None) -> MailingList:
    return make_list(hold_first_posts=0)


@pytest.fixture
def ada(the_list: MailingList) -> User:
    """Somebody whose mailbox is on the machine of Postfix."""
    return join(the_list, "ada@one.example", DeliveryMode.EACH)


def join(the_list: MailingList, email: str, delivery: DeliveryMode = DeliveryMode.NONE) -> User:
    person = make_user(email)
    subscribe(the_list, person, since=timezone.now() - DAY, delivery=delivery)
    return person


def write(the_list: MailingList, user: User) -> Post:
    return start_topic(
        mailing_list=the_list, user=user, subject="Rota", content="Who covers Monday?", now=timezone.now()
    )


def came(number: int = 1) -> list[IncomingMail]:
    """So many mails, once they have come and been looked at."""
    until(lambda: IncomingMail.objects.count() >= number, f"{number} mails")
    sort_waiting()
    return list(IncomingMail.objects.order_by("pk"))


# --- In ------------------------------------------------------------------------------------------------------------------


def test_a_mail_for_which_the_server_vouches_becomes_a_post(postfix: Postfix, the_list: MailingList) -> None:
    join(the_list, "grace@two.example")

    postfix.bring("grace@two.example", THE_LIST, letter("grace@two.example", proven=False))

    (row,) = came()
    assert (row.outcome, row.sender, row.recipient) == (MailOutcome.POSTED, "grace@two.example", THE_LIST)
    assert (row.post.topic.subject, row.post.poster.email) == ("Rota", "grace@two.example")


def test_a_mail_for_which_nobody_vouches_is_asked_about_unless_it_comes_to_a_secret_address(
    postfix: Postfix, the_list: MailingList, ada: User
) -> None:
    post = write(the_list, ada)
    secret = addresses.secret(Purpose.REPLY, post.pk, Subscription.objects.get().pk)

    postfix.bring("ada@one.example", THE_LIST, letter("ada@one.example", proven=False))
    postfix.bring("ada@one.example", secret, letter("ada@one.example", "I do.", proven=False))

    assert {row.recipient: row.outcome for row in came(2)} == {
        THE_LIST: MailOutcome.HELD,
        secret: MailOutcome.POSTED,
    }
    assert Post.objects.latest("pk").topic == post.topic


def test_nobody_elsewhere_can_vouch_in_the_name_of_the_server(
    postfix: Postfix, the_list: MailingList, ada: User
) -> None:
    forged = {"Authentication-Results": "mx.lists.example.org; spf=pass smtp.mailfrom=one.example"}

    postfix.bring("ada@one.example", THE_LIST, letter("ada@one.example", proven=False, headers=forged))

    assert [row.outcome for row in came()] == [MailOutcome.HELD]


def test_an_address_is_refused_at_the_door_until_there_is_such_a_list(postfix: Postfix, ada: User) -> None:
    for nobody in ("directors@lists.example.org", "reply+made-up@lists.example.org"):
        assert refusal(postfix, nobody) == (550, "There is no list with this address")

    make_list("Directors")
    until(lambda: refusal(postfix, "directors@lists.example.org") is None, "a server that asks again")

    assert [row.recipient for row in came()] == ["directors@lists.example.org"]


def refusal(postfix: Postfix, recipient: str) -> tuple[int, str] | None:
    """The code with which a mail is refused, and those of its words that are the portal's; None if it is taken."""
    try:
        postfix.bring("ada@one.example", recipient, letter("ada@one.example"))
    except smtplib.SMTPRecipientsRefused as refused:
        code, words = refused.recipients[recipient]
        return code, words.decode().partition("said: 550 5.1.1 ")[2].partition(" (")[0]
    return None


def test_nobody_elsewhere_can_send_mail_to_elsewhere_through_the_server(postfix: Postfix) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        postfix.bring("ada@one.example", "somebody@far.example", letter("ada@one.example"))

    assert postfix.world.came == []


def test_the_largest_mail_that_the_server_takes_is_one_that_the_portal_takes(
    postfix: Postfix, ada: User
) -> None:
    head, line = b"From: ada@one.example\r\nSubject: Large\r\n\r\n", b"x" * 76 + b"\r\n"
    # A little below the limit, since what the server puts before it counts too.
    lines = (int(documented()["message_size_limit"]) - 1_000) // len(line)

    postfix.bring("ada@one.example", THE_LIST, head + line * lines)
    with pytest.raises(smtplib.SMTPSenderRefused, match="size exceeds"):
        postfix.bring("ada@one.example", THE_LIST, head + line * (lines + 20))

    assert bytes(came()[0].raw).endswith(line * lines)


def test_what_cannot_be_stored_stays_in_the_queue_and_comes_once_it_can(
    postfix: Postfix, the_list: MailingList, ada: User
) -> None:
    with store_away():
        postfix.bring("ada@one.example", THE_LIST, letter("ada@one.example", subject="First"))
        postfix.put_off("451 4.3.0 The portal cannot take mail just now")
    with postfix.portal.killed():
        postfix.bring("ada@one.example", THE_LIST, letter("ada@one.example", subject="Second"))
        postfix.put_off("Connection refused")
        assert IncomingMail.objects.count() == 0

    postfix.flush()

    subjects = sorted(bytes(row.raw).partition(b"Subject: ")[2].split(b"\r\n")[0] for row in came(2))
    assert subjects == [b"First", b"Second"]


@contextmanager
def store_away() -> Iterator[None]:
    """Within, the database can be read, and keeps no mail."""
    store, away = IncomingMail._meta.db_table, "away"
    with connection.schema_editor() as editor:
        editor.alter_db_table(IncomingMail, store, away)
    try:
        yield
    finally:
        with connection.schema_editor() as editor:
            editor.alter_db_table(IncomingMail, away, store)


# --- Out -----------------------------------------------------------------------------------------------------------------


def test_a_post_arrives_in_the_mailboxes_of_subscribers_with_the_sender_of_its_own(
    postfix: Postfix, the_list: MailingList, ada: User
) -> None:
    far = join(the_list, "grace@far.example", DeliveryMode.EACH)
    write(the_list, ada)

    (mail,) = postfix.delivered("ada")
    assert mail["Subject"] == "[Setting up] Rota"
    assert mail["To"] == "ada@one.example"
    assert "Who covers Monday?" in mail.get_body(("plain",)).get_content()
    until(lambda: postfix.world.came, "a mail to the world")
    ((sender, recipient, _),) = postfix.world.came
    assert recipient == "grace@far.example"
    senders = {ada: mail["Return-Path"].strip("<>"), far: sender}
    for person, envelope in senders.items():
        delivery = Delivery.objects.get(subscription__user=person)
        assert addresses.read(envelope) == ToKey(Purpose.BOUNCES, delivery.pk, 0)
        assert delivery.state == DeliveryState.SENT


def test_a_mail_that_the_world_refuses_comes_back_and_counts_for_its_subscriber(
    postfix: Postfix, the_list: MailingList, ada: User
) -> None:
    gone = join(the_list, "gone@far.example", DeliveryMode.EACH)
    postfix.world.refusals["gone@far.example"] = "550 5.1.1 No such user here"
    write(the_list, ada)

    (row,) = came()

    assert (row.sender, row.outcome, row.list) == ("", MailOutcome.BOUNCE, the_list)
    bounce = Bounce.objects.get()
    assert (bounce.subscription.user, bounce.is_hard) == (gone, True)
    assert "No such user here" in bounce.said
    states = dict(Delivery.objects.values_list("subscription__user__email", "state"))
    assert states == {"ada@one.example": DeliveryState.SENT, "gone@far.example": DeliveryState.BOUNCED}
    manager = make_user("manager@one.example")
    give(the_list, manager, level=Level.MANAGE, since=timezone.now() - DAY, until=timezone.now() + DAY)
    page = sign_in(manager).get(reverse("list_mail_coming_back", args=[the_list.slug]))
    assert "No such user here" in page.text
