"""Whoever sends and receives is killed at any moment: nothing is lost, and at most the mail that was on its way goes out twice.

Run as a program (`python -m tests.forum.mail.test_mail_kills sending|receiving KILLS`), this module forks the workers that it kills,
so that each begins at once, and looks at what they leave.
"""

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.databases import ROOT
from tests.forum.mail import server
from tests.handbook.test_kills import database

__all__ = ["database"]  # a fixture

PEOPLE = 300
MX = "mx.lists.example"
pytestmark = [pytest.mark.soak, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def run(database: str, files: Path, part: str, kills: int, relay: str = "dummymail://") -> dict[str, Any]:
    """What the program says that it has seen, if it has found nothing wrong."""
    environment = os.environ | {
        "DATABASE_URL": database,
        "EMAIL_URL": relay,
        "MEDIA_ROOT": str(files / "media"),
        "PRIVATE_ROOT": str(files / "private"),
        "LIST_DOMAIN": "lists.example",
        "TRUSTED_MAIL_SERVERS": MX,
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.forum.mail.test_mail_kills", part, str(kills)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=3600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_senders_killed_at_any_moment_lose_nothing_and_send_at_most_one_mail_twice_each(
    request: pytest.FixtureRequest, tmp_path: Path, *, soak: bool
) -> None:
    kills = 200 if soak else 6
    office = server.Post()
    controller = server.started(office)

    seen = run(
        request.getfixturevalue("database"), tmp_path, "sending", kills, f"smtp://127.0.0.1:{controller.port}"
    )

    controller.stop()
    copies = Counter(sender for sender, _, _ in office.came)
    assert seen["kills"] == kills
    assert seen["midway"] >= (kills // 10 if soak else 0)
    assert sorted(copies) == sorted(seen["senders"])
    assert copies.total() - len(copies) <= kills
    print(f"{seen['kills']} kills, {seen['midway']} midway; {copies.total()} copies of {len(copies)} mails")


def test_receivers_killed_at_any_moment_lose_nothing_and_post_each_mail_once(
    request: pytest.FixtureRequest, tmp_path: Path, *, soak: bool
) -> None:
    kills = 200 if soak else 6

    seen = run(request.getfixturevalue("database"), tmp_path, "receiving", kills)

    assert seen["kills"] >= kills
    assert seen["posts"] == seen["mails"]
    # A mail that was stored, and whose yes was lost, is brought again.
    assert seen["stored"] - seen["mails"] <= seen["kills"]
    print(seen)


# --- The program ---------------------------------------------------------------------------------------------------------


def forked(work: Callable[[], object]) -> int:
    """Starts a child that does some work and ends. Returns its process id."""
    from django.db import connections

    connections.close_all()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:  # noqa: BLE001  whatever it is, the child must not go on as its parent
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return child


def people(name: str) -> list[Any]:
    """Members of the list, who get each post by mail. They are new, so that none of them has posted too often."""
    from allauth.account.models import EmailAddress
    from django.db import transaction
    from django.utils import timezone

    from forum.models import DeliveryMode, MailingList
    from portal.members.models import User
    from tests.forum.factories import make_list, subscribe

    the_list = MailingList.objects.first() or make_list(hold_first_posts=0)
    made = []
    with transaction.atomic():
        for place in range(PEOPLE):
            # Without a password: to make one takes long.
            user = User.objects.create(email=f"{name}.{place}@example.org", first_name="Ada")
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
            delivery = DeliveryMode.EACH if name == "reader" else DeliveryMode.NONE
            subscribe(the_list, user, since=timezone.now() - timedelta(days=1), delivery=delivery)
            made.append(user)
    return made


# --- Sending -------------------------------------------------------------------------------------------------------------


def sending(kills: int) -> dict[str, Any]:
    """Posts are written, and each sender is killed, until there have been so many kills; then all is sent."""
    from django.utils import timezone

    from forum import addresses
    from forum.actions.posting import start_topic
    from forum.actions.sending import send_waiting
    from forum.addresses import Purpose
    from forum.models import WAITING, Batch, Delivery, DeliveryState, MailingList

    writers = people("reader")
    the_list = MailingList.objects.get()

    def write() -> int:
        number = Delivery.objects.count() // PEOPLE
        common = {"subject": "Rota", "content": "Who?", "now": timezone.now()}
        start_topic(mailing_list=the_list, user=writers[number % PEOPLE], **common)
        return PEOPLE

    # Loads what a sender needs: the others are killed at work, and not while they load.
    write()
    send_waiting()
    killed = midway = 0
    span = 0.0  # the seconds that the first sender takes, who is left alone
    while True:
        waiting = Delivery.objects.filter(state__in=WAITING).count()
        if not waiting:
            if killed == kills:
                break
            waiting = write()
        begun = time.monotonic()
        child = forked(send_waiting)
        if span and killed < kills:
            time.sleep(span * random.uniform(0.3, 1.3))  # noqa: S311  nothing secret
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status) or status == 0, "The sender failed."
        if os.WIFSIGNALED(status):
            killed += 1
            midway += 0 < Delivery.objects.filter(state__in=WAITING).count() < waiting
        span = span or time.monotonic() - begun
        # Five minutes later: what the dead one had claimed is free.
        Batch.objects.update(claimed_until=timezone.now())
    assert not Delivery.objects.exclude(state=DeliveryState.SENT, attempts=1).exists()
    assert not Batch.objects.exists()
    sent = Delivery.objects.values_list("pk", flat=True)
    return {
        "kills": killed,
        "midway": midway,
        "senders": [addresses.secret(Purpose.BOUNCES, pk) for pk in sent],
    }


# --- Receiving -----------------------------------------------------------------------------------------------------------


class Receivers:
    """An entrance and one who looks at mail, both forked again whenever they have been killed at a moment of chance."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.kills = 0
        self.running: dict[str, int] = {}

    def tend(self) -> None:
        """Starts whichever is not running."""
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
        for name, work in (("entrance", self.take), ("sorter", self.sort)):
            child = self.running.get(name)
            if child is not None:
                ended, status = os.waitpid(child, os.WNOHANG)
                if not ended:
                    continue
                assert os.WIFSIGNALED(status), f"The {name} failed."
            self.running[name] = forked(work)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGALRM])

    def take(self) -> None:
        import asyncio

        from forum.lmtp import serve

        asyncio.run(serve(host="127.0.0.1", port=self.port, ready=str))

    def sort(self) -> None:
        from forum.actions.sorting import sort_waiting

        while True:
            sort_waiting()
            time.sleep(0.01)

    def kill_one(self, *_: object) -> None:
        """Receives SIGALRM."""
        child = random.choice(list(self.running.values()))  # noqa: S311  nothing secret
        if os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            os.kill(child, signal.SIGKILL)
            self.kills += 1
        self.alarm()

    def alarm(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, random.uniform(0.02, 0.4))  # noqa: S311  nothing secret

    @contextmanager
    def at_risk(self) -> Iterator[None]:
        self.tend()
        signal.signal(signal.SIGALRM, self.kill_one)
        self.alarm()
        yield
        signal.setitimer(signal.ITIMER_REAL, 0)


def receiving(kills: int) -> dict[str, Any]:
    """Mails are brought, each until yes is said to it, while the entrance and the sorter are killed."""
    from django.db.models import Count

    from forum.actions.sorting import sort_waiting
    from forum.models import IncomingMail, MailOutcome, Post
    from tests.forum.mail.postfix import free_port

    receivers, mails, writers = Receivers(free_port()), 0, people("writer")
    with receivers.at_risk():
        while receivers.kills < kills or mails < kills:
            bring(receivers, writers[mails % PEOPLE].email, mails)
            mails += 1
    for child in receivers.running.values():
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    while IncomingMail.objects.filter(outcome=MailOutcome.RECEIVED).exists():
        # A row may still be the dead one's, for a moment.
        sort_waiting()
    outcomes = Counter(IncomingMail.objects.values_list("outcome", "because"))
    posted, again = (MailOutcome.POSTED, ""), (MailOutcome.DROPPED, "duplicate")
    assert set(outcomes) <= {posted, again}, outcomes
    assert outcomes[posted] == mails
    assert not Post.objects.values("topic__subject").annotate(times=Count("pk")).filter(times__gt=1).exists()
    return {
        "kills": receivers.kills,
        "mails": mails,
        "stored": outcomes.total(),
        "posts": Post.objects.count(),
    }


def bring(receivers: Receivers, sender: str, number: int) -> None:
    """Brings a mail as a mail server does: again and again, until it has been told yes."""
    from tests.forum.mail.letters import letter
    from tests.forum.mail.lmtp import Client

    raw = letter(sender, subject=f"Rota {number}")
    raw = re.sub(rb"\S+; dkim", f"{MX}; dkim".encode(), raw)
    while True:
        receivers.tend()
        try:
            with Client(receivers.port) as client:
                if client.send(sender, ["setting-up@lists.example"], raw) == [250]:
                    return
        except (OSError, ValueError):  # it was killed before it had said a word, or in the middle of one
            time.sleep(0.01)


def main(part: str, kills: str) -> None:
    import django

    django.setup()
    print(json.dumps({"sending": sending, "receiving": receiving}[part](int(kills))))


if __name__ == "__main__":
    main(*sys.argv[1:])
