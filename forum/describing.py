"""Writes `docs/access-and-expiry.md` out of the rules' own code: every table is what `forum.rules.access` answers."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from forum.models import AfterClosing, GrantKind, Level, State, Then, Whom
from forum.models.lists import default_reminders
from forum.rules import Facts, Given, ListFacts, Required, Rule, Span, access
from forum.rules.access import Because, Reason
from forum.rules.facts import midnight
from forum.rules.sentences import CAN, moment, reason, rule_sentence, what_to_do
from portal.members.models import Role

MAY, JUNE = midnight(date(2026, 5, 1)), midnight(date(2026, 6, 30))
SECOND = timedelta(seconds=1)
ANYONE = Rule(Whom.ANYONE)
ON_IT = ((State.ACTIVE, Span(MAY)),)

HEAD = """# Access and expiry

Who may be on a list of the forum, until when, and why. This page is written by `manage.py describe_access --write`, out of the
code that decides (`forum/rules/access.py`); `make check` fails when the two differ. Do not edit it by hand.

Everything that shows or sends something of a list asks these rules at the moment of asking: pages, feeds, attachments, counts,
search, and mail when it is sent. Work that runs on a schedule reminds people and moves them on. It never enforces anything.

Periods are half-open: the first moment counts, the moment at which a period ends no longer does. Days begin and end at midnight
in London, whatever the clocks do. *Until 30 June* means: on 30 June one is out.
"""

RULES = """A rule is for a person if the person is of its kind and, where it names roles, has one of them, confirmed by a manager.
No rule for a person means no access. Where more than one rule is for a person, the one that allows less holds.
"""


def page() -> str:
    """The whole page, as Markdown."""
    return "\n".join(
        [
            HEAD,
            "## What a person may do\n",
            _table(("level", "what it allows"), ((level.label, CAN[level]) for level in Level)),
            "## The state of the subscription, and the list\n",
            "For a person whom the rules let in. A list closes at its closing moment, and opens at its opening moment.\n",
            _states(),
            "## The rules\n",
            RULES,
            _rules(),
            "## What comes to an end, and when\n",
            _ends(),
            "## What goes beyond the rules\n",
            _grants(),
            "## What people are told\n",
            _reasons(),
            "## Figures\n",
            _table(
                ("what", "how much"),
                [
                    ("days before an end on which people are told, unless a list says otherwise", _days()),
                    ("days of grace after a membership, at most", "365"),
                    ("days of grace for new terms, at most", "365"),
                ],
            ),
        ]
    )


def _table(heads: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    lines += [f"| {' | '.join(map(str, row))} |" for row in rows]
    return "\n".join(lines) + "\n"


def _can(facts: Facts, at: datetime) -> str:
    return CAN[access(facts, at).level]


def _states() -> str:
    lists = {
        "not open yet": ListFacts(open=Span(JUNE), rules=(ANYONE,)),
        "open": ListFacts(rules=(ANYONE,)),
        "closed, archive kept open": ListFacts(open=Span(None, MAY), rules=(ANYONE,)),
        "closed, archive shut": ListFacts(
            open=Span(None, MAY), rules=(ANYONE,), after_closing=AfterClosing.NOTHING
        ),
    }
    rows = [
        (
            state.label if state else "not on the list",
            *(_can(Facts(one, ((state, Span(MAY)),) if state else ()), MAY) for one in lists.values()),
        )
        for state in (None, *State)
    ]
    return _table(("state", *lists), rows)


def _rules() -> str:
    members, others = Facts(ListFacts(), memberships=(Span(MAY),)), Facts(ListFacts())
    rules = [
        Rule(whom, until_at=until, then=then)
        for whom in Whom
        for until, then in ((None, Then.NOTHING), (JUNE, Then.READ), (JUNE, Then.NOTHING))
    ]
    rules.append(Rule(Whom.ANYONE, frozenset({Role.CLINICAL_DIRECTOR})))

    def row(rule: Rule) -> tuple[str, ...]:
        one = ListFacts(rules=(rule,))
        people = [
            Facts(one, ON_IT, memberships=members.memberships),
            Facts(one, ON_IT, memberships=others.memberships),
        ]
        return rule_sentence(rule), *(_can(person, at) for person in people for at in (JUNE - SECOND, JUNE))

    heads = (
        "rule",
        "member, a second before 30 June",
        "member, on 30 June",
        "non-member, a second before",
        "non-member, on 30 June",
    )
    return _table(heads, map(row, rules))


def _ends() -> str:
    day = timedelta(days=1)
    cases = [
        ("a rule ends", Facts(ListFacts(rules=(Rule(Whom.ANYONE, until_at=JUNE),)), ON_IT), JUNE),
        (
            "30 days after joining on 31 May",
            Facts(
                ListFacts(rules=(Rule(Whom.ANYONE, until_days=30),)),
                ((State.ACTIVE, Span(JUNE - 30 * day)),),
                joined_on=date(2026, 5, 31),
            ),
            JUNE,
        ),
        (
            "a membership ends where only members may be",
            Facts(ListFacts(rules=(Rule(Whom.MEMBERS),)), ON_IT, memberships=(Span(MAY, JUNE),)),
            JUNE,
        ),
        (
            "the same, with 14 days of grace, on 16 June",
            Facts(
                ListFacts(rules=(Rule(Whom.MEMBERS),), grace_days=14),
                ON_IT,
                memberships=(Span(MAY, JUNE - 14 * day),),
            ),
            JUNE,
        ),
        (
            "a role ends where the role is asked for",
            Facts(
                ListFacts(rules=(Rule(Whom.ANYONE, frozenset({Role.APPOINTED})),)),
                ON_IT,
                roles=((Role.APPOINTED, Span(MAY, JUNE)),),
            ),
            JUNE,
        ),
        ("the list closes", Facts(ListFacts(open=Span(None, JUNE), rules=(ANYONE,)), ON_IT), JUNE),
        (
            "a suspension begins",
            Facts(
                ListFacts(rules=(ANYONE,)),
                ((State.ACTIVE, Span(MAY, JUNE)), (State.SUSPENDED, Span(JUNE))),
            ),
            JUNE,
        ),
        (
            "new terms have to be accepted, and were not",
            Facts(
                ListFacts(rules=(ANYONE,), terms=(Required(1, "Code of conduct", ((1, MAY), (2, JUNE))),)),
                ON_IT,
                accepted=((1, 1, MAY),),
            ),
            JUNE,
        ),
    ]
    rows = [
        (what, _can(facts, at - SECOND), _can(facts, at), moment(access(facts, at - SECOND).until or at))
        for what, facts, at in cases
    ]
    return _table(("what", "a second before", "at the moment", "the moment"), rows)


def _grants() -> str:
    shut = ListFacts(rules=(Rule(Whom.ANYONE, until_at=MAY),))
    cases = [
        (GrantKind.EXTENSION, Level.POST, "on the list, after the rules have ended", ON_IT),
        (GrantKind.EXTENSION, Level.POST, "suspended", ((State.SUSPENDED, Span(MAY)),)),
        *(
            (GrantKind.STAFF, level, "not on the list", ())
            for level in (Level.READ, Level.POST, Level.MANAGE)
        ),
    ]
    rows = []
    for kind, level, who, states in cases:
        facts = Facts(shut, states, grants=(Given(kind, level, Span(MAY, JUNE)),))
        rows.append(
            (f"{kind.label} ({level.label.lower()})", who, _can(facts, JUNE - SECOND), _can(facts, JUNE))
        )
    heads = ("given until 30 June", "to a person who is", "a second before 30 June", "on 30 June")
    return (
        _table(heads, rows)
        + "\nBoth need a reason and an end, are written into the audit log and shown to the list's managers. A superuser without a "
        "grant sees no list.\n"
    )


def _reasons() -> str:
    code = Required(1, "Code of conduct", ((1, MAY),))
    facts = Facts(
        ListFacts(open=Span(MAY, JUNE), rules=(Rule(Whom.MEMBERS, until_at=JUNE),), terms=(code,)), ON_IT
    )
    rows = []
    for one in Reason:
        because = Because(one, rule=facts.list.rules[0] if one in (Reason.RULE, Reason.RULE_ENDED) else None)
        found = access(facts, JUNE)
        told = type(found)(found.level, None, because)
        rows.append((reason(told, facts, JUNE), what_to_do(told, facts, JUNE) or "–"))
    return _table(("why", "what they can do about it"), rows)


def _days() -> str:
    return ", ".join(map(str, default_reminders()))
