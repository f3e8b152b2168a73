"""Money goes back: through the card provider, or as somebody has done by hand. Each sum once, and never more than came in."""

import logging
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from events import provider
from events.actions.baskets import locked, refuse_unless
from events.actions.ordering import pay, record
from events.actions.telling import tell_of_failed_refund
from events.models import CardRefund, Method, Order, Payment, RefundState
from events.orders import by_card, on_its_way
from events.paying import paid, takes_cards
from events.provider import ProviderError, Refund
from events.rules.paying import LOST, refusal_to_refund
from events.rules.words import pounds
from portal.members.actions import RefusedError
from portal.members.models import User

logger = logging.getLogger(__name__)


def refund(
    *, order: Order, pence: int, by: User, reason: str, through_provider: bool, key: str, now: datetime
) -> None:
    """Pays money of an order back: through the provider to the card, or as done by hand. `key` is that of the form: once for each.

    Raises `RefusedError`: it is more than was paid, there are no words, or the provider cannot be reached. Whatever it was asked for
    it may still do: what is on its way stays so, and is asked about again.
    """
    if not through_provider:
        _by_hand(order, pence, by, reason, key, now)
        return
    refuse_unless(
        None if takes_cards() else "The keys of the card provider are not set. Pay it back by hand."
    )
    for row in _prepare(order, pence, by, reason, key, now):
        try:
            _carry_out(row, now)
        except ProviderError as error:
            logger.warning("Refund %s: %s", row.pk, error)
            raise RefusedError(_words(row)) from error


@transaction.atomic
def _by_hand(order: Order, pence: int, by: User, reason: str, key: str, now: datetime) -> None:
    order = locked(order)
    if Payment.objects.filter(order=order, reference=f"by-hand:{key}").exists():
        return
    left = paid(order) - on_its_way(order)
    refuse_unless(_refusal_of_reason(reason), refusal_to_refund(pence, left, most=left))
    pay(
        order=order,
        method=Method.INVOICE,
        pence=-pence,
        reference=f"by-hand:{key}",
        now=now,
        by=by,
        note=reason.strip(),
    )


@transaction.atomic
def _prepare(order: Order, pence: int, by: User, reason: str, key: str, now: datetime) -> list[CardRefund]:
    """A row for each card payment from which some of it goes back; those that are there already if the form comes twice."""
    order = locked(order)
    known = CardRefund.objects.filter(payment__order=order, key__startswith=f"{key}:")
    if known.exists():
        return list(known.filter(state=RefundState.ASKED))
    sources = by_card(order)
    most = sum(left for _, left in sources)
    refuse_unless(
        _refusal_of_reason(reason), refusal_to_refund(pence, paid(order) - on_its_way(order), most=most)
    )
    rows, rest = [], pence
    for payment, left in sources:
        part = min(rest, left)
        rest -= part
        if part:
            rows.append(
                CardRefund.objects.create(
                    payment=payment,
                    key=f"{key}:{payment.pk}",
                    pence=part,
                    reason=reason.strip(),
                    by=by,
                    made_at=now,
                )
            )
    record("payment.refund-asked", order, by=by, now=now, reason=reason, details={"pence": pence})
    return rows


def _carry_out(row: CardRefund, now: datetime) -> None:
    """Asks the provider for a refund, and books it. Asked again it is the same one. Raises `ProviderError`."""
    try:
        made = provider.pay_back(payment=row.payment.reference, pence=row.pence, key=row.key)
    except ProviderError as error:
        if error.is_refusal:
            CardRefund.objects.filter(pk=row.pk).update(state=RefundState.REFUSED)
            row.state = RefundState.REFUSED
        raise
    book_refund(refund=made, now=now)


@transaction.atomic
def book_refund(*, refund: Refund, now: datetime) -> bool:
    """Writes down a refund that the provider tells of, whoever asked for it. Whether its payment is one of ours.

    It is booked once, however often it is told. One that did not arrive is booked back, once, and an organiser has to look at it.
    """
    payment = Payment.objects.filter(reference=refund.payment, pence__gt=0).select_related("order").first()
    if payment is None:
        return False
    order = locked(payment.order)
    asked = CardRefund.objects.filter(payment=payment, key=refund.key).first()
    values = {"order": order, "method": Method.CARD, "now": now, "of": payment}
    note = asked.reason if asked else "Paid back at the provider"
    pay(
        pence=-refund.pence,
        reference=refund.id,
        note=note,
        by=asked.by if asked else None,
        arrived=not refund.has_failed,
        **values,
    )
    if refund.has_failed:
        back = pay(pence=refund.pence, reference=f"{refund.id}:failed", note="It did not arrive", **values)
        tell_of_failed_refund(back)
        words = f"{pounds(refund.pence)} were paid back and did not arrive. Pay them back in another way."
        Order.objects.filter(pk=order.pk).update(trouble=words)
    if asked is not None:
        asked.state = RefundState.FAILED if refund.has_failed else RefundState.DONE
        asked.save(update_fields=["state"])
    return True


def ask_provider(now: datetime | None = None) -> int:
    """Asks once more for refunds of which the provider's answer was lost. Gives how many were booked."""
    now = now or timezone.now()
    if not takes_cards():
        return 0
    done = 0
    rows = CardRefund.objects.filter(state=RefundState.ASKED, made_at__lte=now - LOST)
    for row in rows.select_related("payment").order_by("pk")[:100]:
        try:
            _carry_out(row, now)
        except ProviderError as error:
            logger.warning("Refund %s: %s", row.pk, error)
            continue
        done += 1
    return done


def _refusal_of_reason(reason: str) -> str | None:
    return None if reason.strip() else "Write why it is paid back."


def _words(row: CardRefund) -> str:
    if row.state == RefundState.REFUSED:
        return (
            "The provider refuses to pay this back. Look at the payment on its pages, or pay it back by hand."
        )
    return "The provider cannot be reached just now. It is asked again by itself: look here in some minutes before you do anything else."
