"""Whether the rules of a list make sense, before they are saved: worded for the manager who writes them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain, combinations

from django.utils import timezone

from forum.models import Level, State
from forum.rules.access import narrowest
from forum.rules.facts import Facts, ListFacts, Rule, Span
from forum.rules.sentences import moment, rule_sentence
from portal.members.models import Role

MOST_RULES = 12


def refusals_of_change(current: ListFacts, proposed: ListFacts, now: datetime) -> list[str]:
    """Why a list that is as `current` cannot become as `proposed` at the moment `now`; empty if it can."""
    refusals = []
    closing = proposed.open.end
    if closing is not None and closing != current.open.end and closing <= now:
        refusals.append(
            f"The list would have closed already, at {moment(closing)}. Give a moment that is still to come."
        )
    known = {_meaning(rule) for rule in current.rules}
    refusals += [
        f"This rule would have ended already: {rule_sentence(rule)}"
        for rule in proposed.rules
        if rule.until_at is not None and rule.until_at <= now and _meaning(rule) not in known
    ]
    return refusals or refusals_of_rules(proposed, now)


def refusals_of_rules(facts: ListFacts, now: datetime) -> list[str]:
    """Why these rules cannot be saved at the moment `now`; empty if they can."""
    if not facts.rules:
        return ["There is no rule, so nobody could be on the list. Add one."]
    if len(facts.rules) > MOST_RULES:
        return [f"There are {len(facts.rules)} rules. {MOST_RULES} is the most: nobody could follow more."]
    opening, closing = facts.open.start, facts.open.end
    if opening is not None and closing is not None and closing <= opening:
        return [
            f"The list would close at {moment(closing)}, but not open before {moment(opening)}. Nobody could ever be on it."
        ]
    refusals = [f"This rule is there twice: {rule_sentence(rule)}" for rule in _twice(facts)]
    refusals += [
        f"This rule ends before the list opens at {moment(opening)}: {rule_sentence(rule)}"
        for rule in facts.rules
        if opening is not None and rule.until_at is not None and rule.until_at <= opening
    ]
    if closing is not None and closing <= now:
        return refusals  # Nobody can post there any more, so what follows has no meaning.
    start = max(now, opening) if opening else now
    if not any(_levels(facts, member=member, at=start) for member in (True, False)):
        refusals.append(f"These rules would let nobody in at {moment(start)}. Give at least one a later end.")
    worse = _worse_for_members(facts, start)
    if worse:
        at, days = worse
        since = f"{days} day{'s' if days > 1 else ''} after joining" if days else f"From {moment(at)} on"
        refusals.append(
            f"{since} a member of the association could do less than somebody who is not a member. "
            "Give members at least as much."
        )
    return refusals or [
        "This rule changes nothing, because for everybody whom it is for another rule allows less, or as little: "
        f"{rule_sentence(rule)} Remove it, or change the other one."
        for rule in _without_effect(facts, start)
    ]


def refusal_of_successor(
    own: int | None, successor: int | None, next_of: Mapping[int, int | None]
) -> str | None:
    """Why a list cannot be followed by that one; `None` if it can. `next_of` says of each list which one follows it now."""
    seen = set()
    while successor is not None and successor not in seen:
        if successor == own:
            return "People would be moved on in a circle: the lists that follow lead back to this one. Choose another."
        seen.add(successor)
        successor = next_of.get(successor)
    return None


def _meaning(rule: Rule) -> Rule:
    """A rule without its number: two that say the same are equal."""
    return replace(rule, number=0)


def _twice(facts: ListFacts) -> Iterator[Rule]:
    seen = set()
    for rule in facts.rules:
        if _meaning(rule) in seen:
            yield rule
        seen.add(_meaning(rule))


def _worse_for_members(facts: ListFacts, start: datetime) -> tuple[datetime, int] | None:
    """The first moment at which membership would take something away from somebody with the same roles who joined so many days before.

    Rules that end so many days after joining have ended for some and not for others: at each moment both are asked.
    """
    joined = sorted({0, *(rule.until_days for rule in facts.rules if rule.until_days is not None)})
    for at in _moments(facts, start):
        for days in joined:
            members, others = (_levels(facts, member=member, at=at, joined=days) for member in (True, False))
            if any(members.get(roles, Level.NOTHING) < level for roles, level in others.items()):
                return at, days
    return None


def _without_effect(facts: ListFacts, start: datetime) -> Iterator[Rule]:
    """Rules without which everybody could do the same at every moment."""
    for rule in facts.rules:
        if rule.until_days is not None:
            continue  # Its end is another one for each person, so it has an effect for those who joined early.
        others = replace(facts, rules=tuple(other for other in facts.rules if other is not rule))
        if all(
            _levels(facts, member=member, at=at) == _levels(others, member=member, at=at)
            for at in _moments(facts, start)
            for member in (True, False)
        ):
            yield rule


def _moments(facts: ListFacts, start: datetime) -> list[datetime]:
    return sorted(
        {start, *(rule.until_at for rule in facts.rules if rule.until_at and rule.until_at > start)}
    )


def _levels(facts: ListFacts, *, member: bool, at: datetime, joined: int = 0) -> dict[frozenset[str], Level]:
    """What the rules allow at a moment to somebody who has `joined` so many days before, by their roles; nothing is left out."""
    found = {}
    for roles in chain.from_iterable(combinations(Role, count) for count in range(len(Role) + 1)):
        person = Facts(
            list=facts,
            states=((State.ACTIVE, Span()),),
            joined_on=timezone.localdate(at) - timedelta(days=joined),
            memberships=(Span(),) if member else (),
            roles=tuple((role, Span()) for role in roles),
        )
        level = narrowest(person, at)[0]
        if level:
            found[frozenset(roles)] = level
    return found
