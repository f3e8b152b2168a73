"""The standing of people at a moment, read from memberships and confirmed appointments: in a fixed number of queries for many."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef
from django.utils import timezone

from events.models import Order, OrderLine, Price, Ticket, Whom
from events.rules.tickets import NOBODY, Standing, depends_on_standing, refusal_of_attendee
from portal.members.models import Appointment, MembershipPeriod, User


def standings(users: Iterable[int], now: datetime) -> dict[int, Standing]:
    """The standing of each person at `now`, by their primary keys: the day in London counts. Two queries."""
    users, today = list(users), timezone.localdate(now)
    members = set(
        MembershipPeriod.objects.current(today)
        .filter(membership__user__in=users)
        .values_list("membership__user", flat=True)
    )
    roles: dict[int, set[str]] = defaultdict(set)
    appointments = Appointment.objects.current(today).confirmed().filter(user__in=users)
    for user, role in appointments.values_list("user", "role"):
        roles[user].add(role)
    return {user: Standing(user in members, frozenset(roles[user])) for user in users}


def standing_of(user: User | None, now: datetime) -> Standing:
    """The standing of one person at `now`; of nobody, that of somebody who is not a member."""
    return NOBODY if user is None else standings([user.pk], now)[user.pk]


def standings_of_addresses(addresses: Iterable[str], now: datetime) -> dict[str, Standing]:
    """The standing of whoever has each e-mail address: that of the account that has it confirmed, else a non-member's.

    Three queries. The keys are the addresses in small letters. Whoever says that an address is theirs has to have shown it.
    """
    wanted = {address.lower() for address in addresses}
    # allauth keeps addresses in small letters.
    rows = EmailAddress.objects.filter(email__in=wanted, verified=True, user__is_active=True)
    users = dict(rows.values_list("email", "user"))
    of_users = standings(users.values(), now)
    return {address: of_users.get(users.get(address), NOBODY) for address in wanted}


def varies_with_who_comes() -> Exists:
    """For a query of lines: whether a place with the ticket costs some people something else than others."""
    return Exists(Price.objects.filter(ticket=OuterRef("place__ticket")).exclude(whom=Whom.ANYONE))


def is_known(order: Order) -> bool:
    """Whether somebody has shown who orders. Before, nobody is told what the portal knows of an address."""
    return order.user_id is not None or order.email_confirmed_at is not None


def standings_of_lines(order: Order, lines: Iterable[OrderLine], now: datetime) -> dict[int, Standing]:
    """Whose standing counts for each line, by its number: that of whoever comes, by their address, else of whoever orders.

    That of an address counts once it is known who orders. Five queries at most.
    """
    lines, own = list(lines), standing_of_order(order, now)
    named = {line.pk: line.place.email.lower() for line in lines if line.place and line.place.email}
    if not named:
        return {line.pk: own for line in lines}
    found = standings_of_addresses(named.values(), now) if is_known(order) else {}
    return {line.pk: found.get(named[line.pk], NOBODY) if line.pk in named else own for line in lines}


def refusals_of_attendees(order: Order, lines: Sequence[OrderLine], now: datetime) -> dict[int, str]:
    """Why whoever comes cannot, by the numbers of lines, which have `varies` (`varies_with_who_comes`) and their tickets.

    Nothing is said before it is known who orders. As long as nobody is named for a place, it is theirs. Six queries at most, and
    none where the tickets are for anyone at one price.
    """
    asked = [line for line in lines if line.place and (line.varies or line.place.ticket.whom != Whom.ANYONE)]
    if not asked or not is_known(order):
        return {}
    found = Ticket.objects.filter(pk__in={line.place.ticket_id for line in asked}).with_prices()
    tickets = {ticket.pk: ticket for ticket in found}
    standings = standings_of_lines(order, asked, now)
    refusals = {
        line.pk: refusal_of_attendee(
            tickets[line.place.ticket_id], standings[line.pk], line.place.email or order.email
        )
        for line in asked
    }
    return {pk: refusal for pk, refusal in refusals.items() if refusal}


def standing_of_order(order: Order, now: datetime, tickets: Iterable[Ticket] | None = None) -> Standing:
    """The standing of whoever orders: of their account, else of their address once it is confirmed, else a non-member's.

    With `tickets`, those that it is asked for: nothing is read if it does not matter for any of them.
    """
    if tickets is not None and not any(depends_on_standing(one) for one in tickets):
        return NOBODY
    if order.user_id is not None:
        return standings([order.user_id], now)[order.user_id]
    if order.email and order.email_confirmed_at is not None:
        return standings_of_addresses([order.email], now)[order.email.lower()]
    return NOBODY
