"""Lets go of a person in orders, places and waiting lists. What is counted and what was paid stays as it is, without a name."""

from datetime import datetime

from django.db.models import Q, QuerySet

from events.actions.questions import forget_answers
from events.actions.settling import give_up, lock, settle
from events.models import (
    CardSession,
    Certificate,
    Document,
    Order,
    OrderState,
    Place,
    PlaceState,
    Waiting,
    WaitingState,
)
from events.rules.waiting import waits as still_waits
from portal.members.personal import Person
from portal.rows import in_pieces

NOBODY = {"name": "", "email": "", "address": "", "purchase_order": ""}


def forget_in_orders(person: Person) -> None:
    """Empties the person's baskets and takes them off waiting lists; their orders and places stay, with nobody's name.

    An order keeps its reference, its lines and its payments: the accounts have to add up. So do its invoice, receipts and
    credit notes, which the law has kept for six years (`let_go_of_buyers`).
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
    orders.update(
        name="", email="", email_confirmed_at=None, billing_address="", purchase_order="", origin=""
    )
    Certificate.objects.filter(place__email__in=person.addresses).update(name="")
    theirs = Place.objects.filter(email__in=person.addresses)
    forget_answers(theirs)
    theirs.update(name="", email="")
    waits.filter(state__in=still_waits()).update(state=WaitingState.GONE)
    waits.update(name="", email="", words="")
    settle(pools, person.now)


def documents_with_buyers(until: datetime) -> QuerySet[Document]:
    """Invoices, receipts and credit notes that were made at a moment or before it, and still say who ordered."""
    return Document.objects.filter(made_at__lte=until).exclude(data__buyer=NOBODY)


def let_go_of_buyers(documents: QuerySet[Document]) -> None:
    """Takes out of documents who ordered; numbers, sums and VAT stay."""
    for one in in_pieces(documents):
        Document.objects.filter(pk=one.pk).update(data={**one.data, "buyer": NOBODY})
