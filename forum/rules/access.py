"""What a person may do on a list at a moment, until when, and why. Pure: everything asks this, or `forum.access`, its twin in SQL."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from forum.models import AfterClosing, GrantKind, Level, State, Then, Whom
from forum.rules.facts import Facts, Required, Rule


class Reason(Enum):
    """Why a person may do what they may do. `forum.rules.sentences` says it in words."""

    STAFF = "staff"
    RULE = "rule"
    EXTENSION = "extension"
    RULE_ENDED = "rule-ended"
    NO_RULE = "no-rule"
    NOT_SUBSCRIBED = "not-subscribed"
    APPLIED = "applied"
    REFUSED = "refused"
    SUSPENDED = "suspended"
    LEFT = "left"
    NOT_OPEN_YET = "not-open-yet"
    CLOSED = "closed"
    TERMS = "terms"


@dataclass(frozen=True)
class Because:
    """The reason, and what it rests on: the rule, or the terms that have not been accepted."""

    reason: Reason
    rule: Rule | None = None
    terms: Required | None = None


@dataclass(frozen=True)
class Access:
    """What a person may do at a moment.

    `until` is the next moment at which less will be allowed, as far as is known; `None` if there is none.
    """

    level: Level
    until: datetime | None
    because: Because

    @property
    def may_read(self) -> bool:
        return self.level >= Level.READ

    @property
    def may_post(self) -> bool:
        return self.level >= Level.POST

    @property
    def may_manage(self) -> bool:
        return self.level >= Level.MANAGE


STATES = {
    None: Reason.NOT_SUBSCRIBED,
    State.APPLIED: Reason.APPLIED,
    State.REFUSED: Reason.REFUSED,
    State.SUSPENDED: Reason.SUSPENDED,
    State.LEFT: Reason.LEFT,
}


def access(facts: Facts, at: datetime) -> Access:
    """What the person of `facts` may do on their list at the moment `at`, until when, and why."""
    level, because = level_at(facts, at)
    until = None
    if level:
        until = next((later for later in moments(facts, at) if level_at(facts, later)[0] < level), None)
    return Access(level, until, because)


def moments(facts: Facts, after: datetime) -> list[datetime]:
    """Every moment later than `after` at which a fact or a rule begins or ends, in order. Between two of them nothing changes."""
    return sorted({moment for moment in _moments(facts) if moment is not None and moment > after})


def _moments(facts: Facts) -> Iterator[datetime | None]:
    spans = [
        facts.list.open,
        *(span for _, span in facts.states),
        *facts.memberships,
        *map(facts.with_grace, facts.memberships),
        *(span for _, span in facts.roles),
        *(grant.span for grant in facts.grants),
    ]
    for span in spans:
        yield span.start
        yield span.end
    yield from map(facts.end_of, facts.list.rules)
    for required in facts.list.terms:
        yield from (since for _, since in required.versions)
    yield from (when for _, _, when in facts.accepted)


def level_at(facts: Facts, at: datetime) -> tuple[Level, Because]:
    """What the person may do at `at`, and why: what staff were given beside the rules, else what subscription and rules allow."""
    given = max(
        (grant.level for grant in facts.grants if grant.kind == GrantKind.STAFF and grant.span.holds(at)),
        default=Level.NOTHING,
    )
    level, because = _by_the_rules(facts, at)
    return (given, Because(Reason.STAFF)) if given > level else (level, because)


def _by_the_rules(facts: Facts, at: datetime) -> tuple[Level, Because]:
    state = facts.state(at)
    if state != State.ACTIVE:
        return Level.NOTHING, Because(STATES[state])
    opening, closing = facts.list.open.start, facts.list.open.end
    if opening is not None and at < opening:
        return Level.NOTHING, Because(Reason.NOT_OPEN_YET)
    has_closed = closing is not None and at >= closing
    if has_closed and facts.list.after_closing != AfterClosing.READ:
        # Whatever the rules say: it would help nobody to be let in by them.
        return Level.NOTHING, Because(Reason.CLOSED)
    level, because = narrowest(facts, at)
    if level == Level.NOTHING:
        return level, because
    if has_closed:
        level, because = Level.READ, Because(Reason.CLOSED)
    lacking = terms_lacking(facts, at)
    return (Level.NOTHING, Because(Reason.TERMS, terms=lacking[0])) if level and lacking else (level, because)


def narrowest(facts: Facts, at: datetime) -> tuple[Level, Because]:
    """What the rules allow: of those for this person at this moment the narrowest holds, and no rule means nothing.

    A manager's extension takes the place of the rules.
    """
    if any(grant.kind == GrantKind.EXTENSION and grant.span.holds(at) for grant in facts.grants):
        return Level.POST, Because(Reason.EXTENSION)
    rules = applicable(facts, at)
    if not rules:
        return Level.NOTHING, Because(Reason.NO_RULE)
    level, rule = min(((_allows(rule, facts, at), rule) for rule in rules), key=lambda pair: pair[0])
    return level, Because(Reason.RULE if level == Level.POST else Reason.RULE_ENDED, rule=rule)


def applicable(facts: Facts, at: datetime) -> list[Rule]:
    """The rules of the list that are for this person at this moment."""
    standing = Whom.MEMBERS if facts.is_member(at) else Whom.NON_MEMBERS
    roles = facts.roles_at(at)
    return [
        rule
        for rule in facts.list.rules
        if rule.whom in (Whom.ANYONE, standing) and (not rule.roles or rule.roles & roles)
    ]


def _allows(rule: Rule, facts: Facts, at: datetime) -> Level:
    end = facts.end_of(rule)
    if end is None or at < end:
        return Level.POST
    return Level.READ if rule.then == Then.READ else Level.NOTHING


def terms_lacking(facts: Facts, at: datetime) -> list[Required]:
    """The terms of the list that must have been accepted at this moment and were not, in a version that is late enough."""
    return [required for required in facts.list.terms if _accepted(facts, required, at) < required.at(at)]


def _accepted(facts: Facts, required: Required, at: datetime) -> int:
    return max(
        (number for terms, number, when in facts.accepted if terms == required.terms and when <= at),
        default=0,
    )


def would_be_let_in(facts: Facts, at: datetime) -> bool:
    """Whether the rules alone, subscription and terms aside, would let the person post at `at`: who may apply or be moved on."""
    return narrowest(facts, at)[0] >= Level.POST and facts.list.open.holds(at)
