"""When the address by which somebody joins leads on, and in how many browsers it can be used."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from events.models import Arrangements, EventPage, Place, PlaceState
from events.rules.words import moment

OPENS_BEFORE = timedelta(minutes=15)
# So long the address belongs to the browser that used it last: another one is told, and can take over.
BELONGS_FOR = timedelta(hours=12)
# A laptop, a telephone, and back; not a roomful of people with one address.
MOST_BROWSERS = 6


class Door(StrEnum):
    """What the page behind the address says."""

    WITHDRAWN = "withdrawn"
    CALLED_OFF = "called off"
    NOT_YET = "not yet"
    NOT_SET = "not set"
    OPEN = "open"
    OVER = "over"


def is_joined(event: EventPage) -> bool:
    """Whether an event is one that people join by addresses of ours: on-line, and not booked with somebody else."""
    return event.is_online and not event.provider_url


@dataclass(frozen=True)
class Coming:
    """How somebody with a place takes part. Both, if they may choose."""

    at_venue: bool
    on_line: bool


def coming(event: EventPage, pool: int, online_pools: Collection[int]) -> Coming:
    """How whoever has a place of `pool` takes part. `online_pools`: whose places are on-line; if there are none, everybody chooses."""
    on_line = is_joined(event) and (not online_pools or pool in online_pools)
    return Coming(at_venue=not on_line or (bool(event.venue) and not online_pools), on_line=on_line)


def opens_at(event: EventPage) -> datetime | None:
    """From which moment on the address leads on: 15 minutes before the start; `None` for what has no dates."""
    return event.starts_at - OPENS_BEFORE if event.starts_at is not None else None


def door_of(place: Place, event: EventPage, arrangements: Arrangements, now: datetime) -> Door:
    """What somebody finds behind the address of their place at `now`. It is open from 15 minutes before the start until the end."""
    opens = opens_at(event)
    if place.state != PlaceState.CONFIRMED:
        return Door.WITHDRAWN
    if event.cancelled_at is not None:
        return Door.CALLED_OFF
    if event.ends_at is not None and now >= event.ends_at:
        return Door.OVER
    if opens is not None and now < opens:
        return Door.NOT_YET
    return Door.OPEN if arrangements.provider_address else Door.NOT_SET


def refusal_of_door(door: Door, event: EventPage) -> str | None:
    """Why somebody cannot join; `None` if they can."""
    opens = opens_at(event)
    return {
        Door.WITHDRAWN: "This place has been given back, so its address leads nowhere.",
        Door.CALLED_OFF: f"{event.title} has been called off.",
        Door.NOT_YET: f"You can join from {moment(opens)} on." if opens else "",
        Door.NOT_SET: "The organisers are still setting it up. Load this page again in some minutes.",
        Door.OVER: f"{event.title} is over.",
    }.get(door)


def is_used_elsewhere(browser: str, last: str, last_at: datetime | None, now: datetime) -> bool:
    """Whether another browser than `browser` used the address last, and not so long ago that nobody minds."""
    return last_at is not None and last != browser and now < last_at + BELONGS_FOR


def used_elsewhere(last_at: datetime) -> str:
    return f"Your address was used in another browser, or on another device, at {moment(last_at)}."


def refusal_of_browsers(browsers: int) -> str | None:
    """Why one more browser cannot use the address that `browsers` have used in the last 12 hours; `None` if it can."""
    if browsers < MOST_BROWSERS:
        return None
    return (
        f"Your address has been used in {browsers} browsers in the last 12 hours. It is for you alone. Go back to the one that you "
        "used last, or write to the organisers."
    )
