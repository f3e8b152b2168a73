"""Moments, sums and numbers of places as readers see them."""

from datetime import datetime

from django.utils import timezone
from django.utils.dateformat import format as formatted

from events.rules.times import clock


def moment(at: datetime) -> str:
    """A moment in London's time: “2:05pm on 30 June 2026”."""
    return f"{clock(at)} on {formatted(timezone.localtime(at), 'j F Y')}"


def pounds(pence: int) -> str:
    """“£12.50” of 1250, “£40” of 4000; below zero with a minus in front."""
    whole, rest = divmod(abs(pence), 100)
    return f"{'−' if pence < 0 else ''}£{whole:,}{f'.{rest:02}' if rest else ''}"


def places(count: int) -> str:
    """“1 place”, “3 places”."""
    return f"{count} place{'' if count == 1 else 's'}"
