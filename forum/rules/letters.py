"""Why somebody may do what they may do on a list, in words to that person: for the page that says why, and to send on."""

from datetime import datetime

from forum.models import State
from forum.rules.access import Access, Reason
from forum.rules.facts import Facts
from forum.rules.sentences import answer, facts_in_words, reason, what_to_do

TO_YOU = {
    Reason.STAFF: "You were given access, for a reason and for a time.",
    Reason.EXTENSION: "A manager extended your time on the list.",
    Reason.NO_RULE: "No rule of the list is for you.",
    Reason.NOT_SUBSCRIBED: "You are not on the list.",
    Reason.APPLIED: "Your application has not been decided yet.",
    Reason.REFUSED: "Your application was refused.",
    Reason.SUSPENDED: "A manager suspended you from the list.",
    Reason.LEFT: "You have left the list.",
}
STATE = {
    None: "You are not on the list.",
    State.APPLIED: "You have applied, and wait for an answer.",
    State.ACTIVE: "You are on the list.",
    State.SUSPENDED: "You are suspended.",
    State.LEFT: "You have left.",
    State.REFUSED: "You applied and were refused.",
}


def reason_to_you(found: Access, facts: Facts, at: datetime) -> str:
    """Why, in words to the person."""
    return TO_YOU.get(found.because.reason) or reason(found, facts, at)


def letter(found: Access, facts: Facts, at: datetime, now: datetime, name: str) -> list[str]:
    """What to write to `name` about their access at `at`: a paragraph each."""
    todo = what_to_do(found, facts, at)
    known = [STATE[facts.state(at)], *facts_in_words(facts, at)[1:]]
    return [
        f"Hello {name},",
        answer(found, facts, at, now, "you"),
        f"This is why: {reason_to_you(found, facts, at)}",
        f"This is what we know: {' '.join(known)}",
        *([f"This is what you can do: {todo}"] if todo else []),
    ]
