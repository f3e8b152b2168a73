"""Whose badges are printed, in which order, and what stands below the names. Reads only."""

from collections.abc import Iterable
from datetime import date, datetime

from allauth.account.models import EmailAddress
from django.utils import timezone

from events.attendees import attendees
from events.models import Answer, EventPage, Place, Question
from events.pdf.badges import Badge
from events.questions import in_words
from portal.members.models import Appointment

ROLE = "role"
BY_LAST_NAME, BY_NAME, BY_TICKET = "last-name", "name", "ticket"


def lines_to_choose(event: EventPage) -> list[tuple[str, str]]:
    """What can stand below a name: nothing, the confirmed role, or the answer to a question that is not sensitive."""
    questions = Question.objects.filter(event=event, is_sensitive=False)
    answers = [(str(one.pk), f"The answer to “{one.words}”") for one in questions]
    return [("", "Nothing"), (ROLE, "Role and network, as they are confirmed in the portal"), *answers]


def badges_for(
    event: EventPage,
    now: datetime,
    *,
    words: str = "",
    ticket: int | None = None,
    since: date | None = None,
    line: str = "",
    order: str = BY_LAST_NAME,
) -> list[Badge]:
    """A badge for each person who has a place, as far as they fit. `since`: who ordered on that day or later.

    As many queries for many people as for few.
    """
    found = attendees(event, words=words, ticket=ticket).exclude(place__name="")
    if since is not None:
        found = found.filter(order__placed_at__date__gte=since)
    places = [one.place for one in found]
    below = _lines(event, places, line, now)
    return [
        Badge(place.name, below.get(place.pk, ""), place.ticket.name)
        for place in sorted(places, key=lambda place: _sorted_by(place, order))
    ]


def _sorted_by(place: Place, order: str) -> tuple[str, ...]:
    """By the last word of a name, which is how lists at an entrance are sorted, unless something else is wanted."""
    name = place.name.casefold()
    last = (name.split() or [""])[-1]
    first = {BY_NAME: "", BY_TICKET: place.ticket.name.casefold()}.get(order, "")
    return (first, name) if order == BY_NAME else (first, last, name)


def _lines(event: EventPage, places: list[Place], line: str, now: datetime) -> dict[int, str]:
    if line == ROLE:
        roles = _roles({place.email.lower() for place in places if place.email}, now)
        return {place.pk: roles.get(place.email.lower(), "") for place in places}
    if line:
        rows = Answer.objects.filter(question=line, question__event=event, question__is_sensitive=False)
        return {place: in_words(value) for place, value in rows.values_list("place", "value")}
    return {}


def _roles(addresses: Iterable[str], now: datetime) -> dict[str, str]:
    """The first confirmed role today of whoever has each address confirmed. Two queries."""
    rows = EmailAddress.objects.filter(email__in=addresses, verified=True, user__is_active=True)
    users = dict(rows.values_list("user", "email"))
    found: dict[str, str] = {}
    appointments = Appointment.objects.current(timezone.localdate(now)).confirmed().filter(user__in=users)
    for one in appointments.select_related("network").order_by("starts_on", "pk"):
        found.setdefault(users[one.user_id].lower(), f"{one.get_role_display()}, {one.network.name}")
    return found
