"""What would become, or becomes, of the people on a list that closes: asked of the database for many at once."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from operator import and_

from django.db.models import Exists, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat

from forum.access import facts_of, facts_of_people, list_facts, would_let_in
from forum.models import MailingList, State, Subscription, SubscriptionPeriod
from forum.rules import Facts
from forum.rules.moving import Closing, Fate, fate, what_now
from portal.members.models import Mail, User

ON_IT = (State.ACTIVE, State.SUSPENDED)
BATCH = 500


@dataclass(frozen=True)
class Moving:
    """Somebody on a list that closes, and what becomes of them. `there` is what counts on the list that follows."""

    subscription: Subscription
    fate: Fate
    there: Facts | None


def closing_of(mailing_list: MailingList) -> Closing:
    """How far the closing of a list has come."""
    return Closing(mailing_list.closes_at, mailing_list.moving_since, mailing_list.moved_on_at)


def destination(mailing_list: MailingList, now: datetime) -> MailingList | None:
    """The list on which people go on: the successor or, where that has closed too, the one after it; `None` if there is none."""
    seen, found = {mailing_list.pk}, mailing_list.successor
    while found is not None and found.pk not in seen:
        if found.closes_at is None or now < found.closes_at:
            return found
        seen.add(found.pk)
        found = found.successor
    return None


@dataclass(frozen=True)
class GoingOn:
    """The list on which one that has closed goes on, and what one person can do to go on there, addressed to them."""

    list: MailingList
    words: str


def going_on(
    mailing_list: MailingList, now: datetime, user: User | None = None, facts: Facts | None = None
) -> GoingOn | None:
    """Where a list goes on, for `user`, of whom `facts` says how they stand on it. `None` if it is open, or none follows."""
    has_closed = mailing_list.closes_at is not None and mailing_list.closes_at <= now
    there = destination(mailing_list, now) if has_closed else None
    if there is None:
        return None
    was_on_it = user and facts and facts.state(now) in ON_IT
    return GoingOn(there, what_now(facts_of(there, user), now) if was_on_it else "")


def people_of(mailing_list: MailingList, now: datetime) -> QuerySet[Subscription]:
    """Whom the closing of a list concerns: those who are on it and, once it has closed, were on it then. Suspended or not."""
    moments = {now, min(now, mailing_list.closes_at or now)}
    held = [_state(moment, ON_IT, subscription=OuterRef("pk")) for moment in moments]
    return mailing_list.subscriptions.filter(reduce(and_, map(Q, held))).order_by("user")


def mail_key(mailing_list: MailingList) -> str:
    """With what the keys of the mails begin that the closing of a list sends."""
    since = mailing_list.moving_since.astimezone(UTC).isoformat() if mailing_list.moving_since else ""
    return f"list-closed:{mailing_list.pk}:{since}:"


def told_of(mailing_list: MailingList) -> Exists:
    """Whether the person of a subscription has been told that the list has closed."""
    text = TextField()
    begin = Value(mail_key(mailing_list), output_field=text)
    key = Concat(begin, Cast(OuterRef("user_id"), text), output_field=text)
    return Exists(Mail.objects.filter(key=key))


def entitled_since(mailing_list: MailingList, there: MailingList, now: datetime) -> QuerySet[Subscription]:
    """Those who were on a list when it closed, and whom the list that follows lets in although they are not on it."""
    facts = list_facts([there])[there.pk]
    decided = _state(
        now,
        (*ON_IT, State.LEFT, State.REFUSED),
        subscription__list=there,
        subscription__user=OuterRef("user"),
    )
    return people_of(mailing_list, now).filter(~Q(decided), would_let_in(there, facts, now))


def fates(subscriptions: Sequence[Subscription], there: MailingList | None, at: datetime) -> Iterator[Moving]:
    """What becomes of some people of a list that closes at the moment `at`. A fixed number of queries."""
    known = facts_of_people(there, [one.user_id for one in subscriptions]) if there else {}
    for one in subscriptions:
        facts = known.get(one.user_id)
        yield Moving(one, fate(facts, at), facts)


def foreseen(mailing_list: MailingList, at: datetime, now: datetime) -> Iterator[Moving]:
    """What would become of everybody on a list if it closed at the moment `at`, as far as is known `now`, batch by batch."""
    there, after = destination(mailing_list, at), 0
    people = people_of(mailing_list, now).select_related("user")
    while batch := list(people.filter(user__gt=after)[:BATCH]):
        yield from fates(batch, there, at)
        after = batch[-1].user_id


@dataclass(frozen=True)
class Overview:
    """What would become of the people on a list: how many of each, some of them, and a mark that changes when anything does."""

    there: MailingList | None
    counts: dict[Fate, int]
    people: list[Moving]
    mark: str

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def overview(mailing_list: MailingList, at: datetime, now: datetime, shown: slice) -> Overview:
    """What would become of everybody if a list closed at the moment `at`, with those of `shown` in the order of accounts.

    A few queries for every 500 people.
    """
    counts, people, digest = Counter[Fate](), [], hashlib.sha256()
    for place, one in enumerate(foreseen(mailing_list, at, now)):
        counts[one.fate] += 1
        digest.update(f"{one.subscription.user_id}:{one.fate.name};".encode())
        if shown.start <= place < shown.stop:
            people.append(one)
    found = {becomes: counts[becomes] for becomes in Fate if counts[becomes]}
    return Overview(destination(mailing_list, at), found, people, digest.hexdigest())


def _state(moment: datetime, states: Sequence[State], **of: object) -> Exists:
    return Exists(SubscriptionPeriod.objects.at(moment).filter(state__in=states, **of))
