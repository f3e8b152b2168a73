"""What an attendance report would do: who was there for long enough, who was not, and whom nobody knows. Writes nothing."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from allauth.account.models import EmailAddress

from events.models import Attendance, EventPage, How, Place
from events.people import places_at
from events.rules.reports import folded_name
from events.tables import BadStay, Report, Stay


@dataclass(frozen=True)
class Known:
    """Somebody with a place, how many minutes they were there by the report, and how many are recorded already."""

    place: Place
    minutes: int
    recorded: int | None
    by_name: bool

    @property
    def changes(self) -> bool:
        """Whether there is something new to record."""
        return self.recorded is None or self.minutes > self.recorded


@dataclass(frozen=True)
class Unknown:
    """Somebody in the report who has no place, or whose name several people have."""

    name: str
    email: str
    minutes: int
    reason: str


@dataclass(frozen=True)
class Preview:
    """What a report would do with a minimum of minutes."""

    minimum: int
    attended: tuple[Known, ...]
    below: tuple[Known, ...]
    unknown: tuple[Unknown, ...]
    bad: tuple[BadStay, ...]

    @property
    def new(self) -> tuple[Known, ...]:
        """Those of whom something would be recorded."""
        return tuple(one for one in self.attended if one.changes)

    @property
    def state(self) -> str:
        """A hash of what would be recorded: another one as soon as something would be different."""
        lines = (f"{one.place.pk} {one.place.key} {one.minutes} {one.recorded}" for one in self.attended)
        return hashlib.sha256("\n".join([str(self.minimum), *lines]).encode()).hexdigest()


def preview(event: EventPage, report: Report, minimum: int) -> Preview:
    """What the report would do at an event now. Three queries."""
    places = list(places_at(event).order_by("pk"))
    by_email, by_name = _by_email(places), _by_name(places)
    seconds: dict[int, int] = defaultdict(int)
    named: dict[int, bool] = {}
    strangers: dict[tuple[str, str], list[Stay]] = defaultdict(list)
    for stay in report.stays:
        place = by_email.get(stay.email) if stay.email else None
        same = by_name.get(folded_name(stay.name), []) if place is None else []
        if place is None and len(same) == 1:
            place = same[0]
        if place is None:
            strangers[stay.email or folded_name(stay.name) or stay.name, str(len(same) > 1)].append(stay)
            continue
        seconds[place.pk] += stay.seconds
        named[place.pk] = named.get(place.pk, False) or bool(same)
    recorded = dict(
        Attendance.objects.filter(place__in=places, how=How.REPORT).values_list("place", "minutes")
    )
    known = [
        Known(place, seconds[place.pk] // 60, recorded.get(place.pk), named[place.pk])
        for place in sorted(places, key=lambda one: (one.name.casefold(), one.pk))
        if place.pk in seconds
    ]
    return Preview(
        minimum,
        tuple(one for one in known if one.minutes >= minimum),
        tuple(one for one in known if one.minutes < minimum),
        tuple(_unknown(stays, is_double == "True") for (_, is_double), stays in strangers.items()),
        tuple(report.bad),
    )


def _unknown(stays: list[Stay], is_double: bool) -> Unknown:  # noqa: FBT001
    reason = (
        "Several people with places have this name."
        if is_double
        else "Nobody with a place has this name or address."
    )
    return Unknown(stays[0].name, stays[0].email, sum(stay.seconds for stay in stays) // 60, reason)


def _by_email(places: Iterable[Place]) -> dict[str, Place]:
    """The places by address: also by the other confirmed ones of the account that has the address of a place."""
    found = {place.email.lower(): place for place in places if place.email}
    owners = EmailAddress.objects.filter(email__in=found, verified=True).values_list("email", "user")
    of_user = {user: found[email] for email, user in owners}
    others = EmailAddress.objects.filter(user__in=of_user, verified=True).values_list("email", "user")
    return {email: of_user[user] for email, user in others} | found


def _by_name(places: Iterable[Place]) -> dict[str, list[Place]]:
    found: dict[str, list[Place]] = defaultdict(list)
    for place in places:
        if name := folded_name(place.name):
            found[name].append(place)
    return found
