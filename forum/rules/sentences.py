"""Rules, access and the reasons for it in words: for the admin, for the page that says why, and for letters."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.dateformat import format as formatted

from forum.models import GrantKind, Level, State, Then, Whom
from forum.rules.access import Access, Reason, applicable, terms_lacking
from forum.rules.facts import Facts, ListFacts, Rule
from portal.members.models import Role

ROLES = {
    Role.CLINICAL_DIRECTOR: "clinical directors",
    Role.APPOINTED: "people appointed to be clinical director",
    Role.LEADING_CREATION: "people leading the creation of a network",
    Role.OTHER: "people with another role in a network",
}
WHOM = {
    Whom.MEMBERS: "members of the association",
    Whom.NON_MEMBERS: "people who are not members of the association",
    Whom.ANYONE: "anyone",
}
CAN = {
    Level.NOTHING: "cannot read or post",
    Level.READ: "can read, but not post",
    Level.POST: "can read and post",
    Level.MANAGE: "can read, post and manage the list",
}
COULD = {
    Level.NOTHING: "could not read or post",
    Level.READ: "could read, but not post",
    Level.POST: "could read and post",
    Level.MANAGE: "could read, post and manage the list",
}
STATES = {
    State.APPLIED: "has applied, and waits for an answer",
    State.ACTIVE: "is on the list",
    State.SUSPENDED: "is suspended",
    State.LEFT: "has left",
    State.REFUSED: "applied and was refused",
}


def moment(at: datetime) -> str:
    """A moment in London's time: “the start of 30 June 2026” or “2:05pm on 30 June 2026”."""
    local = timezone.localtime(at)
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        return f"the start of {day(local.date())}"
    clock = f"{local.hour % 12 or 12}{f':{local.minute:02}' if local.minute else ''}"
    return f"{clock}{'am' if local.hour < 12 else 'pm'} on {day(local.date())}"


def day(on: date) -> str:
    """“30 June 2026”."""
    return formatted(on, "j F Y")


def rule_sentence(rule: Rule) -> str:
    """A rule as one or two plain sentences."""
    return f"{_upper(_who(rule))} can read and post{_until(rule)}.{_then(rule)}"


def _who(rule: Rule) -> str:
    roles = [ROLES[role] for role in Role if role in rule.roles]
    if not roles:
        return WHOM[rule.whom]
    standing = {
        Whom.MEMBERS: " who are members of the association",
        Whom.NON_MEMBERS: " who are not members of the association",
        Whom.ANYONE: "",
    }[rule.whom]
    return f"{listed(roles)}{standing}"


def _until(rule: Rule) -> str:
    if rule.until_days is not None:
        return f" for {rule.until_days} day{'' if rule.until_days == 1 else 's'} after joining"
    return f" until {moment(rule.until_at)}" if rule.until_at else ""


def _then(rule: Rule) -> str:
    if rule.until_at is None and rule.until_days is None:
        return ""
    return (
        " After that they can still read." if rule.then == Then.READ else " After that they can do neither."
    )


def listed(words: list[str], last: str = "and") -> str:
    """“a, b and c”."""
    return f" {last} ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def list_sentences(facts: ListFacts, now: datetime) -> list[str]:
    """All that a list's settings say at `now` about who may be there: opening, rules, grace, terms and closing, one sentence each."""
    said = []
    if facts.open.start and facts.open.start > now:
        said.append(f"The list opens at {moment(facts.open.start)}.")
    said += [rule_sentence(rule) for rule in facts.rules] or [
        "There is no rule, so nobody can be on the list."
    ]
    if len(facts.rules) > 1:
        said.append("Where more than one rule is for a person, the one that allows less holds.")
    if facts.grace_days:
        days = f"{facts.grace_days} day{'' if facts.grace_days == 1 else 's'}"
        said.append(f"For {days} after a membership has ended, its holder still counts as a member.")
    if facts.terms:
        said.append(f"Everybody has to accept: {listed([required.title for required in facts.terms])}.")
    if facts.open.end:
        archive = {
            "read": "those whom the rules let in can still read",
            "nothing": "nobody can read or post",
        }[facts.after_closing]
        closes = "closes" if facts.open.end > now else "closed"
        said.append(f"The list {closes} at {moment(facts.open.end)}. After that {archive}.")
    return said


def answer(found: Access, facts: Facts, at: datetime, now: datetime, name: str) -> str:
    """What `name` may do at `at`, in one sentence. It is in the past tense if `at` is earlier than `now`."""
    can = (COULD if at < now else CAN)[found.level]
    until = f", until {moment(found.until)}" if found.until else ""
    when = "Now" if at == now else f"At {moment(at)}"
    return f"{when}, {name} {can} on the list {facts.list.name}{until}."


def reason(found: Access, facts: Facts, at: datetime) -> str:
    """Why, in one or two sentences, in words for anybody."""
    because = found.because
    if because.reason is Reason.RULE and because.rule:
        return f"This rule of the list holds: {rule_sentence(because.rule)}"
    if because.reason is Reason.RULE_ENDED and because.rule:
        end = facts.end_of(because.rule)
        return f"This rule of the list holds: {rule_sentence(because.rule)} That end came at {moment(end)}."
    if because.reason is Reason.TERMS:
        titles = [f"“{required.title}”" for required in terms_lacking(facts, at)]
        return (
            f"These terms of the list have not been accepted in the version that is needed: {listed(titles)}."
        )
    return {
        Reason.STAFF: "A manager gave this access, for a reason and for a time.",
        Reason.EXTENSION: "A manager extended this person's time on the list.",
        Reason.NO_RULE: "No rule of the list is for this person.",
        Reason.NOT_SUBSCRIBED: "This person is not on the list.",
        Reason.APPLIED: "The application has not been decided yet.",
        Reason.REFUSED: "The application was refused.",
        Reason.SUSPENDED: "A manager suspended this person from the list.",
        Reason.LEFT: "This person has left the list.",
        Reason.NOT_OPEN_YET: f"The list opens at {moment(facts.list.open.start or at)}.",
        Reason.CLOSED: f"The list closed at {moment(facts.list.open.end or at)}.",
    }[because.reason]


def what_to_do(found: Access, facts: Facts, at: datetime) -> str:
    """What the person can do about it, addressed to them; empty if there is nothing to be done."""
    why = found.because.reason
    if why in (Reason.NO_RULE, Reason.RULE_ENDED):
        if not facts.is_member(at) and any(rule.whom == Whom.MEMBERS for rule in facts.list.rules):
            return "To go on, join the association or renew your membership. Your access comes back at once."
        if facts.list.rules and not facts.roles_at(at) and all(rule.roles for rule in facts.list.rules):
            return "Add your role to your profile. A manager then confirms it."
        return "If you think that this is a mistake, ask the list's managers."
    return {
        Reason.NOT_SUBSCRIBED: "You can apply to join.",
        Reason.LEFT: "You can come back.",
        Reason.TERMS: "Read the terms and accept them. Your access comes back at once.",
        Reason.APPLIED: "We will write to you as soon as there is a decision.",
        Reason.REFUSED: "If you think that this is a mistake, ask the list's managers.",
        Reason.SUSPENDED: "If you think that this is a mistake, ask the list's managers.",
    }.get(why, "")


def facts_in_words(facts: Facts, at: datetime) -> list[str]:
    """What is known of the person at a moment, one sentence each, in the order in which it counts."""
    state = facts.state(at)
    said = ["The person is not on the list." if state is None else f"The person {STATES[state]}."]
    since = next((span.start for _, span in facts.states if span.holds(at) and span.start), None)
    if since:
        said[0] = f"{said[0][:-1]}, since {moment(since)}."
    said.append(_membership(facts, at))
    roles = facts.roles_at(at)
    said.append(
        f"Confirmed roles: {listed([str(Role(role).label).lower() for role in Role if role in roles])}."
        if roles
        else "No role has been confirmed."
    )
    said += [
        f"{'Extended' if grant.kind == GrantKind.EXTENSION else 'Access given'} until {moment(grant.span.end)}."
        for grant in facts.grants
        if grant.span.holds(at) and grant.span.end
    ]
    for required in facts.list.terms:
        number = max((n for t, n, when in facts.accepted if t == required.terms and when <= at), default=0)
        done = f"version {number} accepted" if number else "not accepted"
        said.append(f"{required.title}: {done}, version {required.at(at)} needed.")
    concerned = applicable(facts, at)
    if concerned:
        said += [f"A rule that applies: {rule_sentence(rule)}" for rule in concerned]
    return said


def _membership(facts: Facts, at: datetime) -> str:
    if facts.is_in_grace(at):
        end = max(
            facts.with_grace(span).end for span in facts.memberships if facts.with_grace(span).holds(at)
        )
        return f"The membership of the association has ended; the days of grace last until {moment(end)}."
    current = [span for span in facts.memberships if span.holds(at)]
    if current:
        end = max((span.end for span in current if span.end), default=None)
        if any(span.end is None for span in current) or end is None:
            return "A member of the association, with no end."
        return f"A member of the association until {moment(end)}."
    return "Not a member of the association."


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
