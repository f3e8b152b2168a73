"""Mails to make faults in at random: Python's own test data, which is not installed everywhere, and ours."""

import random
from importlib.util import find_spec
from pathlib import Path

from tests.forum.incoming.mails import MAILS

SPEC = find_spec("test.test_email")
DATA = Path(SPEC.origin).parent / "data" if SPEC and SPEC.origin else Path("nowhere")
MAIL = sorted(DATA.glob("msg_*.txt"))
FAULTS = [b"", b"\n", b"\r", b"\x00", b"\xff\xfe", b"--", b"=?utf-8?B?", b"?=", b'"', b"<", b">", b"(", b":", b";", b"=\n", b"boundary=", b"<div>", b"</", b"\n\n", b"> ", b"-- \n",
    b"Content-Type: multipart/mixed; boundary=b\n", b"Content-Transfer-Encoding: base64\n", b"On Mon, 2 Mar 2026, Ann wrote:\n", b"From: "]  # fmt: skip


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


def ours() -> list[bytes]:
    head = "From: Ann Sample <ann@example.org>\nSubject: {}\nContent-Type: text/{}; charset=utf-8\n\n{}"
    return [
        head.format(mail.subject, "html" if mail.html else "plain", mail.html or mail.text).encode()
        for mail in MAILS
    ]
