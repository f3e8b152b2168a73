"""The tickets of an event as somebody who books sees them: what each costs them, whether they can have it, and how many are left."""

from dataclasses import dataclass
from datetime import datetime

from events.models import EventPage, Ticket, Whom
from events.models.places import with_their_prices
from events.paying import ways_to_pay
from events.rules.holding import MOST_IN_BASKET, refusal_to_hold
from events.rules.ordering import NOTHING_CAN_BE_PAID
from events.rules.tickets import (
    Standing,
    is_for,
    price_until_known,
    price_words,
    refusal_to_apply,
    refusal_to_take,
    whom_words,
)
from events.rules.words import moment
from events.stock import Stock, stocks
from portal.prepared import Prepared

FEW = 10  # from here on it is said how many are left


@dataclass(frozen=True)
class Choice:
    """A ticket as it is offered to one person."""

    ticket: Ticket
    price: str
    others: tuple[str, ...]
    refusal: str | None
    stock: Stock
    can_apply: bool
    is_mine: bool

    @property
    def left(self) -> int:
        return self.stock.for_walk_ins

    def refusal_of(self, count: int) -> str | None:
        """Why there are not so many; `None` if there are."""
        return refusal_to_hold(self.ticket.name, count, self.left, is_awaited=self.stock.is_awaited)

    @property
    def whom(self) -> str:
        """Whom it is for, in words; empty if it is for anyone."""
        some = self.ticket.whom != Whom.ANYONE
        return whom_words(self.ticket.whom, self.ticket.role) if some else ""

    @property
    def varies(self) -> bool:
        """Whether what a place costs depends on who comes."""
        return bool(self.others)

    @property
    def is_asked_for(self) -> bool:
        """Whether organisers decide about it, and this person may ask them."""
        return self.ticket.needs_approval and self.can_apply

    @property
    def is_out(self) -> bool:
        """Whether all that one can do is wait."""
        return self.refusal is None and self.left == 0

    @property
    def can_be_taken(self) -> bool:
        """Whether this person can put places with it into a basket now."""
        return self.refusal is None and self.left > 0

    @property
    def most(self) -> int:
        return min(self.ticket.most, self.left, MOST_IN_BASKET)

    @property
    def counts(self) -> range:
        return range(self.most + 1)

    @property
    def left_words(self) -> str:
        """“3 left”, when there are few."""
        return f"{self.left} left" if 0 < self.left <= FEW else ""

    @property
    def until(self) -> str:
        return moment(self.ticket.until_at) if self.ticket.until_at else ""


TICKETS = Prepared(
    lambda event: Ticket.objects.filter(pool__event=event).select_related("pool").beside_prices()
)


def choices(event: EventPage, standing: Standing, now: datetime) -> list[Choice]:
    """Every ticket of an event for a person of that standing. Three queries at most."""
    tickets = with_their_prices(TICKETS(event.pk))
    found = stocks({ticket.pool_id for ticket in tickets}, now)
    for ticket in tickets:
        ticket.pool.event = event
    costs = any(price.pence for ticket in tickets for price in ticket.prices.all())
    can_be_paid = not costs or bool(ways_to_pay())
    return [
        _choice(ticket, event, standing, found[ticket.pool_id], now, can_be_paid=can_be_paid)
        for ticket in tickets
    ]


def _choice(
    ticket: Ticket, event: EventPage, standing: Standing, stock: Stock, now: datetime, *, can_be_paid: bool
) -> Choice:
    mine = price_until_known(ticket.prices.all(), standing)
    refused = refusal_to_apply(ticket, event, standing, now) if ticket.needs_approval else None
    refusal = refused or refusal_to_take(ticket, event, now)
    if refusal is None and mine is None:
        refusal = "There is no price yet for this ticket. Write to the organisers."
    if refusal is None and mine and not can_be_paid:
        refusal = NOTHING_CAN_BE_PAID
    others = tuple(
        f"{price_words(one.pence, ticket.vat_percent)} for {whom_words(one.whom, one.role)}"
        for one in ticket.prices.all()
        if one.pence != mine
    )
    price = price_words(mine, ticket.vat_percent) if mine is not None else ""
    is_mine = is_for(ticket.whom, ticket.role, standing)
    return Choice(ticket, price, others, refusal, stock, can_apply=refused is None, is_mine=is_mine)
