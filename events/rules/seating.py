"""What organisers can do about places by hand."""

from datetime import datetime

from events.models import EventPage, Place, PlaceState, Ticket


def refusal_to_seat(event: EventPage, free: int, *, pence: int, bill_to: str, now: datetime) -> str | None:
    """Why somebody cannot be given a place by an organiser; `None` if they can. Organisers may add people while the event goes on."""
    if event.cancelled_at is not None:
        return f"{event.title} has been called off."
    if event.ends_at is not None and event.ends_at <= now:
        return f"{event.title} is over."
    if free < 1:
        return "No place is left. Make more places first, or take one back."
    if pence and not bill_to.strip():
        return "Say who pays, with the address."
    return None


def refusal_to_move(place: Place, ticket: Ticket, free: int) -> str | None:
    """Why somebody cannot be given another ticket; `None` if they can. `free`: places that are left there for them."""
    if place.state != PlaceState.CONFIRMED:
        return "This place has been given back."
    if place.ticket_id == ticket.pk:
        return "They have this ticket already."
    if place.pool.event_id != ticket.pool.event_id:
        return "That ticket is for another event."
    return None if free >= 1 else "No place is left there. Make more places first."
