"""What other rules would do, before they are saved: who on a list would lose, keep or gain what, at any moment."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Case, Count, F, QuerySet, Value, When
from django.db.models.fields import PositiveSmallIntegerField

from forum.access import list_facts, may
from forum.models import Level, MailingList, Subscription
from forum.rules import ListFacts
from forum.rules.checking import refusals_of_change


@dataclass(frozen=True)
class Effect:
    """What becomes of the people on a list at a moment. `counts` are how many go from one level to another."""

    at: datetime
    counts: dict[tuple[Level, Level], int]

    @property
    def loses(self) -> int:
        return sum(count for (before, after), count in self.counts.items() if after < before)

    @property
    def gains(self) -> int:
        return sum(count for (before, after), count in self.counts.items() if after > before)

    @property
    def keeps(self) -> int:
        """Those who can read or post and go on as they are."""
        return sum(count for (before, after), count in self.counts.items() if after == before > Level.NOTHING)


def moments_to_look_at(current: ListFacts, proposed: ListFacts, now: datetime) -> list[datetime]:
    """Now, and every later moment at which the list or a rule, as it is or as it would be, begins or ends."""
    found = {now}
    for facts in (current, proposed):
        found |= {facts.open.start, facts.open.end, *(rule.until_at for rule in facts.rules)} - {None}
    return sorted(moment for moment in found if moment >= now)


def effect(
    mailing_list: MailingList, proposed: ListFacts, at: datetime, *, since: datetime | None = None
) -> Effect:
    """What `proposed` would change at the moment `at`, against the list as it is. One statement, however many people there are."""
    rows = (
        compared(mailing_list, proposed, at, since=since)
        .order_by()
        .values("before", "after")
        .annotate(count=Count("pk"))
    )
    return Effect(
        at,
        {
            (Level(before), Level(after)): count
            for before, after, count in rows.values_list("before", "after", "count")
        },
    )


def affected(
    mailing_list: MailingList, proposed: ListFacts, at: datetime, *, since: datetime | None = None
) -> QuerySet[Subscription]:
    """The subscriptions whose people would be able to do something else, each with its level `before` and `after`."""
    found = compared(mailing_list, proposed, at, since=since)
    return found.exclude(before=F("after")).order_by("after", "user")


def compared(
    mailing_list: MailingList, proposed: ListFacts, at: datetime, *, since: datetime | None = None
) -> QuerySet[Subscription]:
    """Every subscription of a list with its level `before`, as the list is, and `after`, as `proposed` would have it.

    Both are at the moment `at`, unless `since` is another moment for the first: what time alone does.
    """
    current = list_facts([mailing_list])[mailing_list.pk]
    return mailing_list.subscriptions.annotate(
        before=_level(current, since or at), after=_level(proposed, at)
    )


def refusals(mailing_list: MailingList, proposed: ListFacts, now: datetime) -> list[str]:
    """Why a list cannot be as `proposed` from `now` on; empty if it can. Worded for the manager who wants it."""
    current = list_facts([mailing_list])[mailing_list.pk]
    found = refusals_of_change(current, proposed, now)
    # Whoever has to accept other terms first has only to do so.
    counts = effect(mailing_list, replace(proposed, terms=current.terms), now).counts
    had = any(before for before, _ in counts)
    if not found and had and not any(after for _, after in counts):
        found.append(
            "Everybody who can read or post now would be locked out at once. If nobody is to post any more, let the list close."
        )
    return found


def _level(facts: ListFacts, at: datetime) -> Case:
    return Case(
        *(
            When(may(facts, at, level), then=Value(level.value))
            for level in (Level.MANAGE, Level.POST, Level.READ)
        ),
        default=Value(Level.NOTHING.value),
        output_field=PositiveSmallIntegerField(),
    )
