"""Who may have which ticket, when, and for what price. Prices are whole pence, with VAT."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from events.models import EventPage, Price, Ticket, Whom
from events.rules.words import moment, pounds
from portal.members.models import Role


@dataclass(frozen=True)
class Standing:
    """What counts of a person at a moment: whether they are a member of the association, and their confirmed roles."""

    is_member: bool = False
    roles: frozenset[str] = frozenset()


# Of whom nothing is known, and who is therefore given nothing that is for some only.
NOBODY = Standing()
FREE = "Free"
ROLES = {
    Role.CLINICAL_DIRECTOR: "clinical directors",
    Role.APPOINTED: "people appointed to be clinical director",
    Role.LEADING_CREATION: "people leading the creation of a network",
    Role.OTHER: "people with another role in a network",
}


def is_for(whom: str, role: str, standing: Standing) -> bool:
    """Whether a ticket or a price for `whom`, and for `role` if it is for one, is for a person of that standing."""
    return {
        Whom.ANYONE: True,
        Whom.MEMBERS: standing.is_member,
        Whom.NON_MEMBERS: not standing.is_member,
        Whom.ROLE: role in standing.roles,
    }[Whom(whom)]


def depends_on_standing(ticket: Ticket) -> bool:
    """Whether it matters who somebody is for whether they may have a ticket, and for what it costs them."""
    return any(one.whom != Whom.ANYONE for one in (ticket, *ticket.prices.all()))


def whom_words(whom: str, role: str) -> str:
    """Whom a ticket or a price is for, in words: “members of the association”, “clinical directors”."""
    return ROLES[Role(role)] if whom == Whom.ROLE else Whom(whom).label[0].lower() + Whom(whom).label[1:]


def closes_at(event: EventPage) -> datetime | None:
    """From which moment on an event cannot be booked: the earliest of where booking ends and where the event begins."""
    return min(filter(None, [event.book_until, event.starts_at]), default=None)


def refusal_of_event(event: EventPage, now: datetime) -> str | None:
    """Why an event cannot be booked at all now; `None` if it can."""
    if event.cancelled_at is not None and event.cancelled_at <= now:
        return f"{event.title} has been called off."
    if not event.live:
        return f"{event.title} cannot be booked here now."
    if event.provider_url:
        return f"{event.title} is booked with {event.provider}."
    if event.starts_at is not None and event.starts_at <= now:
        return f"{event.title} has begun."
    if event.book_until is not None and event.book_until <= now:
        return f"Booking for {event.title} closed at {moment(event.book_until)}."
    return None


def refusal_of_person(ticket: Ticket, standing: Standing) -> str | None:
    """Why a ticket is not for a person who wants to wait or to ask for a place with it; `None` if it is."""
    if is_for(ticket.whom, ticket.role, standing):
        return None
    refusal = f"The ticket “{ticket.name}” is for {whom_words(ticket.whom, ticket.role)}."
    if ticket.whom == Whom.ROLE:
        return f"{refusal} If you are one, sign in, and have your role confirmed in your profile."
    if ticket.whom == Whom.MEMBERS:
        return f"{refusal} If you are one, sign in, and add your membership number to your profile."
    return f"{refusal} There are other tickets for members."


def refusal_of_attendee(ticket: Ticket, standing: Standing, email: str) -> str | None:
    """Why whoever has an address cannot come with a ticket; `None` if they can. `standing`: what is known of the address."""
    whom = whom_words(ticket.whom, ticket.role)
    if not is_for(ticket.whom, ticket.role, standing):
        if ticket.whom == Whom.NON_MEMBERS:
            return f"The ticket “{ticket.name}” is for {whom}. {email} is the address of a member."
        first = "have their role confirmed" if ticket.whom == Whom.ROLE else "add their membership number"
        return (
            f"The ticket “{ticket.name}” is for {whom}. Nobody is known here as one by the address {email}. "
            f"Enter the address of their account, or ask them to {first} in their profile first."
        )
    if lowest_price(ticket.prices.all(), standing) is None:
        return f"There is no price for {email} for the ticket “{ticket.name}”. Write to the organisers."
    return None


def refusal_to_pass_on(ticket: Ticket, pence: int, before: Standing, after: Standing) -> str | None:
    """Why a place that cost so much cannot go from somebody of one standing to somebody of another; `None` if it can.

    It may go to whoever pays as much today, or less; if nobody does, because prices have changed since, to whoever would pay no
    more than whoever has it. Whether the ticket is for them is `refusal_of_attendee`.
    """
    if ticket.needs_approval:
        return f"Organisers decide about each place with the ticket “{ticket.name}”. Write to them."
    prices = list(ticket.prices.all())
    had, has = (lowest_price(prices, one) for one in (before, after))
    is_of_today = any(price.pence == pence for price in prices)
    limit = pence if is_of_today or had is None else max(pence, had)
    if has is not None and has > limit:
        return (
            f"The place was booked at a price that is not for them: theirs is {pounds(has)}, not {pounds(pence)}. "
            "Give it back and book another one, or write to the organisers."
        )
    return None


def refusal_of_moment(ticket: Ticket, now: datetime) -> str | None:
    """Why a ticket is not to be had now, or not yet; `None` if it is. It is from its first moment until its last, half-open."""
    if ticket.from_at is not None and now < ticket.from_at:
        return f"The ticket “{ticket.name}” is to be had from {moment(ticket.from_at)}."
    if ticket.until_at is not None and now >= ticket.until_at:
        return f"The ticket “{ticket.name}” was to be had until {moment(ticket.until_at)}."
    return None


def refusal_to_apply(ticket: Ticket, event: EventPage, standing: Standing, now: datetime) -> str | None:
    """Why a person of that standing cannot ask for a place with a ticket now, whether or not there are any; `None` if they can."""
    return (
        refusal_of_event(event, now) or refusal_of_moment(ticket, now) or refusal_of_person(ticket, standing)
    )


def refusal_to_take(ticket: Ticket, event: EventPage, now: datetime) -> str | None:
    """Why nobody can take a place with a ticket now, whether or not there are any; `None` if they can.

    Whom it is for is asked of whoever comes, once that is said (`refusal_of_attendee`): people book for colleagues.
    """
    refusal = refusal_of_event(event, now) or refusal_of_moment(ticket, now)
    if refusal is None and ticket.needs_approval:
        return f"Organisers decide about each place with the ticket “{ticket.name}”. Ask for one."
    return refusal


def refusal_to_wait(ticket: Ticket, event: EventPage, standing: Standing, now: datetime) -> str | None:
    """Why a person of that standing cannot wait for a place with a ticket now; `None` if they can: an offer keeps it from others."""
    return refusal_to_apply(ticket, event, standing, now) or refusal_to_take(ticket, event, now)


def lowest_price(prices: Iterable[Price], standing: Standing) -> int | None:
    """The lowest of a ticket's prices that are for a person, in pence with VAT; `None` if none is."""
    return min((price.pence for price in prices if is_for(price.whom, price.role, standing)), default=None)


def price_until_known(prices: Iterable[Price], standing: Standing) -> int | None:
    """What a place costs before it is said who comes: the price of whoever orders, or the dearest if none is for them, in pence.

    `None` if the ticket has no price at all.
    """
    known = list(prices)
    own = lowest_price(known, standing)
    return max((price.pence for price in known), default=None) if own is None else own


def vat_within(pence: int, percent: int) -> int:
    """The VAT in a price that contains it, in whole pence: the part `percent` / (100 + `percent`), of each line by itself, rounded
    to the nearest penny with halves up (HMRC, VAT Notice 700, 17.5.1). The VAT of an order is the sum of that of its lines.
    """
    whole = 100 + percent
    return (2 * pence * percent + whole) // (2 * whole)


def price_words(pence: int, percent: int) -> str:
    """A price with the VAT in it: “£120, with £20 VAT”, “£40, without VAT”, “Free”."""
    if not pence:
        return FREE
    return f"{pounds(pence)}, " + (
        f"with {pounds(vat_within(pence, percent))} VAT" if percent else "without VAT"
    )
