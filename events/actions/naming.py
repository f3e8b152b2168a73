"""Who comes on a place."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from events.actions.baskets import locked_basket, price_again, refuse_unless
from events.actions.settling import lock
from events.models import LIVE, Order, OrderLine, Place
from events.rules.ordering import GONE, refusal_to_name
from events.standing import is_known, refusals_of_attendees, varies_with_who_comes
from portal.members.actions import RefusedError
from portal.prepared import Prepared

Who = tuple[str, str]  # name and e-mail address


def _lines(**of: int) -> QuerySet[OrderLine]:
    lines = OrderLine.objects.filter(**of, place__isnull=False).select_related(
        "place__ticket", "place__waiting"
    )
    return lines.annotate(varies=varies_with_who_comes())


LINES = Prepared(lambda order: _lines(order=order))


@transaction.atomic
def name_attendees(*, order: Order, who: Mapping[int, Who], now: datetime) -> dict[int, str]:
    """Says who comes on places of a basket, by the numbers of their lines, and prices it for them.

    Gives what is against it, by line; nothing is stored then. Raises `RefusedError` if it has been placed.
    """
    order = locked_basket(order)
    lines = [line for line in LINES(order.pk, order=order) if line.pk in who]
    against = _say(lines, who, now) or refusals_of_attendees(order, lines, now)
    if against:
        transaction.set_rollback(True)
    elif is_known(order) and any(line.varies for line in lines):
        price_again(order, now)
    return against


@transaction.atomic
def name_attendee(*, place: Place, name: str, email: str, now: datetime) -> None:
    """Says who comes on a place. Raises `RefusedError` if the place has gone, or the address has another one in its pool."""
    lines = list(_lines(place=place.pk))
    refuse_unless(*_say(lines, {lines[0].pk: (name, email)}, now).values())


def _say(lines: list[OrderLine], who: Mapping[int, Who], now: datetime) -> dict[int, str]:
    """Writes names and addresses into places, also in what is given, or gives what is against it, by line."""
    pools = {line.place.pool_id for line in lines}
    lock(pools)
    said = {pk: (name.strip(), email.strip().lower()) for pk, (name, email) in who.items()}
    others = Place.objects.filter(
        pool__in=pools, state__in=LIVE, email__in={email for _, email in said.values()}
    )
    taken = set(others.exclude(line__in=lines).values_list("pool", "email"))
    against = {}
    for line in lines:
        name, email = said[line.pk]
        against[line.pk] = refusal_to_name(
            line.place, name, email, is_taken=(line.place.pool_id, email) in taken, now=now
        )
        taken.add((line.place.pool_id, email))
    if against := {pk: refusal for pk, refusal in against.items() if refusal}:
        return against
    changed = [line.place for line in lines if (line.place.name, line.place.email) != said[line.pk]]
    if len(changed) > 1 and any(place.email for place in changed):
        # Whoever goes from one place to another would be there twice in between.
        Place.objects.filter(pk__in=[place.pk for place in changed]).update(email="")
    for line in lines:
        if line.place in changed:
            line.place.name, line.place.email = said[line.pk]
            named = {"name": line.place.name, "email": line.place.email}
            if not Place.objects.filter(pk=line.place_id, state__in=LIVE).update(**named):
                raise RefusedError(GONE)
    return {}
