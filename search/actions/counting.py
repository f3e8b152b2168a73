"""Counts searches and what was opened after them, without a word of who."""

from django.db import transaction
from django.db.models import F, QuerySet, Sum

from search.counting import Asked, names
from search.models import ClickCount, Entry, SearchCount
from search.models.counts import LEFT_OUT, RARE, SUMS
from search.promotions import PROMOTION, is_promoted
from search.rules.counting import counted_as

MOST_QUERIES = 20_000  # of a week; what else is asked then is counted together
MOST_SOURCES = 50  # of a query in a week


@transaction.atomic
def count_search(*, asked: Asked) -> None:
    """Counts a search. One without words is none."""
    query = counted_as(asked.text, names())
    if not query:
        return
    found = SearchCount.objects.filter(week=asked.week)
    if not found.filter(query=query).exists() and found.count() >= MOST_QUERIES and query != LEFT_OUT:
        query = RARE
    SearchCount.objects.get_or_create(week=asked.week, query=query)
    found.filter(query=query).update(
        searches=F("searches") + 1, found_nothing=F("found_nothing") + (0 if asked.found else 1)
    )


@transaction.atomic
def count_click(*, asked: Asked, source: str, is_first: bool) -> None:
    """Counts that something was opened after a search; `is_first`: nothing else was, so far.

    What is no entry is not counted, nor what was opened after a search that was not.
    """
    query = counted_as(asked.text, names())
    row = SearchCount.objects.filter(week=asked.week, query=query).first()
    if row is None or not _exists(source):
        return
    if is_first:
        SearchCount.objects.filter(pk=row.pk, opened__lt=F("searches")).update(opened=F("opened") + 1)
    if query == LEFT_OUT or not _has_room(row, source):
        return
    ClickCount.objects.get_or_create(count=row, source=source)
    ClickCount.objects.filter(count=row, source=source).update(clicks=F("clicks") + 1)


@transaction.atomic
def sum_up(rows: QuerySet[SearchCount]) -> None:
    """Makes one row of the rare queries of each week, so that its sum stays."""
    by_week = (
        rows.order_by("week").values("week").annotate(*map(Sum, ("searches", "found_nothing", "opened")))
    )
    for week in list(by_week):
        SearchCount.objects.get_or_create(week=week["week"], query=RARE)
        SearchCount.objects.filter(week=week["week"], query=RARE).update(
            searches=F("searches") + week["searches__sum"],
            found_nothing=F("found_nothing") + week["found_nothing__sum"],
            opened=F("opened") + week["opened__sum"],
        )
    rows.exclude(query__in=SUMS).delete()


def _exists(source: str) -> bool:
    kind, _, pk = source.partition(":")
    return is_promoted(pk) if kind == PROMOTION else Entry.objects.filter(source=source).exists()


def _has_room(row: SearchCount, source: str) -> bool:
    sources = ClickCount.objects.filter(count=row)
    return sources.filter(source=source).exists() or sources.count() < MOST_SOURCES
