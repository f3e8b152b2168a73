"""Mail with faults made at random: nothing is raised, and nothing takes long."""

import os
import random
import time

import pytest

from forum.incoming.authenticity import authentic
from forum.incoming.automatic import automatic
from forum.incoming.bounces import failures
from forum.incoming.reading import read
from forum.incoming.replies import extract
from tests.effort import effort, loop_seconds
from tests.forum.incoming.faults import MAIL, faulty, ours

MOST_EFFORT = 0.5


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
    before = loop_seconds()
    longest = max(all_of(faulty(rng.choice(mails), rng)) for _ in range(rounds))
    return 2 * longest / (before + loop_seconds())


@pytest.mark.skipif(not MAIL, reason="this Python has no test data of its own")
def test_python_s_own_mail_with_faults_is_read() -> None:
    assert slowest([file.read_bytes() for file in MAIL], 200) < MOST_EFFORT


def test_our_mail_with_faults_is_read() -> None:
    assert slowest(ours(), 150) < MOST_EFFORT


PIECES = ["0 ", "a@", "_", "-", "> ", "[", "www.", "\\", "-- \n", "On Mon, 2 Mar 2026 ", "<a@b\n", "From: a\n", "this email ", "Tel: 0", "wrote: ", "http://", "\xa0"]  # fmt: skip


@pytest.mark.parametrize("kind", ["plain", "html"])
@pytest.mark.parametrize("piece", PIECES)
def test_much_of_the_same_ends_quickly(piece: str, kind: str) -> None:
    body = (piece * 60_000)[:100_000]

    raw = f"From: a@b.example\nContent-Type: text/{kind}; charset=utf-8\n\n{body}".encode()

    assert effort(lambda: all_of(raw)) < 1


@pytest.mark.soak
@pytest.mark.skipif(not MAIL, reason="this Python has no test data of its own")
def test_ten_thousand_mails_with_faults_are_read() -> None:
    assert os.environ["SOAK"]
    assert slowest([*ours(), *(file.read_bytes() for file in MAIL)], 10_000) < MOST_EFFORT
