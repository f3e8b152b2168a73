"""What a person may do on a list: the pure function and its twin in SQL, for any facts and any moment."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forum.access import facts_of, people_with, subscriptions_with, visible_to
from forum.models import AccessRule, AfterClosing, Grant, GrantKind, Level, MailingList, State, Then, Whom
from forum.rules import (
    Access,
    Facts,
    Given,
    ListFacts,
    Reason,
    Required,
    Rule,
    Span,
    access,
    would_be_let_in,
)
from forum.rules.access import moments
from forum.rules.checking import refusals_of_rules
from portal.members.models import Acceptance, Membership, MembershipPeriod, Role, Terms, TermsVersion, User
from tests.factories import make_user
from tests.forum.factories import accept, appoint, give, make_list, make_member, make_terms, subscribe

LONDON = ZoneInfo("Europe/London")
SECOND = timedelta(seconds=1)
# 30 June is in summer time, so the day begins at 23:00 UTC.
JUNE_30 = datetime(2026, 6, 30, tzinfo=LONDON)
MARCH = datetime(2026, 3, 1, tzinfo=LONDON)
ACTIVE = ((State.ACTIVE, Span(MARCH)),)
FOR_MEMBERS = Rule(Whom.MEMBERS)
FOR_OTHERS = Rule(Whom.NON_MEMBERS, until_at=JUNE_30)


def on_list(*rules: Rule, **fields: Any) -> ListFacts:
    return ListFacts(rules=rules, **fields)


def around(facts: Facts, moment: datetime) -> list[tuple[Level, Reason]]:
    """What may be done the second before, at the moment and the second after."""
    found = [access(facts, at) for at in (moment - SECOND, moment, moment + SECOND)]
    return [(one.level, one.because.reason) for one in found]


IN_BY_RULE = (Level.POST, Reason.RULE)
OUT_BY_RULE = (Level.NOTHING, Reason.RULE_ENDED)

ENDS: dict[str, tuple[Facts, datetime, tuple[Level, Reason], tuple[Level, Reason]]] = {
    "non-member when the rule ends": (
        Facts(on_list(FOR_MEMBERS, FOR_OTHERS), ACTIVE),
        JUNE_30,
        IN_BY_RULE,
        OUT_BY_RULE,
    ),
    "rule that leaves reading": (
        Facts(on_list(Rule(Whom.ANYONE, until_at=JUNE_30, then=Then.READ)), ACTIVE),
        JUNE_30,
        IN_BY_RULE,
        (Level.READ, Reason.RULE_ENDED),
    ),
    "membership that lapses where only members may be": (
        Facts(on_list(FOR_MEMBERS), ACTIVE, memberships=(Span(MARCH, JUNE_30),)),
        JUNE_30,
        IN_BY_RULE,
        (Level.NOTHING, Reason.NO_RULE),
    ),
    "days of grace, over the clocks going back": (
        Facts(
            on_list(FOR_MEMBERS, grace_days=14),
            ACTIVE,
            memberships=(Span(MARCH, datetime(2026, 10, 15, tzinfo=LONDON)),),
        ),
        datetime(2026, 10, 29, tzinfo=LONDON),
        IN_BY_RULE,
        (Level.NOTHING, Reason.NO_RULE),
    ),
    "days after joining, over the clocks going forward": (
        Facts(on_list(Rule(Whom.ANYONE, until_days=30)), ACTIVE, joined_on=date(2026, 3, 1)),
        datetime(2026, 3, 31, tzinfo=LONDON),
        IN_BY_RULE,
        OUT_BY_RULE,
    ),
    "role that ends where the role is asked for": (
        Facts(
            on_list(Rule(Whom.ANYONE, frozenset({Role.APPOINTED}))),
            ACTIVE,
            roles=((Role.APPOINTED, Span(MARCH, JUNE_30)),),
        ),
        JUNE_30,
        IN_BY_RULE,
        (Level.NOTHING, Reason.NO_RULE),
    ),
    "list that closes and can be read": (
        Facts(on_list(Rule(Whom.ANYONE), open=Span(None, JUNE_30)), ACTIVE),
        JUNE_30,
        IN_BY_RULE,
        (Level.READ, Reason.CLOSED),
    ),
    "list that closes and cannot be read": (
        Facts(
            on_list(Rule(Whom.ANYONE), open=Span(None, JUNE_30), after_closing=AfterClosing.NOTHING),
            ACTIVE,
        ),
        JUNE_30,
        IN_BY_RULE,
        (Level.NOTHING, Reason.CLOSED),
    ),
    "suspension that begins": (
        Facts(
            on_list(Rule(Whom.ANYONE)),
            ((State.ACTIVE, Span(MARCH, JUNE_30)), (State.SUSPENDED, Span(JUNE_30))),
        ),
        JUNE_30,
        IN_BY_RULE,
        (Level.NOTHING, Reason.SUSPENDED),
    ),
    "somebody who leaves": (
        Facts(
            on_list(Rule(Whom.ANYONE)), ((State.ACTIVE, Span(MARCH, JUNE_30)), (State.LEFT, Span(JUNE_30)))
        ),
        JUNE_30,
        IN_BY_RULE,
        (Level.NOTHING, Reason.LEFT),
    ),
    "new terms, when the grace is over": (
        Facts(
            on_list(Rule(Whom.ANYONE), terms=(Required(1, "Code", ((1, MARCH), (2, JUNE_30))),)),
            ACTIVE,
            accepted=((1, 1, MARCH),),
        ),
        JUNE_30,
        IN_BY_RULE,
        (Level.NOTHING, Reason.TERMS),
    ),
    "extension that ends": (
        Facts(
            on_list(Rule(Whom.ANYONE, until_at=MARCH)),
            ACTIVE,
            grants=(Given(GrantKind.EXTENSION, Level.POST, Span(MARCH, JUNE_30)),),
        ),
        JUNE_30,
        (Level.POST, Reason.EXTENSION),
        OUT_BY_RULE,
    ),
    "staff's access that ends": (
        Facts(on_list(), grants=(Given(GrantKind.STAFF, Level.MANAGE, Span(MARCH, JUNE_30)),)),
        JUNE_30,
        (Level.MANAGE, Reason.STAFF),
        (Level.NOTHING, Reason.NOT_SUBSCRIBED),
    ),
}


@pytest.mark.parametrize(("facts", "moment", "before", "then"), ENDS.values(), ids=ENDS)
def test_access_ends_at_the_second(
    facts: Facts, moment: datetime, before: tuple[Level, Reason], then: tuple[Level, Reason]
) -> None:
    assert around(facts, moment) == [before, then, then]
    assert access(facts, moment - SECOND).until == moment


BEGINNINGS: dict[str, tuple[Facts, datetime, Reason]] = {
    "list that opens": (
        Facts(on_list(Rule(Whom.ANYONE), open=Span(JUNE_30)), ACTIVE),
        JUNE_30,
        Reason.NOT_OPEN_YET,
    ),
    "membership that is renewed": (
        Facts(on_list(FOR_MEMBERS), ACTIVE, memberships=(Span(JUNE_30),)),
        JUNE_30,
        Reason.NO_RULE,
    ),
    "application that is approved": (
        Facts(
            on_list(Rule(Whom.ANYONE)),
            ((State.APPLIED, Span(MARCH, JUNE_30)), (State.ACTIVE, Span(JUNE_30))),
        ),
        JUNE_30,
        Reason.APPLIED,
    ),
    "suspension that is over": (
        Facts(
            on_list(Rule(Whom.ANYONE)),
            ((State.SUSPENDED, Span(MARCH, JUNE_30)), (State.ACTIVE, Span(JUNE_30))),
        ),
        JUNE_30,
        Reason.SUSPENDED,
    ),
    "terms that are accepted": (
        Facts(
            on_list(Rule(Whom.ANYONE), terms=(Required(1, "Code", ((1, MARCH),)),)),
            ACTIVE,
            accepted=((1, 1, JUNE_30),),
        ),
        JUNE_30,
        Reason.TERMS,
    ),
}


@pytest.mark.parametrize(("facts", "moment", "before"), BEGINNINGS.values(), ids=BEGINNINGS)
def test_access_begins_at_the_second(facts: Facts, moment: datetime, before: Reason) -> None:
    assert around(facts, moment) == [(Level.NOTHING, before), IN_BY_RULE, IN_BY_RULE]


def stored(facts: Facts) -> tuple[MailingList, User]:
    """The list and the person of `facts`, as rows."""
    one = make_list(
        open_to=None,
        opens_at=facts.list.open.start,
        closes_at=facts.list.open.end,
        after_closing=facts.list.after_closing,
        grace_days=facts.list.grace_days,
    )
    for rule in facts.list.rules:
        AccessRule.objects.create(
            list=one,
            whom=rule.whom,
            roles=sorted(rule.roles),
            until_at=rule.until_at,
            until_days=rule.until_days,
            then=rule.then,
        )
    user = make_user()
    for required in facts.list.terms:
        terms = make_terms(required.title, *(since for _, since in required.versions), grace_days=0)
        one.terms.add(terms)
        for _, number, at in facts.accepted:
            accept(user, terms, number, at)
    for state, span in facts.states:
        subscription = subscribe(one, user, state=state, since=span.start, until=span.end)
        subscription.joined_on = facts.joined_on
        subscription.save()
    for span in facts.memberships:
        make_member(user, *(edge and edge.date() for edge in (span.start, span.end)))
    for role, span in facts.roles:
        appoint(user, role, *(edge and edge.date() for edge in (span.start, span.end)))
    for grant in facts.grants:
        give(one, user, kind=grant.kind, level=grant.level, since=grant.span.start, until=grant.span.end)
    return one, user


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("facts", "moment"),
    [(case[0], case[1]) for case in [*ENDS.values(), *BEGINNINGS.values()]],
    ids=[*ENDS, *BEGINNINGS],
)
def test_the_database_begins_and_ends_access_at_the_same_second(facts: Facts, moment: datetime) -> None:
    one, user = stored(facts)

    for at in (moment - SECOND, moment, moment + SECOND):
        level = access(facts, at).level
        assert access(facts_of(one, user), at).level == level
        found = [people_with(one, at, asked).exists() for asked in (Level.READ, Level.POST, Level.MANAGE)]
        assert found == [level >= asked for asked in (Level.READ, Level.POST, Level.MANAGE)]
        assert visible_to(user, at).exists() == (level >= Level.READ)


def test_of_the_rules_that_apply_the_narrowest_holds() -> None:
    director = ((Role.CLINICAL_DIRECTOR, Span(MARCH)),)
    rules = on_list(
        Rule(Whom.ANYONE),
        Rule(Whom.ANYONE, frozenset({Role.CLINICAL_DIRECTOR}), until_at=JUNE_30, then=Then.READ, number=2),
    )

    found = access(Facts(rules, ACTIVE, roles=director), JUNE_30)

    assert (found.level, found.because.rule.number) == (Level.READ, 2)
    assert access(Facts(rules, ACTIVE), JUNE_30).level == Level.POST


def test_staff_who_were_given_little_keep_what_the_rules_allow() -> None:
    facts = Facts(
        on_list(Rule(Whom.ANYONE)),
        ACTIVE,
        grants=(Given(GrantKind.STAFF, Level.READ, Span(MARCH, JUNE_30)),),
    )

    assert access(facts, MARCH) == Access(Level.POST, None, access(facts, MARCH).because)
    assert access(facts, MARCH).because.reason == Reason.RULE


@pytest.mark.parametrize(
    ("memberships", "expected"), [((), False), ((Span(MARCH),), True)], ids=["non-member", "member"]
)
def test_who_would_be_let_in_is_whom_the_rules_let_post_while_the_list_is_open(
    memberships: tuple[Span, ...], expected: bool
) -> None:
    facts = Facts(on_list(FOR_MEMBERS, open=Span(MARCH, JUNE_30)), memberships=memberships)

    assert [would_be_let_in(facts, at) for at in (MARCH - SECOND, MARCH, JUNE_30)] == [False, expected, False]


# --- For any facts ---------------------------------------------------------------------------------------------------------

# Few days, so that beginnings and ends meet; both changes of the clocks lie among them.
DAYS = st.sampled_from(
    [date(2026, 3, day) for day in (27, 28, 29, 30, 31)] + [date(2026, 10, day) for day in (24, 25, 26, 27)]
)
MOMENTS = st.builds(
    lambda day, seconds: (
        datetime(day.year, day.month, day.day, tzinfo=LONDON).astimezone(UTC) + timedelta(seconds=seconds)
    ),
    DAYS,
    st.sampled_from([0, 0, 0, -1, 1, 3600, 45_296]),
)
NUMBERS = st.integers(0, 3)
ROLES = st.sampled_from(Role.values)


def pairs(values: st.SearchStrategy, *, open_ended: bool = True) -> st.SearchStrategy:
    """(start, end), the end later or None."""
    made = st.tuples(values, values).filter(lambda pair: pair[0] < pair[1])
    return made | st.tuples(values, st.none()) if open_ended else made


RULES = st.lists(
    st.fixed_dictionaries(
        {
            "whom": st.sampled_from(Whom.values),
            "roles": st.lists(ROLES, max_size=2, unique=True),
            "then": st.sampled_from(Then.values),
            "end": st.none() | MOMENTS | st.integers(1, 215),
        }
    ),
    max_size=3,
)
LISTS = st.fixed_dictionaries(
    {
        "opens_at": st.none() | st.none() | MOMENTS,
        "closes_at": st.none() | st.none() | MOMENTS,
        "after_closing": st.sampled_from(AfterClosing.values),
        "grace_days": st.sampled_from([0, 0, 1, 2, 14]),
        "rules": RULES,
        "terms": st.lists(st.tuples(MOMENTS, st.sampled_from([0, 1, 14])), max_size=2),
    }
).filter(lambda made: not (made["opens_at"] and made["closes_at"]) or made["opens_at"] < made["closes_at"])
PEOPLE = st.lists(
    st.fixed_dictionaries(
        {
            "joined_on": st.none() | DAYS,
            "states": st.lists(
                st.tuples(st.sampled_from([State.ACTIVE, State.ACTIVE, *State]), MOMENTS),
                max_size=3,
                unique_by=lambda state: state[1],
            ),
            "memberships": st.lists(pairs(DAYS), max_size=2, unique_by=lambda span: span[0]),
            "replaced": st.none() | pairs(DAYS),
            "appointments": st.lists(st.tuples(ROLES, pairs(DAYS), st.booleans()), max_size=2),
            "grants": st.lists(
                st.tuples(
                    st.sampled_from(
                        [
                            (GrantKind.EXTENSION, Level.POST),
                            *((GrantKind.STAFF, level) for level in (Level.READ, Level.POST, Level.MANAGE)),
                        ]
                    ),
                    pairs(MOMENTS, open_ended=False),
                ),
                max_size=2,
            ),
            "accepted": st.lists(st.tuples(NUMBERS, MOMENTS), max_size=2, unique_by=lambda one: one[0]),
        }
    ),
    min_size=1,
    max_size=3,
)


def store_list(made: dict[str, Any]) -> MailingList:
    fields = {name: made[name] for name in ("opens_at", "closes_at", "after_closing", "grace_days")}
    mailing_list = make_list(open_to=None, **fields)
    for rule in made["rules"]:
        end = rule["end"]
        ends = {"until_days": end} if isinstance(end, int) else {"until_at": end}
        AccessRule.objects.create(
            list=mailing_list, whom=rule["whom"], roles=rule["roles"], then=rule["then"], **ends
        )
    if made["terms"]:
        terms = Terms.objects.create(title="Terms")
        for number, (published_at, grace_days) in enumerate(made["terms"], 1):
            TermsVersion.objects.create(
                terms=terms, number=number, text=".", published_at=published_at, grace_days=grace_days
            )
        mailing_list.terms.add(terms)
    return mailing_list


def store_person(mailing_list: MailingList, made: dict[str, Any]) -> User:
    user = User.objects.create(
        email=f"p{User.objects.count()}@example.org", first_name="A", last_name="B", password="!"
    )
    states = sorted(made["states"], key=lambda state: state[1])
    for (state, since), (_, until) in pairwise([*states, (None, None)]):
        subscription = subscribe(mailing_list, user, state=state, since=since, until=until)
        subscription.joined_on = made["joined_on"]
        subscription.save()
    for starts_on, ends_on in made["memberships"]:
        make_member(user, starts_on, ends_on)
    if made["replaced"]:
        membership, _ = Membership.objects.get_or_create(
            user=user, defaults={"number": f"1{user.pk}", "claimed_at": datetime.now(UTC)}
        )
        starts_on, ends_on = made["replaced"]
        moment = datetime.now(UTC)
        MembershipPeriod.objects.create(
            membership=membership,
            starts_on=starts_on,
            ends_on=ends_on,
            recorded_at=moment,
            replaced_at=moment + SECOND,
        )
    for role, (starts_on, ends_on), confirmed in made["appointments"]:
        appoint(user, role, starts_on, ends_on, **({} if confirmed else {"confirmed_at": None}))
    for (kind, level), (since, until) in made["grants"]:
        give(mailing_list, user, kind=kind, level=level, since=since, until=until)
    for version in TermsVersion.objects.filter(terms__lists=mailing_list):
        for number, at in made["accepted"]:
            if number == version.number:
                Acceptance.objects.create(user=user, version=version, accepted_at=at)
    return user


def examples(count: int) -> Callable[[Any], Any]:
    return settings(
        max_examples=count,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


def in_the_database(check: Callable[[MailingList, list[User]], None]) -> Callable[..., None]:
    """Runs `check` on a list and people that are stored, and takes them away again."""

    def run(made_list: dict[str, Any], made_people: list[dict[str, Any]]) -> None:
        with transaction.atomic():
            mailing_list = store_list(made_list)
            check(mailing_list, [store_person(mailing_list, made) for made in made_people])
            transaction.set_rollback(True)

    return run


@pytest.mark.django_db
def test_the_pure_function_and_the_database_agree_for_any_facts_and_any_moment(soak: bool) -> None:
    @in_the_database
    def check(mailing_list: MailingList, people: list[User]) -> None:
        facts = {user: facts_of(mailing_list, user) for user in people}
        begin = datetime(2026, 1, 1, tzinfo=UTC)
        all_moments = sorted({moment for one in facts.values() for moment in moments(one, begin)})
        # Each moment takes dozens of statements; the long run looks at all of them.
        few = all_moments if soak else all_moments[:: max(1, len(all_moments) // 4)]
        for moment in few or [MARCH]:
            for at in (moment - SECOND, moment, moment + SECOND):
                found = {user: access(one, at) for user, one in facts.items()}
                for level in (Level.READ, Level.POST, Level.MANAGE):
                    expected = {user for user, one in found.items() if one.level >= level}
                    on_it = subscriptions_with(mailing_list, at, level).select_related("user")
                    having = {user for user in expected if user.subscriptions.exists()}
                    assert {one.user for one in on_it} == having
                    assert set(people_with(mailing_list, at, level)) == expected
                    assert {user for user in people if visible_to(user, at, level).exists()} == expected

    examples(100 if soak else 12)(given(LISTS, PEOPLE)(check))()


@pytest.mark.django_db
def test_nothing_changes_between_two_moments_at_which_a_fact_or_a_rule_begins_or_ends(soak: bool) -> None:
    @in_the_database
    def check(mailing_list: MailingList, people: list[User]) -> None:
        for user in people:
            facts = facts_of(mailing_list, user)
            edges = moments(facts, datetime(2026, 1, 1, tzinfo=UTC))
            for start, end in pairwise([*edges, *(edge + timedelta(days=400) for edge in edges[-1:])]):
                first = access(facts, start)
                for at in (start + (end - start) / 3, max(start, end - SECOND)):
                    then = access(facts, at)
                    assert (then.level, then.because) == (first.level, first.because)
                if first.until is not None:
                    assert access(facts, first.until).level < first.level
                    assert access(facts, first.until - SECOND).level >= first.level

    examples(1_000 if soak else 40)(given(LISTS, PEOPLE)(check))()


@pytest.mark.django_db
def test_without_new_facts_access_only_narrows(soak: bool) -> None:
    """What is known now may end, and no more: no fact begins later, and no role ends, which a narrower rule may be for.

    Membership may end. Rules under which that would give a person more are refused before they are saved.
    """

    @in_the_database
    def check(mailing_list: MailingList, people: list[User]) -> None:
        for user in people:
            facts = facts_of(mailing_list, user)
            for at in moments(facts, datetime(2026, 1, 1, tzinfo=UTC))[::3] or [MARCH]:
                known = as_known(facts, at)
                if refusals_of_rules(known.list, at):
                    continue
                levels = [access(known, later).level for later in (at, *moments(known, at))]
                assert levels == sorted(levels, reverse=True)

    examples(500 if soak else 30)(given(LISTS, PEOPLE)(check))()


def as_known(facts: Facts, at: datetime) -> Facts:
    """The facts without whatever begins after `at`, and with roles that do not end."""

    def begun(span: Span) -> bool:
        return span.start is None or span.start <= at

    return replace(
        facts,
        list=replace(
            facts.list,
            open=facts.list.open if begun(facts.list.open) else Span(None, facts.list.open.end),
        ),
        states=tuple((state, span) for state, span in facts.states if begun(span)),
        memberships=tuple(span for span in facts.memberships if begun(span)),
        roles=tuple((role, Span(span.start)) for role, span in facts.roles if span.holds(at)),
        grants=tuple(grant for grant in facts.grants if begun(grant.span)),
        accepted=tuple(one for one in facts.accepted if one[2] <= at),
    )


@pytest.mark.django_db
def test_a_superuser_without_a_grant_sees_no_list_and_nor_does_anybody_anonymous(soak: bool) -> None:
    from django.contrib.auth.models import AnonymousUser

    mailing_list = make_list()
    member, root = make_user(), make_user(is_superuser=True, is_staff=True)
    subscribe(mailing_list, member, since=MARCH)

    seen = [list(visible_to(user, JUNE_30)) for user in (member, root, AnonymousUser())]

    assert seen == [[mailing_list], [], []]
    give(mailing_list, root, since=MARCH, until=JUNE_30 + SECOND)
    assert [list(visible_to(root, at)) for at in (JUNE_30, JUNE_30 + SECOND)] == [[mailing_list], []]


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_which_lists_a_person_sees_costs_the_same_however_many_there_are(
    django_assert_num_queries: Any, count: int
) -> None:
    user, terms = make_user(), make_terms("Code of conduct", MARCH)
    accept(user, terms)
    lists = [make_list(f"List {number}") for number in range(count)]
    for one in lists:
        one.terms.add(terms)
        subscribe(one, user, since=MARCH)

    with django_assert_num_queries(4):
        assert list(visible_to(user, JUNE_30)) == lists


@pytest.mark.django_db
def test_access_that_was_given_is_taken_back_by_an_earlier_end_and_never_made_longer() -> None:
    from django.db import IntegrityError

    grant = give(make_list(), make_user(), since=MARCH, until=JUNE_30)
    rows = Grant.objects.filter(pk=grant.pk)

    for change in ({"ends_at": JUNE_30 + SECOND}, {"reason": "Another."}, {"level": Level.MANAGE}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
    assert rows.update(ends_at=JUNE_30 - SECOND) == 1
