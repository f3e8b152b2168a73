"""What other rules would do, before they are saved: who on a list would lose, keep or gain what, at any moment."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, F, QuerySet, Value, When
from django.db.models.fields import PositiveSmallIntegerField

from forum.access import list_facts, may
from forum.models import Level, MailingList, Subscription
from forum.rules import ListFacts


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


def effect(mailing_list: MailingList, proposed: ListFacts, at: datetime) -> Effect:
    """What `proposed` would change at the moment `at`, against the list as it is. One statement, however many people there are."""
    rows = (
        compared(mailing_list, proposed, at).order_by().values("before", "after").annotate(count=Count("pk"))
    )
    return Effect(
        at,
        {
            (Level(before), Level(after)): count
            for before, after, count in rows.values_list("before", "after", "count")
        },
    )


def affected(mailing_list: MailingList, proposed: ListFacts, at: datetime) -> QuerySet[Subscription]:
    """The subscriptions whose people would be able to do something else, each with its level `before` and `after`."""
    return compared(mailing_list, proposed, at).exclude(before=F("after")).order_by("after", "user")


def compared(mailing_list: MailingList, proposed: ListFacts, at: datetime) -> QuerySet[Subscription]:
    """Every subscription of a list with its level `before` and `after`."""
    current = list_facts([mailing_list])[mailing_list.pk]
    return mailing_list.subscriptions.annotate(before=_level(current, at), after=_level(proposed, at))


def _level(facts: ListFacts, at: datetime) -> Case:
    return Case(
        *(
            When(may(facts, at, level), then=Value(level.value))
            for level in (Level.MANAGE, Level.POST, Level.READ)
        ),
        default=Value(Level.NOTHING.value),
        output_field=PositiveSmallIntegerField(),
    )
