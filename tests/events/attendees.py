"""People with places at an event, for tests of who was there."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from events.models import Arrangements, EventPage, EventRight, Order, Place, PlaceState, Right, Ticket
from tests.events.factories import make_event, make_pool, make_ticket
from tests.factories import NOW, make_user, sign_in

HOUR = timedelta(hours=1)
_numbers = count(1)


def make_webinar(
    starts_at: datetime = NOW, *, address: str = "https://provider.example/j/1", **fields: Any
) -> EventPage:
    """An on-line event of two hours that begins now, with the provider's address arranged."""
    arranged = {name: fields.pop(name) for name in tuple(fields) if hasattr(Arrangements, name)}
    values = {"kind": "webinar", "is_online": True, "ends_at": starts_at + 2 * HOUR, **fields}
    event = make_event("Webinar", starts_at=starts_at, **values)
    Arrangements.objects.create(event=event, provider_address=address, **arranged)
    return event


def make_place(event: EventPage | None = None, ticket: Ticket | None = None, **fields: Any) -> Place:
    """A place that somebody has, in an order of their own."""
    ticket = ticket or make_ticket(make_pool(50, event))
    number = next(_numbers)
    values = {"name": f"Ada Example {number}", "email": f"ada-{number}@example.org", **fields}
    place = Place.objects.create(
        pool=ticket.pool, ticket=ticket, **{"state": PlaceState.CONFIRMED, "taken_at": NOW, **values}
    )
    order = Order.objects.create(began_at=NOW, name=values["name"], email=values["email"])
    order.lines.create(place=place, description=ticket.name, pence=0, vat_percent=0)
    Order.objects.filter(pk=order.pk).update(
        state="placed", placed_at=NOW, reference=f"R{order.pk:05}", method="free"
    )
    return place


def helper(event: EventPage, right: Right = Right.CHECK_IN) -> Client:
    """A browser of somebody who may do that at the event, and nothing else."""
    user = make_user(first_name="Grace", last_name="Sample")
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    EventRight.objects.create(event=event, user=user, right=right, given_at=timezone.now())
    return sign_in(user, second_factor=True)
