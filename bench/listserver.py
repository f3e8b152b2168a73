"""What a post to all subscribers of a list costs, from the commit to the last hand-over, against a bare loop of smtplib.

Makes a database of its own (SQLite, or the empty PostgreSQL database at `--postgres`) with a list of `--people` subscribers, and a
mail server of its own that takes everything and keeps nothing (`bench/sink.py`). Three things are timed in turn, `--rounds` times:

- the sink's own limit: one message of the same size, written to plain sockets with nothing before it
- the bare loop: smtplib, one connection, an envelope and fresh bytes for each recipient
- the portal: a post is written, then one worker sends it, with a secret address, an envelope and the right to read for each

It prints the rates, and then:

- `ratio`: the portal's rate to the bare loop's (goal 0.5)
- `ratio_with_delay`, `speed_up`: the same with `--delay` milliseconds at the sink, and how much faster two workers are than one there
- `rss_growth`: how much more memory a worker takes for ten times as many subscribers
"""

import argparse
import os
import resource
import smtplib
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ground import ROOT, arguments, run

WORDS = "The practices agreed on a rota, and one of them asked who pays for the evenings.\n\n" * 8


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--people", type=int, default=5_000, help="subscribers of the list (5,000)")
    parser.add_argument("--rounds", type=int, default=5, help="times that each is timed (5)")
    parser.add_argument("--delay", type=float, default=5.0, help="milliseconds that the slow sink waits (5)")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        return worker()
    return run(options, lambda _: measure(options), LIST_DOMAIN="lists.example")


def measure(options: argparse.Namespace) -> dict[str, Any]:
    people = options.people
    with sink(0) as port:
        os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{port}"
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        the_list = make_list(people)
        sample = one_mail(the_list)
        rates: dict[str, list[float]] = {"sink": [], "bare": [], "portal": []}
        for _ in range(options.rounds):
            rates["sink"].append(timed(people, lambda: flood(port, people, sample)))
            rates["bare"].append(timed(people, lambda: bare(port, people, sample)))
            rates["portal"].append(timed(people, lambda: portal(the_list, people)))
    found: dict[str, Any] = {
        f"{name}_per_s": round(statistics.median(found)) for name, found in rates.items()
    }
    ratios = [ours / theirs for ours, theirs in zip(rates["portal"], rates["bare"], strict=True)]
    found["ratio"] = round(statistics.median(ratios), 3)
    return found | slow(options, the_list, sample) | memory(the_list, people)


def slow(options: argparse.Namespace, the_list: Any, sample: bytes) -> dict[str, Any]:
    """The same at a sink that waits before it answers, with one worker and with two."""
    people = options.people
    with sink(options.delay) as port:
        os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{port}"
        bare_rate = timed(people, lambda: bare(port, people, sample))
        one, two = (by_workers(the_list, people, number) for number in (1, 2))
    return {
        "bare_with_delay_per_s": round(bare_rate),
        "ratio_with_delay": round(one / bare_rate, 3),
        "speed_up": round(two / one, 2),
    }


def memory(the_list: Any, people: int) -> dict[str, Any]:
    """The most memory of a worker that sends to a tenth of the subscribers, and of one that sends to all."""
    with sink(0) as port:
        os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{port}"
        peaks = []
        for number in (people // 10, people):
            queue(the_list, number)
            peaks.append(int(finish(run_worker())))
    return {"rss_growth": round(peaks[1] / peaks[0], 3)}


# --- What is timed -------------------------------------------------------------------------------------------------------


def timed(count: int, work: Callable[[], Any]) -> float:
    """How many a second."""
    begun = time.perf_counter()
    work()
    return count / (time.perf_counter() - begun)


def flood(port: int, count: int, sample: bytes) -> None:
    """The sink's own limit: everything is said at once, and the answers are read at the end."""
    import socket

    one = b"MAIL FROM:<a@lists.example>\r\nRCPT TO:<b@two.example>\r\nDATA\r\n" + sample + b".\r\n"
    with socket.create_connection(("127.0.0.1", port)) as plain:
        said = plain.recv(1_000)
        plain.sendall(b"EHLO bench\r\n")
        while not said.endswith(b"250 SIZE\r\n"):
            said += plain.recv(1_000)
        for begin in range(0, count, 50):
            number = min(50, count - begin)
            plain.sendall(one * number)
            lines = 4 * number
            while lines:
                lines -= plain.recv(65_536).count(b"\n")


def bare(port: int, count: int, sample: bytes) -> None:
    """smtplib with one connection, and bytes of its own for each recipient."""
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        for number in range(count):
            data = sample.replace(b"person-0@", b"person-%d@" % number, 1)
            smtp.sendmail(f"bounces+{number}@lists.example", [f"person-{number}@two.example"], data)


def portal(the_list: Any, count: int) -> None:
    """A post is written, and sent by this process."""
    from forum.actions.sending import send_waiting

    write(the_list)
    sent = send_waiting()
    expect(sent == count, f"{sent} of {count} were sent.")


def by_workers(the_list: Any, count: int, number: int) -> float:
    """How many a second so many processes send to the first `count` subscribers, once they have started."""
    queue(the_list, count)
    workers = [run_worker() for _ in range(number)]

    def go() -> None:
        for one in workers:
            one.stdin.write("go\n")
            one.stdin.flush()
        for one in workers:
            finish(one)

    return timed(count, go)


def worker() -> int:
    """A process that sends what waits when it is told to, then says the most memory that it had, in KiB."""
    import django

    django.setup()
    from django.urls import reverse

    from forum.actions.sending import send_waiting

    reverse("account_login")  # loads every address, which a worker does once in its life
    print("ready", flush=True)
    sys.stdin.readline()
    send_waiting()
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    return 0


def run_worker() -> "subprocess.Popen[str]":
    """Starts a process and waits until it can begin."""
    command = [sys.executable, str(Path(__file__).resolve()), "--worker"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    process.stdout.readline()
    return process


def finish(process: "subprocess.Popen[str]") -> str:
    """Has a process go, if it has not been told to, and waits until it has ended; gives back what it said."""
    said, _ = process.communicate("go\n", timeout=600)
    expect(process.returncode == 0, "A worker failed.")
    return said


# --- What it is timed on -------------------------------------------------------------------------------------------------


@contextmanager
def sink(delay: float) -> Iterator[int]:
    """A mail server that takes everything, in a process of its own. Gives its port."""
    command = [sys.executable, str(ROOT / "bench" / "sink.py"), "--delay", str(delay)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield int(process.stdout.readline())
        process.communicate()


def make_list(people: int) -> Any:
    from allauth.account.models import EmailAddress
    from django.utils import timezone

    from forum.models import (
        AccessRule,
        DeliveryMode,
        MailingList,
        State,
        Subscription,
        SubscriptionPeriod,
        Whom,
    )
    from portal.members.models import User

    now = timezone.now()
    made = MailingList.objects.create(
        name="Bench", slug="bench", summary="A list.", created_at=now, hold_first_posts=0
    )
    AccessRule.objects.create(list=made, whom=Whom.ANYONE)
    for start in range(0, people, 1_000):
        users = User.objects.bulk_create(
            User(email=f"person-{number}@two.example", first_name="Ada", last_name=f"Example {number}")
            for number in range(start, min(start + 1_000, people))
        )
        EmailAddress.objects.bulk_create(
            EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
        )
        subscriptions = Subscription.objects.bulk_create(
            Subscription(list=made, user=user, joined_on=now.date(), delivery=DeliveryMode.EACH)
            for user in users
        )
        SubscriptionPeriod.objects.bulk_create(
            SubscriptionPeriod(subscription=one, state=State.ACTIVE, starts_at=now) for one in subscriptions
        )
    return made


def write(the_list: Any) -> Any:
    from django.utils import timezone

    from forum.actions.posting import start_topic
    from portal.members.models import User

    # Another person each time: nobody may post too often.
    author = User.objects.filter(posts=None).order_by("?").first()
    return start_topic(mailing_list=the_list, user=author, subject="Rota", content=WORDS, now=timezone.now())


def queue(the_list: Any, count: int) -> None:
    """A post that waits for the first `count` subscribers alone."""
    from forum.models import Delivery

    post = write(the_list)
    kept = Delivery.objects.filter(post=post).order_by("pk").values_list("pk", flat=True)[:count]
    Delivery.objects.filter(post=post).exclude(pk__in=list(kept)).delete()


def one_mail(the_list: Any) -> bytes:
    """A mail as the portal sends it, for the others to send the same bytes."""
    from forum.addresses import KEY_LENGTH
    from forum.models import Delivery, MailFormat
    from forum.outgoing.messages import Personal
    from forum.outgoing.posts import template_of

    post = write(the_list)
    Delivery.objects.all().delete()
    template = template_of(post, format=MailFormat.HTML)
    return template.for_person(
        Personal("person-0@two.example", dict.fromkeys(template.keys, "a" * KEY_LENGTH))
    )


def expect(holds: bool, otherwise: str) -> None:  # noqa: FBT001  reads as a sentence
    """Ends the run where a figure would say nothing."""
    if not holds:
        sys.exit(otherwise)


if __name__ == "__main__":
    sys.exit(main())
