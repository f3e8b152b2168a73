"""Pools and tickets: made, changed, and taken away while nobody has anything of them."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q

from events.actions.baskets import refuse_unless
from events.actions.settling import lock_and_settle, settle
from events.models import LIVE, EventPage, PlaceState, Pool, Price, Ticket
from events.rules.places import refusal_of_size
from portal.members import audit
from portal.members.models import User


@transaction.atomic
def add_pool(*, event: EventPage, name: str, size: int, offer_hours: int, by: User, now: datetime) -> Pool:
    """Gives an event places. Raises `RefusedError` if it has a pool of that name."""
    refuse_unless(_refusal_of_name(event.pk, name))
    pool = Pool.objects.create(event=event, name=name.strip(), size=size, offer_hours=offer_hours)
    _record("pool.added", pool, by, now, {"after": size})
    return pool


@transaction.atomic
def change_pool(*, pool: Pool, name: str, size: int, offer_hours: int, by: User, now: datetime) -> None:
    """Renames a pool, gives it another size, and says how long offers of its places last from now on. Raises `RefusedError`."""
    refuse_unless(_refusal_of_name(pool.event_id, name, pool))
    before = Pool.objects.get(pk=pool.pk).size
    Pool.objects.filter(pk=pool.pk).update(name=name.strip(), offer_hours=offer_hours)
    if size != before:
        resize(pool=pool, size=size, by=by, now=now)


@transaction.atomic
def resize(*, pool: Pool, size: int, by: User | None, now: datetime, reason: str = "") -> None:
    """Gives a pool so many places; new ones are offered to those who wait. Raises `RefusedError` if more have been promised."""
    lock_and_settle([pool.pk], now)
    promised = Count("pk", filter=~Q(state=PlaceState.CONFIRMED))
    found = pool.places.filter(state__in=LIVE).aggregate(all=Count("pk"), promised=promised)
    refuse_unless(refusal_of_size(size, found["all"] - found["promised"], found["promised"]))
    before = Pool.objects.get(pk=pool.pk).size
    Pool.objects.filter(pk=pool.pk).update(size=size)
    _record("pool.resized", pool, by, now, {"before": before, "after": size}, reason)
    settle([pool.pk], now)


@transaction.atomic
def save_ticket(*, ticket: Ticket, prices: Mapping[tuple[str, str], int], by: User, now: datetime) -> Ticket:
    """Stores a kind of ticket with its prices in pence, by whom they are for. What has been ordered keeps its price."""
    is_new = ticket.pk is None
    ticket.save()
    ticket.prices.all().delete()
    Price.objects.bulk_create(
        Price(ticket=ticket, whom=whom, role=role, pence=pence) for (whom, role), pence in prices.items()
    )
    details = {f"{whom} {role}".strip(): pence for (whom, role), pence in prices.items()}
    _record(
        "ticket.added" if is_new else "ticket.changed",
        ticket.pool,
        by,
        now,
        {"ticket": ticket.name, **details},
    )
    return ticket


@transaction.atomic
def remove_ticket(*, ticket: Ticket, by: User, now: datetime) -> None:
    """Takes a kind of ticket away. Raises `RefusedError` if anybody has, had or waits for a place with it."""
    lock_and_settle([ticket.pool_id], now)
    used = ticket.places.exists() or ticket.waiting.exists()
    refuse_unless(
        "People have ordered this ticket or wait for it, so it stays. Give it an end, and nobody can take it from then on."
        if used
        else None
    )
    _record("ticket.removed", ticket.pool, by, now, {"ticket": ticket.name})
    ticket.delete()


@transaction.atomic
def remove_pool(*, pool: Pool, by: User, now: datetime) -> None:
    """Takes a pool away. Raises `RefusedError` while there are tickets for it, or if anybody ever had a place of it."""
    lock_and_settle([pool.pk], now)
    used = pool.tickets.exists() or pool.places.exists() or pool.waiting.exists()
    refuse_unless("Remove its tickets first. Places that people have or had stay." if used else None)
    _record("pool.removed", pool, by, now, {"before": pool.size})
    pool.delete()


def _refusal_of_name(event: int, name: str, pool: Pool | None = None) -> str | None:
    others = Pool.objects.filter(event=event, name__iexact=name.strip()).exclude(pk=pool.pk if pool else None)
    return "There are places of that name already. Choose another name." if others.exists() else None


def _record(
    action: str, pool: Pool, by: User | None, now: datetime, details: dict[str, int | str], reason: str = ""
) -> None:
    audit.record(
        action,
        now=now,
        by=by,
        subject=f"pool:{pool.pk}",
        subject_name=f"{pool.event.title}: {pool.name}",
        reason=reason,
        details=details,
    )
