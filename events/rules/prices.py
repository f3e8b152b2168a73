"""What an event costs, and how many places are left, in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from events.models import Price, Whom
from events.rules.words import pounds


@dataclass(frozen=True)
class PriceFor:
    """A price of a ticket: whom it is for, and the pence."""

    whom: str
    pence: int


def pounds_or_free(pence: int) -> str:
    """“£95”, “£12.50”; nothing is “Free”."""
    return pounds(pence) if pence else "Free"


IN_SHORT = {Whom.ANYONE: "Everyone", Whom.MEMBERS: "Members", Whom.NON_MEMBERS: "Not members"}


def whom_in_short(price: Price) -> str:
    """“Members”, “Clinical director”: whom a price is for, beside it."""
    return IN_SHORT.get(price.whom) or price.get_role_display()


def in_words(offers: Iterable[PriceFor]) -> str:
    """“Free”, “£95”, “From £95”, “Free or from £30”, “Free for members, £30 for others”; nothing if nothing is known."""
    known = list(offers)
    if not known:
        return ""
    cheapest, dearest = min(offer.pence for offer in known), max(offer.pence for offer in known)
    if cheapest == dearest:
        return pounds_or_free(cheapest)
    open_to_others = [offer.pence for offer in known if offer.whom not in (Whom.MEMBERS, Whom.ROLE)]
    free_for = {offer.whom for offer in known if offer.pence == 0}
    if free_for == {Whom.MEMBERS} and open_to_others:
        rest = sorted(set(open_to_others))
        return f"Free for members, {'from ' * (len(rest) > 1)}{pounds_or_free(rest[0])} for others"
    if cheapest == 0:
        return f"Free or from {pounds_or_free(min(offer.pence for offer in known if offer.pence))}"
    return f"From {pounds_or_free(cheapest)}"


def places_in_words(left: int | None) -> str:
    """“1 place left”, “Full, with a waiting list”; nothing where nobody counts. `left` are places that one need not wait for."""
    if left is None:
        return ""
    if left == 0:
        return "Full, with a waiting list"
    return "1 place left" if left == 1 else f"{left:,} places left"
