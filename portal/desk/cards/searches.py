"""A card about searches: what found nothing, as far as nobody has done anything about it."""

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import quote

from django.urls import reverse
from django.utils import timezone

from portal.desk.cards.base import SHOWN, Card, Line
from portal.members.models import User
from search import report
from search.rules.counting import WEEK, week_of

WEEKS = 4


def nothing(user: User, now: datetime) -> Iterator[Card]:
    """What people searched for in the last four weeks and did not find, without synonym or promoted result. Three queries."""
    if not user.has_perm("search.see_searches"):
        return
    monday = week_of(timezone.localdate(now))
    _, lines = report.queries(report.Period(monday - (WEEKS - 1) * WEEK, monday))
    found = [line for line in lines if line.synonym is None and line.promotion is None]
    yield Card(
        key="searches",
        title="Searches that found nothing",
        count=len(found),
        lines=[
            Line(f"“{line.query}”", _times(line.sums.found_nothing), _to_mend(user, line.query))
            for line in found[:SHOWN]
        ],
        empty="Whatever enough people searched for in the last 4 weeks was found, or has a synonym or a promoted result.",
        url=f"{reverse('searches')}?period={WEEKS}",
        link="What people search for",
    )


def _to_mend(user: User, query: str) -> str:
    """Where a query gets a synonym, or else a promoted result; empty for whoever may make neither."""
    words = quote(query, safe="")
    if user.has_perm("search.add_synonym"):
        return f"{reverse('wagtailsnippets_search_synonym:add')}?words={words}"
    if user.has_perm("wagtailsearchpromotions.add_searchpromotion"):
        return f"{reverse('wagtailsearchpromotions:add')}?query={words}"
    return ""


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
