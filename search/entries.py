"""Entries of which the keys are known: those that somebody may see, under the conditions of a search."""

from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from search.keys import Keys
from search.models import Entry, Pending


def findable(keys: Keys, now: datetime, today: date) -> QuerySet[Entry]:
    """What a reader with these keys could find at `now`, in the editions that are in force on the day `today`."""
    return Entry.objects.filter(
        ~Exists(Pending.objects.filter(source=OuterRef("source"))),
        Q(shown_from=None) | Q(shown_from__lte=now),
        Q(shown_until=None) | Q(shown_until__gt=now),
        Q(effective_on=None)
        | Q(effective_on__lte=today) & (Q(superseded_on=None) | Q(superseded_on__gt=today)),
        access__in=keys,
    )
