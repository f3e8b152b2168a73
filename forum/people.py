"""Who is on a list: found by name, by state and by when their access ends, each with what they may do and until when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import OuterRef, Q, QuerySet, Subquery

from forum.access import facts_of_people, list_facts, may
from forum.access.queries import NOBODY
from forum.models import Level, MailingList, State, Subscription, SubscriptionPeriod
from forum.rules import Access, access
from forum.rules.sentences import CAN, moment
from portal.members.rules import days_after

AT_ONCE = 1000


@dataclass(frozen=True)
class Line:
    """A person on a list, and what they may do there."""

    subscription: Subscription
    access: Access

    @property
    def state(self) -> str:
        return State(self.subscription.state).label if self.subscription.state else ""

    @property
    def can(self) -> str:
        return CAN[self.access.level]

    @property
    def until(self) -> str:
        return moment(self.access.until) if self.access.until else ""


def people_of(
    mailing_list: MailingList, now: datetime, *, words: str = "", state: str = "", days: int | None = None
) -> QuerySet[Subscription]:
    """The subscriptions of a list by the names of their people, each with its `state` at `now`.

    `days` narrows them to those who will be able to do less so many days from now. One statement, however many there are.
    """
    periods = SubscriptionPeriod.objects.at(now).filter(subscription=OuterRef("pk"))
    found = mailing_list.subscriptions.select_related("user").annotate(
        state=Subquery(periods.values("state")[:1])
    )
    for word in words.split():
        found = found.filter(
            Q(user__first_name__icontains=word)
            | Q(user__last_name__icontains=word)
            | Q(user__email__icontains=word)
        )
    if state:
        found = found.filter(state=state)
    if days:
        found = found.filter(_less_after(mailing_list, now, days_after(now, days)))
    return found.order_by("user__last_name", "user__first_name", "pk")


def lines_of(mailing_list: MailingList, rows: list[Subscription], now: datetime) -> list[Line]:
    """What those people may do at `now`, and until when. A fixed number of statements."""
    facts = facts_of_people(mailing_list, [row.user_id for row in rows])
    return [Line(row, access(facts[row.user_id], now)) for row in rows]


def every_line(mailing_list: MailingList, found: QuerySet[Subscription], now: datetime) -> Iterator[Line]:
    """The lines of everybody who was found, read in pieces."""
    rows: list[Subscription] = []
    for row in found.iterator(chunk_size=AT_ONCE):
        rows.append(row)
        if len(rows) == AT_ONCE:
            yield from lines_of(mailing_list, rows, now)
            rows = []
    yield from lines_of(mailing_list, rows, now)


def _less_after(mailing_list: MailingList, now: datetime, then: datetime) -> Q:
    facts = list_facts([mailing_list])[mailing_list.pk]
    levels = (Level.READ, Level.POST, Level.MANAGE)
    return reduce(or_, (may(facts, now, level) & ~may(facts, then, level) for level in levels), NOBODY)
