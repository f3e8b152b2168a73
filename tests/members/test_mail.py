"""Mail: stored with its cause, sent once, emptied, tried again, given up."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.message import Message
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.db import transaction

from portal.members import mail
from portal.members.models import Mail
from tests.factories import NOW
from tests.members.factories import make_mail

pytestmark = pytest.mark.django_db


class Post:
    """Keeps what it is given, and refuses two addresses: one for good, one for now."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def handle_RCPT(  # noqa: N802  the name is aiosmtpd's
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address == "gone@example.org":
            return "550 no such mailbox"
        if address == "full@example.org":
            return "452 mailbox full"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  the name is aiosmtpd's
        self.messages.append(message_from_bytes(envelope.content))
        return "250 OK"


@pytest.fixture
def post(settings: Any) -> Iterator[Post]:
    """A mail server on this machine."""
    handler = Post()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    yield handler
    controller.stop()


def test_delivered_mail_says_it_is_automatic_and_is_emptied(post: Post) -> None:
    row = make_mail()

    mail.deliver(row.pk)
    mail.deliver(row.pk)

    row.refresh_from_db()
    [message] = post.messages
    assert (message["Auto-Submitted"], message["Message-ID"], message["To"]) == (
        "auto-generated",
        "<one@example.org>",
        "grace@example.org",
    )
    assert [part.get_content_type() for part in message.get_payload()] == ["text/plain", "text/html"]
    assert (row.state, row.attempts, row.text, row.html) == ("sent", 1, "", "")


def test_mailbox_refused_for_good_is_given_up_at_once(post: Post) -> None:
    row = make_mail(to="gone@example.org")

    with pytest.raises(Exception, match="no such mailbox"):
        mail.deliver(row.pk)

    row.refresh_from_db()
    assert (row.state, row.attempts, row.text, "550" in row.last_error) == ("failed", 1, "", True)


def test_mailbox_refused_for_now_is_tried_five_times_by_the_sweep(post: Post) -> None:
    row = make_mail(to="full@example.org")
    moment = NOW + timedelta(minutes=2)

    states = []
    for _ in range(6):
        mail.deliver_waiting(moment)
        row.refresh_from_db()
        states.append((row.state, row.attempts))
        moment = row.next_attempt_at

    assert states == [
        ("queued", 1),
        ("queued", 2),
        ("queued", 3),
        ("queued", 4),
        ("failed", 5),
        ("failed", 5),
    ]


@pytest.mark.parametrize(("seconds", "sent"), [(119, 0), (120, 1), (121, 1)])
def test_sweep_takes_what_has_waited_two_minutes(post: Post, seconds: int, sent: int) -> None:
    make_mail()

    assert mail.deliver_waiting(NOW + timedelta(seconds=seconds)) == sent
    assert len(post.messages) == sent


def test_same_key_is_stored_once() -> None:
    context = {"email": "grace@example.org", "signup_url": "http://testserver/accounts/signup/"}

    first = mail.send(template="unknown_account", to="grace@example.org", context=context, key="welcome:1")
    second = mail.send(template="unknown_account", to="grace@example.org", context=context, key="welcome:1")

    assert (first.pk, Mail.objects.count()) == (second.pk, 1)


def test_mail_is_delivered_after_the_commit(post: Post, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        mail.send(
            template="unknown_account", to="grace@example.org", context={"signup_url": "http://testserver/"}
        )
        assert post.messages == []

    assert [message["Subject"] for message in post.messages] == ["There is no account with this address"]


def test_mail_goes_with_the_transaction_that_caused_it() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        mail.send(template="unknown_account", to="grace@example.org", context={})
        raise RuntimeError

    assert Mail.objects.count() == 0


def test_queue_out_of_order_leaves_the_mail_to_the_sweep(
    post: Post, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    def broken(*args: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr(mail, "async_task", broken)
    with django_capture_on_commit_callbacks(execute=True):
        row = mail.send(template="unknown_account", to="grace@example.org", context={})

    assert row.state == "queued"
    assert mail.deliver_waiting(row.created_at + timedelta(minutes=2)) == 1


def test_subject_is_one_line_and_text_is_not_escaped() -> None:
    subject, text, html = mail.render(
        "email_changed", {"from_email": "a&b@example.org", "to_email": "c@example.org"}
    )

    assert subject == "Your primary e-mail address has changed"
    assert ("a&b@example.org" in text, "a&amp;b@example.org" in html) == (True, True)
