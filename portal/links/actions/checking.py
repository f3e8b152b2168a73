"""Looks at links that are due, and keeps what was found."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portal.links import inside
from portal.links.actions.gathering import gather_all
from portal.links.asking import Visitor
from portal.links.models import TO_MEND, Link
from portal.links.rules import Answer, Kind, Standing, interleaved, next_check, standing_after
from portal.members.actions import RefusedError
from portal.members.actions.alone import alone
from portal.page_cache import bump

SECONDS = 200  # of a run of the schedule: well below the time after which the worker gives a task up
BATCH = 500
CLAIMED_FOR = timedelta(days=1)
BUSY = "Links are being looked at already. Wait until that is done, then try again."


def check_hourly() -> int:
    """Gathers all links and looks at those that are due, for as long as a run may take. What is left comes with the next run."""
    try:
        gather_all()
        return check_due(seconds=SECONDS, outside=settings.LINK_CHECK)
    except RefusedError:
        return 0  # somebody runs the command


def check_due(
    *,
    limit: int = BATCH,
    seconds: float | None = None,
    seen: Callable[[Link, Answer], None] | None = None,
    keep_nothing: bool = False,
    outside: bool = True,
) -> int:
    """Looks at up to `limit` links that are due and tells `seen` of each. Returns how many these were.

    Without `outside`, those of the portal itself only. Servers are asked one after the other, never two at a time. Raises `RefusedError` if that goes on already.
    """
    until = None if seconds is None else time.monotonic() + seconds
    visitor, count = Visitor(), 0
    with alone("check-links", refusal=BUSY):
        due = Link.objects.due(timezone.now())
        for link in interleaved((due if outside else due.filter(host=""))[:limit]):
            if until is not None and time.monotonic() >= until:
                break
            if not keep_nothing and not _claim(link):
                continue
            answer = _ask(link, visitor)
            if not keep_nothing:
                record(link=link, answer=answer, now=timezone.now())
            if seen is not None:
                seen(link, answer)
            count += 1
    return count


def check_one(link_id: int) -> None:
    """Looks at one link now, if it is still there."""
    link = Link.objects.filter(pk=link_id).first()
    if link is not None:
        record(link=link, answer=_ask(link, Visitor()), now=timezone.now())


def _claim(link: Link) -> bool:
    """Puts the link off, so that one at which a worker dies does not come first again."""
    rows = Link.objects.filter(pk=link.pk, next_check_at=link.next_check_at)
    return bool(rows.update(next_check_at=timezone.now() + CLAIMED_FOR))


def _ask(link: Link, visitor: Visitor) -> Answer:
    return visitor.ask(link.address) if link.host else inside.ask(link.address)


@transaction.atomic
def record(*, link: Link, answer: Answer, now: datetime) -> Link:
    """Keeps what was found at a link. Kept pages become void if one of them may say so."""
    before = Standing(link.state, link.failures, link.failed_on)
    after = standing_after(before, answer, timezone.localdate(now), is_ours=not link.host)
    link.state, link.failures, link.failed_on = after.state, after.failures, after.failed_on
    if answer.kind != Kind.UNKNOWN:
        link.found, link.moved_to = answer.words[:250], answer.moved_to
    link.checked_at, link.next_check_at = now, next_check(after, answer, now, is_ours=not link.host)
    link.save(
        update_fields=[
            "state",
            "failures",
            "failed_on",
            "found",
            "moved_to",
            "checked_at",
            "next_check_at",
        ]
    )
    if (before.state in TO_MEND) != (after.state in TO_MEND):
        bump()
    return link
