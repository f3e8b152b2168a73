"""Whose access to a list ends or has ended: asked of the database for all its people at once, then said to each in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from forum.access import facts_of_people, list_facts, may
from forum.mail import list_address
from forum.models import (
    Grant,
    GrantKind,
    Level,
    MailingList,
    State,
    Subscription,
    SubscriptionPeriod,
    holds_at,
)
from forum.moving import destination
from forum.rules import Reason, access, terms_lacking
from forum.rules.ends import (
    AFTERWARDS,
    FROM_NOW_ON,
    TOLD_WITHIN,
    ended,
    last_day,
    reminder_due,
    what_to_do_after,
    what_to_do_before,
    why_ended,
)
from forum.rules.moving import Fate, fate, is_closed, what_follows
from forum.rules.sentences import moment
from portal.members.rules import days_after, grace_days_left

# Beside the whole time: somebody who was let in and out again within it is found by the run after the end.
JUST_BEFORE = timedelta(hours=1)


@dataclass(frozen=True)
class Notice:
    """A mail to the person with the primary key `user`. The same `key` is never sent twice. `terms` are those to be accepted."""

    user: int
    template: str
    key: str
    context: dict[str, Any]
    terms: Sequence[int] = ()


# --- Before an end -------------------------------------------------------------------------------------------------------


def people_with_an_end(mailing_list: MailingList, now: datetime) -> list[int]:
    """Everybody on a list who will be able to do less by the time of its first reminder, as far as is known.

    Two statements and those of the list, however many people there are. Access that ends and comes back before then is no end.
    """
    if not mailing_list.reminders:
        return []
    facts = list_facts([mailing_list])[mailing_list.pk]
    # An hour more, for the day on which the clocks change. The pure rule decides.
    then = days_after(now, max(mailing_list.reminders)) + timedelta(hours=1)
    losing = [may(facts, now, level) & ~may(facts, then, level) for level in (Level.READ, Level.POST)]
    granted = _staff(mailing_list).filter(holds_at(now), ends_at__lte=then)
    return _people(mailing_list.subscriptions.filter(reduce(or_, losing)), granted)


def reminders_for(mailing_list: MailingList, people: Sequence[int], now: datetime) -> Iterator[Notice]:
    """What some of the people of a list have to be reminded of. A fixed number of queries, however many people there are."""
    following = destination(mailing_list, now)
    there = facts_of_people(following, people) if following else {}
    for user, facts in facts_of_people(mailing_list, people).items():
        until = access(facts, now).until
        days = reminder_due(until, mailing_list.reminders, now)
        if until is not None and days is not None:
            key = f"list-end:{mailing_list.pk}:{user}:{days}:{until.astimezone(UTC).isoformat()}"
            later = access(facts, until)
            lacking = terms_lacking(facts, until) if later.because.reason is Reason.TERMS else []
            todo = what_to_do_before(facts, until, now)
            if is_closed(facts.list, until):
                becomes = fate(there.get(user), until)
                lacking = terms_lacking(there[user], until) if becomes is Fate.TERMS else []
                todo = what_follows(becomes, following.name if following else "", there.get(user), until)
            context = {
                "list_name": mailing_list.name,
                "link": list_address(mailing_list),
                "until": moment(until),
                "last_day": last_day(until),
                "days": grace_days_left(until, now),
                "afterwards": AFTERWARDS[later.level],
                "todo": todo,
            }
            yield Notice(user, "list_ends_soon", key, context, [one.terms for one in lacking])


# --- After it ------------------------------------------------------------------------------------------------------------


def people_whose_access_ended(mailing_list: MailingList, now: datetime) -> list[int]:
    """Everybody on a list who can do less than they could three days ago, or an hour ago. Two statements and those of the list."""
    facts = list_facts([mailing_list])[mailing_list.pk]
    since = now - TOLD_WITHIN
    lost = [
        may(facts, before, level) & ~may(facts, now, level)
        for before in (since, now - JUST_BEFORE)
        for level in (Level.READ, Level.POST)
    ]
    active = SubscriptionPeriod.objects.at(now).filter(subscription=OuterRef("pk"), state=State.ACTIVE)
    on_it = mailing_list.subscriptions.filter(reduce(or_, lost), Exists(active))
    return _people(on_it, _staff(mailing_list).filter(ends_at__gt=since, ends_at__lte=now))


def ends_of(mailing_list: MailingList, people: Sequence[int], now: datetime) -> Iterator[Notice]:
    """What some of the people of a list have to be told about ends of the last three days.

    That the list has closed is said by its closing (`forum.actions.closing`), with what follows.
    """
    for user, facts in facts_of_people(mailing_list, people).items():
        end = ended(facts, now - TOLD_WITHIN, now)
        if end is None or (
            end.at == mailing_list.closes_at and end.before.because.reason is not Reason.STAFF
        ):
            continue
        context = {
            "list_name": mailing_list.name,
            "link": list_address(mailing_list),
            "at": moment(end.at),
            "from_now_on": FROM_NOW_ON[end.after.level],
            "why": why_ended(end, facts, now),
            "todo": what_to_do_after(end, facts, now),
        }
        lacking = terms_lacking(facts, now) if end.after.because.reason is Reason.TERMS else []
        key = f"list-ended:{mailing_list.pk}:{user}:{end.at.astimezone(UTC).isoformat()}"
        yield Notice(user, "list_ended", key, context, [one.terms for one in lacking])


def _staff(mailing_list: MailingList) -> QuerySet[Grant]:
    return Grant.objects.filter(list=mailing_list, kind=GrantKind.STAFF)


def _people(subscriptions: QuerySet[Subscription], grants: QuerySet[Grant]) -> list[int]:
    return sorted({*subscriptions.values_list("user", flat=True), *grants.values_list("user", flat=True)})
