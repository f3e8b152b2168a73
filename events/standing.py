"""The standing of people at a moment, read from memberships and confirmed appointments: in a fixed number of queries for many."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from allauth.account.models import EmailAddress
from django.utils import timezone

from events.models import Order, Ticket
from events.rules.tickets import NOBODY, Standing, depends_on_standing
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
