"""Mail with faults made at random: nothing is raised, and nothing takes long."""

import os
import random
import time
from importlib.util import find_spec
from pathlib import Path

import pytest

from forum.incoming.authenticity import authentic
from forum.incoming.automatic import automatic
from forum.incoming.bounces import failures
from forum.incoming.reading import read
from forum.incoming.replies import extract
from tests.forum.incoming.mails import MAILS

SPEC = find_spec("test.test_email")
DATA = Path(SPEC.origin).parent / "data" if SPEC and SPEC.origin else Path("nowhere")
MAIL = sorted(DATA.glob("msg_*.txt"))
FAULTS = [b"", b"\n", b"\r", b"\x00", b"\xff\xfe", b"--", b"=?utf-8?B?", b"?=", b'"', b"<", b">", b"(", b":", b";", b"=\n", b"boundary=", b"<div>", b"</", b"\n\n", b"> ", b"-- \n",
    b"Content-Type: multipart/mixed; boundary=b\n", b"Content-Transfer-Encoding: base64\n", b"On Mon, 2 Mar 2026, Ann wrote:\n", b"From: "]  # fmt: skip
MOST_SECONDS = 0.5


def faulty(raw: bytes, rng: random.Random) -> bytes:
    done = bytearray(raw)
    for _ in range(rng.randint(1, 12)):
        at = rng.randrange(len(done) + 1)
        choice = rng.randrange(4)
        if choice == 0:
            del done[at : at + rng.randint(1, 40)]
        elif choice == 1:
            done[at:at] = rng.choice(FAULTS) * rng.choice([1, 1, 2, 50])
        elif choice == 2:
            done[at:at] = bytes(done[at : at + rng.randint(1, 400)])
        else:
            done[at : at + 1] = bytes([rng.randrange(256)])
    return bytes(done)


def all_of(raw: bytes) -> float:
    begun = time.process_time()
    received = read(raw)
    extract(received)
    automatic(received, None, "lists.portal.example")
    authentic(received, ["mx.portal.example"])
    failures(received)
    return time.process_time() - begun


def slowest(mails: list[bytes], rounds: int) -> float:
    rng = random.Random(8)  # noqa: S311  (no secret)
    all_of(mails[0])  # what is made once
    return max(all_of(faulty(rng.choice(mails), rng)) for _ in range(rounds))


def ours() -> list[bytes]:
    head = "From: Ann Sample <ann@example.org>\nSubject: {}\nContent-Type: text/{}; charset=utf-8\n\n{}"
    return [
        head.format(mail.subject, "html" if mail.html else "plain", mail.html or mail.text).encode()
        for mail in MAILS
    ]


@pytest.mark.skipif(not MAIL, reason="this Python has no test data of its own")
def test_python_s_own_mail_with_faults_is_read() -> None:
    assert slowest([file.read_bytes() for file in MAIL], 200) < MOST_SECONDS


def test_our_mail_with_faults_is_read() -> None:
    assert slowest(ours(), 150) < MOST_SECONDS


PIECES = ["0 ", "a@", "_", "-", "> ", "[", "www.", "\\", "-- \n", "On Mon, 2 Mar 2026 ", "<a@b\n", "From: a\n", "this email ", "Tel: 0", "wrote: ", "http://", "\xa0"]  # fmt: skip


@pytest.mark.parametrize("kind", ["plain", "html"])
@pytest.mark.parametrize("piece", PIECES)
def test_much_of_the_same_ends_quickly(piece: str, kind: str) -> None:
    body = (piece * 60_000)[:100_000]

    assert all_of(f"From: a@b.example\nContent-Type: text/{kind}; charset=utf-8\n\n{body}".encode()) < 1


@pytest.mark.soak
@pytest.mark.skipif(not MAIL, reason="this Python has no test data of its own")
def test_ten_thousand_mails_with_faults_are_read() -> None:
    assert os.environ["SOAK"]
    assert slowest([*ours(), *(file.read_bytes() for file in MAIL)], 10_000) < MOST_SECONDS
