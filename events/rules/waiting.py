"""Who can join a waiting list, leave it, or take what is offered to them."""

from events.models import WaitingState
from events.rules.words import places

NO_OFFER = "Nothing is offered to you now. If there was an offer, it has ended or you have taken it."


LONGEST_WORDS = 2000


def waits() -> tuple[str, ...]:
    """The states of somebody who may still get a place."""
    return (WaitingState.APPLIED, WaitingState.WAITING)


def refusal_of_words(words: str, *, knows_address: bool) -> str | None:
    """Why somebody cannot ask organisers for a place; `None` if they can. `knows_address`: it has asked or waits already."""
    if not words.strip():
        return "Say why you would like to come."
    if len(words) > LONGEST_WORDS:
        return f"Say it in {LONGEST_WORDS:,} characters at most."
    return "Somebody with this address has asked or waits already." if knows_address else None


def refusal_to_join(wanted: int, left: int, *, most: int, waits_already: bool) -> str | None:
    """Why somebody cannot wait for so many places, of which `left` are to be had at once; `None` if they can."""
    if wanted < 1:
        return "Choose one place at least."
    if wanted > most:
        return f"One person can wait for {places(most)} at most."
    if wanted <= left:
        return f"You need not wait: there {'is' if left == 1 else 'are'} {places(left)} left."
    if waits_already:
        return "Somebody with this address waits already."
    return None


def refusal_to_leave(*, waits: bool) -> str | None:
    """Why somebody cannot leave a waiting list; `None` if they can."""
    return None if waits else "You are not on the waiting list any more."
