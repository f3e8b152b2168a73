"""Why? What a person may do on a list at a moment, with the rule and the facts, and the letter that says so to them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from forum.access import facts_of
from forum.models import MailingList
from forum.rules import Access, Facts, access
from forum.rules.letters import letter
from forum.rules.sentences import answer, facts_in_words, reason, rule_sentence, what_to_do
from portal.members.models import User


@dataclass(frozen=True)
class Explanation:
    """The answer for one person, list and moment. Every word of it comes from the rules' own sentences."""

    facts: Facts
    access: Access
    answer: str
    reason: str
    rule: str
    known: list[str]
    todo: str
    letter: list[str]

    @property
    def text(self) -> str:
        """The letter, to be copied."""
        return "\n\n".join(self.letter)


def explain(mailing_list: MailingList, user: User, at: datetime, now: datetime) -> Explanation:
    """Why `user` may do what they may do on a list at `at`: now, earlier, or later as far as is known."""
    facts = facts_of(mailing_list, user)
    found = access(facts, at)
    return Explanation(
        facts=facts,
        access=found,
        answer=answer(found, facts, at, now, str(user)),
        reason=reason(found, facts, at),
        rule=rule_sentence(found.because.rule) if found.because.rule else "",
        known=facts_in_words(facts, at),
        todo=what_to_do(found, facts, at),
        letter=letter(found, facts, at, now, str(user)),
    )


def samples(template: str, now: datetime) -> dict[str, Any]:
    """What the preview of the letter is filled with; nothing for any other mail."""
    if template != "list_why":
        return {}
    return {
        "list_name": "Setting up a network",
        "letter": [
            "Hello Ada Example,",
            "Now, you can read and post on the list Setting up a network.",
            "This is why: This rule of the list holds: Members of the association can read and post.",
        ],
    }
