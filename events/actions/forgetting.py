"""Lets go of a person in orders, places and waiting lists. What is counted and what was paid stays as it is, without a name."""

from django.db.models import Q

from events.actions.settling import give_up, lock, settle
from events.models import CardSession, Order, OrderState, Place, PlaceState, Waiting, WaitingState
from portal.members.personal import Person


def forget_in_orders(person: Person) -> None:
    """Empties the person's baskets and takes them off waiting lists; their orders and places stay, with nobody's name.

    An order keeps its reference, its lines and its payments: the accounts have to add up. The invoice that the association
    keeps for the tax office is not the portal's.
    """
    orders = Order.objects.filter(Q(user=person.user) | Q(email__in=person.addresses))
    waits = Waiting.objects.filter(email__in=person.addresses)
    unpaid = orders.filter(state=OrderState.OPEN, payments=None).values("pk")
    baskets = list(Order.objects.filter(pk__in=unpaid).select_for_update().order_by("pk"))
    # Somebody may be paying them by card at this moment: then the money must find its order.
    at_the_provider = set(CardSession.objects.filter(order__in=baskets).values_list("order", flat=True))
    in_baskets = Place.objects.filter(line__order__in=baskets, state=PlaceState.HELD)
    offered = Place.objects.filter(waiting__in=waits, state=PlaceState.OFFERED)
    pools = set(in_baskets.values_list("pool", flat=True)) | set(waits.values_list("pool", flat=True))
    lock(pools)
    give_up(Place.objects.filter(pk__in=list(in_baskets.values_list("pk", flat=True))))
    give_up(Place.objects.filter(pk__in=list(offered.values_list("pk", flat=True))))
    Order.objects.filter(pk__in={one.pk for one in baskets} - at_the_provider).delete()
    orders.update(name="", email="", email_confirmed_at=None, billing_address="", purchase_order="")
    Place.objects.filter(email__in=person.addresses).update(name="", email="")
    waits.filter(state=WaitingState.WAITING).update(state=WaitingState.GONE)
    waits.update(name="", email="")
    settle(pools, person.now)
