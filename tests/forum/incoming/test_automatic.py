"""Which mails no person wrote, and which ones of people look as if."""

import pytest

from forum.incoming.automatic import Reason, automatic
from forum.incoming.reading import read

OURS = "lists.portal.example"
REPORT = "Content-Type: multipart/report; report-type={}; boundary=b"
CALENDAR = "Content-Type: multipart/alternative; boundary=b\n\n--b\n\n\n--b\nContent-Type: text/calendar; charset=utf-8{}\n\nBEGIN:VCALENDAR\n{}\nEND:VCALENDAR\n--b--"
AWAY = "I am out of the office until Monday 9 March with limited access to e-mail."

MACHINES = [
    (
        Reason.BOUNCE,
        REPORT.format("delivery-status")
        + "\n\n--b\n\nSorry\n--b\nContent-Type: message/delivery-status\n\nAction: failed\n--b--",
    ),
    (Reason.BOUNCE, "X-Failed-Recipients: ann@example.org\n\nSorry"),
    (Reason.BOUNCE, "From: MAILER-DAEMON@mx.example\nSubject: Returned mail\n\nSorry"),
    (Reason.BOUNCE, "From: postmaster@mx.example\nSubject: Undeliverable: Audit\n\nSorry"),
    (
        Reason.BOUNCE,
        "From: noreply@mx.example\nSubject: Unzustellbar: Audit\n\nIhre Nachricht konnte nicht zugestellt werden.",
    ),
    (Reason.RECEIPT, REPORT.format("disposition-notification") + "\n\n--b\n\nRead\n--b--"),
    (
        Reason.RECEIPT,
        "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nRead\n--b\nContent-Type: message/disposition-notification\n\nx\n--b--",
    ),
    (
        Reason.RECEIPT,
        "Subject: Read: Audit\n\nYour message\n\n  To: Ann\n  Subject: Audit\n\nwas read on Monday.",
    ),
    (Reason.CALENDAR, CALENDAR.format("; method=REPLY", "")),
    (Reason.CALENDAR, CALENDAR.format("", "METHOD:REPLY")),
    (Reason.CALENDAR, CALENDAR.format("; method=COUNTER", "")),
    (
        Reason.CALENDAR,
        "Subject: Accepted: Audit meeting\nContent-Type: text/html\n\n<html><body>&nbsp;</body></html>",
    ),
    (Reason.CALENDAR, "Subject: Zugesagt: Audit\n\n"),
    (
        Reason.CALENDAR,
        "Subject: Declined: Audit\nContent-Class: urn:content-classes:calendarmessage\n\nSorry",
    ),
    (Reason.LOOP, f"List-Id: North <north.{OURS}>\nFrom: ann@example.org\n\nx"),
    (Reason.LOOP, f"List-Id: <{OURS}>\n\nx"),
    (Reason.LOOP, f"X-Loop: north@{OURS}\n\nx"),
    (Reason.LOOP, f"Message-ID: <post-1@{OURS}>\n\nx"),
    (Reason.LOOP, f"Delivered-To: north@{OURS}\nReceived: a\nDelivered-To: North@{OURS}\n\nx"),
    (Reason.LOOP, "Received: x\n" * 61 + "\nx"),
    (Reason.AUTO_REPLY, "Auto-Submitted: auto-replied (vacation)\nSubject: Re: Audit\n\nAway"),
    (Reason.AUTO_SUBMITTED, "Auto-Submitted: auto-generated\n\nx"),
    (Reason.AUTO_SUBMITTED, "Auto-submitted: auto-notified; owner-email=a@b\n\nx"),
    (Reason.BULK, "Precedence: bulk\n\nx"),
    (Reason.BULK, "Precedence: JUNK\n\nx"),
    (Reason.AUTO_REPLY, "Precedence: auto_reply\n\nx"),
    (Reason.AUTO_REPLY, "X-Autoreply: yes\n\nx"),
    (Reason.AUTO_REPLY, "X-Autorespond: Audit\n\nx"),
    (Reason.AUTO_REPLY, "Subject: Automatic reply: Audit\nX-Auto-Response-Suppress: All\n\nx"),
    (Reason.AUTO_REPLY, "Subject: Automatische Antwort: Audit\n\nx"),
    (Reason.AUTO_REPLY, "Subject: =?utf-8?Q?R=C3=A9ponse_automatique_=3A_Audit?=\n\nx"),
    (Reason.AUTO_REPLY, "Subject: Respuesta automática: Audit\n\nx"),
    (Reason.AUTO_REPLY, "Subject: Out of Office AutoReply: Audit\n\nx"),
    (Reason.AUTO_REPLY, "Subject: Abwesenheitsnotiz\n\nx"),
    (Reason.AUTO_REPLY, "Subject: Autosvar: Audit\n\nx"),
    (Reason.AUTO_REPLY, f"Subject: Out of office\n\n{AWAY}"),
    (Reason.AUTO_REPLY, f"Subject: Out of Office: Audit\n\n{AWAY}"),
    (Reason.AUTO_REPLY, f"Subject: Annual leave\n\n{AWAY}".replace("Annual", "On annual")),
    (Reason.NO_SENDER, "Return-Path: <>\nSubject: Audit\n\nx"),
]

PEOPLE = [
    "Subject: Cover\n\nI am out of the office next week, can somebody take my clinic?",
    f"Subject: Re: Cover\n\n{AWAY} Can somebody take my clinic?",
    "Subject: Automatic enrolment: what do your practices do?\n\nWe use letters.",
    "Subject: Re: Automatic reply: Audit\n\nShe is away, I can answer.",
    "Subject: Out of office: how do your practices handle it?\n\nDo you all set one?",
    "Subject: Out of hours cover\n\nI am on call until Friday.",
    "Subject: Accepted: the new contract\n\nThe board has accepted it. What now?",
    "Subject: Read: the new guidance\n\nIt is long. Was it read on the board?",
    "Subject: Undeliverable promises of the contract\n\nNot all of it can be done.",
    "Subject: Returned mail from patients\n\nLetters come back. Do you check addresses?",
    "Auto-Submitted: no\nSubject: Audit\n\nx",
    "Auto-Submitted: no (a person)\nSubject: Audit\n\nx",
    "X-Auto-Response-Suppress: OOF, AutoReply\nSubject: Audit\n\nx",
    "X-Auto-Response-Suppress: All\nSubject: Audit\n\nx",
    "Precedence: first-class\nSubject: Audit\n\nx",
    "List-Id: <other.example.org>\nSubject: Audit\n\nx",
    f"In-Reply-To: <post-1@{OURS}>\nReferences: <post-1@{OURS}>\nMessage-ID: <2@example.org>\nSubject: Re: Audit\n\nx",
    f"Message-ID: <1@mail.{OURS}.example.org>\nSubject: Audit\n\nx",
    f"Delivered-To: north@{OURS}\nSubject: Audit\n\nx",
    CALENDAR.format("; method=REQUEST", ""),
    "From: postmaster@example.org\nSubject: Audit\n\nI am the postmaster and a person.",
    "X-Autoreply: no\nSubject: Audit\n\nx",
    "Subject: Vacation rota\n\nPlease write down when you are away until Easter.",
    "Subject: Absence of a colleague\n\nDr Sample is ill. Ich bin ab Montag wieder im Dienst.",
    "\n\n",
]


@pytest.mark.parametrize(("reason", "raw"), MACHINES)
def test_what_a_machine_sent_is_told_with_its_evidence(reason: Reason, raw: str) -> None:
    found = automatic(read(raw.encode()), None, OURS)

    assert found is not None
    assert (found.reason, bool(found.evidence)) == (reason, True)


@pytest.mark.parametrize("raw", PEOPLE)
def test_what_a_person_wrote_is_none_of_these(raw: str) -> None:
    assert automatic(read(raw.encode()), "ann@example.org", OURS) is None


@pytest.mark.parametrize("envelope", ["", "<>", " <> "])
def test_an_empty_sender_of_the_envelope_is_enough(envelope: str) -> None:
    found = automatic(read(b"Subject: Audit\n\nx"), envelope, OURS)

    assert found is not None
    assert found.reason == Reason.NO_SENDER


def test_the_envelope_is_believed_before_the_header() -> None:
    assert automatic(read(b"Return-Path: <>\nSubject: Audit\n\nx"), "ann@example.org", OURS) is None
