"""Sends what is queued: any number of workers side by side, each mail marked as it goes, the right to read asked as it goes.

A worker claims a batch until a moment. If it is killed, others take what is left of the batch after that moment: nothing is lost,
and at most the one mail that was on its way is sent twice.
"""

import logging
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from allauth.account.models import EmailAddress
from django.db import connection, transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from forum import addresses
from forum.access import subscriptions_with
from forum.actions.queueing import MODES, POST_IS_HELD
from forum.addresses import Purpose
from forum.models import (
    WAITING,
    Delivery,
    DeliveryMode,
    DeliveryState,
    Digest,
    MailFormat,
    MailingList,
    Post,
)
from forum.outgoing.digests import digest_template, posts_in
from forum.outgoing.messages import MailTemplate, Personal
from forum.outgoing.posts import template_of
from forum.outgoing.relay import Refused, Relay, RelayDown
from forum.rules.delivering import next_attempt

logger = logging.getLogger(__name__)

BATCH = 500
LEASE = timedelta(minutes=5)
MARGIN = 60  # seconds before a claim ends in which nothing more is begun
# The right to read is asked for this many seconds ahead, and again when they are over: what ends meanwhile is not sent any more.
AHEAD = 2.0

NOT_ANY_MORE = "May not read the list any more."
NO_MAIL = "Wants no mail of this list any more, or another kind."
NO_ADDRESS = "Has no confirmed e-mail address."
ELSEWHERE = "The post is in another list now, or is gone."


@dataclass(frozen=True)
class Due:
    """A claimed delivery with what is needed to send it."""

    pk: int
    post: int | None
    digest: int | None
    subscription: int
    list: int
    to: str
    format: str
    mode: str
    attempts: int
    no_mail: bool


def send_waiting() -> int:
    """Sends whatever is due, until nothing is. Safe to run in any number of workers. Returns how many mails it handed over."""
    sent = 0
    with Relay() as relay, quick_commits():
        while batch := claim(timezone.now()):
            try:
                sent += _send(batch, relay)
            except RelayDown as failure:
                logger.warning("The mail server cannot be reached: %s", failure)
                _release(batch)
                break
    return sent


def claim(now: datetime, most: int = BATCH) -> list[Due]:
    """Takes the next due deliveries for `LEASE`, so that no other worker sends them meanwhile."""
    free = Delivery.objects.filter(state__in=WAITING, due_at__lte=now).filter(
        Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
    )
    with transaction.atomic():
        locked = free.order_by("due_at", "pk").select_for_update(skip_locked=True)
        keys = list(locked.values_list("pk", flat=True)[:most])
        if not keys:
            return []
        Delivery.objects.filter(pk__in=keys).update(claimed_until=now + LEASE)
    return _read(Delivery.objects.filter(pk__in=keys), now)


def _read(rows: QuerySet[Delivery], now: datetime) -> list[Due]:
    address = EmailAddress.objects.filter(
        user=OuterRef("subscription__user"), primary=True, verified=True, user__is_active=True
    )
    found = rows.order_by("due_at", "pk").values_list(
        "pk",
        "post_id",
        "digest_id",
        "subscription_id",
        "subscription__list_id",
        Subquery(address.values("email")[:1]),
        "subscription__mail_format",
        "subscription__delivery",
        "attempts",
        "subscription__stopped_at",
        "subscription__paused_until",
    )
    return [
        Due(*values[:5], values[5] or "", *values[6:9], bool(stopped or (paused and paused > now)))
        for *values, stopped, paused in found
    ]


def _send(batch: list[Due], relay: Relay) -> int:
    """Sends a claimed batch. Returns how many were handed over. Raises `RelayDown`; what was sent until then is marked."""
    began = time.monotonic()
    content = _Content(batch)
    allowed: set[int] = set()
    asked = -AHEAD
    sent = 0
    for position, due in enumerate(batch):
        if time.monotonic() - began > LEASE.total_seconds() - MARGIN:
            # Others may take the rest soon.
            _release(batch[position:])
            break
        if time.monotonic() - asked >= AHEAD / 2:
            asked = time.monotonic()
            allowed = _allowed(batch[position:], timezone.now())
        sent += _send_one(due, content, relay, may_read=due.subscription in allowed)
    return sent


def _send_one(due: Due, content: "_Content", relay: Relay, *, may_read: bool) -> int:
    why_not = _why_not(due, content, may_read=may_read)
    if why_not:
        settle(due.pk, DeliveryState.LEFT_OUT, why_not)
        return 0
    template = content.of(due)
    try:
        relay.send(
            addresses.secret(Purpose.BOUNCES, due.pk), due.to, template.for_person(_personal(due, template))
        )
    except Refused as refusal:
        _refused(due, refusal, timezone.now())
        return 0
    settle(due.pk, DeliveryState.SENT, "")
    return 1


def _why_not(due: Due, content: "_Content", *, may_read: bool) -> str:
    """Why a delivery is not sent after all; empty if it is."""
    if not may_read:
        return NOT_ANY_MORE
    wanted = (DeliveryMode.EACH, DeliveryMode.FOLLOWED) if due.post else MODES.values()
    if due.no_mail or due.mode not in wanted:
        return NO_MAIL
    if not due.to.isascii() or not due.to:
        return NO_ADDRESS
    return content.why_not(due)


def _personal(due: Due, template: MailTemplate) -> Personal:
    keys = {
        place: addresses.key_of(purpose, first, due.subscription)
        for place, (purpose, first) in template.keys.items()
    }
    return Personal(due.to, keys)


def _allowed(batch: Iterable[Due], now: datetime) -> set[int]:
    """Whose subscriptions of the batch let them read now and go on doing so until this is asked again."""
    by_list: dict[int, list[int]] = {}
    for due in batch:
        by_list.setdefault(due.list, []).append(due.subscription)
    found: set[int] = set()
    for mailing_list in MailingList.objects.filter(pk__in=by_list):
        rows = subscriptions_with(mailing_list, now).filter(pk__in=by_list[mailing_list.pk])
        later = subscriptions_with(mailing_list, now + timedelta(seconds=AHEAD))
        found |= set(rows.filter(pk__in=later.values("pk")).values_list("pk", flat=True))
    return found


class _Content:
    """The posts and digests of a batch, read once, with their templates made when the first one is sent."""

    def __init__(self, batch: Iterable[Due]) -> None:
        posts = {due.post for due in batch if due.post}
        digests = {due.digest for due in batch if due.digest}
        related = ("poster", "topic__forum__mailing_list")
        self.posts = {post.pk: post for post in Post.objects.filter(pk__in=posts).select_related(*related)}
        self.digests = {one.pk: one for one in Digest.objects.filter(pk__in=digests).select_related("list")}
        self._of = lru_cache(maxsize=8)(self._template)

    def why_not(self, due: Due) -> str:
        """Why nobody may be sent this now; empty if they may."""
        post = self.posts.get(due.post) if due.post else None
        if due.post and (post is None or post.topic.forum.mailing_list.pk != due.list):
            return ELSEWHERE
        return POST_IS_HELD if post is not None and not post.approved else ""

    def of(self, due: Due) -> MailTemplate:
        return self._of(due.post, due.digest, due.format)

    def _template(self, post: int | None, digest: int | None, mail_format: str) -> MailTemplate:
        if post is not None:
            return template_of(self.posts[post], format=MailFormat(mail_format))
        found = self.digests[digest]
        return digest_template(found, list(posts_in(found)), format=MailFormat(mail_format))


def settle(pk: int, state: DeliveryState, said: str) -> None:
    """Writes down what became of a claimed delivery, in a transaction of its own, by the shortest way there is.

    One statement for each mail decides how fast a post goes out: an update by the ORM takes twice as long.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            SETTLE, [state, connection.ops.adapt_datetimefield_value(timezone.now()), said[:500], pk]
        )


SETTLE = (
    f"UPDATE {Delivery._meta.db_table} SET state = %s, settled_at = %s, said = %s, "  # noqa: S608
    "attempts = attempts + 1, claimed_until = NULL WHERE id = %s"
)


def _refused(due: Due, refusal: Refused, now: datetime) -> None:
    """The mail server said no, for now or for good."""
    words = f"{refusal.code} {refusal.words}"
    again = None if refusal.permanent else next_attempt(due.attempts + 1, now)
    if again is None:
        settle(due.pk, DeliveryState.REFUSED, words)
        return
    Delivery.objects.filter(pk=due.pk).update(
        state=DeliveryState.DEFERRED,
        due_at=again,
        said=words[:500],
        attempts=F("attempts") + 1,
        claimed_until=None,
    )


def _release(batch: Iterable[Due]) -> None:
    """Gives back what was claimed and not sent."""
    keys = [due.pk for due in batch]
    Delivery.objects.filter(pk__in=keys, state__in=WAITING).update(claimed_until=None)


@contextmanager
def quick_commits() -> Iterator[None]:
    """Within, a commit does not wait for the disk.

    It outlives a worker that is killed. Should the database's machine lose its power, the marks of the last fraction of a second
    may be gone, and those mails go out again; nothing is lost.
    """
    if connection.in_atomic_block:
        # Nothing is committed before whoever began the transaction ends it.
        yield
        return
    on, off = {
        "postgresql": ("SET synchronous_commit TO off", "SET synchronous_commit TO DEFAULT"),
        "sqlite": ("PRAGMA synchronous = NORMAL", "PRAGMA synchronous = FULL"),
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(on)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(off)
