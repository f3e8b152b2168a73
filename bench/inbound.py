"""How many mails a second the portal's entrance accepts and commits, and how many one worker looks at, against a bare LMTP server.

Makes a database of its own (SQLite, or the empty PostgreSQL database at `--postgres`) with a list and `--people` on it, and starts
`manage.py mailserver`. `--connections` are kept open, as Postfix keeps them, and over each mail after mail is brought: a new topic
from one of the people, each mail another one. In the same run:

- `bare_per_second`: an LMTP server of aiosmtpd in a process of its own that keeps nothing
- `inbound_per_second`: the portal's, which says yes once a mail is committed (goal 100), and `ratio`, of the two
- `stored`: how many of them are in the database afterwards; all, or the run has failed
- `tasks`: how many pieces of work the queue was given for them
- `sorted_per_second`: how many one worker looks at and posts, each as a topic of its own; `posted`: how many it did
- `…_cpu_ms`: milliseconds of processor time that each takes for a mail, which a busy machine changes less

The rates of the servers are medians of `--rounds`.
"""

import argparse
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ground import ROOT, arguments, run

WORDS = "The practices agreed on a rota, and one of them asked who pays for the evenings.\r\n\r\n" * 24
TO = "bench@lists.example"
SERVER = "mx.lists.example"


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--mails", type=int, default=1_000, help="mails of each round (1,000)")
    parser.add_argument("--people", type=int, default=200, help="who write them by turns (200)")
    parser.add_argument("--connections", type=int, default=4, help="connections that are kept open (4)")
    parser.add_argument("--sorted", type=int, default=200, help="mails that are looked at as well (200)")
    parser.add_argument("--rounds", type=int, default=3, help="times that each is timed (3)")
    parser.add_argument("--bare", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.bare:
        return bare()
    return run(options, lambda _: measure(options), LIST_DOMAIN="lists.example", TRUSTED_MAIL_SERVERS=SERVER)


def measure(options: argparse.Namespace) -> dict[str, Any]:
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone
    from django_q.models import OrmQ

    from forum.actions.sorting import sort
    from forum.models import IncomingMail, MailOutcome

    call_command("migrate", verbosity=0)
    make_list(options.people)
    bare_rate, bare_ms = entrance(options, "bare", str(Path(__file__).resolve()), "--bare")
    tasks = OrmQ.objects.count()
    rate, ms = entrance(options, "mail", "manage.py", "mailserver", "--port", "0")
    tasks, stored = OrmQ.objects.count() - tasks, IncomingMail.objects.count()
    if stored != options.mails * options.rounds:
        sys.exit(f"{stored} of {options.mails * options.rounds} are in the database.")
    waiting = list(IncomingMail.objects.order_by("pk").values_list("pk", flat=True)[: options.sorted])
    begun, took = time.perf_counter(), time.process_time()
    done = sum(sort(pk, timezone.now()) for pk in waiting)
    return {
        "bare_per_second": round(bare_rate),
        "inbound_per_second": round(rate),
        "ratio": round(rate / bare_rate, 3),
        "sorted_per_second": round(done / (time.perf_counter() - begun), 1),
        "bare_cpu_ms": round(bare_ms, 2),
        "inbound_cpu_ms": round(ms, 2),
        "sorted_cpu_ms": round((time.process_time() - took) * 1000 / done, 1),
        "stored": stored,
        "tasks": tasks,
        "posted": IncomingMail.objects.filter(outcome=MailOutcome.POSTED).count(),
    }


def entrance(options: argparse.Namespace, name: str, *command: str) -> tuple[float, float]:
    """Mails a second that a server takes, the median of the rounds, and the milliseconds of its processor time for each."""
    rates = []
    with running(*command) as (port, process):
        before = processor_time(process)
        for number in range(options.rounds):
            mails = letters(options.mails, options.people, f"{name}-{number}")
            rates.append(options.mails / brought(port, mails, options.connections))
        took = processor_time(process) - before
    return statistics.median(rates), took * 1000 / (options.mails * options.rounds)


def processor_time(process: int) -> float:
    """The seconds of processor time that a process has taken so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def brought(port: int, mails: Sequence[tuple[str, bytes]], connections: int) -> float:
    """The seconds that it takes to bring mails over so many connections, each mail once yes was said to the one before."""
    from tests.forum.mail.lmtp import Client

    clients = [Client(port) for _ in range(connections)]
    refused: list[int] = []

    def bring(client: Client, share: Sequence[tuple[str, bytes]]) -> None:
        with client:
            for sender, raw in share:
                refused.extend(code for code in client.send(sender, [TO], raw) if code != 250)

    work = [
        threading.Thread(target=bring, args=(client, mails[place::connections]))
        for place, client in enumerate(clients)
    ]
    begun = time.perf_counter()
    for one in work:
        one.start()
    for one in work:
        one.join()
    if refused:
        sys.exit(f"{len(refused)} mails were refused: {refused[0]}.")
    return time.perf_counter() - begun


def letters(count: int, people: int, name: str) -> list[tuple[str, bytes]]:
    """Mails with their senders, each another one."""
    return [letter(f"person-{number % people}@two.example", f"{name}-{number}") for number in range(count)]


def letter(sender: str, name: str) -> tuple[str, bytes]:
    head = (
        f"Authentication-Results: {SERVER}; spf=pass smtp.mailfrom={sender}\r\n"
        f"From: Ada Example <{sender}>\r\nTo: {TO}\r\nSubject: Rota {name}\r\nMessage-ID: <{name}@two.example>\r\n"
        "Date: Mon, 15 Jun 2026 09:30:00 +0000\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    )
    return sender, f"{head}{WORDS}".encode()


@contextmanager
def running(*command: str) -> Iterator[tuple[int, int]]:
    """A server in a process of its own, which says its port at the end of its first line. Gives that and the process."""
    process = subprocess.Popen([sys.executable, *command], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        yield int(process.stdout.readline().rpartition(":")[2].strip(" .\n")), process.pid
    finally:
        process.terminate()
        process.wait(30)


def bare() -> int:
    """The protocol alone."""
    import asyncio

    from aiosmtpd.lmtp import LMTP

    class Nowhere:
        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  the name is aiosmtpd's
            return "250 OK"

    async def serve() -> None:
        listening = await asyncio.get_running_loop().create_server(lambda: LMTP(Nowhere()), "127.0.0.1", 0)
        print(f":{listening.sockets[0].getsockname()[1]}", flush=True)
        await asyncio.Event().wait()

    asyncio.run(serve())
    return 0


def make_list(people: int) -> None:
    """A list on which so many people are who get no mail of it: what goes out is measured elsewhere."""
    from allauth.account.models import EmailAddress
    from django.utils import timezone

    from portal.members.models import User
    from tests.forum.factories import make_list as made
    from tests.forum.factories import subscribe

    the_list = made("Bench", hold_first_posts=0)
    for number in range(people):
        # Without a password: to make one takes long.
        user = User.objects.create(email=f"person-{number}@two.example", first_name="Ada")
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        subscribe(the_list, user, since=timezone.now())


if __name__ == "__main__":
    sys.exit(main())
