"""What handing mail over costs: mails a second to a server on this machine that keeps nothing, by `forum.outgoing.relay` and by
`smtplib.sendmail`, and the microseconds that it takes to make one person's mail out of its template.

`relay.py [--mails N] [--delay MS] [--rounds N] [--json]`. The server is `bench/sink.py`; `--delay` is what each mail costs it. Prints

- `relay`, `relay_plain`: mails a second with the three commands in one go (RFC 2920), and to a server that does not offer it: the
  median of `--rounds`, taken by turns
- `sendmail`: mails a second with the standard library's `sendmail` over one connection
- `…_us`: microseconds of processor time that each takes here for a mail, which a busy machine changes less
- `made_us`: microseconds for `MailTemplate.for_person`, the median of five runs; `made_bytes`: how large such a mail is
- `keys_us`: microseconds for the keys of a person, which `forum.addresses` makes
"""

import argparse
import json
import os
import smtplib
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORDS = "The practices agreed on a rota, and one of them asked who pays for the evenings. " * 4
SENDER = f"bounces+{'a' * 36}@lists.example"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--mails", type=int, default=5_000, help="mails of each run (5,000)")
    parser.add_argument(
        "--delay", type=float, default=0, help="milliseconds that each mail costs the server (0)"
    )
    parser.add_argument("--rounds", type=int, default=3, help="runs of each, by turns (3)")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    options = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "DEBUG": "0",
        "DATABASE_URL": "sqlite://:memory:",
    }
    results = measure(options.mails, options.delay, options.rounds)
    for name, value in results.items():
        print(f"{name:<16}{value:>12,.1f}")
    if options.json:
        print(json.dumps(results))
    return 0


def measure(mails: int, delay: float, rounds: int) -> dict[str, float]:
    import django

    django.setup()
    from forum.addresses import key_of
    from forum.outgoing.messages import Personal

    template = sample()
    keys = {name: key_of(*what, 7) for name, what in template.keys.items()}
    personal = Personal("grace.hopper@example.org", keys)
    data = template.for_person(personal)
    ways = {
        "relay": (by_relay, ()),
        "relay_plain": (by_relay, ("--no-pipelining",)),
        "sendmail": (by_sendmail, ()),
    }
    runs = [
        {name: rate(mails, delay, send, data, *how) for name, (send, how) in ways.items()}
        for _ in range(rounds)
    ]
    results = {
        **{name: statistics.median(run[name][0] for run in runs) for name in ways},
        **{f"{name}_us": statistics.median(run[name][1] for run in runs) for name in ways},
        "made_us": microseconds(lambda: template.for_person(personal)),
        "made_bytes": len(data),
        "keys_us": microseconds(lambda: [key_of(*what, 7) for what in template.keys.values()]),
    }
    return {name: round(value, 1) for name, value in results.items()}


def sample() -> "MailTemplate":  # noqa: F821  known once Django is set up
    """The template of an ordinary post with text and HTML, without a database."""
    from django.utils import timezone
    from django.utils.safestring import mark_safe

    from forum.addresses import Purpose
    from forum.models import MailFormat, MailingList, Post
    from forum.outgoing import composing, links, showing
    from forum.outgoing.messages import template_from
    from forum.outgoing.threads import Thread
    from portal.members.models import User

    mailing_list = MailingList(name="Setting up", slug="setting-up")
    post = Post(pk=1, created=timezone.now(), poster=User(first_name="Ada", last_name="Example"))
    reply, author = (links.secret_address(one, one.value) for one in (Purpose.REPLY, Purpose.AUTHOR))
    shown = showing.Shown(
        post=post,
        by="Ada Example",
        roles=["Clinical director, Harbour and Heath PCN"],
        subject="Re: [Setting up] Who pays?",
        text="\n\n".join([WORDS] * 4),
        html=mark_safe(f"<p>{WORDS}</p>" * 4),  # noqa: S308  ours
        files=[],
        links=[],
        url="https://portal.example/forum/setting-up/posts/1/",
        reply=reply,
        author=author,
    )
    sender, reply_words = composing.words_of_post("Ada Example", mailing_list)
    head = composing.about_message(
        mailing_list=mailing_list,
        sender=sender,
        to=composing.TO_PERSON,
        reply=reply,
        reply_words=reply_words,
        subject="[Setting up] Who pays?",
        at=post.created,
        thread=Thread("<post-1@lists.example>"),
    )
    context = {**showing.about_list(mailing_list), "shown": shown, "subject": "[Setting up] Who pays?"}
    body = showing.body("post-1", "post", context, MailFormat.HTML)
    message = "".join([head, composing.about_list(mailing_list), composing.MIME, body])
    keys = {"reply": (Purpose.REPLY, 1), "author": (Purpose.AUTHOR, 1), "stop": (Purpose.STOP, 0)}
    return template_from(message, keys)


def rate(
    mails: int, delay: float, send: Callable[[int, int, bytes], None], data: bytes, *options: str
) -> tuple[float, float]:
    """Mails a second that `send` hands over, and microseconds of processor time for one. Exits if the server has not taken all."""
    with sink("--delay", str(delay), *options) as (process, port):
        begun, spent = time.perf_counter(), time.process_time()
        send(port, mails, data)
        passed, spent = time.perf_counter() - begun, time.process_time() - spent
        said, _ = process.communicate("")
    if json.loads(said)["mails"] != mails:
        sys.exit(f"{mails} mails were sent, and the server took {said}")
    return mails / passed, spent / mails * 1e6


@contextmanager
def sink(*options: str) -> Iterator[tuple[subprocess.Popen, int]]:
    """A server in a process of its own, and its port."""
    command = [sys.executable, str(ROOT / "bench" / "sink.py"), *options]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process, int(process.stdout.readline())


def by_relay(port: int, mails: int, data: bytes) -> None:
    from django.test import override_settings

    from forum.outgoing.relay import Letter, Relay

    backend = "django.core.mail.backends.smtp.EmailBackend"
    with override_settings(EMAIL_BACKEND=backend, EMAIL_HOST="127.0.0.1", EMAIL_PORT=port), Relay() as relay:
        for number in range(mails):
            relay.send(Letter(SENDER, f"person{number}@example.org", data))


def by_sendmail(port: int, mails: int, data: bytes) -> None:
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        for number in range(mails):
            smtp.sendmail(SENDER, [f"person{number}@example.org"], data)


def microseconds(call: Callable[[], object], calls: int = 5_000) -> float:
    """Microseconds of processor time for one call: the median of five runs."""
    runs = []
    for _ in range(5):
        begun = time.process_time()
        for _ in range(calls):
            call()
        runs.append((time.process_time() - begun) / calls * 1e6)
    return statistics.median(runs)


if __name__ == "__main__":
    sys.exit(main())
