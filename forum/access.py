"""Access, asked of the database: the facts of a person, and the same answer as `forum.rules.access` for many people at once.

Whatever shows or sends something of a list asks here at the moment of asking, never earlier.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import reduce
from operator import and_, or_

from django.db.models import Exists, OuterRef, Q, QuerySet
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
    """What access to each list depends on, by the list's primary key. Three queries, however many lists there are."""
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
    links = MailingList.terms.through.objects.filter(mailinglist__in=lists).order_by("terms__title")
    pairs = list(links.values_list("mailinglist_id", "terms_id"))
    found = required_of({terms for _, terms in pairs})
    by_list: dict[int, list[Required]] = defaultdict(list)
    for one, terms in pairs:
        if terms in found:
            by_list[one].append(found[terms])
    return defaultdict(tuple, {one: tuple(required) for one, required in by_list.items()})


def required_of(terms: Iterable[int]) -> dict[int, Required]:
    """The versions of terms that must be accepted, by the terms' primary keys. Terms without a published version are left out."""
    found: dict[int, Required] = {}
    versions = TermsVersion.objects.filter(terms__in=terms, published_at__isnull=False)
    for row in versions.select_related("terms").order_by("number"):
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
    users = list(users)
    the_list = list_facts([mailing_list])[mailing_list.pk]
    found: dict[int, dict[str, list]] = {user: defaultdict(list) for user in users}
    joined: dict[int, date | None] = {}
    periods = SubscriptionPeriod.objects.filter(subscription__list=mailing_list, subscription__user__in=users)
    for row in periods.values_list(
        "subscription__user_id", "subscription__joined_on", "state", "starts_at", "ends_at"
    ):
        user, joined[user], *period = row
        found[user]["states"].append((State(period[0]), Span(*period[1:])))
    standing = MembershipPeriod.objects.standing().filter(membership__user__in=users)
    for user, *days in standing.values_list("membership__user_id", "starts_on", "ends_on"):
        found[user]["memberships"].append(days_span(*days))
    appointments = Appointment.objects.confirmed().filter(user__in=users)
    for user, role, *days in appointments.values_list("user_id", "role", "starts_on", "ends_on"):
        found[user]["roles"].append((role, days_span(*days)))
    for row in Grant.objects.filter(list=mailing_list, user__in=users):
        given = Given(GrantKind(row.kind), Level(row.level), Span(row.starts_at, row.ends_at))
        found[row.user_id]["grants"].append(given)
    accepted = Acceptance.objects.filter(user__in=users, version__terms__in=[r.terms for r in the_list.terms])
    for user, *acceptance in accepted.values_list(
        "user_id", "version__terms_id", "version__number", "accepted_at"
    ):
        found[user]["accepted"].append(tuple(acceptance))
    return {
        user: Facts(
            list=the_list,
            joined_on=joined.get(user),
            **{name: tuple(values) for name, values in parts.items()},
        )
        for user, parts in found.items()
    }


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
