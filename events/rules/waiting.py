"""Who can join a waiting list, leave it, or take what is offered to them; and in words what became of it."""

from dataclasses import dataclass
from datetime import datetime

from events.models import WaitingState
from events.rules.words import moment, places

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


AGAIN = "To wait again, join the waiting list on the page of the event. You then stand at the end."
ASK_AGAIN = "You can ask again on the page of the event."


@dataclass(frozen=True)
class Said:
    """What a page says: its heading, and the sentences below it."""

    heading: str
    words: tuple[str, ...]


def before_leaving(state: str, offered: int, until: datetime | None) -> Said:
    """What somebody reads before they leave a waiting list, or take back that they ask for a place: what they lose by it.

    So many places are `offered` to them now, `until` a moment; nothing is if that is `None`.
    """
    if state == WaitingState.APPLIED:
        return Said(
            "Take back that you ask for a place?", ("The organisers will not decide about it.", ASK_AGAIN)
        )
    end = "If you join again later, you stand at the end."
    if until is None:
        return Said("Leave the waiting list?", ("You lose your turn.", end))
    kept = f"{places(offered)} {'is' if offered == 1 else 'are'} kept for you until {moment(until)}."
    goes = f"If you leave, {'it goes' if offered == 1 else 'they go'} to the next person at once."
    return Said("Leave the waiting list?", (kept, goes, end))


def what_became(state: str, *, in_basket: int, booked: int, was_asked_for: bool) -> Said:
    """What became of somebody's waiting that is over. Of what they took so many places are in a basket now, or booked.

    `was_asked_for`: organisers decide about each place.
    """
    again = ASK_AGAIN if was_asked_for else AGAIN
    if state == WaitingState.DONE and in_basket:
        are = "is" if in_basket == 1 else "are"
        where = f"{places(in_basket)} {are} in the basket of the browser in which you took what was offered."
        return Said("You have taken what was offered", (where, "Order before the time is up."))
    if state == WaitingState.DONE and booked:
        return Said("You have taken what was offered", (f"You have booked {places(booked)}.",))
    if state == WaitingState.DONE:
        lost = "You took what was offered. It was not ordered in time, or has been given back since."
        return Said("You no longer have a place", (lost, again))
    kept = ("You keep what you have booked.",) if booked else ()
    if state == WaitingState.LAPSED:
        late = "You did not take what was offered in time, so it went to the next person."
        return Said("Your offer has ended", (late, *kept, again))
    if was_asked_for:
        left = (
            "You have taken back that you ask for a place, or the organisers have taken you off their list."
        )
        return Said("You no longer ask for a place", (left, *kept, again))
    left = "You have left the waiting list, or the organisers have taken you off it."
    return Said("You are not on the waiting list", (left, *kept, again))
