"""What is asked of the card provider, Stripe, and what it says: the one module that knows its words."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import stripe
from django.conf import settings

SECONDS = 10  # that one question may take
TRIES = 2  # more, each with the same idempotency key
TOLERANCE = 300  # seconds that a signature is good for
CURRENCY = "gbp"


class ProviderError(Exception):
    """The provider could not be asked, or refused. `is_refusal`: asked again it would refuse again. `is_missing`: it knows no such number."""

    def __init__(self, words: str, *, is_refusal: bool = False, is_missing: bool = False) -> None:
        super().__init__(words)
        self.is_refusal = is_refusal
        self.is_missing = is_missing


class ForgedError(Exception):
    """What came is not from the provider, is too old, or makes no sense."""


@dataclass(frozen=True)
class Page:
    """A page for payment as the provider describes it. `key` is ours (`CardSession.key`); `payment` names the payment once there is one."""

    id: str
    key: str
    url: str
    is_open: bool
    is_paid: bool
    is_expired: bool
    pence: int
    payment: str


@dataclass(frozen=True)
class Refund:
    """Money that goes back. `key` is ours (`CardRefund.key`); `has_failed`: it did not arrive, and is with us again."""

    id: str
    key: str
    payment: str
    pence: int
    has_failed: bool


@dataclass(frozen=True)
class Told:
    """Something that the provider tells: what has happened, and to what."""

    kind: str
    thing: Mapping[str, Any]


@contextmanager
def _client() -> Iterator[stripe.StripeClient]:
    """Whoever asks the provider. Raises `ProviderError` for whatever it does not answer well."""
    http = stripe.RequestsClient(timeout=SECONDS)
    client = stripe.StripeClient(
        settings.STRIPE_SECRET_KEY,
        base_addresses={"api": settings.STRIPE_API_BASE},
        max_network_retries=TRIES,
        http_client=http,
    )
    try:
        yield client
    except stripe.StripeError as error:
        is_refusal = isinstance(error, stripe.InvalidRequestError)
        raise ProviderError(
            str(error), is_refusal=is_refusal, is_missing=error.code == "resource_missing"
        ) from error
    finally:
        http.close()


def open_page(
    *,
    key: str,
    reference: str,
    email: str,
    lines: tuple[tuple[str, int], ...],
    ends_at: datetime,
    paid: str,
    back: str,
) -> Page:
    """Makes a page on which these lines are paid; asked again with the same key, it is the same page. Raises `ProviderError`.

    `paid` and `back` are the addresses to which it leads after the payment, and without one. Cards alone: what a bank confirms days later
    would have to keep a place for days.
    """
    with _client() as client:
        made = client.v1.checkout.sessions.create(
            {
                "mode": "payment",
                "payment_method_types": ["card"],
                "customer_email": email,
                "metadata": {"session": key},
                "payment_intent_data": {"description": reference, "metadata": {"session": key}},
                "line_items": [
                    {
                        "quantity": 1,
                        "price_data": {
                            "currency": CURRENCY,
                            "unit_amount": pence,
                            "product_data": {"name": what},
                        },
                    }
                    for what, pence in lines
                ],
                "expires_at": int(ends_at.timestamp()),
                "success_url": paid,
                "cancel_url": back,
                "locale": "en-GB",
            },
            {"idempotency_key": f"page-{key}"},
        )
    return page_of(made.to_dict())


def ask_page(number: str) -> Page:
    """A page as it is now. Raises `ProviderError`."""
    with _client() as client:
        return page_of(client.v1.checkout.sessions.retrieve(number).to_dict())


def close_page(number: str) -> Page:
    """Closes a page, so that nothing can be paid on it, and gives it as it is then: somebody may have paid before. Raises `ProviderError`."""
    with _client() as client:
        try:
            return page_of(client.v1.checkout.sessions.expire(number).to_dict())
        except stripe.InvalidRequestError:
            return page_of(client.v1.checkout.sessions.retrieve(number).to_dict())


def pay_back(*, payment: str, pence: int, key: str) -> Refund:
    """Sends money of a payment back to the card; asked again with the same key, it is the same refund. Raises `ProviderError`."""
    with _client() as client:
        made = client.v1.refunds.create(
            {"payment_intent": payment, "amount": pence, "metadata": {"refund": key}},
            {"idempotency_key": f"refund-{key}"},
        )
    return refund_of(made.to_dict())


def refunds_of(payment: str) -> list[Refund]:
    """All that went back of a payment. Raises `ProviderError`."""
    with _client() as client:
        listed = client.v1.refunds.list({"payment_intent": payment, "limit": 100})
        return [refund_of(one.to_dict()) for one in listed.auto_paging_iter()]


def told(body: bytes, signature: str) -> Told:
    """What a message of the provider's says. Raises `ForgedError` if it was not signed with our secret within the last five minutes."""
    try:
        event = stripe.Webhook.construct_event(body, signature, settings.STRIPE_WEBHOOK_SECRET, TOLERANCE)
        return Told(str(event["type"]), event["data"]["object"].to_dict())
    except (stripe.SignatureVerificationError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ForgedError(str(error)) from error


def page_of(thing: Mapping[str, Any]) -> Page:
    """A page from the provider's words."""
    return Page(
        id=thing["id"],
        key=(thing.get("metadata") or {}).get("session", ""),
        url=thing.get("url") or "",
        is_open=thing.get("status") == "open",
        is_paid=thing.get("payment_status") == "paid" and thing.get("currency") == CURRENCY,
        is_expired=thing.get("status") == "expired",
        pence=thing.get("amount_total") or 0,
        payment=thing.get("payment_intent") or "",
    )


def refund_of(thing: Mapping[str, Any]) -> Refund:
    """A refund from the provider's words."""
    return Refund(
        id=thing["id"],
        key=(thing.get("metadata") or {}).get("refund", ""),
        payment=thing.get("payment_intent") or "",
        pence=thing.get("amount") or 0,
        has_failed=thing.get("status") in ("failed", "canceled"),
    )
