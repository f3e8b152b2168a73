"""When an order can be placed and a place given back, what is to be paid, and the reference that people read out."""

from collections.abc import Collection, Iterable
from datetime import datetime
from hashlib import sha256

from events.models import EventPage, Method, Place
from events.rules.words import moment, pounds

# Without vowels, so that no word comes about, and without 0, 1 and letters that look like others.
ALPHABET = "23456789BCDFGHJKMNPQRSTVWXZ"
LENGTH = 6
_ALL = len(ALPHABET) ** LENGTH
# It has no divisor in common with `_ALL`, a power of three: so no two numbers below `_ALL` come to the same.
_SCATTER = 239_628_719


def reference_of(number: int) -> str:
    """The reference of the order with that number: six characters, a different one for each number up to 387 million.

    Neighbours are far apart, so that a slip of the tongue does not name another order. It is no secret.
    """
    rest, characters = number * _SCATTER % _ALL, ""
    for _ in range(LENGTH):
        rest, place = divmod(rest, len(ALPHABET))
        characters += ALPHABET[place]
    return characters


GONE = "This place has gone."
NOTHING_CAN_BE_PAID = "What costs something cannot be ordered here yet. Write to the organisers."


def refusal_of_who_orders(name: str, email: str, *, is_confirmed: bool) -> str | None:
    """Why an order cannot be placed by somebody of whom that is known; `None` if it can."""
    if not (name and email):
        return "Write your name and your e-mail address."
    return None if is_confirmed else "Confirm your e-mail address first."


def refusal_to_name(place: Place, name: str, email: str, *, is_taken: bool, now: datetime) -> str | None:
    """Why somebody cannot be the one who comes on a place; `None` if they can. `is_taken`: their address has another one in its pool."""
    if not (name and email):
        return "Write the name and the e-mail address of whoever comes."
    if not place.is_live(now):
        return GONE
    if is_taken:
        return address_is_taken(email)
    let_in = place.waiting.email.lower() if place.ticket.needs_approval and place.waiting else email
    if email != let_in:
        return f"The organisers have given this place to whoever has the address {let_in}. Write to them if somebody else is to come."
    return None


def address_is_taken(email: str) -> str:
    return f"{email} has a place already. Each person needs an address of their own."


def shown_as(lines: Iterable[tuple[int, int]]) -> str:
    """What stands for lines, by their numbers and pence: something else as soon as one of them is, or another price."""
    return sha256(repr(sorted(lines)).encode()).hexdigest()[:16]


def refusal_of_change(lines: Iterable[tuple[int, int]], seen: str | None) -> str | None:
    """Why lines are not ordered by somebody who has `seen` others, or other prices; `None` if they are, or nobody was shown any."""
    if seen is None or seen == shown_as(lines):
        return None
    return "What you order, or what it costs, has changed since you looked. Look at it again."


def refusal_of_terms(event: str, *, is_accepted: bool) -> str | None:
    """Why nobody can order for an event with terms; `None` if they have accepted them as they are now."""
    return None if is_accepted else f"Accept the booking terms of {event}."


def refusal_of_method(pence: int, method: str, *, ways: Collection[str]) -> str | None:
    """Why an order of that sum cannot be paid so; `None` if it can. `ways`: those in which something can be paid here.

    What was paid by card is ordered by card even if nobody can pay so any more.
    """
    if method not in Method.values:
        return "Choose how to pay."
    if method == Method.INVOICE and method not in ways:
        return NOTHING_CAN_BE_PAID
    if pence and method == Method.FREE:
        return f"There are {pounds(pence)} to pay. Choose how."
    if not pence and method != Method.FREE:
        return "There is nothing to pay."
    return None


def refusal_to_cancel(event: EventPage, now: datetime) -> str | None:
    """Why somebody cannot give back a place themselves; `None` if they can. Organisers always can."""
    if event.cancelled_at is not None and event.cancelled_at <= now:
        return f"{event.title} has been called off: there is nothing to give back or to pass on."
    if event.starts_at is not None and event.starts_at <= now:
        return f"{event.title} has begun: places can no longer be given back or passed on."
    if event.cancel_until is not None and event.cancel_until <= now:
        return f"Places could be given back or passed on until {moment(event.cancel_until)}. Write to the organisers."
    return None


def trouble_with(paid: int, due: int, *, is_placed: bool) -> str:
    """What organisers have to look at once `paid` pence have come in for an order of `due`; empty if there is nothing."""
    if paid > 0 and not is_placed:
        return f"{pounds(paid)} were paid, but the order has no places any more. Pay it back, or find places."
    if paid > due:
        return f"{pounds(paid - due)} too much were paid. Pay it back."
    return ""
