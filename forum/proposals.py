"""What the rules and conditions of a list would be, before anything is saved: carried from page to page, signed."""

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.core import signing

from forum.access import list_facts, required_of
from forum.models import AfterClosing, MailingList, Then, Whom
from forum.rules import ListFacts, Rule, Span
from portal.members.models import Terms

SALT = "listserver.proposal"
LASTS = timedelta(days=1)


@dataclass(frozen=True)
class Proposal:
    """All that access depends on, as it would be. `base` stands for how it was when somebody began to change it."""

    opens_at: datetime | None
    closes_at: datetime | None
    after_closing: AfterClosing
    grace_days: int
    terms: tuple[int, ...]
    rules: tuple[Rule, ...]
    base: str = ""


def as_it_is(mailing_list: MailingList) -> Proposal:
    """The proposal that changes nothing."""
    facts = list_facts([mailing_list])[mailing_list.pk]
    found = Proposal(
        opens_at=facts.open.start,
        closes_at=facts.open.end,
        after_closing=facts.after_closing,
        grace_days=facts.grace_days,
        terms=tuple(sorted(mailing_list.terms.values_list("pk", flat=True))),
        rules=facts.rules,
    )
    return replace(found, base=sha256(json.dumps(_values(found)).encode()).hexdigest()[:24])


def facts_with(mailing_list: MailingList, proposal: Proposal) -> ListFacts:
    """The list as it would be, for the rules to decide on."""
    required = required_of(proposal.terms)
    return ListFacts(
        name=mailing_list.name,
        open=Span(proposal.opens_at, proposal.closes_at),
        after_closing=proposal.after_closing,
        grace_days=proposal.grace_days,
        rules=proposal.rules,
        terms=tuple(sorted(required.values(), key=lambda one: one.title)),
    )


def titles_of(proposal: Proposal) -> list[str]:
    """The titles of the terms that people would have to accept."""
    return list(Terms.objects.filter(pk__in=proposal.terms).order_by("title").values_list("title", flat=True))


def to_token(mailing_list: MailingList, proposal: Proposal) -> str:
    """The proposal as text for an address or a form. Nobody can make one up, or take it to another list."""
    return signing.dumps(_values(proposal), salt=f"{SALT}.{mailing_list.pk}", compress=True)


def from_token(mailing_list: MailingList, token: str) -> Proposal | None:
    """The proposal that `token` holds; `None` if it is none of this list, or older than a day."""
    try:
        values = signing.loads(token, salt=f"{SALT}.{mailing_list.pk}", max_age=LASTS)
    except signing.BadSignature:
        return None
    return Proposal(
        opens_at=_moment(values["opens_at"]),
        closes_at=_moment(values["closes_at"]),
        after_closing=AfterClosing(values["after_closing"]),
        grace_days=values["grace_days"],
        terms=tuple(values["terms"]),
        rules=tuple(_rule(*rule) for rule in values["rules"]),
        base=values["base"],
    )


def _values(proposal: Proposal) -> dict[str, Any]:
    return {
        "opens_at": _text(proposal.opens_at),
        "closes_at": _text(proposal.closes_at),
        "after_closing": proposal.after_closing.value,
        "grace_days": proposal.grace_days,
        "terms": list(proposal.terms),
        "rules": [
            [
                rule.whom.value,
                sorted(rule.roles),
                _text(rule.until_at),
                rule.until_days,
                rule.then.value,
                rule.number,
            ]
            for rule in proposal.rules
        ],
        "base": proposal.base,
    }


def _rule(whom: str, roles: list[str], until_at: str, until_days: int | None, then: str, number: int) -> Rule:
    return Rule(Whom(whom), frozenset(roles), _moment(until_at), until_days, Then(then), number)


def _text(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
