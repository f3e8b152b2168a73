"""When access ends: when to remind whom of it, whose has ended, and what they can do about it, in words addressed to them. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from django.utils import timezone

from forum.models import Level, State
from forum.rules.access import Access, Reason, access, level_at, moments, narrowest, terms_lacking
from forum.rules.facts import Facts, Span
from forum.rules.sentences import day, listed, moment, reason, what_to_do
from portal.members.models import Role
from portal.members.rules import days_after

# After a longer time without the worker people are not told any more that something ended.
TOLD_WITHIN = timedelta(days=3)

AFTERWARDS = {
    Level.NOTHING: "After that you can neither read nor post.",
    Level.READ: "After that you can read, but no longer post.",
    Level.POST: "After that you can read and post, but no longer manage the list.",
}
FROM_NOW_ON = {
    Level.NOTHING: "You can neither read nor post any more.",
    Level.READ: "You can still read, but no longer post.",
    Level.POST: "You can read and post, but no longer manage the list.",
}


ASK_AGAIN = "If you need it for longer, ask somebody who gives access to lists. Say why, and until when."
INSTANT = timedelta(microseconds=1)


# So long before an end the pages of the forum say that it is coming.
SAID_BEFORE = timedelta(days=60)


@dataclass(frozen=True)
class Ending:
    """An end that is coming soon, in sentences addressed to the person. `waits_for_terms`: accepting terms puts it off."""

    at: datetime
    words: str
    waits_for_terms: bool


def ending(found: Access, facts: Facts, now: datetime) -> Ending | None:
    """The end of what the person of `facts` may do, if it comes within 60 days; `None` if there is none so soon."""
    until = found.until
    if until is None or until - now > SAID_BEFORE:
        return None
    later = access(facts, until)
    if until == facts.list.open.end:
        words = f"The list closes at {moment(until)}. {AFTERWARDS[later.level]}"
        return Ending(until, words, waits_for_terms=False)
    can = "read and post" if found.may_post else "read"
    words = f"You can {can} here until {moment(until)}. {AFTERWARDS[later.level]} {what_to_do_before(facts, until, now)}"
    return Ending(until, words, waits_for_terms=later.because.reason is Reason.TERMS)


def reminder_due(until: datetime | None, reminders: Iterable[int], now: datetime) -> int | None:
    """The reminder that belongs to the moment `now`, in days before the end `until`; `None` if there is none.

    It is the smallest number of days that has been reached. One day before the start of 30 June is the start of 29 June, one
    day before 2pm is 2pm on the day before: so many days by the calendar in London, whatever the clocks do.
    """
    if until is None or now >= until:
        return None
    return min((days for days in reminders if days_after(until, -days) <= now), default=None)


@dataclass(frozen=True)
class Ended:
    """Since the moment `at` a person may do less than `before`."""

    at: datetime
    before: Access
    after: Access


def ended(facts: Facts, since: datetime, now: datetime) -> Ended | None:
    """The last end between `since` and `now` after which the person has not got back what they had; `None` if there is none.

    That somebody was suspended, or left, is no end of theirs: who does that says so.
    """
    level = level_at(facts, now)[0]
    steps = [since, *(one for one in moments(facts, since) if one <= now)]
    found = [
        Ended(at, access(facts, before), access(facts, now))
        for before, at in pairwise(steps)
        if level_at(facts, at)[0] < level_at(facts, before)[0] > level
    ]
    if not found or (facts.state(found[-1].at) != State.ACTIVE and not _is_staff(found[-1].before)):
        return None
    return found[-1]


def last_day(until: datetime) -> str:
    """The last day before an end that comes at midnight in London, in a sentence; empty if it comes at another time of day."""
    local = timezone.localtime(until)
    if (local.hour, local.minute, local.second) != (0, 0, 0):
        return ""
    return f"Your last day is {day((local - timedelta(days=1)).date())}."


def what_to_do_before(facts: Facts, until: datetime, now: datetime) -> str:
    """What a person can do, at the moment `now`, so that their access does not end at `until`; for a list that stays open."""
    if _is_staff(access(facts, now)):
        return ASK_AGAIN
    if access(facts, until).because.reason is Reason.TERMS:
        titles = [f"“{required.title}”" for required in terms_lacking(facts, until)]
        return f"Read these terms and accept them before then: {listed(titles)}."
    steps = ways_in(facts, until)
    if steps:
        return f"To go on without a break, {listed(steps)}."
    return "If you need more time, ask the list's managers."


def ways_in(facts: Facts, at: datetime) -> list[str]:
    """What would let the person in by the rules at the moment `at`: the steps, each to go on after “To go on, …”.

    Empty if neither a membership nor a role would do.
    """
    membership = replace(facts, memberships=(*facts.memberships, Span(at)))
    roles = replace(facts, roles=(*facts.roles, *((role, Span(at)) for role in Role)))
    both = replace(membership, roles=roles.roles)
    join = "renew your membership of the association" if facts.memberships else "join the association"
    confirm = "add your role to your profile, so that a manager can confirm it"
    for changed, steps in ((membership, [join]), (roles, [confirm]), (both, [join, confirm])):
        if narrowest(changed, at)[0] >= Level.POST:
            return steps
    return []


def why_ended(end: Ended, facts: Facts, now: datetime) -> str:
    """Why somebody's access has ended, addressed to them."""
    before = end.at - INSTANT
    if _is_staff(end.before):
        return "Access to the list was given to you for a time, and that time is over."
    if end.after.because.reason is Reason.TERMS:
        titles = [f"“{required.title}”" for required in terms_lacking(facts, now)]
        return f"You have not accepted these terms in the version that is needed: {listed(titles)}."
    if end.before.because.reason is Reason.EXTENSION:
        return "A manager had extended your time on the list, and that time is over."
    if facts.is_member(before) and not facts.is_member(end.at):
        return "Your membership of the association has ended."
    if facts.roles_at(before) - facts.roles_at(end.at):
        return "Your role in a network has ended."
    return reason(end.after, facts, now)


def what_to_do_after(end: Ended, facts: Facts, now: datetime) -> str:
    """What somebody whose access has ended can do; empty if there is nothing to be done."""
    return ASK_AGAIN if _is_staff(end.before) else what_to_do(end.after, facts, now)


def _is_staff(found: Access) -> bool:
    return found.because.reason is Reason.STAFF
