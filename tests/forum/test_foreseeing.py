"""What other rules would do, and which rules make no sense."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from forum.access import facts_of, list_facts
from forum.foreseeing import affected, effect, moments_to_look_at
from forum.models import Level, State, Then, Whom
from forum.rules import ListFacts, Rule, Span, access
from forum.rules.checking import refusals_of_rules
from portal.members.models import Role
from tests.factories import NOW, make_user
from tests.forum.factories import give, make_list, make_member, subscribe

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
LATER = NOW + 30 * DAY
EVERYBODY, MEMBERS = Rule(Whom.ANYONE), Rule(Whom.MEMBERS)

SENSELESS: dict[str, tuple[ListFacts, list[str]]] = {
    "no rule": (ListFacts(), ["There is no rule"]),
    "a rule twice": (ListFacts(rules=(EVERYBODY, EVERYBODY)), ["This rule is there twice: Anyone can"]),
    "a rule that ends before the list opens": (
        ListFacts(
            open=Span(LATER), rules=(MEMBERS, Rule(Whom.MEMBERS, frozenset({Role.OTHER}), until_at=LATER))
        ),
        ["This rule ends before the list opens at 10:30am on 9 April 2026"],
    ),
    "all ends have passed": (
        ListFacts(rules=(Rule(Whom.ANYONE, until_at=NOW),)),
        ["These rules would let nobody in at 9:30am on 10 March 2026"],
    ),
    "members worse off, from a day on": (
        ListFacts(rules=(Rule(Whom.MEMBERS, until_at=LATER, then=Then.READ), Rule(Whom.NON_MEMBERS))),
        ["From 10:30am on 9 April 2026 on a member of the association could do less"],
    ),
    "members worse off, so many days after joining": (
        ListFacts(rules=(Rule(Whom.MEMBERS, until_days=1, then=Then.READ), Rule(Whom.NON_MEMBERS))),
        ["1 day after joining a member of the association could do less"],
    ),
    "members worse off earlier after joining": (
        ListFacts(rules=(Rule(Whom.MEMBERS, until_days=30), Rule(Whom.NON_MEMBERS, until_days=90))),
        ["30 days after joining a member of the association could do less"],
    ),
    "members shut out": (
        ListFacts(rules=(Rule(Whom.NON_MEMBERS),)),
        ["From 9:30am on 10 March 2026 on a member of the association could do less"],
    ),
}


@pytest.mark.parametrize(("facts", "expected"), SENSELESS.values(), ids=SENSELESS)
def test_rules_that_make_no_sense_are_refused_with_the_reason(facts: ListFacts, expected: list[str]) -> None:
    found = refusals_of_rules(facts, NOW)

    assert len(found) == len(expected)
    for said, begin in zip(found, expected, strict=True):
        assert said.startswith(begin)


@pytest.mark.parametrize(
    "rules",
    [
        (EVERYBODY,),
        (MEMBERS, Rule(Whom.NON_MEMBERS, until_at=LATER)),
        (Rule(Whom.ANYONE, frozenset({Role.APPOINTED}), until_days=90, then=Then.READ),),
        (Rule(Whom.ANYONE, until_at=NOW + SECOND),),
        (Rule(Whom.MEMBERS, until_days=90), Rule(Whom.NON_MEMBERS, until_days=30)),
        (Rule(Whom.MEMBERS, until_days=90, then=Then.READ), Rule(Whom.NON_MEMBERS, until_days=90)),
    ],
)
def test_rules_that_make_sense_are_not_refused(rules: tuple[Rule, ...]) -> None:
    assert refusals_of_rules(ListFacts(rules=rules), NOW) == []


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_the_effect_is_what_each_person_loses_keeps_or_gains_in_two_statements_and_those_of_the_list(
    django_assert_num_queries: Any, count: int
) -> None:
    one = make_list()
    members = [make_user() for _ in range(count)]
    others, suspended = [make_user() for _ in range(count)], make_user()
    for person in [*members, *others]:
        subscribe(one, person, since=NOW - DAY)
    subscribe(one, suspended, state=State.SUSPENDED, since=NOW - DAY)
    for person in members:
        make_member(person, NOW.date())
    give(one, others[0], level=Level.READ, since=NOW - DAY, until=LATER)
    current = list_facts([one])[one.pk]
    proposed = replace(current, rules=(MEMBERS, Rule(Whom.NON_MEMBERS, until_at=LATER)))

    with django_assert_num_queries(3):
        found = effect(one, proposed, LATER)

    assert (found.loses, found.gains, found.keeps) == (count, 0, count)
    assert found.counts[Level.NOTHING, Level.NOTHING] == 1
    assert {row.user for row in affected(one, proposed, LATER)} == set(others)
    assert (effect(one, proposed, LATER - SECOND).loses, effect(one, proposed, LATER - SECOND).keeps) == (
        0,
        2 * count,
    )
    for person in [*members, *others, suspended]:
        facts = facts_of(one, person)
        row = one.subscriptions.filter(user=person)
        before, after = access(facts, LATER).level, access(replace(facts, list=proposed), LATER).level
        changed = affected(one, proposed, LATER).filter(pk__in=row).values_list("before", "after")
        assert list(changed) == ([(before, after)] if before != after else [])


def test_the_moments_to_look_at_are_those_of_both_the_rules_as_they_are_and_as_they_would_be() -> None:
    current = ListFacts(rules=(Rule(Whom.ANYONE, until_at=LATER),), open=Span(NOW - DAY, LATER + DAY))
    proposed = replace(current, rules=(Rule(Whom.ANYONE, until_at=LATER + 2 * DAY),))

    assert moments_to_look_at(current, proposed, NOW) == [NOW, LATER, LATER + DAY, LATER + 2 * DAY]
