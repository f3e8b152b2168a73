"""Gives a place to somebody else."""

import uuid
from copy import copy
from datetime import datetime

from django.db import transaction

from events.actions.announcing import tell_of_order
from events.actions.baskets import refuse_unless
from events.actions.naming import name_attendee
from events.actions.questions import forget_answers
from events.actions.telling import tell_of_passed_on, tell_of_ticket
from events.models import FormerTicket, How, Joining, OrderLine, Place, PlaceState, Ticket
from events.rules.ordering import refusal_to_cancel
from events.rules.tickets import refusal_of_attendee, refusal_to_pass_on
from events.standing import standings_of_addresses, standings_of_lines

UNCHANGED = "The place is theirs already. Write who is to have it."
CHECKED_IN = "Somebody has come with this ticket already, so it cannot be passed on."


@transaction.atomic
def pass_on(*, line: OrderLine, name: str, email: str, now: datetime) -> Place:
    """Gives the place of a line to somebody else, with a ticket of their own: the secret of the old one no longer opens anything,
    whoever had it is told, and what they answered to organisers is deleted.

    A correction of the name alone keeps the ticket. Raises `RefusedError`: nothing would change, the ticket is not for them or costs
    them more, the address has a place already, or it is too late.
    """
    tell_of_order(line.order_id)
    rows = OrderLine.objects.select_related("order", "place__ticket", "place__pool__event")
    line = rows.get(pk=line.pk)
    place = line.place
    name, email = name.strip(), email.strip().lower()
    refuse_unless(
        None if place.state == PlaceState.CONFIRMED else "This place has been given back.",
        refusal_to_cancel(place.pool.event, now),
        CHECKED_IN if place.attendance.filter(how=How.CHECKED_IN).exists() else None,
        UNCHANGED if (name, email) == (place.name, place.email) else None,
    )
    if email != place.email:
        [ticket] = Ticket.objects.filter(pk=place.ticket_id).with_prices()
        before, after = (
            standings_of_lines(line.order, [line], now)[line.pk],
            standings_of_addresses([email], now)[email],
        )
        refuse_unless(
            refusal_of_attendee(ticket, after, email), refusal_to_pass_on(ticket, line.pence, before, after)
        )
    before = copy(place)
    name_attendee(place=place, name=name, email=email, now=now)
    if email != place.email:
        FormerTicket.objects.create(place=place, key=place.key, at=now)
        # What the one before did with it is theirs.
        Joining.objects.filter(place=place).delete()
        Place.objects.filter(pk=place.pk).update(key=uuid.uuid4())
        forget_answers([place])
        tell_of_passed_on(before)
    place.refresh_from_db()
    tell_of_ticket(place, again=str(int(now.timestamp())))
    return place
