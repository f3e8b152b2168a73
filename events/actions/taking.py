"""The places of a basket are taken for good, or kept for whoever goes to pay; those whose hold ran out too, if they are still free."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from events.actions.baskets import refuse_unless
from events.actions.settling import lock_and_settle
from events.models import LIVE, Order, OrderLine, OrderState, Place, PlaceState
from events.questions import lack_answers, wanted_at
from events.rules.holding import ran_out
from events.rules.ordering import address_is_taken, refusal_of_terms, refusal_of_who_orders
from events.rules.products import refusal_of_product
from events.rules.tickets import refusal_of_event, refusal_of_moment
from events.standing import refusals_of_attendees, varies_with_who_comes
from events.stock import Stock
from events.terms import terms_of
from portal.members.actions import RefusedError
from portal.prepared import Prepared

# What is asked of events, tickets and products here: without the words of their pages.
_FIELDS = (
    *("order", "pence", "vat_percent", "description", "cancelled_at"),
    *(
        f"place__{one}"
        for one in ("pool", "ticket", "name", "email", "state", "expires_at", "key", "waiting")
    ),
    *(f"place__ticket__{one}" for one in ("name", "whom", "role")),
    "place__pool__event",
    *(
        f"place__pool__event__{one}"
        for one in ("title", "live", "provider", "provider_url", "starts_at", "book_until", "cancelled_at")
    ),
    *(f"product__{one}" for one in ("name", "is_sold")),
)


LINES = Prepared(
    lambda order: (
        OrderLine.objects.filter(order=order, cancelled_at=None)
        .select_related("place__ticket", "place__pool__event", "product")
        .only(*_FIELDS)
        .annotate(varies=varies_with_who_comes())
        .order_by("pk")
    )
)


def lines_to_order(order: Order, now: datetime) -> list[OrderLine]:
    """The lines of a basket that can be ordered now, as far as places do not matter. Raises `RefusedError` with what is against it."""
    lines = LINES(order.pk, order=order)
    refuse_unless(
        "This order has been cancelled." if order.state == OrderState.CANCELLED else None,
        None if lines else "There is nothing in this order.",
        refusal_of_who_orders(order.name, order.email, is_confirmed=order.email_confirmed_at is not None),
    )
    refuse_unless(*(refusal_of_product(line.product) for line in lines if line.product is not None))
    events = {line.place.pool.event_id: line.place.pool.event for line in lines if line.place is not None}
    refuse_unless(*(refusal_of_event(event, now) for event in events.values()))
    refuse_unless(*refusals_of_attendees(order, lines, now).values())
    return lines


def refuse_without_answers(order: Order, lines: Sequence[OrderLine]) -> None:
    """Raises `RefusedError` if terms of an event have not been accepted as they are now, or what has to be answered is not.

    Not asked of whoever has paid already: it was before they went to pay.
    """
    places = [line.place for line in lines if line.place is not None]
    events = {one.pool.event_id: one.pool.event for one in places}
    wanted = wanted_at(events)
    if wanted.has_required and lack_answers(places):
        raise RefusedError("Answer what the organisers have to know about everybody who comes.")
    if wanted.has_terms:
        accepted = set(order.accepted_terms.values_list("terms__event", "terms__digest"))
        for terms in terms_of(events.values()):
            refuse_unless(
                refusal_of_terms(terms.event.title, is_accepted=(terms.event.pk, terms.digest) in accepted)
            )


def take(lines: Sequence[OrderLine], now: datetime, until: datetime | None = None) -> None:
    """Takes the places of lines for good, or keeps them `until` a moment at least.

    Each by an update that has to find it held, or free again with nobody waiting. Raises `RefusedError` if one of them has gone.
    """
    wanted = [line.place for line in lines if line.place is not None]
    stock = lock_and_settle({one.pool_id for one in wanted}, now)
    taken = {"state": PlaceState.CONFIRMED if until is None else PlaceState.HELD, "expires_at": until}
    held = Place.objects.filter(pk__in=[one.pk for one in wanted], state=PlaceState.HELD, expires_at__gt=now)
    count = held.count() if until else held.update(**taken)
    if until:
        held.filter(expires_at__lt=until).update(**taken)
    if count == len(wanted):
        return
    gone = Place.objects.filter(pk__in=[one.pk for one in wanted], state=PlaceState.GONE)
    again = list(gone.select_related("ticket"))
    refuse_unless(_refusal_to_take_again(again, stock, now))
    count += gone.filter(pk__in=[one.pk for one in again]).update(**taken, taken_at=now)
    if count != len(wanted):
        raise RefusedError(ran_out([]))


def _refusal_to_take_again(gone: list[Place], stock: dict[int, Stock], now: datetime) -> str | None:
    """Why places whose hold ran out cannot be had all the same; `None` if they can."""
    needed = Counter(one.pool_id for one in gone)
    lost = {
        one.ticket.name
        for one in gone
        if needed[one.pool_id] > stock[one.pool_id].for_walk_ins or refusal_of_moment(one.ticket, now)
    }
    if lost:
        return ran_out(sorted(lost))
    return next(filter(None, (refusal_of_address(one, one.email) for one in gone)), None)


def refusal_of_address(place: Place, email: str) -> str | None:
    """Why an address cannot have this place: it has another one. Asked under the lock of the pool."""
    others = Place.objects.filter(pool=place.pool_id, state__in=LIVE, email__iexact=email).exclude(
        pk=place.pk
    )
    if email and others.exists():
        return address_is_taken(email)
    return None
