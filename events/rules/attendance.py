"""When somebody can be checked in, what is said of their ticket, and what counts as having been there."""

from datetime import datetime, timedelta

from events.models import Arrangements, EventPage, Place, PlaceState
from events.rules.times import LONDON, clock, day, days
from events.rules.words import moment

# From the printed list, when the network failed.
ENTERED_LATER = timedelta(days=60)
# How long after the end the closing code can be typed.
CODE_LASTS = timedelta(hours=12)
MOST_TRIES = 5
TRIES_COUNT_FOR = timedelta(minutes=15)


def refusal_of_ticket(place: Place, event: EventPage) -> str | None:
    """Why nobody is let into `event` on a place, whenever it is; `None` if somebody is."""
    of = place.pool.event
    if of.pk != event.pk:
        when = f", {day(of.starts_at)}" if of.starts_at else ""
        return f"This ticket is for another event: {of.title}{when}."
    if place.state == PlaceState.GONE:
        return "This ticket no longer counts: the place was given back."
    if place.state != PlaceState.CONFIRMED:
        return "This place has not been ordered yet."
    if event.cancelled_at is not None:
        return f"{event.title} has been called off."
    return None


def refusal_of_day(event: EventPage, now: datetime) -> str | None:
    """Why nobody can be checked in at `now`; `None` if people can: from the first day of the event, in London, on.

    Those whose names were ticked on paper can be entered for some weeks afterwards.
    """
    if event.starts_at is None or event.ends_at is None:
        return None
    first, _ = days(event.starts_at, event.ends_at)
    if now.astimezone(LONDON).date() < first:
        return f"It is not the day yet: {event.title} is on {day(first)}."
    if now >= event.ends_at + ENTERED_LATER:
        return f"{event.title} was on {day(first)}. Nobody can be checked in any more."
    return None


def warning_of_day(event: EventPage, now: datetime) -> str | None:
    """What is said at checking in once the last day of the event is over; `None` before."""
    if event.starts_at is None or event.ends_at is None:
        return None
    _, last = days(event.starts_at, event.ends_at)
    if now.astimezone(LONDON).date() > last:
        return f"{event.title} ended on {day(last)}. Check people in only whose names were ticked on the printed list."
    return None


def refusal_to_check_in(place: Place, event: EventPage, now: datetime) -> str | None:
    """Why somebody cannot be checked in at `event` on a place now; `None` if they can."""
    return refusal_of_ticket(place, event) or refusal_of_day(event, now)


def used_already(at: datetime, by: str) -> str:
    """That a ticket was used: “Checked in already, at 9:02am on 12 March 2027 by Grace Sample”."""
    return f"Checked in already, at {moment(at)}{f' by {by}' if by else ''}."


def folded(code: str) -> str:
    """A code without what people type differently: only its letters and figures, small."""
    return "".join(character for character in code.casefold() if character.isalnum())


def code_is_asked(event: EventPage, arrangements: Arrangements, now: datetime) -> bool:
    """Whether the closing code can be typed at `now`: from the start of the event until some hours after its end."""
    if not folded(arrangements.closing_code) or event.cancelled_at is not None:
        return False
    if event.starts_at is None or event.ends_at is None:
        return True
    return event.starts_at <= now < event.ends_at + CODE_LASTS


def refusal_of_closing_code(
    event: EventPage, arrangements: Arrangements, typed: str, tries: int, now: datetime
) -> str | None:
    """Why a closing code is not taken; `None` if it is. `tries` are the wrong ones of the last 15 minutes."""
    if not code_is_asked(event, arrangements, now):
        if event.starts_at is not None and now < event.starts_at:
            return f"The code is told in the session, which begins at {clock(event.starts_at)}."
        return "The code can no longer be typed. Write to the organisers if you were there."
    if tries >= MOST_TRIES:
        return "There were too many wrong codes. Try again in 15 minutes."
    if folded(typed) != folded(arrangements.closing_code):
        return "This is not the code. Check it with somebody who was there."
    return None


def passed_on(at: datetime) -> str:
    """That the ticket is an old one of a place that somebody else has now."""
    return f"This ticket no longer counts: the place was passed on to somebody else at {moment(at)}. They have a ticket of their own."


def by_last_name(name: str) -> tuple[str, str]:
    """What names are sorted by on the printed list: the last word, then all of it."""
    words = name.casefold().split()
    return (words[-1] if words else "", " ".join(words))


def refusal_of_report(event: EventPage, now: datetime) -> str | None:
    """Why nobody's attendance can be brought in from a report now; `None` if it can."""
    if event.starts_at is not None and now < event.starts_at:
        return f"{event.title} has not begun: there can be no report yet."
    return None
