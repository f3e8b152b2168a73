"""What waits for the managers of a list, and what they have done: read only."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone

from forum.models import Grant, Hold, MailingList, Post, Report
from portal.members import audit
from portal.members.models import AuditEntry


def open_holds(mailing_list: MailingList) -> QuerySet[Hold]:
    """The posts of a list that are held, the oldest first, with all that the queue shows of them."""
    reports = Prefetch("post__reports", Report.objects.filter(settled_at=None).select_related("by"))
    return (
        Hold.objects.filter(decided_at=None, post__topic__forum=mailing_list.forum_id)
        .select_related("post__topic", "post__poster", "by")
        .prefetch_related(reports, "post__attachments")
        .order_by("held_at", "pk")
    )


def reported(mailing_list: MailingList) -> QuerySet[Post]:
    """The posts of a list that somebody reported and that readers still see, the oldest first."""
    reports = Prefetch("reports", Report.objects.filter(settled_at=None).select_related("by"))
    return (
        Post.objects.filter(topic__forum=mailing_list.forum_id, approved=True)
        .annotate(open_reports=Count("reports", filter=Q(reports__settled_at=None)))
        .filter(open_reports__gt=0)
        .select_related("topic", "poster")
        .prefetch_related(reports)
        .order_by("created", "pk")
    )


def waiting(mailing_list: MailingList) -> int:
    """How many posts wait for the managers of a list."""
    return open_holds(mailing_list).count() + reported(mailing_list).count()


def waiting_on(lists: Collection[MailingList]) -> dict[int, int]:
    """How many posts wait for the managers of each list, by its key; lists where none does are left out. Two queries."""
    forums = {one.forum_id: one.pk for one in lists}
    held = Hold.objects.filter(decided_at=None, post__topic__forum__in=forums)
    complained = Post.objects.filter(topic__forum__in=forums, approved=True, reports__settled_at=None)
    found: Counter[int] = Counter()
    for rows, forum in (
        (held, "post__topic__forum"),
        (complained.filter(reports__isnull=False), "topic__forum"),
    ):
        for key, count in rows.order_by().values_list(forum).annotate(Count("pk", distinct=True)):
            found[forums[key]] += count
    return dict(found)


@dataclass(frozen=True)
class Line:
    """One line of a list's log."""

    at: datetime
    what: str
    by: str
    person: str
    reason: str
    topic: int | None


def log(mailing_list: MailingList) -> QuerySet[AuditEntry]:
    """What was done in a list, the newest first."""
    return AuditEntry.objects.filter(subject=mailing_list.key).order_by("-at", "-pk")


def grants(mailing_list: MailingList) -> QuerySet[Grant]:
    """Access to a list that was given beyond its rules, the newest first: what holds and what has ended."""
    return Grant.objects.filter(list=mailing_list).select_related("user", "by")


def line(entry: AuditEntry) -> Line:
    """An entry of the audit log as a list's managers see it: names without addresses."""
    return Line(
        at=timezone.localtime(entry.at),
        what=audit.words_for(entry.action),
        by=_name(entry.by_name),
        person="" if entry.person == entry.by else _name(entry.person_name),
        reason=entry.reason,
        topic=entry.details.get("topic"),
    )


def _name(with_address: str) -> str:
    return with_address.partition(" <")[0]
