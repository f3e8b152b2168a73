"""Which worker sends what, and how far it has come: batches that are claimed until a moment, with a mark that is moved for each mail.

The mark is a small row of its own: to move it costs a tenth of what it costs to write a delivery. Whoever finishes a batch, be it
its worker or, if that one has died, another after the claim has ended, writes the deliveries up to the mark as sent.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.db import connection, transaction
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils import timezone

from forum.actions.marking import mark_of
from forum.models import WAITING, Batch, Delivery, DeliveryState

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
MARGIN = 60  # seconds before a claim ends in which nothing more is begun
WRITE_UP = 1.0  # seconds after which those who look at a list's mail see what has been sent


class ClaimLost(Exception):
    """Another worker has taken what this one had claimed: its claim had ended."""


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


class Claimed:
    """A batch in the hands of its worker. `mails` have to be sent in their order."""

    def __init__(self, pk: int, mails: list[Due]) -> None:
        self.pk = pk
        self.mails = mails
        self._mark = mark_of(pk)
        self._sent_up_to = 0
        self._begun = self._written_up = time.monotonic()

    def lasts(self) -> bool:
        """Whether there is time for one more mail before others may take the rest."""
        return time.monotonic() - self._begun < LEASE.total_seconds() - MARGIN

    def mark_sent(self, due: Due) -> None:
        """Moves the mark on to a mail that the server has taken, before the next one is given to it.

        `confirm` has to be called before the database is asked anything else.
        """
        self._sent_up_to = due.pk
        self._mark.move_to(due.pk)

    def confirm(self) -> None:
        """Makes sure that the mark has moved; every second, writes up what it says. Raises `ClaimLost`."""
        if not self._mark.has_moved():
            raise ClaimLost
        if time.monotonic() - self._written_up > WRITE_UP:
            self._written_up = time.monotonic()
            write_up(self.pk, self._sent_up_to, timezone.now())

    def settle(self, due: Due, state: DeliveryState, said: str) -> None:
        """Writes down that a mail is not sent and why, for good."""
        self._of(due).update(
            state=state,
            settled_at=timezone.now(),
            said=said[:500],
            attempts=F("attempts") + 1,
            batch=None,
        )

    def defer(self, due: Due, until: datetime, said: str) -> None:
        """Writes down that a mail was refused for now and is tried again at the moment `until`."""
        self._of(due).update(
            state=DeliveryState.DEFERRED,
            due_at=until,
            said=said[:500],
            attempts=F("attempts") + 1,
            batch=None,
        )

    def finish(self) -> None:
        """Writes up what was sent, and gives back what was not. Raises `ClaimLost`."""
        self.confirm()
        with transaction.atomic():
            if not Batch.objects.select_for_update().filter(pk=self.pk).exists():
                raise ClaimLost
            _finish(self.pk, self._sent_up_to, timezone.now())

    def _of(self, due: Due) -> QuerySet[Delivery]:
        """The row of a delivery, as long as it is this worker's."""
        self.confirm()
        return Delivery.objects.filter(pk=due.pk, batch=self.pk)


def claim(now: datetime, most: int) -> Claimed | None:
    """Takes the next due deliveries for `LEASE`, so that no other worker sends them meanwhile; `None` if there are none."""
    finish_what_was_left(now)
    free = Delivery.objects.filter(state__in=WAITING, due_at__lte=now, batch=None)
    with transaction.atomic():
        locked = free.order_by("due_at", "pk").select_for_update(skip_locked=True)
        keys = list(locked.values_list("pk", flat=True)[:most])
        if not keys:
            return None
        batch = Batch.objects.create(claimed_until=now + LEASE)
        Delivery.objects.filter(pk__in=keys).update(batch=batch)
    return Claimed(batch.pk, _read(batch, now))


@transaction.atomic
def finish_what_was_left(now: datetime) -> None:
    """Does for workers that have died what they did not come to: what they have sent is written up, the rest is free again."""
    left = Batch.objects.filter(claimed_until__lte=now).order_by("pk").select_for_update(skip_locked=True)
    for batch in left:
        logger.warning("Batch %s was left by its worker, sent up to delivery %s.", batch.pk, batch.sent_up_to)
        _finish(batch.pk, batch.sent_up_to, now)


def write_up(batch: int, sent_up_to: int, now: datetime) -> None:
    """Writes the deliveries of a batch up to its mark as sent, but for those of which something else is known."""
    Delivery.objects.filter(batch=batch, pk__lte=sent_up_to, state__in=WAITING).update(
        state=DeliveryState.SENT, settled_at=now, said="", attempts=F("attempts") + 1, batch=None
    )


def _finish(batch: int, sent_up_to: int, now: datetime) -> None:
    write_up(batch, sent_up_to, now)
    Batch.objects.filter(pk=batch).delete()  # which lets go of the deliveries


def _read(batch: Batch, now: datetime) -> list[Due]:
    address = EmailAddress.objects.filter(
        user=OuterRef("subscription__user"), primary=True, verified=True, user__is_active=True
    )
    found = batch.deliveries.order_by("pk").values_list(
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
