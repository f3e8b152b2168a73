"""Hands somebody on to what is on-line, in one browser at a time."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from events.actions.attending import locked_place
from events.actions.baskets import refuse_unless
from events.models import Joining, Place
from events.people import arrangements_of
from events.rules.joining import (
    BELONGS_FOR,
    door_of,
    is_used_elsewhere,
    refusal_of_browsers,
    refusal_of_door,
    used_elsewhere,
)
from portal.members.actions import RefusedError


class UsedElsewhere(RefusedError):
    """Another browser has the address; this one can take over."""


@transaction.atomic
def join(*, place: Place, browser: str, takes_over: bool, now: datetime) -> str:
    """Notes that somebody joins in a browser, and gives the provider's address.

    Raises `RefusedError`: it is not open, or it was used in too many browsers; and `UsedElsewhere` if another browser used it
    last and this one does not want to take over.
    """
    place = locked_place(place)
    event, arrangements = place.pool.event, arrangements_of(place.pool.event)
    refuse_unless(refusal_of_door(door_of(place, event, arrangements, now), event))
    last = place.joinings.last()
    if last is not None and last.browser == browser:
        Joining.objects.filter(pk=last.pk).update(times=F("times") + 1, last_at=max(now, last.at))
        return arrangements.provider_address
    lately = place.joinings.filter(last_at__gt=now - BELONGS_FOR)
    if last is not None and is_used_elsewhere(browser, last.browser, last.last_at, now) and not takes_over:
        raise UsedElsewhere(used_elsewhere(last.last_at))
    refuse_unless(refusal_of_browsers(lately.count()))
    Joining.objects.create(place=place, browser=browser, at=now, last_at=now)
    return arrangements.provider_address
