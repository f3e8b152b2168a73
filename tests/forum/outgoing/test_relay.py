"""Handing mails over to real servers: what is taken, refused, and what happens when the server goes away."""

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from forum.outgoing import relay
from forum.outgoing.relay import Letter, Refused, Relay, RelayDown, dot_stuffed
from portal import mailbox

ROOT = Path(__file__).resolve().parents[3]
DATA = b"From: a@example.org\r\nTo: b@example.org\r\n\r\n.\r\n..two\r\nlast\r\n"
SENDER = "bounces+aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@lists.example"


@pytest.fixture
def server(settings: Any) -> Callable[[int], None]:
    """Has the portal hand its mail over to a port of this machine."""

    def use(port: int) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 5

    return use


class Post:
    """Keeps what it is given, and refuses some addresses."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, list[str], bytes]] = []

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
        if b"spam" in envelope.content:
            return "554 we do not want this"
        self.taken.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return "250 OK"


@pytest.fixture
def post(server: Callable[[int], None]) -> Iterator[Post]:
    handler = Post()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    server(port)
    yield handler
    controller.stop()


class Script:
    """A server that says what it is told to: for each connection the answers to what the client says, in their order.

    An answer that is empty closes the connection.
    """

    def __init__(self, *connections: list[bytes], hello: bytes = b"250 PIPELINING") -> None:
        self.connections = connections
        self.hello = hello
        self.heard: list[list[bytes]] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self) -> None:
        for answers in self.connections:
            connection, _ = self.listener.accept()
            with connection, connection.makefile("rb") as lines:
                connection.sendall(b"220 hello\r\n")
                self.heard.append([])
                lines.readline()
                connection.sendall(b"250-script\r\n" + self.hello + b"\r\n")
                reads_mail = False
                for answer in answers:
                    if not answer:
                        break
                    line = lines.readline()
                    while reads_mail and line != b".\r\n":
                        line = lines.readline()
                    self.heard[-1].append(line)
                    connection.sendall(answer + b"\r\n")
                    reads_mail = answer.startswith(b"354")

    def close(self) -> None:
        self.thread.join(10)
        self.listener.close()


@pytest.fixture
def script(server: Callable[[int], None]) -> Iterator[Callable[..., Script]]:
    made: list[Script] = []

    def start(*connections: list[bytes], **options: Any) -> Script:
        made.append(Script(*connections, **options))
        server(made[-1].port)
        return made[-1]

    yield start
    for one in made:
        one.close()


TAKES = [b"250 sender", b"250 recipient", b"354 go on", b"250 taken"]
BYE = [b"221 bye"]


# --- What is taken -------------------------------------------------------------------------------------------------------


def test_mails_go_over_one_connection_as_they_are(post: Post) -> None:
    with Relay() as out:
        out.send(Letter(SENDER, "one@example.org", DATA))
        out.send(Letter(SENDER, "two@example.org", DATA))

    assert post.taken == [(SENDER, ["one@example.org"], DATA), (SENDER, ["two@example.org"], DATA)]


def test_a_refused_recipient_or_mail_leaves_the_connection_for_the_next(post: Post) -> None:
    found = []
    with Relay() as out:
        for to, data in (
            ("gone@example.org", DATA),
            ("full@example.org", DATA),
            ("one@example.org", DATA + b"spam\r\n"),
        ):
            with pytest.raises(Refused) as refusal:
                out.send(Letter(SENDER, to, data))
            found.append((refusal.value.permanent, refusal.value.code, refusal.value.words))
        out.send(Letter(SENDER, "two@example.org", DATA))

    assert found == [
        (True, 550, "no such mailbox"),
        (False, 452, "mailbox full"),
        (True, 554, "we do not want this"),
    ]
    assert [recipients for _, recipients, _ in post.taken] == [["two@example.org"]]


def test_a_connection_is_made_anew_after_so_many_mails(
    script: Callable[..., Script], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "MOST_OVER_A_CONNECTION", 2)
    told = script([*TAKES, *TAKES, *BYE], [*TAKES, *BYE])

    with Relay() as out:
        for _ in range(3):
            out.send(Letter(SENDER, "one@example.org", DATA))

    told.close()
    assert [lines[-1] for lines in told.heard] == [b"quit\r\n", b"quit\r\n"]


@pytest.mark.parametrize("hello", [b"250 PIPELINING", b"250 SIZE 1000"])
def test_what_is_said_to_the_server(script: Callable[..., Script], hello: bytes) -> None:
    told = script([*TAKES, *BYE], hello=hello)

    with Relay() as out:
        out.send(Letter(SENDER, "one@example.org", DATA))

    told.close()
    size = b" SIZE=%d" % len(DATA) if b"SIZE" in hello else b""
    assert told.heard == [
        [
            b"MAIL FROM:<%s>%s\r\n" % (SENDER.encode(), size),
            b"RCPT TO:<one@example.org>\r\n",
            b"DATA\r\n",
            b".\r\n",
            b"quit\r\n",
        ]
    ]


@pytest.mark.parametrize(
    ("data", "wire"),
    [
        (b"a\r\n", b"a\r\n.\r\n"),
        (b"a", b"a\r\n.\r\n"),
        (b".\r\n.a\r\n", b"..\r\n..a\r\n.\r\n"),
        (b"a.\r\nb", b"a.\r\nb\r\n.\r\n"),
    ],
)
def test_a_dot_that_begins_a_line_is_doubled(data: bytes, wire: bytes) -> None:
    assert dot_stuffed(data) == wire


# --- What is refused -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hello", [b"250 PIPELINING", b"250 HELP"])
@pytest.mark.parametrize(
    ("answers", "permanent", "code"),
    [
        # About the sender, which is us: somebody mends it.
        ([b"530 sign in first", b"503 no", b"503 no"], False, 530),
        ([b"452 full", b"503 no", b"503 no"], False, 452),
        ([b"552 too large", b"503 no", b"503 no"], True, 552),
        ([b"250 sender", b"550-no\r\n550 such mailbox", b"554 no recipient"], True, 550),
        ([b"250 sender", b"450 try again", b"554 no recipient"], False, 450),
        ([b"250 sender", b"250 recipient", b"451 later"], False, 451),
    ],
)
def test_what_is_refused_for_good_and_what_for_now(
    script: Callable[..., Script], hello: bytes, answers: list[bytes], *, permanent: bool, code: int
) -> None:
    if b"PIPELINING" not in hello:
        answers = answers[: [line[:1] in b"45" for line in answers].index(True) + 1]
    script([*answers, b"250 reset", *TAKES, *BYE], hello=hello)

    with Relay() as out:
        with pytest.raises(Refused) as refusal:
            out.send(Letter(SENDER, "one@example.org", DATA))
        out.send(Letter(SENDER, "two@example.org", DATA))

    assert (refusal.value.permanent, refusal.value.code) == (permanent, code)


def test_a_server_that_goes_on_without_a_recipient_is_sent_nothing(script: Callable[..., Script]) -> None:
    told = script([b"250 sender", b"550 nobody", b"354 go on", b"554 to nobody", b"250 reset", *TAKES, *BYE])

    with Relay() as out:
        with pytest.raises(Refused, match="550 nobody"):
            out.send(Letter(SENDER, "gone@example.org", DATA))
        out.send(Letter(SENDER, "two@example.org", DATA))

    told.close()
    assert told.heard[0][2:5] == [b"DATA\r\n", b".\r\n", b"rset\r\n"]


@pytest.mark.parametrize("to", ["", "a", "a@b\r\nRCPT TO:<c@d>", "a@b> SIZE=1", "é@example.org"])
def test_what_is_no_address_is_never_said_to_a_server(to: str) -> None:
    for sender, recipient in ((SENDER, to), (to, "b@example.org")):
        with pytest.raises(ValueError, match="cannot be in an envelope"), Relay() as out:
            out.send(Letter(sender, recipient, DATA))


# --- What goes away ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("last", [[b""], [b"421 idle for too long"]])
def test_a_connection_that_was_closed_between_mails_is_made_anew_once(
    script: Callable[..., Script], last: list[bytes]
) -> None:
    told = script([*TAKES, *last], [*TAKES, *BYE])

    with Relay() as out:
        out.send(Letter(SENDER, "one@example.org", DATA))
        out.send(Letter(SENDER, "two@example.org", DATA))

    told.close()
    assert [b"RCPT TO:<two@example.org>\r\n" in lines for lines in told.heard][-1]


@pytest.mark.parametrize(
    "answers",
    [
        [b""],
        [b"421 going"],
        [b"250 sender", b""],
        [b"250 sender", b"421 going"],
        [b"250 sender", b"250 recipient", b"421 going"],
        [b"250 sender", b"250 recipient", b"354 go on", b""],
        [b"250 sender", b"250 recipient", b"354 go on", b"421 going"],
        [b"no answer at all"],
        [b"250 sender", b"250 recipient", b"250 done", b"250 done"],
    ],
)
@pytest.mark.parametrize("hello", [b"250 PIPELINING", b"250 HELP"])
def test_a_server_that_goes_away_is_down_and_asked_anew_for_the_next_mail(
    script: Callable[..., Script], answers: list[bytes], hello: bytes
) -> None:
    script(answers, [*TAKES, *BYE], hello=hello)

    with Relay() as out:
        with pytest.raises(RelayDown):
            out.send(Letter(SENDER, "one@example.org", DATA))
        out.send(Letter(SENDER, "two@example.org", DATA))


def test_a_server_that_goes_away_twice_is_down(script: Callable[..., Script]) -> None:
    script([*TAKES, b""], [b""])

    with Relay() as out:
        out.send(Letter(SENDER, "one@example.org", DATA))
        with pytest.raises(RelayDown):
            out.send(Letter(SENDER, "two@example.org", DATA))


def test_no_server_is_down(server: Callable[[int], None], settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        server(free.getsockname()[1])

    with Relay() as out, pytest.raises(RelayDown, match="ConnectionRefusedError"):
        out.send(Letter(SENDER, "one@example.org", DATA))
    settings.EMAIL_HOST = ""
    with Relay() as out, pytest.raises(RelayDown):
        out.send(Letter(SENDER, "one@example.org", DATA))


def test_a_server_without_the_security_that_the_settings_ask_for_is_down(
    script: Callable[..., Script], settings: Any
) -> None:
    script([b"221 bye"])
    settings.EMAIL_USE_TLS = True

    with Relay() as out, pytest.raises(RelayDown, match="STARTTLS"):
        out.send(Letter(SENDER, "one@example.org", DATA))


# --- One mail right behind the other -------------------------------------------------------------------------------------

ONE, TWO = (Letter(SENDER, f"{name}@example.org", DATA) for name in ("one", "two"))


def hand_over(out: Relay, letter: Letter, following: Letter | None = None) -> None:
    out.begin(letter)
    out.give(letter, following)
    out.end()


def test_the_next_mail_is_announced_with_the_end_of_the_one_before_and_its_words_wait(
    script: Callable[..., Script],
) -> None:
    told = script([*TAKES, *TAKES, *BYE])

    with Relay() as out:
        out.begin(ONE)
        out.give(ONE, TWO)
        wait_for(lambda: len(told.heard[0]) == 7)
        assert told.heard[0][4:] == [
            b"MAIL FROM:<%s>\r\n" % SENDER.encode(),
            b"RCPT TO:<two@example.org>\r\n",
            b"DATA\r\n",
        ]
        out.end()
        hand_over(out, TWO)

    told.close()
    assert told.heard[0][7:] == [b".\r\n", b"quit\r\n"]


def wait_for(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not holds() and time.monotonic() < until:
        time.sleep(0.01)
    assert holds()


def test_a_server_that_does_not_offer_it_is_told_one_thing_after_the_other(
    script: Callable[..., Script],
) -> None:
    told = script([*TAKES, *TAKES, *BYE], hello=b"250 HELP")

    with Relay() as out:
        hand_over(out, ONE, TWO)
        assert len(told.heard[0]) == 4
        hand_over(out, TWO)


def test_a_real_server_takes_mails_right_behind_each_other(post: Post) -> None:
    letters = [Letter(SENDER, f"person{number}@example.org", DATA) for number in range(5)]

    with Relay() as out:
        for letter, following in zip(letters, [*letters[1:], None], strict=True):
            hand_over(out, letter, following)

    assert [recipients for _, recipients, _ in post.taken] == [[letter.to] for letter in letters]


def test_an_announced_mail_that_is_refused_leaves_the_connection_for_the_next(post: Post) -> None:
    gone = Letter(SENDER, "gone@example.org", DATA)

    with Relay() as out:
        hand_over(out, ONE, gone)
        with pytest.raises(Refused, match="550"):
            out.begin(gone)
        hand_over(out, TWO)

    assert [recipients for _, recipients, _ in post.taken] == [["one@example.org"], ["two@example.org"]]


def test_a_mail_that_is_refused_at_its_end_does_not_take_the_announced_one_with_it(post: Post) -> None:
    spam = Letter(SENDER, "one@example.org", DATA + b"spam\r\n")

    with Relay() as out:
        with pytest.raises(Refused, match="554"):
            hand_over(out, spam, TWO)
        hand_over(out, TWO)

    assert [recipients for _, recipients, _ in post.taken] == [["two@example.org"]]


@pytest.mark.parametrize("last", [[b""], [b"421 enough for today"]])
def test_an_announced_mail_that_the_server_went_away_from_is_begun_anew(
    script: Callable[..., Script], last: list[bytes]
) -> None:
    told = script([*TAKES, *last], [*TAKES, *BYE])

    with Relay() as out:
        hand_over(out, ONE, TWO)
        hand_over(out, TWO)

    told.close()
    assert told.heard[1][1] == b"RCPT TO:<two@example.org>\r\n"


def test_what_was_announced_or_begun_and_is_not_wanted_any_more_is_never_sent(post: Post) -> None:
    three = Letter(SENDER, "three@example.org", DATA)

    with Relay() as out:
        hand_over(out, ONE, TWO)
        hand_over(out, three, TWO)
        out.begin(TWO)
        out.withdraw()
        hand_over(out, ONE)

    assert [recipients for _, recipients, _ in post.taken] == [
        ["one@example.org"],
        ["three@example.org"],
        ["one@example.org"],
    ]


def test_an_answer_that_nobody_waited_for_is_not_taken_for_another(post: Post) -> None:
    with Relay() as out:
        out.begin(Letter(SENDER, "one@example.org", DATA + b"spam\r\n"))
        out.give(Letter(SENDER, "one@example.org", DATA + b"spam\r\n"))
        hand_over(out, TWO)

    assert [recipients for _, recipients, _ in post.taken] == [["two@example.org"]]


# --- Without a server ----------------------------------------------------------------------------------------------------


def test_in_development_a_mail_is_a_file(settings: Any, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND, settings.MAIL_DIR = "portal.mailbox.FileBackend", tmp_path

    with Relay() as out:
        out.send(Letter(SENDER, "one@example.org", DATA))

    [file] = tmp_path.glob("*")
    assert file.read_bytes() == b"X-Envelope-To: one@example.org\r\n" + DATA
    [letter] = mailbox.letters()
    assert (letter.recipients, letter.sender) == ("one@example.org", "a@example.org")


def test_mail_that_goes_nowhere_goes_nowhere(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

    with Relay() as out:
        out.send(Letter(SENDER, "one@example.org", DATA))


# --- The sink of the bench -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [[], ["--no-pipelining"], ["--close-after", "2"]])
def test_the_sink_of_the_bench_counts_what_it_takes(
    server: Callable[[int], None], options: list[str]
) -> None:
    command = [sys.executable, str(ROOT / "bench" / "sink.py"), "--refuse", "gone", *options]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as sink:
        server(int(sink.stdout.readline()))
        with Relay() as out:
            for number in range(4):
                out.send(Letter(SENDER, f"person{number}@example.org", DATA))
                with pytest.raises(Refused, match="550"):
                    out.send(Letter(SENDER, "gone@example.org", DATA))
        said, _ = sink.communicate("")

    found = json.loads(said)
    assert (found["mails"], found["bytes"]) == (4, 4 * len(dot_stuffed(DATA)[:-3]))
    assert found["connections"] == (3 if "--close-after" in options else 1)
