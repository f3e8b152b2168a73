"""The size of a pool."""

from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q

from events.actions.baskets import refuse_unless
from events.actions.settling import lock_and_settle, settle
from events.models import LIVE, PlaceState, Pool
from events.rules.places import refusal_of_size
from portal.members import audit
from portal.members.models import User


@transaction.atomic
def resize(*, pool: Pool, size: int, by: User | None, now: datetime, reason: str = "") -> None:
    """Gives a pool so many places; new ones are offered to those who wait. Raises `RefusedError` if more have been promised."""
    lock_and_settle([pool.pk], now)
    promised = Count("pk", filter=~Q(state=PlaceState.CONFIRMED))
    found = pool.places.filter(state__in=LIVE).aggregate(all=Count("pk"), promised=promised)
    refuse_unless(refusal_of_size(size, found["all"] - found["promised"], found["promised"]))
    before = Pool.objects.get(pk=pool.pk).size
    Pool.objects.filter(pk=pool.pk).update(size=size)
    audit.record(
        "pool.resized",
        now=now,
        by=by,
        subject=f"pool:{pool.pk}",
        subject_name=f"{pool.event.title}: {pool.name}",
        reason=reason,
        details={"before": before, "after": size},
    )
    settle([pool.pk], now)
