"""How an event is held: where people join, and what counts as having been there."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from events.models import Arrangements, EventPage, Pool
from portal.members import audit
from portal.members.models import User


@transaction.atomic
def arrange(
    *, event: EventPage, by: User, now: datetime, online_pools: Iterable[Pool], **fields: Any
) -> Arrangements:
    """Says how an event is held from now on; `fields` are those of `Arrangements`. The log says which of them, not what they are."""
    made, _ = Arrangements.objects.get_or_create(event=event)
    pools = {pool.pk for pool in online_pools}
    changed = [name for name, value in fields.items() if getattr(made, name) != value]
    if pools != set(made.online_pools.values_list("pk", flat=True)):
        made.online_pools.set(pools)
        changed.append("online_pools")
    for name, value in fields.items():
        setattr(made, name, value)
    made.save()
    if changed:
        audit.record(
            "event.arranged",
            now=now,
            by=by,
            subject=f"event:{event.pk}",
            subject_name=event.title,
            details={"changed": ", ".join(sorted(changed))},
        )
    return made
