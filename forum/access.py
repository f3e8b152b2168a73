"""Access, asked of the database: the facts of a person, and the same answer as `forum.rules.access` for many people at once.

Whatever shows or sends something of a list asks here at the moment of asking, never earlier.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import (
    BigIntegerField,
    CharField,
    DateField,
    DateTimeField,
    Exists,
    F,
    Field,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Cast
from django.utils import timezone

from forum.models import (
    AccessRule,
    AfterClosing,
    Grant,
    GrantKind,
    Level,
    MailingList,
    State,
    Subscription,
    SubscriptionPeriod,
    Then,
    Whom,
    holds_at,
)
from forum.rules import Access, Facts, Given, ListFacts, Required, Rule, Span, access
from forum.rules.facts import days_span
from portal.members.models import Acceptance, Appointment, MembershipPeriod, TermsVersion, User
from portal.members.rules import days_after

EVERYBODY, NOBODY = ~Q(pk__in=[]), Q(pk__in=[])


# --- Facts ---------------------------------------------------------------------------------------------------------------


def list_facts(lists: Iterable[MailingList]) -> dict[int, ListFacts]:
    """What access to each list depends on, by the list's primary key. Two queries, however many lists there are."""
    lists = list(lists)
    rules: dict[int, list[Rule]] = defaultdict(list)
    for row in AccessRule.objects.filter(list__in=lists).order_by("pk"):
        rules[row.list_id].append(rule_of(row))
    required = _required(lists)
    return {
        one.pk: ListFacts(
            name=one.name,
            open=Span(one.opens_at, one.closes_at),
            after_closing=AfterClosing(one.after_closing),
            grace_days=one.grace_days,
            rules=tuple(rules[one.pk]),
            terms=required[one.pk],
        )
        for one in lists
    }


def rule_of(row: AccessRule) -> Rule:
    """A rule as the pure functions take it, saved or not."""
    return Rule(
        whom=Whom(row.whom),
        roles=frozenset(row.roles),
        until_at=row.until_at,
        until_days=row.until_days,
        then=Then(row.then),
        number=row.pk or 0,
    )


def _required(lists: list[MailingList]) -> dict[int, tuple[Required, ...]]:
    versions = TermsVersion.objects.filter(terms__lists__in=lists).annotate(on_list=F("terms__lists"))
    by_list: dict[int, list[TermsVersion]] = defaultdict(list)
    for row in _published(versions):
        by_list[row.on_list].append(row)
    return defaultdict(tuple, {one: tuple(_versions(rows).values()) for one, rows in by_list.items()})


def required_of(terms: Iterable[int]) -> dict[int, Required]:
    """The versions of terms that must be accepted, by the terms' primary keys. Terms without a published version are left out."""
    return _versions(_published(TermsVersion.objects.filter(terms__in=terms)))


def _published(versions: QuerySet[TermsVersion]) -> QuerySet[TermsVersion]:
    return (
        versions.filter(published_at__isnull=False).select_related("terms").order_by("terms__title", "number")
    )


def _versions(rows: Iterable[TermsVersion]) -> dict[int, Required]:
    found: dict[int, Required] = {}
    for row in rows:
        before = found[row.terms_id].versions if row.terms_id in found else ()
        # Nobody has accepted an earlier version of the first one, so it has no grace.
        since = days_after(row.published_at, row.grace_days) if before else row.published_at
        found[row.terms_id] = Required(row.terms_id, row.terms.title, (*before, (row.number, since)))
    return found


def facts_of(mailing_list: MailingList, user: User) -> Facts:
    """All that access of one person to one list depends on."""
    return facts_of_people(mailing_list, [user.pk])[user.pk]


def facts_of_people(mailing_list: MailingList, users: Iterable[int]) -> dict[int, Facts]:
    """All that access to a list depends on, for people by their primary keys. A fixed number of queries."""
    return {user: facts for (_, user), facts in _facts([mailing_list], users).items()}


def facts_on_lists(lists: Iterable[MailingList], user: User) -> dict[int, Facts]:
    """All that access of one person to each of the lists depends on, by the list's primary key. As many queries as for one."""
    return {one: facts for (one, _), facts in _facts(lists, [user.pk]).items()}


def _facts(lists: Iterable[MailingList], users: Iterable[int]) -> dict[tuple[int, int], Facts]:
    lists, users = list(lists), list(users)
    of_lists = list_facts(lists)
    terms = {required.terms for one in of_lists.values() for required in one.terms}
    everywhere: dict[int, dict[str, list]] = {user: defaultdict(list) for user in users}
    there: dict[tuple[int, int], dict[str, list]] = defaultdict(lambda: defaultdict(list))
    for kind, user, where, word, number, day, last_day, start, end in _rows(lists, users, terms):
        match kind:
            case "state":
                there[where, user]["states"].append((State(word), Span(start, end)))
                there[where, user]["joined"].append(day)
            case "grant":
                there[where, user]["grants"].append(Given(GrantKind(word), Level(number), Span(start, end)))
            case "membership":
                everywhere[user]["memberships"].append(days_span(day, last_day))
            case "role":
                everywhere[user]["roles"].append((word, days_span(day, last_day)))
            case "accepted":
                everywhere[user]["accepted"].append((where, number, start))
    found = {}
    for one, of_list in of_lists.items():
        needed = {required.terms for required in of_list.terms}
        for user in users:
            own, general = there[one, user], everywhere[user]
            found[one, user] = Facts(
                list=of_list,
                joined_on=next(iter(own["joined"]), None),
                states=tuple(own["states"]),
                grants=tuple(own["grants"]),
                memberships=tuple(general["memberships"]),
                roles=tuple(general["roles"]),
                accepted=tuple(entry for entry in general["accepted"] if entry[0] in needed),
            )
    return found


def _rows(lists: list[MailingList], users: list[int], terms: set[int]) -> QuerySet[Any, tuple[Any, ...]]:
    """Everything dated about people, one row for each fact, in one query.

    A row is: what it is, whose, of which list or terms, a word, a number, two days and two moments, as far as it has them.
    """
    periods = SubscriptionPeriod.objects.filter(subscription__list__in=lists, subscription__user__in=users)
    grants = Grant.objects.filter(list__in=lists, user__in=users)
    memberships = MembershipPeriod.objects.standing().filter(membership__user__in=users)
    roles = Appointment.objects.confirmed().filter(user__in=users)
    accepted = Acceptance.objects.filter(user__in=users, version__terms__in=terms)
    parts = [
        _row(
            periods,
            kind="state",
            user="subscription__user_id",
            where="subscription__list_id",
            word="state",
            day="subscription__joined_on",
            start="starts_at",
            end="ends_at",
        ),
        _row(
            grants,
            kind="grant",
            user="user_id",
            where="list_id",
            word="kind",
            number="level",
            start="starts_at",
            end="ends_at",
        ),
        _row(memberships, kind="membership", user="membership__user_id", day="starts_on", last_day="ends_on"),
        _row(roles, kind="role", user="user_id", word="role", day="starts_on", last_day="ends_on"),
    ]
    if terms:
        parts.append(
            _row(
                accepted,
                kind="accepted",
                user="user_id",
                where="version__terms_id",
                number="version__number",
                start="accepted_at",
            )
        )
    first, *others = parts
    return first.union(*others, all=True).order_by("fact_start", "fact_day", "fact_number")


COLUMNS: dict[str, Field] = {
    "user": BigIntegerField(),
    "where": BigIntegerField(),
    "word": CharField(),
    "number": IntegerField(),
    "day": DateField(),
    "last_day": DateField(),
    "start": DateTimeField(),
    "end": DateTimeField(),
}


def _row(found: QuerySet[Any], *, kind: str, **columns: str) -> QuerySet[Any, tuple[Any, ...]]:
    """`found` as rows of facts. `columns` says where each column comes from; those not named are empty."""
    made = {
        f"fact_{name}": F(columns[name]) if name in columns else Cast(Value(None), output_field=empty)
        for name, empty in COLUMNS.items()
    }
    named = found.order_by().annotate(fact_kind=Value(kind, output_field=CharField()), **made)
    return named.values_list("fact_kind", *made)


def access_of(mailing_list: MailingList, user: User, at: datetime) -> Access:
    """What `user` may do on a list at the moment `at`, until when, and why."""
    return access(facts_of(mailing_list, user), at)


# --- The same in SQL -----------------------------------------------------------------------------------------------------


def subscriptions_with(
    mailing_list: MailingList, at: datetime, level: Level = Level.READ, facts: ListFacts | None = None
) -> QuerySet[Subscription]:
    """The subscriptions of a list whose people may do at least `level` there at the moment `at`.

    `facts` can stand for what the list says, to see what other rules would do.
    """
    facts = facts or list_facts([mailing_list])[mailing_list.pk]
    return Subscription.objects.filter(Q(list=mailing_list) & may(facts, at, level))


def people_with(mailing_list: MailingList, at: datetime, level: Level = Level.READ) -> QuerySet[User]:
    """Everybody who may do at least `level` on a list at the moment `at`: those on it, and those to whom access was given."""
    given = _given(GrantKind.STAFF, at, level).filter(list=mailing_list, user=OuterRef("pk"))
    on_it = subscriptions_with(mailing_list, at, level).filter(user=OuterRef("pk"))
    return User.objects.filter(Exists(on_it) | Exists(given))


def visible_to(user: User, at: datetime, level: Level = Level.READ) -> QuerySet[MailingList]:
    """The lists on which `user` may do at least `level` at the moment `at`. Anonymous people may do nothing anywhere."""
    if not user.is_authenticated:
        return MailingList.objects.none()
    facts = list_facts(
        MailingList.objects.filter(Q(subscriptions__user=user) | Q(grants__user=user)).distinct()
    )
    on = [Q(list=pk) & may(one, at, level) for pk, one in facts.items()]
    mine = Subscription.objects.filter(reduce(or_, on, NOBODY), user=user)
    given = _given(GrantKind.STAFF, at, level).filter(user=user)
    return MailingList.objects.filter(Q(pk__in=mine.values("list")) | Q(pk__in=given.values("list")))


def may(facts: ListFacts, at: datetime, level: Level) -> Q:
    """Which `Subscription`s of the list of `facts` let their person do at least `level` at the moment `at`."""
    given = Exists(_given(GrantKind.STAFF, at, level).filter(list=OuterRef("list"), user=OuterRef("user")))
    return Q(given) | _by_the_rules(facts, at, level)


def would_let_in(mailing_list: MailingList, facts: ListFacts, at: datetime) -> Q:
    """Which `Subscription`s, of whatever list, have a person whom `mailing_list` would let in at the moment `at`.

    By its rules, as for somebody who joins then, and by the terms that the person has accepted.
    """
    if not facts.open.holds(at):
        return NOBODY
    joining = replace(facts, rules=tuple(replace(rule, until_days=None) for rule in facts.rules))
    extended = _given(GrantKind.EXTENSION, at, Level.POST).filter(list=mailing_list, user=OuterRef("user"))
    allowed = Q(Exists(extended)) | _rules_allow(joining, at, Level.POST)
    return reduce(and_, (_has_accepted(required, at) for required in facts.terms), allowed)


def _by_the_rules(facts: ListFacts, at: datetime, level: Level) -> Q:
    closed = facts.open.end is not None and at >= facts.open.end
    before = facts.open.start is not None and at < facts.open.start
    if level == Level.MANAGE or before:
        return NOBODY
    if closed and (level > Level.READ or facts.after_closing == AfterClosing.NOTHING):
        return NOBODY
    active = SubscriptionPeriod.objects.filter(holds_at(at), subscription=OuterRef("pk"), state=State.ACTIVE)
    extended = _given(GrantKind.EXTENSION, at, Level.POST).filter(
        list=OuterRef("list"), user=OuterRef("user")
    )
    allowed = Q(Exists(active)) & (Q(Exists(extended)) | _rules_allow(facts, at, level))
    return reduce(and_, (_has_accepted(required, at) for required in facts.terms), allowed)


def _rules_allow(facts: ListFacts, at: datetime, level: Level) -> Q:
    """At least one rule is for the person, and every one that is allows `level`."""
    on = timezone.localdate(at)
    member = Q(
        Exists(
            MembershipPeriod.objects.standing()
            .filter(membership__user=OuterRef("user"), starts_on__lte=on)
            .filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on - timedelta(days=facts.grace_days)))
        )
    )
    whom = {Whom.MEMBERS: member, Whom.NON_MEMBERS: ~member, Whom.ANYONE: EVERYBODY}
    applies, forbids = NOBODY, NOBODY
    for rule in facts.rules:
        concerned = whom[rule.whom]
        if rule.roles:
            held = Appointment.objects.confirmed().current(on).filter(role__in=rule.roles)
            concerned &= Q(Exists(held.filter(user=OuterRef("user"))))
        applies |= concerned
        forbids |= concerned & ~_allows(rule, at, on, level)
    return applies & ~forbids


def _allows(rule: Rule, at: datetime, on: date, level: Level) -> Q:
    if level == Level.READ and rule.then == Then.READ:
        return EVERYBODY
    if rule.until_days is not None:
        return Q(joined_on__isnull=True) | Q(joined_on__gt=on - timedelta(days=rule.until_days))
    return EVERYBODY if rule.until_at is None or at < rule.until_at else NOBODY


def _has_accepted(required: Required, at: datetime) -> Q:
    number = required.at(at)
    if not number:
        return EVERYBODY
    return Q(
        Exists(
            Acceptance.objects.filter(
                user=OuterRef("user"),
                version__terms=required.terms,
                version__number__gte=number,
                accepted_at__lte=at,
            )
        )
    )


def _given(kind: GrantKind, at: datetime, level: Level) -> QuerySet[Grant]:
    return Grant.objects.filter(holds_at(at), kind=kind, level__gte=level)
