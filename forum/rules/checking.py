"""Whether the rules of a list make sense, before they are saved: worded for the manager who writes them."""

from collections.abc import Iterator
from datetime import datetime
from itertools import chain, combinations

from django.utils import timezone

from forum.models import Level, State
from forum.rules.access import narrowest
from forum.rules.facts import Facts, ListFacts, Span
from forum.rules.sentences import moment, rule_sentence
from portal.members.models import Role


def refusals_of_rules(facts: ListFacts, now: datetime) -> list[str]:
    """Why these rules cannot be saved at the moment `now`; empty if they can."""
    if not facts.rules:
        return ["There is no rule, so nobody could be on the list. Add one."]
    refusals = [f"This rule is there twice: {rule_sentence(rule)}" for rule in _twice(facts)]
    opening = facts.open.start
    refusals += [
        f"This rule ends before the list opens at {moment(opening)}: {rule_sentence(rule)}"
        for rule in facts.rules
        if opening is not None and rule.until_at is not None and rule.until_at <= opening
    ]
    start = max(now, opening) if opening else now
    if not any(_levels(facts, member=member, at=start) for member in (True, False)):
        refusals.append(f"These rules would let nobody in at {moment(start)}. Give at least one a later end.")
    worse = _worse_for_members(facts, start)
    if worse:
        refusals.append(
            f"From {moment(worse)} on a member of the association could do less than somebody who is not a member. "
            "Give members at least as much."
        )
    return refusals


def _twice(facts: ListFacts) -> Iterator[object]:
    seen = set()
    for rule in facts.rules:
        known = (rule.whom, rule.roles, rule.until_at, rule.until_days, rule.then)
        if known in seen:
            yield rule
        seen.add(known)


def _worse_for_members(facts: ListFacts, start: datetime) -> datetime | None:
    """The first moment at which, with the same roles, membership would take something away."""
    ends = {rule.until_at for rule in facts.rules if rule.until_at and rule.until_at > start}
    for at in sorted({start, *ends}):
        members, others = (_levels(facts, member=member, at=at) for member in (True, False))
        if any(members.get(roles, Level.NOTHING) < level for roles, level in others.items()):
            return at
    return None


def _levels(facts: ListFacts, *, member: bool, at: datetime) -> dict[frozenset[str], Level]:
    """What the rules allow at a moment to somebody who has just joined, by the roles that they have; nothing is left out."""
    found = {}
    for roles in chain.from_iterable(combinations(Role, count) for count in range(len(Role) + 1)):
        person = Facts(
            list=facts,
            states=((State.ACTIVE, Span()),),
            joined_on=timezone.localdate(at),
            memberships=(Span(),) if member else (),
            roles=tuple((role, Span()) for role in roles),
        )
        level = narrowest(person, at)[0]
        if level:
            found[frozenset(roles)] = level
    return found
