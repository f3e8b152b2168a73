"""How long there is to pay by card, what can be paid so, and what can be paid back."""

from datetime import datetime, timedelta

from events.models import Method
from events.rules.words import moment, pounds

# Stripe keeps a page for payment open for 30 minutes at least (API reference, Checkout Session, `expires_at`). The minute beyond is for
# clocks that differ.
PAGE = timedelta(minutes=31)
# So that what is paid in the last second still finds its place.
GRACE = timedelta(minutes=2)
ENOUGH = timedelta(minutes=5)  # to type the numbers of a card
LEAST = 30  # pence; Stripe takes no smaller sum in pounds
ASK_AGAIN = timedelta(
    minutes=5
)  # after which the provider is asked about a page of which it has said nothing
ASK_SOON = timedelta(seconds=10)  # the same, when somebody waits for the answer
LOST = timedelta(seconds=30)  # after which nobody waits any more for a page that was asked for


def end_of_page(now: datetime) -> datetime:
    """Until when the provider's page takes a payment that is begun at `now`."""
    return now + PAGE


def kept_until(now: datetime, before: datetime | None) -> datetime:
    """Until when a basket's places are kept for whoever goes to pay at `now`.

    That is until the provider's page ends, once: `before` is until when they are kept for that already. A further page does not keep
    them for longer, so that nobody keeps places for ever by going to and fro; it is closed when their time is up.
    """
    return before if before is not None and now < before else now + PAGE + GRACE


def refusal_of_card(pence: int) -> str | None:
    """Why so much cannot be paid by card; `None` if it can."""
    if pence <= 0:
        return "There is nothing to pay."
    if pence < LEAST:
        return f"Less than {pounds(LEAST)} cannot be paid by card."
    return None


def refusal_of_time(until: datetime, now: datetime) -> str | None:
    """Why nobody should go to pay at `now` for places that are kept `until` a moment; `None` if there is time enough."""
    if until - now >= ENOUGH:
        return None
    return f"Your places are kept until {moment(until)}, which is too short to pay by card. Choose another way to pay, or choose your places anew."


def refusal_of_transfer(left: int, *, is_basket: bool) -> str | None:
    """Why no transfer can be written down for an order of which `left` pence are to be paid; `None` if one can."""
    if is_basket:
        return "This is a basket. Nobody has ordered it, so nobody can have paid it by transfer."
    if left < 1:
        return "Nothing is left to be paid of this order. If more came in, send it back from the account."
    return None


def refusal_to_refund(pence: int, paid: int, *, most: int) -> str | None:
    """Why so much cannot be paid back; `None` if it can. `paid` is what has come in and not gone back, `most` what of it can go back so."""
    if pence < 1:
        return "Enter a sum above nothing."
    if pence > paid:
        return f"{pounds(max(0, paid))} have been paid and not paid back. You cannot pay back more."
    if pence > most:
        return f"{pounds(most)} of it were paid by card, so no more can go back to a card. Pay the rest back by hand."
    return None


def way_back(method: str) -> str:
    """The way by which money goes back: “to the card that you paid with”, “by bank transfer”."""
    return "to the card that you paid with" if method == Method.CARD else "by bank transfer"


def money_back(to_pay: int, went: int, *, by_card: int, seller: str) -> tuple[str, ...]:
    """What whoever ordered reads of money that is `to_pay` back to them, and that `went` back; nothing if there is none.

    `by_card`: what of their payments by card can still go back to the card. `seller`: who pays it back, if that is known.
    """
    said = []
    if to_pay > 0:
        way = way_back(Method.CARD if by_card else Method.INVOICE)
        rest = ", and the rest by bank transfer" if 0 < by_card < to_pay else ""
        said += [
            f"{pounds(to_pay)} are to be paid back to you. {seller or 'Whoever sold it'} pays them back {way}{rest}.",
            "There is nothing that you have to do. We write to you once they have been paid back.",
        ]
    if went > 0:
        said.append(f"{pounds(went)} have been paid back to you.")
    return tuple(said)
