"""Gives certificates of attendance to whoever has earned one, and withdraws them."""

import secrets
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from events.actions.attending import locked_place
from events.addresses import Use, address_for
from events.models import Answered, Attendance, Certificate, Place, PlaceState
from events.people import arrangements_of, has_attended
from events.rules.certificates import GIVEN_FOR, LENGTH, code_from, cpd, refusal_to_give
from portal.members import mail

BATCH = 500


def give_due(now: datetime | None = None) -> int:
    """Gives everybody a certificate who has earned one and has none, and sends it. Gives how many these were.

    Each is a transaction of its own, so that it can be killed and run by any number of workers at once.
    """
    now = now or timezone.now()
    held = Q(pool__event__arrangements__isnull=True) | Q(pool__event__arrangements__gives_certificates=True)
    asks_nothing = Q(pool__event__arrangements__isnull=True) | Q(
        pool__event__arrangements__needs_feedback=False
    )
    due = Place.objects.filter(
        held,
        asks_nothing | Exists(Answered.objects.filter(place=OuterRef("pk"))),
        Exists(Attendance.objects.filter(place=OuterRef("pk"))),
        ~Exists(Certificate.objects.filter(place=OuterRef("pk"), withdrawn_at=None)),
        state=PlaceState.CONFIRMED,
        pool__event__cancelled_at=None,
        pool__event__ends_at__lte=now,
        pool__event__ends_at__gt=now - GIVEN_FOR,
    ).exclude(Q(name="") | Q(email=""))
    places = list(due.order_by("pk")[:BATCH])
    return sum(give(place=place, now=now) is not None for place in places)


@transaction.atomic
def give(*, place: Place, now: datetime) -> Certificate | None:
    """Gives the certificate of a place if it is earned, and sends it once; one that was withdrawn counts again. `None` if not."""
    place = locked_place(place)
    event = place.pool.event
    refusal = refusal_to_give(
        event,
        arrangements_of(event),
        place.state,
        now,
        was_there=has_attended(place),
        has_answered=Answered.objects.filter(place=place).exists(),
    )
    if refusal or not place.name:
        return None
    values = {
        "name": place.name,
        "title": event.title,
        "starts_at": event.starts_at,
        "ends_at": event.ends_at,
        "cpd_minutes": event.cpd_minutes,
        "given_at": now,
        "withdrawn_at": None,
    }
    code = code_from(secrets.randbelow(2**30) for _ in range(LENGTH))
    made, is_new = Certificate.objects.get_or_create(place=place, defaults={**values, "code": code})
    if not is_new:
        if made.withdrawn_at is None:
            return None
        Certificate.objects.filter(pk=made.pk).update(**values)
        made.refresh_from_db()
    mail.send(
        template="event_certificate",
        to=place.email,
        context={
            "place": place,
            "event": event,
            "cpd": cpd(made),
            "link": address_for(place, Use.CERTIFICATE),
        },
        key=f"event-certificate:{made.pk}",
    )
    return made
