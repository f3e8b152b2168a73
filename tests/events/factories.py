"""What the tests of events need beyond `tests.factories`."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest

from events.actions.announcing import tell_of_order
from events.actions.baskets import begin, confirm_address, identify
from events.models import (
    EventIndexPage,
    EventKind,
    EventPage,
    Order,
    Place,
    PlaceState,
    Pool,
    Price,
    Seller,
    Ticket,
    Waiting,
    Whom,
)
from portal.members.actions import RefusedError
from portal.members.models import User
from tests.factories import NOW, make_home

DAY, MINUTE, SECOND = timedelta(days=1), timedelta(minutes=1), timedelta(seconds=1)
_numbers = count(1)


def make_event(title: str = "Conference", **fields: Any) -> EventPage:
    """An event that begins in thirty days."""
    index = EventIndexPage.objects.first()
    if index is None:
        index = make_home().add_child(instance=EventIndexPage(title="Events", slug="events"))
    starts = fields.pop("starts_at", NOW + 30 * DAY)
    ends = fields.pop("ends_at", None) or (starts + DAY if starts else None)
    values = {"kind": EventKind.CONFERENCE, "starts_at": starts, "ends_at": ends, **fields}
    return index.add_child(instance=EventPage(title=title, slug=f"event-{next(_numbers)}", **values))


def make_pool(size: int = 3, event: EventPage | None = None, **fields: Any) -> Pool:
    """So many places, at an event of their own unless one is named."""
    values = {"name": f"Pool {next(_numbers)}", **fields}
    return Pool.objects.create(event=event or make_event(), size=size, **values)


def make_ticket(pool: Pool | None = None, *, pence: int | None = 0, **fields: Any) -> Ticket:
    """A ticket for anyone, free of charge. `pence` is its price for anyone; `None` gives it none."""
    ticket = Ticket.objects.create(pool=pool or make_pool(), **{"name": "Hall", **fields})
    if pence:
        make_seller()
    if pence is not None:
        Price.objects.create(ticket=ticket, whom=Whom.ANYONE, pence=pence)
    return ticket


def make_seller(**fields: Any) -> Seller:
    """Who sells: without one nothing that costs something is sold."""
    values = {
        "name": "Network Directors Association",
        "address": "1 Example Street\nLeeds LS1 1AA",
        "vat_number": "GB 123 4567 89",
        "account_name": "Network Directors Association",
        "sort_code": "12-34-56",
        "account_number": "12345678",
        **fields,
    }
    return Seller.objects.first() or Seller.objects.create(**values)


def make_basket(user: User | None = None, now: datetime = NOW, **fields: Any) -> Order:
    """A basket of somebody who has said who they are, and shown it."""
    values = {"name": "Ada Example", "email": "ada@example.org", **fields}
    order = identify(order=begin(now=now), user=user, now=now, **values)
    return confirm_address(order=order, email=order.email, now=now)


@contextmanager
def refused(words: str) -> Iterator[None]:
    """What stands below it is refused with a reason that begins with these words."""
    with pytest.raises(RefusedError) as refusal:
        yield
    assert str(refusal.value)[: len(words)] == words


def told(order: Order) -> Order:
    """An order of which the worker has told everybody."""
    tell_of_order(order.pk)
    return order


def states(pool: Pool) -> dict[str, int]:
    """How many places of a pool there are in each state but *gone*."""
    rows = Place.objects.filter(pool=pool).exclude(state=PlaceState.GONE)
    found = {state: rows.filter(state=state).count() for state in PlaceState.values}
    return {state: number for state, number in found.items() if number}


def offered_to(waiting: Waiting) -> int:
    return waiting.places.filter(state=PlaceState.OFFERED).count()
