"""How long a basket keeps places, how many one visitor may have in it, and the words when there are none."""

from datetime import datetime, timedelta

from events.rules.words import moment, places

HOLD = timedelta(minutes=15)
# So that nobody can empty a pool by putting it into a basket. Of one ticket, `Ticket.most`.
MOST_IN_BASKET = 20


def end_of_hold(now: datetime, at_least_until: datetime | None = None) -> datetime:
    """Until when places are kept that are taken into a basket at `now`: not shorter than they were promised already."""
    end = now + HOLD
    return end if at_least_until is None else max(end, at_least_until)


def refusal_to_hold(name: str, wanted: int, left: int, *, is_awaited: bool) -> str | None:
    """Why so many places with the ticket `name` cannot be taken into a basket; `None` if they can.

    `left` are those that somebody may have who did not wait; `is_awaited` is whether others wait for the rest.
    """
    if wanted <= left:
        return None
    if left == 0 and is_awaited:
        return f"Out of stock: the places that become free for “{name}” go to people who wait. You can join the waiting list."
    if left == 0:
        return f"Out of stock: there is no place left for “{name}”. You can join the waiting list."
    return f"Not enough left: you asked for {places(wanted)} for “{name}”, and there {'is' if left == 1 else 'are'} {left} left."


def refusal_of_count(name: str, wanted: int, *, most: int, of_ticket: int, in_basket: int) -> str | None:
    """Why one visitor cannot have `wanted` more places beside those of the ticket, and in all, that they hold; `None` if they can."""
    if wanted < 1:
        return "Choose one place at least."
    if of_ticket + wanted > most:
        return f"One order can have {places(most)} for “{name}” at most."
    if in_basket + wanted > MOST_IN_BASKET:
        return (
            f"One order can have {places(MOST_IN_BASKET)} at most. Place this one first, then begin another."
        )
    return None


def most_from_one_origin(size: int, most: int) -> int:
    """How many places of a pool may be in baskets from one network address at a time: half of them, or one order if that is more.

    A hospital has one address for all who work there: what they have ordered does not count.
    """
    return max(size // 2, most)


def refusal_of_origin(wanted: int, held: int, size: int, most: int) -> str | None:
    """Why a basket cannot have `wanted` more places while others from the same address hold so many; `None` if it can."""
    if held + wanted <= most_from_one_origin(size, most):
        return None
    return "Too many places are in baskets from your network at the moment. Order what you have, or try again in a quarter of an hour."


def refusal_to_prolong(*, is_prolonged: bool, end: datetime | None, now: datetime) -> str | None:
    """Why a basket's places cannot be kept for longer; `None` if they can. `end` is where the first of them ends."""
    if end is None or end <= now:
        return ran_out([])
    if end >= end_of_hold(now):
        return f"Your places are kept until {moment(end)} already."
    if is_prolonged:
        return f"You have had more time once already. Your places are kept until {moment(end)}."
    return None


def ran_out(names: list[str]) -> str:
    """That a hold ran out, and the places for these tickets have gone to others."""
    gone = f" and the places for {', '.join(f'“{name}”' for name in names)} have gone" if names else ""
    return f"Hold ran out: your time is up{gone}. Nothing has been ordered."
