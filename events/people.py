"""Who has a place at an event, who of them was there, and finding them at the entrance. Reads only."""

from dataclasses import dataclass, field
from itertools import islice

from django.db.models import Exists, OuterRef, Q, QuerySet

from events.models import Arrangements, Attendance, EventPage, FormerTicket, How, Place, PlaceState
from events.rules.reports import without_accents
from events.rules.ticket_codes import ALL, code_of, number_of
from portal.members.models import User

MOST_FOUND = 30


def arrangements_of(event: EventPage) -> Arrangements:
    """How an event is held; where nobody has said so, as the defaults say, and not stored. One query."""
    return Arrangements.objects.filter(event=event).first() or Arrangements(event=event)


def places_at(event: EventPage) -> QuerySet[Place]:
    """The places at an event that somebody has."""
    return Place.objects.filter(pool__event=event, state=PlaceState.CONFIRMED)


def attended(places: QuerySet[Place]) -> QuerySet[Place]:
    """Those of the places whose people were there, however that is known."""
    return places.filter(Exists(Attendance.objects.filter(place=OuterRef("pk"))), state=PlaceState.CONFIRMED)


def has_attended(place: Place) -> bool:
    """Whether whoever has the place was there."""
    return place.state == PlaceState.CONFIRMED and Attendance.objects.filter(place=place).exists()


@dataclass(frozen=True)
class Guest:
    """Somebody with a place, as the entrance needs them."""

    place: Place
    came: tuple[Attendance, ...] = field(default=())

    @property
    def code(self) -> str:
        return code_of(self.place.pk)

    @property
    def checked_in(self) -> Attendance | None:
        """When and by whom they were checked in; `None` if they were not."""
        return next((one for one in self.came if one.how == How.CHECKED_IN), None)

    @property
    def reference(self) -> str:
        """The reference of the order that their place belongs to."""
        line = getattr(self.place, "line", None)
        return (line.order.reference or "") if line else ""


def guests(places: QuerySet[Place]) -> list[Guest]:
    """These places with what is known of their people, by name. Two queries."""
    rows = places.select_related("ticket", "pool__event", "line__order").prefetch_related("attendance__by")
    found = [Guest(place, tuple(place.attendance.all())) for place in rows]
    return sorted(found, key=lambda guest: (guest.place.name.casefold(), guest.place.pk))


def guest_of(place: Place) -> Guest:
    return Guest(place, tuple(place.attendance.select_related("by")))


@dataclass(frozen=True)
class Counts:
    """How many people have a place at an event, how many were checked in, and how many were there by any way of knowing."""

    expected: int
    checked_in: int
    attended: int


def counts(event: EventPage) -> Counts:
    """Three queries."""
    places = places_at(event)
    return Counts(
        places.count(), places.filter(attendance__how=How.CHECKED_IN).count(), attended(places).count()
    )


def place_of_ticket(key: object) -> tuple[Place, FormerTicket | None] | None:
    """The place whose ticket has this secret, and, if it no longer counts since the place was passed on, the former ticket."""
    place = Place.objects.select_related("ticket", "pool__event").filter(key=key).first()
    if place is not None:
        return place, None
    former = (
        FormerTicket.objects.select_related("place__ticket", "place__pool__event").filter(key=key).first()
    )
    return (former.place, former) if former else None


def search(event: EventPage, typed: str) -> list[Guest]:
    """Whom at an event somebody may mean who types a name, an address, the reference of an order or the code of a ticket.

    Accents and capitals make no difference in names, on any database. Also those whose place was given back, so that the entrance can say so. The first 30, by name.
    """
    words = typed.split()
    if not words:
        return []
    places = Place.objects.filter(
        pool__event=event,
        state__in=(PlaceState.CONFIRMED, PlaceState.GONE),
        line__order__reference__isnull=False,
    )
    whole = "".join(words)
    asked = (
        Q(pk__in=_named(places, typed)) | Q(email__icontains=whole) | Q(line__order__reference=whole.upper())
    )
    number = number_of(whole)
    if number is not None:
        asked |= Q(pk__in=_numbers(number))
    return guests(Place.objects.filter(pk__in=places.filter(asked).order_by("pk").values("pk")[:MOST_FOUND]))


def _named(places: QuerySet[Place], typed: str) -> list[int]:
    """The keys of the first 30 places in whose name all the words are that were typed. One query."""
    words = without_accents(typed).split()
    if not words:
        return []
    rows = places.order_by("pk").values_list("pk", "name")
    found = (pk for pk, name in rows if all(word in without_accents(name) for word in words))
    return list(islice(found, MOST_FOUND))


def of_another_event(event: EventPage, typed: str) -> EventPage | None:
    """The event that the code of a ticket belongs to if it is another one than `event`; `None` if it is none or that one."""
    number = number_of(typed)
    if number is None:
        return None
    rows = Place.objects.filter(pk__in=_numbers(number), state=PlaceState.CONFIRMED).exclude(
        pool__event=event
    )
    found = rows.select_related("pool__event").first()
    return found.pool.event if found else None


def _numbers(number: int) -> list[int]:
    """The numbers of places that share a code: there is a second one beyond 14 million."""
    return [number, number + ALL]


def places_of(user: User) -> QuerySet[Place]:
    """The places that an account has, by any of its confirmed addresses."""
    addresses = user.emailaddress_set.filter(verified=True).values_list("email", flat=True)
    return Place.objects.filter(state=PlaceState.CONFIRMED, email__in=list(addresses))


def name_of(user: User | None) -> str:
    return user.get_full_name() if user else ""
