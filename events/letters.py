"""Whom a letter of organisers goes to. Reads only."""

from events.models import (
    EventLetter,
    EventPage,
    Order,
    OrderState,
    Place,
    PlaceState,
    Ticket,
    Waiting,
    WaitingState,
)


def receivers(event: EventPage, to: str, ticket: Ticket | None = None) -> dict[str, str]:
    """The addresses that a letter goes to now, each with a name. `ticket` leaves those with that ticket."""
    if to == EventLetter.To.COMING:
        rows = Place.objects.filter(pool__event=event, state=PlaceState.CONFIRMED)
        rows = rows.filter(ticket=ticket) if ticket else rows
    elif to == EventLetter.To.WAITING:
        rows = Waiting.objects.filter(pool__event=event, state=WaitingState.WAITING)
        rows = rows.filter(ticket=ticket) if ticket else rows
    else:
        places = Place.objects.filter(pool__event=event, state=PlaceState.CONFIRMED)
        places = places.filter(ticket=ticket) if ticket else places
        rows = Order.objects.filter(state=OrderState.PLACED, lines__place__in=places).distinct()
    return {email.lower(): name for email, name in rows.order_by("-pk").values_list("email", "name") if email}
