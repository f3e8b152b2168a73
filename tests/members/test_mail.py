"""Mail: stored with its cause, sent once, emptied, tried again, given up."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.message import Message
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.db import IntegrityError, transaction

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


ADDRESS = f"https://portal.example/follow/stop/{'x' * 120}/"


def send(**fields: Any) -> Mail:
    """A stored mail about an account that is not there."""
    return mail.send(template="unknown_account", to="grace@example.org", context={}, **fields)


def test_headers_for_one_click_are_sent_along_whole_and_emptied(post: Post) -> None:
    row = send(headers=mail.unsubscribe_headers(ADDRESS))
    assert row.headers == {
        "List-Unsubscribe": f"<{ADDRESS}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }

    mail.deliver(row.pk)

    row.refresh_from_db()
    [message] = post.messages
    assert {name: message[name].strip() for name in ("List-Unsubscribe", "List-Unsubscribe-Post")} == {
        "List-Unsubscribe": f"<{ADDRESS}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert (message["Auto-Submitted"], message["Message-ID"]) == ("auto-generated", row.message_id)
    assert (row.state, row.headers) == ("sent", {})


def test_headers_of_a_mail_that_is_given_up_are_emptied(post: Post) -> None:
    refused = make_mail(to="gone@example.org", headers={"List-Id": "<a.example>"})
    lost = make_mail(attempts=5, headers={"List-Id": "<a.example>"}, message_id="<two@example.org>")

    with pytest.raises(Exception, match="no such mailbox"):
        mail.deliver(refused.pk)
    mail.deliver(lost.pk)

    assert list(Mail.objects.values_list("state", "headers")) == [("failed", {}), ("failed", {})]


def test_mail_without_headers_of_its_own_has_none(post: Post) -> None:
    row = send()

    mail.deliver(row.pk)

    assert row.headers == {}
    assert sorted(post.messages[0].keys()) == [
        "Auto-Submitted",
        "Content-Type",
        "Date",
        "From",
        "MIME-Version",
        "Message-ID",
        "Subject",
        "To",
    ]


@pytest.mark.parametrize(
    "headers",
    [
        {"Bcc": "mallory@example.org"},
        {"List-Id": "<a.example>", "Subject": "Another"},
        {"List-Id": "a\r\nBcc: mallory@example.org"},
    ],
)
def test_mail_with_a_header_that_it_may_not_carry_is_not_stored(headers: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"^(A mail cannot be given the header|The header List-Id needs)"):
        send(headers=headers)

    assert Mail.objects.count() == 0


def test_database_refuses_a_sent_mail_that_still_has_headers() -> None:
    row = send(headers={"List-Id": "<a.example>"})

    with pytest.raises(IntegrityError), transaction.atomic():
        Mail.objects.filter(pk=row.pk).update(state="sent", sent_at=NOW, text="", html="")

    assert Mail.objects.get().state == "queued"


def test_attachments_go_along_in_both_ways_and_are_emptied(post: Post) -> None:
    row = send(
        attachments=[
            mail.Attachment(
                "text/calendar; method=REQUEST", "BEGIN:VCALENDAR ü".encode(), is_alternative=True
            ),
            mail.Attachment("application/pdf", b"%PDF-\x00\xff", name="invoice.pdf"),
        ]
    )
    assert len(row.attachments) == 2

    mail.deliver(row.pk)

    row.refresh_from_db()
    [message] = post.messages
    parts = [part for part in message.walk() if not part.is_multipart()]
    assert [part.get_content_type() for part in parts] == [
        "text/plain",
        "text/html",
        "text/calendar",
        "application/pdf",
    ]
    assert (parts[2].get_param("method"), parts[2].get_payload(decode=True).decode().strip()) == (
        "REQUEST",
        "BEGIN:VCALENDAR ü",
    )
    assert (parts[3].get_filename(), parts[3].get_payload(decode=True)) == ("invoice.pdf", b"%PDF-\x00\xff")
    assert (row.state, row.attachments) == ("sent", [])


@pytest.mark.parametrize(("size", "fits"), [(999_999, True), (1_000_000, True), (1_000_001, False)])
def test_attachments_are_small(size: int, fits: bool) -> None:
    half = mail.Attachment("application/pdf", b"x" * (size - 400_000), name="a.pdf")
    rest = mail.Attachment("application/pdf", b"x" * 400_000, name="b.pdf")

    if fits:
        send(attachments=[half, rest])
    else:
        with pytest.raises(ValueError, match="too large for a mail"):
            send(attachments=[half, rest])

    assert Mail.objects.count() == fits


def test_database_refuses_a_sent_mail_that_still_has_attachments() -> None:
    row = send(attachments=[mail.Attachment("application/pdf", b"x", name="a.pdf")])

    with pytest.raises(IntegrityError), transaction.atomic():
        Mail.objects.filter(pk=row.pk).update(state="sent", sent_at=NOW, text="", html="")

    assert Mail.objects.get().state == "queued"
