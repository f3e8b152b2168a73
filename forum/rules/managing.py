"""Who may manage a list, and why a step cannot be taken: worded for the person who asked for it."""

from datetime import datetime, timedelta

from forum.models import Level, State
from forum.rules.access import Access

LONGEST_GRANT = timedelta(days=366)
LONGEST_REASON = 500
LONGEST_WORDS = 2_000


def refusal_to_manage(by: Access) -> str | None:
    """Why somebody with this access to a list cannot manage it; `None` if they can."""
    if by.level < Level.MANAGE:
        return "You do not manage this list. Ask somebody who gives access to lists."
    return None


def refusal_of_reason(reason: str) -> str | None:
    """Why these words are no reason; `None` if they are one."""
    if not reason.strip():
        return "Say why. The reason is kept, and shown to those who manage the list."
    if len(reason) > LONGEST_REASON:
        return f"The reason is too long: {LONGEST_REASON} characters is the most."
    return None


def refusal_of_words(text: str, *, missing: str) -> str | None:
    """Why `text` cannot be a question or an answer; `None` if it can. `missing` is what is said to somebody who wrote nothing."""
    if not text.strip():
        return missing
    return f"Write {LONGEST_WORDS:,} characters or fewer." if len(text) > LONGEST_WORDS else None


def refusal_of_end(until: datetime, now: datetime) -> str | None:
    """Why access cannot be given until that moment; `None` if it can."""
    if until <= now:
        return "The end must be in the future."
    if until - now > LONGEST_GRANT:
        return "The end can be a year from now at most. Give access again then, if it is still needed."
    return None


def refusal_to_apply(state: State | None) -> str | None:
    """Why a person whose subscription is in `state` cannot apply; `None` if they can."""
    return {
        State.APPLIED: "You have already applied. We will write to you as soon as there is a decision.",
        State.ACTIVE: "You are already on this list.",
        State.SUSPENDED: "You are suspended from this list. Ask its managers.",
    }.get(state)


def refusal_to_decide(state: State | None) -> str | None:
    """Why an application cannot be approved or refused; `None` if it can."""
    return None if state == State.APPLIED else "This application has been decided already, or was taken back."


def refusal_to_leave(state: State | None) -> str | None:
    """Why a person cannot leave, or take an application back; `None` if they can."""
    if state in (State.APPLIED, State.ACTIVE, State.SUSPENDED):
        return None
    return "You are not on this list."


def refusal_to_suspend(state: State | None, until: datetime | None, now: datetime) -> str | None:
    """Why a person cannot be suspended until that moment, or for good; `None` if they can."""
    if state not in (State.ACTIVE, State.SUSPENDED):
        return "Only somebody who is on the list can be suspended."
    return "The end must be in the future." if until is not None and until <= now else None
