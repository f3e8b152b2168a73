"""Who was not reached, according to mail that came back."""

import pytest

from forum.incoming.bounces import Failure, failures
from forum.incoming.reading import read


def report(*recipients: str) -> bytes:
    blocks = "\n\n".join(recipients)
    return (
        "From: MAILER-DAEMON@mx.example\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nSorry.\n--b\n"
        f"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n{blocks}\n\n--b\nContent-Type: message/rfc822\n\nSubject: x\n\nx\n--b--"
    ).encode()


def recipient(status: str, words: str = "", action: str = "failed") -> str:
    return f"Final-Recipient: rfc822; Ann@Example.org\nAction: {action}\nStatus: {status}\nDiagnostic-Code: smtp; {words}"


@pytest.mark.parametrize(
    ("block", "hard"),
    [
        (recipient("5.1.1", "550 5.1.1 User unknown"), True),
        (recipient("5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound"), True),
        (recipient("5.2.1", "550 mailbox disabled"), True),
        (recipient("5.0.0", "550 no such user"), True),
        (recipient("5.4.4", "host not found"), True),
        (recipient("5.2.2", "552 5.2.2 Mailbox full"), False),
        (recipient("5.0.0", "552 Quota exceeded"), False),
        (recipient("5.7.1", "554 5.7.1 blocked as spam"), False),
        (recipient("4.4.1", "connection timed out"), False),
        (recipient("4.2.2", "mailbox full"), False),
        (recipient("4.0.0", "try again", action="delayed"), False),
        (recipient("5.1.1", "unknown", action="delayed"), False),
    ],
)
def test_a_report_says_if_it_will_last(block: str, *, hard: bool) -> None:
    found = failures(read(report(block)))

    assert [(each.address, each.hard) for each in found] == [("ann@example.org", hard)]


def test_a_report_names_all_that_failed_in_the_words_of_the_server() -> None:
    found = failures(
        read(
            report(
                "Original-Recipient: rfc822;ann@example.org\nFinal-Recipient: rfc822;a.sample@elsewhere.example\nAction: failed\nStatus: 5.1.1\n"
                "Diagnostic-Code: smtp; 550 5.1.1\n <a.sample@elsewhere.example>: User unknown",
                "Final-Recipient: rfc822; bob@example.org\nAction: delivered\nStatus: 2.0.0",
                "Final-Recipient: rfc822; cy@example.org\nAction: failed\nStatus: 4.4.7\nDiagnostic-Code: smtp; "
                + "long " * 100,
            )
        )
    )

    assert found[0] == Failure(
        "ann@example.org", hard=True, words="550 5.1.1 <a.sample@elsewhere.example>: User unknown"
    )
    assert [(each.address, each.hard, len(each.words) <= 200) for each in found[1:]] == [
        ("cy@example.org", False, True)
    ]


@pytest.mark.parametrize(
    ("raw", "hard"),
    [
        ("From: Mail Delivery System <MAILER-DAEMON@mx.example>\nX-Failed-Recipients: ann@example.org\n\nThis message was created automatically.\n\n  ann@example.org\n    550 Unknown user", True),
        ("From: MAILER-DAEMON@mx.example\nSubject: failure notice\n\nHi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n\n<ann@example.org>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 5.1.1 no such user\n\n--- Below this line is a copy of the message.\n\nSubject: x", True),
        ("From: MAILER-DAEMON@mx.example\nSubject: failure notice\n\nHi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n\n<ann@example.org>:\nRemote host said: 552 mailbox full\n\n--- Below this line is a copy of the message.\n\nSubject: x", False),
    ],
)  # fmt: skip
def test_servers_without_a_report_are_understood(raw: str, *, hard: bool) -> None:
    found = failures(read(raw.encode()))

    assert [(each.address, each.hard) for each in found] == [("ann@example.org", hard)]
    assert found[0].words


@pytest.mark.parametrize(
    "raw",
    [
        b"From: ann@example.org\nSubject: Audit\n\nMy mail to bob@example.org came back: 550 5.1.1 user unknown",
        b"From: ann@example.org\nSubject: Undeliverable letters\n\nbob@example.org is unknown",
        b"",
    ],
)
def test_a_mail_of_a_person_reports_no_failure(raw: bytes) -> None:
    assert failures(read(raw)) == []


def test_the_address_that_a_mail_was_sent_to_goes_before_the_one_in_the_report() -> None:
    keys = {"bounce+key@portal.example": "ann@example.org"}
    raw = b"Delivered-To: bounce+key@portal.example\n" + report(
        "Final-Recipient: rfc822; forwarded@elsewhere.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 unknown"
    )

    assert failures(read(raw), keys.get) == [Failure("ann@example.org", hard=True, words="550 unknown")]
