"""The entrance for mail: real LMTP to a real process. Yes is said only to what is in the database."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django_q.models import OrmQ

from forum import addresses
from forum.actions.receiving import LARGEST, MOST_RECIPIENTS, Brought
from forum.actions.sorting import sort_waiting
from forum.addresses import Purpose
from forum.lmtp import store
from forum.models import IncomingMail, MailOutcome
from tests.databases import ROOT
from tests.forum.factories import make_list
from tests.forum.mail.lmtp import Client, MailServer, environment

pytestmark = pytest.mark.django_db(transaction=True)
MESSAGE = b"From: ada@one.example\r\nTo: setting-up@localhost\r\nSubject: Rota\r\n\r\nWho covers Monday?\r\n"


@pytest.fixture
def port() -> Iterator[int]:
    """That of a running `manage.py mailserver`."""
    with MailServer() as running:
        yield running.port


def stored() -> list[tuple[str, str, bytes, str]]:
    return [
        (mail.sender, mail.recipient, bytes(mail.raw), mail.outcome)
        for mail in IncomingMail.objects.order_by("pk")
    ]


def test_a_message_is_stored_whole_for_each_of_its_recipients_before_yes_is_said(port: int) -> None:
    make_list()
    reply = addresses.secret(Purpose.REPLY, 1, 2)
    recipients = ["Setting-Up@localhost", "nobody@localhost", "setting-up@elsewhere.example", reply]

    with Client(port) as client:
        assert client.send("ada@one.example", recipients, MESSAGE) == [250, 550, 550, 250]
        assert stored() == [
            ("ada@one.example", "Setting-Up@localhost", MESSAGE, MailOutcome.RECEIVED),
            ("ada@one.example", reply, MESSAGE, MailOutcome.RECEIVED),
        ]


def test_lines_of_any_length_eight_bits_and_odd_line_ends_arrive_as_they_were_sent(port: int) -> None:
    make_list()
    raw = b"Subject: \xe9\r\n\r\n" + b"x" * 100_000 + b"\r\n.\r\nbare\nline\x00\r\n"

    with Client(port) as client:
        assert client.send("", ["setting-up@localhost"], raw) == [250]

    assert (stored()[0][0], stored()[0][2]) == ("", raw)


def test_what_comes_over_several_connections_at_once_is_stored_and_each_is_answered_for_itself(
    port: int,
) -> None:
    make_list()

    def bring(number: int) -> list[list[int]]:
        with Client(port) as client:
            sender = f"ada-{number}@one.example"
            return [client.send(sender, ["setting-up@localhost"], MESSAGE) for _ in range(10)]

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(bring, range(4))) == [[[250]] * 10] * 4
    assert Counter(row[0] for row in stored()) == {f"ada-{number}@one.example": 10 for number in range(4)}


def test_a_mail_that_cannot_be_stored_keeps_none_of_the_others_from_it() -> None:
    mails = [Brought(MESSAGE, sender, ["setting-up@localhost"]) for sender in ("ada", "\ud800", "grace")]

    assert [type(failure) for failure in store(mails)] == [type(None), UnicodeEncodeError, type(None)]
    assert [row[0] for row in stored()] == ["ada", "grace"]


def test_however_many_mails_wait_the_workers_are_asked_once_until_those_have_been_looked_at(
    port: int,
) -> None:
    make_list()
    OrmQ.objects.all().delete()

    with Client(port) as client:
        for _ in range(3):
            client.send("", ["setting-up@localhost"] * 2, MESSAGE)
        assert asked() == ["forum.actions.sorting.sort_waiting"]
        sort_waiting()
        client.send("", ["setting-up@localhost"], MESSAGE)
        assert asked() == ["forum.actions.sorting.sort_waiting"] * 2


def asked() -> list[str]:
    """The work that the queue was given."""
    return [work.task["func"] for work in OrmQ.objects.order_by("pk")]


def test_what_is_too_large_is_refused_for_good_and_too_many_recipients_for_now(port: int) -> None:
    make_list()
    make_list("Directors")
    both, many = ["setting-up@localhost", "directors@localhost"], ["setting-up@localhost"] * MOST_RECIPIENTS

    with Client(port) as client:
        assert client.send("", both, (b"x" * 70 + b"\r\n") * (LARGEST // 72 + 1)) == [552, 552]
        assert client.send("", [*many, "directors@localhost"], MESSAGE) == [250] * MOST_RECIPIENTS + [452]

    assert len(stored()) == MOST_RECIPIENTS


@pytest.mark.parametrize(
    ("recipient", "raw", "code"),
    [
        ("setting-up@localhost", MESSAGE, os.EX_OK),
        ("nobody@localhost", MESSAGE, os.EX_NOUSER),
        ("setting-up@localhost", b"x" * (LARGEST + 1), os.EX_DATAERR),
    ],
)
def test_receive_mail_says_by_its_exit_code_what_became_of_a_message(
    recipient: str, raw: bytes, code: int
) -> None:
    make_list()

    done = receive(recipient, raw)

    assert done.returncode == code, done.stderr
    assert [one[2] for one in stored()] == ([raw] if code == os.EX_OK else [])


def test_without_a_store_the_message_stays_with_the_mail_server() -> None:
    done = receive("setting-up@localhost", MESSAGE, DATABASE_URL="sqlite:////nowhere/portal.sqlite3")

    assert done.returncode == os.EX_TEMPFAIL


def receive(recipient: str, raw: bytes, **changes: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "manage.py", "receive_mail", recipient, "--sender", "ada@one.example"],
        cwd=ROOT,
        env=environment(**changes),
        input=raw,
        capture_output=True,
        check=False,
        timeout=60,
    )
