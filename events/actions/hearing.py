"""What the card provider tells of pages and refunds, by the kind of its message. Others are of no interest."""

from collections.abc import Callable
from datetime import datetime

from events import provider
from events.actions.paying import book_page, find_session_of, look_again
from events.actions.refunds import book_refund
from events.models import Payment
from events.provider import Told, page_of, refund_of


def hear(message: Told, now: datetime) -> None:
    """Does what a message is about. Raises `ProviderError` if the provider has to be asked and does not answer: it then tells again."""
    do = KINDS.get(message.kind)
    if do is not None:
        do(message, now)


def _page(message: Told, now: datetime) -> None:
    book_page(page=page_of(message.thing), now=now)


def _page_failed(message: Told, now: datetime) -> None:
    book_page(page=page_of(message.thing), now=now, has_failed=True)


def _refund(message: Told, now: datetime) -> None:
    book_refund(refund=refund_of(message.thing), now=now)


def _refunded(message: Told, now: datetime) -> None:
    """A payment that went back in part or whole: the message does not say by which refunds, so the provider is asked.

    It may come before the message of the payment itself: then that is asked about first.
    """
    payment = message.thing.get("payment_intent") or ""
    if not Payment.objects.filter(reference=payment).exists():
        session = find_session_of((message.thing.get("metadata") or {}).get("session", ""))
        if session is None:
            return
        look_again(session, now)
    for refund in provider.refunds_of(payment):
        book_refund(refund=refund, now=now)


KINDS: dict[str, Callable[[Told, datetime], None]] = {
    "checkout.session.completed": _page,
    "checkout.session.async_payment_succeeded": _page,
    "checkout.session.async_payment_failed": _page_failed,
    "checkout.session.expired": _page,
    "charge.refunded": _refunded,
    "refund.created": _refund,
    "refund.updated": _refund,
    "refund.failed": _refund,
}
