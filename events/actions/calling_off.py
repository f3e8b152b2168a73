"""An event is called off: from that moment nobody can book, and then everybody who had a place is told and given it back."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_q.tasks import async_task

from events.actions.baskets import refuse_unless
from events.actions.ordering import take_back
from events.actions.settling import give_up, lock
from events.actions.telling import tell_of_called_off
from events.models import ENDS, EventPage, OrderLine, OrderState, Place, PlaceState, Waiting
from events.rules.calling_off import refusal_to_call_off
from events.rules.waiting import waits
from portal.members import audit
from portal.members.models import User
from portal.rows import in_pieces

UNTIL_FINISHED = timedelta(days=1)


@transaction.atomic
def call_off(*, event: EventPage, by: User, reason: str, now: datetime) -> None:
    """Calls an event off, for good. `reason` is what people are told. Raises `RefusedError` if it is over or called off already.

    Its places are given back one by one afterwards (`finish`), so that this takes a moment however many there are.
    """
    stored = EventPage.objects.select_for_update().get(pk=event.pk)
    refuse_unless(refusal_to_call_off(stored, now))
    stored.cancelled_at, stored.cancelled_why = now, reason.strip()
    stored.save(update_fields=["cancelled_at", "cancelled_why"])
    # Whoever has taken an offer into a basket and not ordered yet is told too, even if their time is up before `finish` comes.
    taken = Place.objects.filter(
        pool__event=event, state=PlaceState.HELD, waiting__isnull=False, expires_at__gt=now
    )
    taken.update(expires_at=now + UNTIL_FINISHED)
    audit.record(
        "event.called-off",
        now=now,
        by=by,
        subject=f"event:{event.pk}",
        subject_name=event.title,
        reason=reason,
    )
    transaction.on_commit(lambda: async_task("events.actions.calling_off.finish"), robust=True)


def finish(now: datetime | None = None) -> int:
    """Gives back every place of events that were called off, ends their waiting lists, and tells the people. Gives how many.

    Each is a transaction of its own: killed in the middle it goes on the next time, and nobody is told twice.
    """
    now = now or timezone.now()
    off = Q(place__pool__event__cancelled_at__lte=now)
    lines = OrderLine.objects.filter(off, cancelled_at=None, order__state=OrderState.PLACED)
    done = 0
    for line in in_pieces(lines):
        with transaction.atomic():
            done += take_back(line=line, now=now, tell=tell_of_called_off)
    return done + _end_queues(now)


def _end_queues(now: datetime) -> int:
    """Ends what is held, offered and waited for at events that were called off."""
    done = 0
    off = {"pool__event__cancelled_at__lte": now}
    rows = Waiting.objects.filter(state__in=waits(), **off).select_related("pool__event", "ticket")
    for one in rows.order_by("pk"):
        with transaction.atomic():
            lock([one.pool_id])
            if Waiting.objects.filter(pk=one.pk, state__in=waits()).update(state="gone"):
                give_up(one.places.filter(state__in=ENDS))
                tell_of_called_off(one)
                done += 1
    for pool in set(Place.objects.filter(state__in=ENDS, **off).values_list("pool", flat=True)):
        with transaction.atomic():
            lock([pool])
            accepted = Waiting.objects.filter(places__pool=pool, places__state=PlaceState.HELD)
            for one in accepted.select_related("pool__event").order_by("pk").distinct():
                tell_of_called_off(one)
                done += 1
            give_up(Place.objects.filter(pool=pool, state__in=ENDS))
    return done
