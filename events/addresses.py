"""The addresses that a person with a place has beside their ticket: each has a secret, made from the one of the ticket.

Nobody can tell the ticket from it, and it changes with the ticket when the place is passed on.
"""

import hashlib
from enum import StrEnum
from secrets import compare_digest

from django.conf import settings
from django.urls import reverse

from events.models import Arrangements, Place, PlaceState
from events.rules.joining import Coming, coming, is_joined


class Use(StrEnum):
    """What an address is for; also the name of its URL pattern."""

    JOIN = "join"
    FEEDBACK = "give_feedback"
    CERTIFICATE = "certificate"


def secret_of(place: Place, use: Use) -> str:
    """The secret of the place's address for that use."""
    return hashlib.sha256(f"{use}:{place.key}".encode()).hexdigest()[:32]


def path_to(place: Place, use: Use) -> str:
    """The address without the host."""
    return reverse(use, args=[place.pk, secret_of(place, use)])


def address_for(place: Place, use: Use) -> str:
    """The absolute address, for mails and calendars."""
    return settings.BASE_URL + path_to(place, use)


def place_behind(pk: int, secret: str, use: Use) -> Place | None:
    """The place whose address this is; `None` if it is none, or no longer is since the place was passed on."""
    place = Place.objects.select_related("ticket", "pool__event").filter(pk=pk).first()
    if place is None or not compare_digest(secret_of(place, use), secret):
        return None
    return place if place.state in (PlaceState.CONFIRMED, PlaceState.GONE) else None


def coming_with(place: Place) -> Coming:
    """How somebody with the place takes part: at the venue, on-line, or either. One query at most."""
    event = place.pool.event
    pools = Arrangements.objects.filter(event=event).values_list("online_pools", flat=True)
    chosen = {pool for pool in pools if pool is not None} if is_joined(event) else set()
    return coming(event, place.pool_id, chosen)


def joins(place: Place) -> bool:
    """Whether somebody with the place joins on-line. One query at most."""
    return coming_with(place).on_line
