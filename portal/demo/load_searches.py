"""Makes twelve weeks of counted searches for the demo's report: what was typed is made up, what was found and opened is not."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from search.keys import VISITOR
from search.models import ClickCount, SearchCount
from search.models.counts import LEFT_OUT
from search.rules.counting import WEEK, week_of
from search.searching import asked, find

WEEKS = 12
# What is typed, and about how often in a week.
SEARCHES = {
    "quorum": 14,
    "arrs": 12,
    "vat": 9,
    "voting": 8,
    "network agreement": 8,
    "link worker": 7,
    "enhanced access": 6,
    "pcn finance": 6,
    "parking permits": 5,
    "clinical director pay": 5,
    "flu clinics rota": 4,
    "locum bank": 4,
    "data sharing": 3,
    "sunflower lanyards": 1,
    LEFT_OUT: 3,
}


@transaction.atomic
def load_searches(*, now: datetime) -> None:
    """Count searches of the last weeks, unless some are counted already. Whatever can be found has to be indexed."""
    if SearchCount.objects.exists():
        return
    this = week_of(timezone.localdate(now))
    for place, (query, usual) in enumerate(SEARCHES.items()):
        hits = [] if query == LEFT_OUT else [hit.source for hit in _hits(query, now)]
        for number in range(WEEKS):
            some = usual + (place * 7 + number * 5) % (usual // 2 + 2) - number * usual // 24
            _count(this - number * WEEK, query, max(some, 0), hits)


def _hits(query: str, now: datetime) -> list[object]:
    answer = find(asked(query, VISITOR, now, most=2))
    return [] if answer.loosened else answer.found.hits


def _count(week: date, query: str, searches: int, hits: list[str]) -> None:
    if not searches:
        return
    opened = searches * 2 // 3 if hits else 0
    row = SearchCount.objects.create(
        week=week,
        query=query,
        searches=searches,
        opened=opened,
        found_nothing=0 if hits or query == LEFT_OUT else searches,
    )
    shares = [opened - opened // 3, opened // 3] if len(hits) > 1 else [opened]
    ClickCount.objects.bulk_create(
        ClickCount(count=row, source=source, clicks=share)
        for source, share in zip(hits, shares, strict=False)
        if share
    )
