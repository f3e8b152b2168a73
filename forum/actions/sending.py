"""Sends what is queued: any number of workers side by side, each mail marked as it goes, the right to read asked as it goes.

A worker claims a batch until a moment. If it is killed, others take what is left of the batch after that moment: nothing is lost,
and at most the one mail that was on its way is sent twice. Whatever one mail needs is made while the mail server is busy with the
one before.
"""

import logging
import time
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import islice

from django.utils import timezone

from forum import addresses
from forum.access import list_facts, may
from forum.actions.claiming import Claimed, ClaimLost, Due, claim, quick_commits
from forum.actions.queueing import MODES, POST_IS_HELD
from forum.addresses import Purpose
from forum.models import (
    DeliveryMode,
    DeliveryState,
    Digest,
    Level,
    MailFormat,
    MailingList,
    Post,
    Subscription,
)
from forum.outgoing.digests import digest_template, posts_in
from forum.outgoing.messages import MAILBOX, MailTemplate, Personal
from forum.outgoing.posts import template_of
from forum.outgoing.relay import Letter, Refused, Relay, RelayDown
from forum.rules.delivering import next_attempt

logger = logging.getLogger(__name__)

# The right to read is asked for this many seconds ahead, and again when half of them are over: what ends meanwhile is not sent.
AHEAD = 2.0
FIRST, LEAST, MOST = 100, 50, 1_000  # deliveries in a batch
READY = 2  # letters that are made before the one before them has gone

NOT_ANY_MORE = "May not read the list any more."
NO_MAIL = "Wants no mail of this list any more, or another kind."
NO_ADDRESS = "Has no confirmed e-mail address."
ELSEWHERE = "The post is in another list now, or is gone."


def send_waiting() -> int:
    """Sends whatever is due, until nothing is. Safe to run in any number of workers. Returns how many mails it handed over."""
    sent, most = 0, FIRST
    with Relay() as relay, quick_commits():
        while claimed := claim(timezone.now(), most):
            begun = time.monotonic()
            sending = _Sending(claimed, relay)
            try:
                sending.go()
                claimed.finish()
            except ClaimLost:
                logger.warning("Batch %s took too long and is another worker's now.", claimed.pk)
            except RelayDown as failure:
                logger.warning("The mail server cannot be reached: %s", failure)
                claimed.finish()
                break
            finally:
                sent += sending.sent
            most = _pace(len(claimed.mails), time.monotonic() - begun)
    return sent


def _pace(mails: int, seconds: float) -> int:
    """How many to claim next: what takes about a second. So several workers have done their share at the same time."""
    return max(LEAST, min(MOST, int(mails / (seconds or 1))))


class _Sending:
    """A batch on its way."""

    def __init__(self, claimed: Claimed, relay: Relay) -> None:
        self.claimed = claimed
        self.relay = relay
        self.rights = _Rights(claimed.mails)
        self.content = _Content(claimed)
        self.ready: deque[tuple[Due, Letter]] = deque()
        self.letters = self._letters()
        self.sent = 0

    def go(self) -> None:
        """Sends a batch, as long as its claim lasts. Raises `RelayDown` and `ClaimLost`; what was sent until then is marked."""
        self._make_ready()
        while self.ready and self.claimed.lasts():
            due, letter = self.ready.popleft()
            try:
                self._send(due, letter)
            except Refused as refusal:
                self._refused(due, refusal, timezone.now())
            self._make_ready()

    def _send(self, due: Due, letter: Letter) -> None:
        self.relay.begin(letter)
        # The server may have taken its time, and this is the last moment to ask.
        lasts = self.claimed.lasts()
        if not lasts or not self._may_read(due):
            self.relay.withdraw()
            if lasts:
                self.claimed.settle(due, DeliveryState.LEFT_OUT, NOT_ANY_MORE)
            return
        self.relay.give(letter, self.ready[0][1] if self.ready else None)
        self._make_ready()
        self.claimed.confirm()
        self.relay.end()
        self.claimed.mark_sent(due)
        self.sent += 1

    def _may_read(self, due: Due) -> bool:
        """Whether the person may read the list now, and goes on doing so until this is asked again."""
        if self.rights.are_old:
            self.claimed.confirm()
            self.rights.ask(timezone.now())
        return self.rights.hold(due)

    def _make_ready(self) -> None:
        """Makes the next letters."""
        self.ready.extend(islice(self.letters, READY - len(self.ready)))

    def _letters(self) -> Iterator[tuple[Due, Letter]]:
        """The letters to those to whom something may be sent; of the others it is written down why not."""
        for due in self.claimed.mails:
            if why_not := self._why_not(due):
                self.claimed.settle(due, DeliveryState.LEFT_OUT, why_not)
                continue
            template = self.content.of(due)
            keys = {
                place: addresses.key_of(purpose, first, due.subscription)
                for place, (purpose, first) in template.keys.items()
            }
            data = template.for_person(Personal(due.to, keys))
            yield due, Letter(addresses.secret(Purpose.BOUNCES, due.pk), due.to, data)

    def _why_not(self, due: Due) -> str:
        """Why a delivery is not sent after all; empty if it is."""
        if not self._may_read(due):
            return NOT_ANY_MORE
        wanted = (DeliveryMode.EACH, DeliveryMode.FOLLOWED) if due.post else MODES.values()
        if due.no_mail or due.mode not in wanted:
            return NO_MAIL
        if not MAILBOX.fullmatch(due.to):
            return NO_ADDRESS
        return self.content.why_not(due)

    def _refused(self, due: Due, refusal: Refused, now: datetime) -> None:
        """The mail server said no, for now or for good."""
        words = f"{refusal.code} {refusal.words}"
        again = None if refusal.permanent else next_attempt(due.attempts + 1, now)
        if again is None:
            self.claimed.settle(due, DeliveryState.REFUSED, words)
        else:
            self.claimed.defer(due, again, words)


class _Rights:
    """Who of a batch may read, as the database said last."""

    def __init__(self, mails: Iterable[Due]) -> None:
        self._by_list: dict[int, list[int]] = {}
        for due in mails:
            self._by_list.setdefault(due.list, []).append(due.subscription)
        self._hold: set[int] = set()
        self._asked = -AHEAD

    @property
    def are_old(self) -> bool:
        return time.monotonic() - self._asked >= AHEAD / 2

    def hold(self, due: Due) -> bool:
        return due.subscription in self._hold

    def ask(self, now: datetime) -> None:
        """Asks who may read now and goes on doing so for a while."""
        self._asked = time.monotonic()
        self._hold = set()
        later = now + timedelta(seconds=AHEAD)
        for pk, facts in list_facts(MailingList.objects.filter(pk__in=self._by_list)).items():
            # They were queued in order, so that few others lie between them; to name hundreds one by one would cost far more.
            between = (min(self._by_list[pk]), max(self._by_list[pk]))
            rows = Subscription.objects.filter(list=pk, pk__range=between).order_by()
            both = rows.filter(may(facts, now, Level.READ), may(facts, later, Level.READ))
            self._hold.update(both.values_list("pk", flat=True))


class _Content:
    """The posts and digests of a batch, read once, with their templates made when the first one is sent."""

    def __init__(self, claimed: Claimed) -> None:
        posts = {due.post for due in claimed.mails if due.post}
        digests = {due.digest for due in claimed.mails if due.digest}
        related = ("poster", "topic__forum__mailing_list")
        self._claimed = claimed
        self._posts = {post.pk: post for post in Post.objects.filter(pk__in=posts).select_related(*related)}
        self._digests = {one.pk: one for one in Digest.objects.filter(pk__in=digests).select_related("list")}
        self._of = lru_cache(maxsize=8)(self._template)

    def why_not(self, due: Due) -> str:
        """Why nobody may be sent this now; empty if they may."""
        post = self._posts.get(due.post) if due.post else None
        if due.post and (post is None or post.topic.forum.mailing_list.pk != due.list):
            return ELSEWHERE
        return POST_IS_HELD if post is not None and not post.approved else ""

    def of(self, due: Due) -> MailTemplate:
        return self._of(due.post, due.digest, due.format)

    def _template(self, post: int | None, digest: int | None, mail_format: str) -> MailTemplate:
        self._claimed.confirm()
        if post is not None:
            return template_of(self._posts[post], format=MailFormat(mail_format))
        found = self._digests[digest]
        return digest_template(found, list(posts_in(found)), format=MailFormat(mail_format))
