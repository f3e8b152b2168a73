"""All that access depends on, read from the database: of lists and of people, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import (
    BigIntegerField,
    CharField,
    DateField,
    DateTimeField,
    F,
    Field,
    IntegerField,
    QuerySet,
    Value,
)
from django.db.models.functions import Cast
from django.utils.dateparse import parse_date, parse_datetime

from forum.models import (
    AccessRule,
    AfterClosing,
    Grant,
    GrantKind,
    Level,
    MailingList,
    State,
    SubscriptionPeriod,
    Then,
    Whom,
)
from forum.rules import Access, Facts, Given, ListFacts, Required, Rule, Span, access
from forum.rules.facts import days_span
from portal.members.models import Acceptance, Appointment, MembershipPeriod, TermsVersion, User
from portal.members.rules import days_after


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
    for kind, user, where, word, number, day, last_day, start, end in _rows(
        [one.pk for one in lists], users, terms
    ):
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


def _rows(lists: list[int], users: list[int], terms: set[int]) -> Iterable[tuple[Any, ...]]:
    """Everything dated about people, one row for each fact, in one query.

    A row is: what it is, whose, of which list or terms, a word, a number, two days and two moments, as far as it has them.
    """
    if len(lists) != 1 or len(users) != 1:
        return _dated(lists, users, terms)
    # The door of every page of a list asks this, and Django takes far longer to write the statement than the database to answer it.
    sql, places = _written(connection.vendor, len(terms))
    values = (*lists, *users, *sorted(terms))
    with connection.cursor() as cursor:
        cursor.execute(sql, [values[value] if is_place else value for is_place, value in places])
        return [_read(row) for row in cursor.fetchall()]


@lru_cache(maxsize=32)
def _written(vendor: str, terms: int) -> tuple[str, tuple[tuple[bool, Any], ...]]:
    """The statement of `_dated` for one list, one person and so many terms.

    Comes with its parameters: each is a value (False, value), or the place of one among list, person and terms (True, place).
    """
    places = [-1 - place for place in range(2 + terms)]  # keys that there are not
    query = _dated(places[:1], places[1:2], set(places[2:])).query
    sql, parameters = query.sql_with_params()
    return sql, tuple((value in places, -1 - value if value in places else value) for value in parameters)


def _read(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """A row as Django gives it: SQLite has neither days nor moments."""
    *others, day, last_day, start, end = row
    return (*others, *(_day(value) for value in (day, last_day)), *(_moment(value) for value in (start, end)))


def _day(value: date | str | None) -> date | None:
    return parse_date(value) if isinstance(value, str) else value


def _moment(value: datetime | str | None) -> datetime | None:
    moment = parse_datetime(value) if isinstance(value, str) else value
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


def _dated(lists: list[int], users: list[int], terms: set[int]) -> QuerySet[Any, tuple[Any, ...]]:
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
