"""The same answer as `forum.rules.access`, asked of the database for many people at once."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import reduce
from operator import and_, or_

from django.db.models import (
    Exists,
    OuterRef,
    Q,
    QuerySet,
)
from django.utils import timezone

from forum.access.facts import list_facts
from forum.models import (
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
from forum.rules import ListFacts, Required, Rule
from portal.members.models import Acceptance, Appointment, MembershipPeriod, User

EVERYBODY, NOBODY = ~Q(pk__in=[]), Q(pk__in=[])


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
