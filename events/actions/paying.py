"""Payment by card: a page of the provider's is made for an order, closed when it no longer fits, and what comes of it is booked.

The provider is never asked within a transaction: a pool, or on SQLite the whole database, would wait for its answer.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from events import provider
from events.actions.baskets import locked, refuse_unless
from events.actions.ordering import pay
from events.actions.taking import lines_to_order, refuse_without_answers, take
from events.mail import basket_address, order_address, paid_address
from events.models import CardSession, CardState, Method, Order, OrderState
from events.paying import bill, takes_cards
from events.provider import Page, ProviderError
from events.rules.ordering import NOTHING_CAN_BE_PAID, refusal_of_change
from events.rules.paying import (
    ASK_AGAIN,
    ASK_SOON,
    LOST,
    end_of_page,
    kept_until,
    refusal_of_card,
    refusal_of_time,
)
from portal.members.actions import RefusedError

logger = logging.getLogger(__name__)
NOT_NOW = "Payment by card cannot be reached just now. Nothing has been paid. Try again in a minute, or choose another way to pay."


def start(*, order: Order, now: datetime, seen: str | None = None) -> str:
    """The address of the provider's page on which an order is to be paid; the same one as long as there is the same to be paid.

    The places of a basket are kept until that page ends; further pages do not keep them for longer. Of an order that has been placed
    it is what is still to be paid. `seen`: what of a basket whoever orders was shown (`rules.ordering.shown_as`). Raises `RefusedError`.
    """
    refuse_unless(None if takes_cards() else NOTHING_CAN_BE_PAID)
    try:
        close_stale(order.pk, now)
        session = _prepare(order, now, seen)
        return session.url or _opened(session)
    except ProviderError as error:
        logger.warning("No page for payment of order %s: %s", order.pk, error)
        raise RefusedError(NOT_NOW) from error


@transaction.atomic
def _prepare(order: Order, now: datetime, seen: str | None) -> CardSession:
    """The row of the page on which an order can be paid; a new one if there is none."""
    order = locked(order)
    wanted = bill(order)
    refuse_unless(refusal_of_card(wanted.pence))
    if order.state == OrderState.OPEN:
        lines, until = lines_to_order(order, now), kept_until(now, order.pays_until)
        refuse_unless(refusal_of_change(((line.pk, line.pence) for line in lines), seen))
        refuse_without_answers(order, lines)
        take(lines, now, until)
    else:
        refuse_unless("This order has been cancelled." if order.state == OrderState.CANCELLED else None)
        until = end_of_page(now)
    Order.objects.filter(pk=order.pk).update(pays_until=until)
    known = CardSession.objects.filter(order=order, state=CardState.OPEN).first()
    if known is not None:
        refuse_unless(None if known.content == wanted.content else "Your order has changed. Try again.")
        return known
    if order.state == OrderState.OPEN:
        refuse_unless(refusal_of_time(until, now))
    return CardSession.objects.create(
        order=order,
        pence=wanted.pence,
        content=wanted.content,
        made_at=now,
        asked_at=now,
        ends_at=end_of_page(now),
    )


def _opened(session: CardSession) -> str:
    """Has the provider make the page, and gives its address. Raises `ProviderError`; then there is no page."""
    order = session.order
    try:
        page = provider.open_page(
            key=str(session.key),
            reference=str(order),
            email=order.email,
            lines=bill(order).lines,
            ends_at=session.ends_at,
            paid=paid_address(order.key),
            back=basket_address() if order.state == OrderState.OPEN else order_address(order.key),
        )
    except ProviderError:
        # Nobody has its address, so nothing can be paid there even if it has come about.
        CardSession.objects.filter(pk=session.pk, provider_id=None).update(state=CardState.ENDED)
        raise
    CardSession.objects.filter(pk=session.pk).update(provider_id=page.id, url=page.url)
    return page.url


@transaction.atomic
def book_page(*, page: Page, now: datetime, has_failed: bool = False) -> bool:
    """Writes down what has become of a page. Whether it is one of ours.

    It may be told twice, late, and in any order: what was paid is booked once, and what is paid stays paid. `has_failed`: the bank
    has said no. If the places have gone meanwhile, `pay` leaves the money to an organiser.
    """
    sessions = CardSession.objects.select_related("order")
    session = sessions.filter(provider_id=page.id).first() or find_session_of(page.key)
    if session is None or session.provider_id not in (None, page.id):
        return False
    order = locked(session.order)
    session.refresh_from_db()
    if session.state == CardState.PAID:
        return True
    if page.is_paid:
        pay(order=order, method=Method.CARD, pence=page.pence, reference=page.payment, now=now)
        session.state = CardState.PAID
    elif page.is_expired or has_failed:
        session.state = CardState.ENDED
    elif not page.is_open and session.state == CardState.OPEN:
        session.state = CardState.WAITING
    session.provider_id = page.id
    session.save(update_fields=["state", "provider_id"])
    return True


def find_session_of(key: str) -> CardSession | None:
    """The row with our key of a page, as the provider gives it back."""
    try:
        return CardSession.objects.select_related("order").filter(key=UUID(key)).first()
    except ValueError:
        return None


def look_again(session: CardSession, now: datetime) -> None:
    """Asks the provider about a page at once. Raises `ProviderError`."""
    if session.provider_id is not None:
        _ask(session, provider.ask_page, now)


def close_stale(order: int, now: datetime | None = None) -> None:
    """Closes the page of an order, by its primary key, if it no longer fits. Raises `ProviderError` if it cannot be closed just now."""
    now = now or timezone.now()
    for session in CardSession.objects.filter(order=order, state=CardState.OPEN).select_related("order"):
        if _is_stale(session, now):
            _close(session, now)


def _is_stale(session: CardSession, now: datetime) -> bool:
    """Whether nothing should be paid on a page any more: something else is to be paid, or the time of the places is up."""
    order = session.order
    if session.provider_id is None:
        return now >= session.made_at + LOST
    if now >= session.ends_at:
        return True
    if order.state == OrderState.OPEN and (order.pays_until is None or now >= order.pays_until):
        return True
    return order.state == OrderState.CANCELLED or session.content != bill(order).content


def _close(session: CardSession, now: datetime) -> None:
    if session.provider_id is None:
        CardSession.objects.filter(pk=session.pk, provider_id=None).update(state=CardState.ENDED)
        return
    _ask(session, provider.close_page, now)


def ask_provider(now: datetime | None = None) -> int:
    """Asks the provider what has become of pages of which it has told nothing, and closes those that no longer fit. Gives how many.

    Its own word may be late or lost. Killed in the middle it goes on the next time.
    """
    now = now or timezone.now()
    if not takes_cards():
        return 0
    done = 0
    for session in _to_ask(now):
        try:
            if session.state == CardState.OPEN and _is_stale(session, now):
                _close(session, now)
            elif session.provider_id is not None:
                _ask(session, provider.ask_page, now)
        except ProviderError as error:
            logger.warning("Page %s for payment: %s", session.pk, error)
            continue
        done += 1
    return done


def _to_ask(now: datetime) -> QuerySet[CardSession]:
    """Pages of which nothing was heard for some minutes, and those of baskets whose time is up."""
    asked_long_ago = Q(asked_at__lte=now - ASK_AGAIN)
    over = Q(order__state=OrderState.OPEN, order__pays_until__lte=now) | Q(ends_at__lte=now)
    found = CardSession.objects.filter(state__in=(CardState.OPEN, CardState.WAITING))
    found = found.filter(asked_long_ago | over & Q(state=CardState.OPEN))
    return found.select_related("order").order_by("asked_at")[:100]


def _ask(session: CardSession, question: Callable[[str], Page], now: datetime) -> None:
    """Asks about one page and writes down the answer; one of which the provider knows nothing has ended. Raises `ProviderError`."""
    CardSession.objects.filter(pk=session.pk).update(asked_at=now)
    try:
        page = question(session.provider_id)
    except ProviderError as error:
        if not error.is_missing:
            raise
        CardSession.objects.filter(pk=session.pk, state=CardState.OPEN).update(state=CardState.ENDED)
        return
    book_page(page=page, now=now)


def ask_about(*, order: Order, now: datetime) -> None:
    """Asks the provider about the pages of an order, at most every ten seconds. Whoever waits for their payment asks for it."""
    sessions = CardSession.objects.filter(order=order, state__in=(CardState.OPEN, CardState.WAITING))
    for session in sessions.exclude(provider_id=None).filter(asked_at__lte=now - ASK_SOON):
        try:
            _ask(session, provider.ask_page, now)
        except ProviderError as error:
            logger.warning("Page %s for payment: %s", session.pk, error)
