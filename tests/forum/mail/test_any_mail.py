"""Mails with faults made at random, from the entrance to their end: nothing is raised, and each ends in exactly one way."""

import random
import re
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from forum import addresses
from forum.actions.posting import start_topic
from forum.actions.queueing import queue_post
from forum.actions.receiving import take
from forum.actions.sorting import sort
from forum.addresses import Command, Purpose
from forum.models import Delivery, DeliveryMode, IncomingMail, MailOutcome, Post, Subscription
from forum.rules.answering import Because, is_told
from portal.members.models import Mail
from tests.factories import make_user
from tests.forum.factories import make_list, subscribe
from tests.forum.incoming.faults import MAIL, faulty, ours
from tests.forum.mail.letters import SERVER

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PROOF = f"Authentication-Results: {SERVER}; dkim=pass header.d=one.example\r\n".encode()
FROM = re.compile(rb"^From:.*(?:\r?\n[ \t].*)*", re.MULTILINE | re.IGNORECASE)


def test_any_mail_ends_in_exactly_one_way(settings: Any) -> None:
    look_at(120, settings)


@pytest.mark.soak
def test_ten_thousand_mails_each_end_in_exactly_one_way(settings: Any) -> None:
    look_at(10_000, settings)


def look_at(count: int, settings: Any) -> None:
    """Takes that many mails, each some hours after the one before, and looks at what became of each."""
    settings.TRUSTED_MAIL_SERVERS = [SERVER]
    rng = random.Random(5)  # noqa: S311  (no secret)
    to = recipients()
    mails = [*ours(), *(file.read_bytes() for file in MAIL)]
    found: Counter[str] = Counter()
    for number in range(count):
        raw = PROOF + FROM.sub(b"From: Ada Example <ada@one.example>", rng.choice(mails), count=1)
        # Some come as they are, most with faults; what stands at the top is kept in half of them, so that many are Ada's.
        keep = rng.choice([0, len(PROOF)])
        raw = raw[:keep] + faulty(raw[keep:], rng) if rng.random() < 0.9 else raw
        now = timezone.now() + HOUR * 5 * number
        (row,) = take(raw=raw, sender="ada@one.example", recipients=[rng.choice(to)], now=now)
        assert sort(row.pk, now), raw
        found[check(row)] += 1
    assert {MailOutcome.POSTED, MailOutcome.REFUSED, MailOutcome.DROPPED} <= found.keys(), found


def check(row: IncomingMail) -> str:
    """How a mail ended; all that follows from it has been done."""
    row.refresh_from_db()
    assert row.attempts == 0, row.explained
    assert row.outcome in set(MailOutcome) - {MailOutcome.RECEIVED}
    assert row.settled_at is not None
    if row.outcome == MailOutcome.POSTED:
        assert row.post.approved
        assert row.post.content.raw.strip()
    elif row.person and row.because in set(Because) and is_told(Because(row.because)):
        day = timezone.localdate(row.settled_at)
        assert Mail.objects.filter(template="mail_answer", key__endswith=f":{row.because}:{day}").exists()
    if row.outcome in {MailOutcome.DROPPED, MailOutcome.BOUNCE, MailOutcome.REFUSED, MailOutcome.COMMAND}:
        assert row.post is None
    return row.outcome


def recipients() -> list[str]:
    """The addresses of a list on which Ada is: to write, to answer, to its author alone, to command, and what mail comes back to."""
    the_list = make_list(hold_first_posts=0)
    since = timezone.now() - DAY
    ada, grace = make_user("ada@one.example"), make_user("grace@two.example")
    subscribe(the_list, ada, since=since, delivery=DeliveryMode.EACH)
    subscribe(the_list, grace, since=since, delivery=DeliveryMode.EACH)
    post = start_topic(mailing_list=the_list, user=grace, subject="Quorum", content="How many?", now=since)
    queue_post(Post.objects.get(pk=post.pk), since)
    own = Subscription.objects.get(user=ada).pk
    return [
        addresses.of_list(the_list.slug),
        addresses.of_list(the_list.slug),
        addresses.secret(Purpose.REPLY, post.pk, own),
        addresses.secret(Purpose.AUTHOR, post.pk, own),
        addresses.secret(Purpose.BOUNCES, Delivery.objects.first().pk),
        addresses.of_list(the_list.slug, Command.HELP),
        addresses.of_list(the_list.slug, Command.DIGEST),
    ]
