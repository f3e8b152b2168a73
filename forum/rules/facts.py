"""What has to be known of a list and a person to say what the person may do there, whatever the moment."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from forum.models import AfterClosing, GrantKind, Level, State, Then, Whom
from portal.members.rules import days_after


@dataclass(frozen=True)
class Span:
    """From one moment until another (half-open); `None` has no beginning, or no end."""

    start: datetime | None = None
    end: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Whether `at` lies in it."""
        return (self.start is None or self.start <= at) and (self.end is None or at < self.end)


@dataclass(frozen=True)
class Rule:
    """An `AccessRule`. `number` is its primary key, or 0 for one that has not been saved."""

    whom: Whom
    roles: frozenset[str] = frozenset()
    until_at: datetime | None = None
    until_days: int | None = None
    then: Then = Then.NOTHING
    number: int = 0


@dataclass(frozen=True)
class Required:
    """Terms of a list. `versions` are (number, from when on it is required), in the order of the numbers."""

    terms: int
    title: str
    versions: tuple[tuple[int, datetime], ...]

    def at(self, moment: datetime) -> int:
        """The version that must have been accepted at `moment`; 0 if none must."""
        return max((number for number, since in self.versions if since <= moment), default=0)


@dataclass(frozen=True)
class ListFacts:
    """A list, as far as access depends on it."""

    name: str = ""
    open: Span = Span()
    after_closing: AfterClosing = AfterClosing.READ
    grace_days: int = 0
    rules: tuple[Rule, ...] = ()
    terms: tuple[Required, ...] = ()


@dataclass(frozen=True)
class Given:
    """A `Grant`."""

    kind: GrantKind
    level: Level
    span: Span


@dataclass(frozen=True)
class Facts:
    """A list and a person.

    `states` are the states of the subscription; `memberships` the periods of membership of the association; `roles` the
    confirmed appointments; `accepted` are (terms, version, when).
    """

    list: ListFacts
    states: tuple[tuple[State, Span], ...] = ()
    joined_on: date | None = None
    memberships: tuple[Span, ...] = ()
    roles: tuple[tuple[str, Span], ...] = ()
    grants: tuple[Given, ...] = ()
    accepted: tuple[tuple[int, int, datetime], ...] = field(default=())

    @property
    def since(self) -> datetime | None:
        """Since when the person has had to do with the list: from joining, or from the first access that was given."""
        if self.joined_on is not None:
            return midnight(self.joined_on)
        return min((grant.span.start for grant in self.grants if grant.span.start), default=None)

    def state(self, at: datetime) -> State | None:
        """Where the subscription stands at a moment; `None` if there is none."""
        return next((state for state, span in self.states if span.holds(at)), None)

    def is_member(self, at: datetime) -> bool:
        """Whether the person counts as a member of the association: in a period, or in the list's days of grace after it."""
        return any(self.with_grace(span).holds(at) for span in self.memberships)

    def is_in_grace(self, at: datetime) -> bool:
        """Whether only the days of grace make a member of the person."""
        return self.is_member(at) and not any(span.holds(at) for span in self.memberships)

    def with_grace(self, span: Span) -> Span:
        """A period of membership with the list's days of grace."""
        return span if span.end is None else Span(span.start, days_after(span.end, self.list.grace_days))

    def roles_at(self, at: datetime) -> frozenset[str]:
        """The confirmed roles of the person at a moment."""
        return frozenset(role for role, span in self.roles if span.holds(at))

    def end_of(self, rule: Rule) -> datetime | None:
        """From when on a rule no longer lets this person post; `None` if it has no end."""
        if rule.until_days is None:
            return rule.until_at
        return midnight(self.joined_on + timedelta(days=rule.until_days)) if self.joined_on else None


def midnight(day: date) -> datetime:
    """The moment at which `day` begins, in London."""
    return timezone.make_aware(datetime.combine(day, time.min))


def days_span(starts_on: date | None, ends_on: date | None) -> Span:
    """A period of days as one of moments. Both days are the first of what begins there (half-open)."""
    return Span(midnight(starts_on) if starts_on else None, midnight(ends_on) if ends_on else None)
