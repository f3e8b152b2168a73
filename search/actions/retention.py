"""Which counts of searches are past: each function says which, if their week had ended at a moment or before it."""

from datetime import date, datetime

from django.db.models import QuerySet
from django.utils import timezone

from search.models import SearchCount
from search.models.counts import SUMS
from search.rules.counting import FEWEST, WEEK


def rare_searches(before: datetime) -> QuerySet[SearchCount]:
    """Queries that were asked too seldom to be shown."""
    rows = SearchCount.objects.filter(week__lte=_last_monday(before), searches__lt=FEWEST)
    return rows.exclude(query__in=SUMS)


def old_searches(before: datetime) -> QuerySet[SearchCount]:
    """All counts."""
    return SearchCount.objects.filter(week__lte=_last_monday(before))


def _last_monday(before: datetime) -> date:
    return timezone.localdate(before) - WEEK
