"""An order while it is a basket: begun, given to a person, and priced for them."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django_q.tasks import async_task

from events.actions import statements
from events.models import Order, OrderLine, OrderState, Place, Ticket
from events.rules.products import price_for
from events.rules.tickets import Standing, price_until_known
from events.standing import standings_of_lines, varies_with_who_comes
from portal.members.actions import RefusedError
from portal.members.models import User
from portal.prepared import Prepared

LINES = Prepared(
    lambda order: (
        OrderLine.objects.filter(order=order)
        .select_related("place", "product")
        .annotate(varies=varies_with_who_comes())
    )
)
# Where a session keeps the key of its basket. It outlives log-in.
IN_SESSION = "basket"


def begin(*, now: datetime, user: User | None = None, address: str = "") -> Order:
    """A new basket, of a person if they are signed in. `address`: the network address that it is begun from."""
    return Order.objects.create(began_at=now, user=user, origin=origin_of(address, now) if address else "")


def origin_of(address: str, now: datetime) -> str:
    """What stands for a network address on one day in London: with the secret of the portal, so that nobody can go back from it."""
    told = f"{timezone.localdate(now)} {address}"
    return salted_hmac("events.origin", told, algorithm="sha256").hexdigest()[:16]


def refuse_unless(*refusals: str | None) -> None:
    """Raises `RefusedError` with the first of the refusals that there is."""
    for refusal in refusals:
        if refusal:
            raise RefusedError(refusal)


def locked(order: Order) -> Order:
    """The order as it is now, locked until the transaction ends. Comes before the lock of any pool."""
    return statements.locked(Order, order.pk)


def locked_basket(order: Order) -> Order:
    """The same for an order that is still a basket. Raises `RefusedError` if it has been placed."""
    found = locked(order)
    if found.state != OrderState.OPEN:
        raise RefusedError("This order has been placed. Begin another one.")
    return found


def look_at_cards(order: Order) -> None:
    """What is to be paid may have changed: after the commit a page for payment that no longer fits is closed.

    Belongs into every transaction that changes lines, payments or the address of an order.
    """
    if order.pays_until is not None:
        transaction.on_commit(lambda: async_task("events.actions.paying.close_stale", order.pk), robust=True)


def price_of(ticket: Ticket, standing: Standing) -> int:
    """What a place with a ticket costs, in pence with VAT. Raises `RefusedError` if the ticket has no price."""
    pence = price_until_known(ticket.prices.all(), standing)
    if pence is None:
        raise RefusedError(f"There is no price yet for the ticket “{ticket.name}”. Write to the organisers.")
    return pence


def add_lines(order: Order, ticket: Ticket, taken: Iterable[Place], pence: int) -> list[OrderLine]:
    """A line of the basket for each place, at the price that is agreed now."""
    look_at_cards(order)
    return statements.insert(
        [
            OrderLine(
                order=order, place=place, description=ticket.name, pence=pence, vat_percent=ticket.vat_percent
            )
            for place in taken
        ]
    )


@transaction.atomic
def adopt(*, order: Order, user: User, now: datetime) -> None:
    """Gives a basket that has no account to whoever has signed in, and prices it anew. One with an account is left alone.

    Raises `RefusedError` if it has been placed.
    """
    order = locked_basket(order)
    if order.user_id is None:
        order.user = user
        order.save(update_fields=["user"])
        price_again(order, now)


@transaction.atomic
def identify(*, order: Order, name: str, email: str, now: datetime, user: User | None = None) -> Order:
    """Says who orders, and prices the basket anew. Raises `RefusedError` if it has been placed."""
    order, email = locked_basket(order), email.strip().lower()
    if email != order.email:
        order.email_confirmed_at = None
    order.user, order.name, order.email = user, name.strip(), email
    order.save(update_fields=["user", "name", "email", "email_confirmed_at"])
    price_again(order, now)
    return order


@transaction.atomic
def confirm_address(*, order: Order, email: str, now: datetime) -> Order:
    """Somebody has shown that the address of the basket is theirs; prices it again. Raises `RefusedError` if it has another one."""
    order = locked_basket(order)
    if not order.email or email.strip().lower() != order.email:
        raise RefusedError("The order has another address now.")
    order.email_confirmed_at = order.email_confirmed_at or now
    order.save(update_fields=["email_confirmed_at"])
    price_again(order, now)
    return order


def price_again(order: Order, now: datetime) -> None:
    """Prices each place for whoever comes, and what is no place for whoever orders. What is against who comes is said elsewhere."""
    look_at_cards(order)
    lines = [line for line in LINES(order.pk, order=order) if line.varies or line.product_id is not None]
    if not lines:
        return
    rows = Ticket.objects.filter(pk__in={line.place.ticket_id for line in lines if line.place})
    tickets = {ticket.pk: ticket for ticket in rows.with_prices()}
    standings = standings_of_lines(order, lines, now)
    for line in lines:
        if line.product is not None:
            pence = price_for(line.product, standings[line.pk])
        else:
            pence = price_of(tickets[line.place.ticket_id], standings[line.pk])
        if pence != line.pence:
            OrderLine.objects.filter(pk=line.pk).update(pence=pence)
