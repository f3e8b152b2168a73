"""What people search for, for editors: sums of weeks in which enough searched for it, and nothing of who. Reads only."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet, Sum
from wagtail.contrib.search_promotions.models import Query

from search.keys import Keys
from search.models import ClickCount, SearchCount, Synonym
from search.models.counts import LEFT_OUT, SUMS
from search.promotions import titles_of_links
from search.rules.counting import FEWEST, WEEK
from search.rules.queries import words_of
from search.searching import known_to

WEEKS = 12  # in the plot
MOST_ROWS = 50
COLUMNS = ("Week", "Query", "Searches", "Found nothing", "Something was opened")


@dataclass(frozen=True)
class Period:
    """Weeks by their Mondays, from the first to the last."""

    first: date
    last: date

    @property
    def rows(self) -> QuerySet[SearchCount]:
        return SearchCount.objects.filter(week__gte=self.first, week__lte=self.last)


@dataclass(frozen=True)
class Sums:
    """How many searches, how many of them found nothing, and after how many something was opened."""

    searches: int = 0
    found_nothing: int = 0
    opened: int = 0

    @property
    def rate(self) -> int:
        """After how many of a hundred something was opened."""
        return round(100 * self.opened / self.searches) if self.searches else 0


@dataclass(frozen=True)
class Week:
    """The sums of a week."""

    monday: date
    sums: Sums


@dataclass(frozen=True)
class Line:
    """A query with its sums, and what editors have done about it: the keys of its group of synonyms and of its picks."""

    query: str
    sums: Sums
    synonym: int | None
    promotion: int | None


@dataclass(frozen=True)
class Opened:
    """What was opened after a query, and how often."""

    query: str
    title: str
    url: str
    clicks: int
    share: int


def shown() -> Q:
    """Rows that may be shown by their query: enough people asked."""
    return Q(searches__gte=FEWEST) & ~Q(query__in=SUMS)


def by_week(last: date) -> list[Week]:
    """The sums of the last weeks, all of them, for the plot."""
    first = last - (WEEKS - 1) * WEEK
    rows = Period(first, last).rows.order_by("week").values_list("week")
    found = {week: Sums(*sums) for week, *sums in rows.annotate(*_sums())}
    return [Week(monday, found.get(monday, Sums())) for monday in (first + n * WEEK for n in range(WEEKS))]


def totals(period: Period) -> tuple[Sums, Sums, Sums]:
    """The sums of all searches, of those that are too rare to be shown, and of those that are left out."""
    left_out = Q(query=LEFT_OUT)
    rare = ~shown() & ~left_out
    names = ("searches", "found_nothing", "opened")
    wanted = {
        f"{group}_{name}": Sum(name, filter=condition, default=0)
        for group, condition in (("all", Q()), ("rare", rare), ("left", left_out))
        for name in names
    }
    found = period.rows.aggregate(**wanted)
    return tuple(Sums(*(found[f"{group}_{name}"] for name in names)) for group in ("all", "rare", "left"))


def queries(period: Period) -> tuple[list[Line], list[Line]]:
    """What was searched for most, and what found nothing most often."""
    found = period.rows.filter(shown()).values("query").annotate(*_sums())
    most = list(found.order_by("-searches__sum", "query")[:MOST_ROWS])
    nothing = found.filter(found_nothing__sum__gt=0).order_by("-found_nothing__sum", "query")
    synonyms = {" ".join(words_of(term)): one.pk for one in Synonym.objects.all() for term in one.terms()}
    promotions = {
        " ".join(words_of(text)): pk
        for pk, text in Query.objects.filter(editors_picks__isnull=False).values_list("pk", "query_string")
    }

    def line(row: dict[str, Any]) -> Line:
        query, sums = row["query"], (row[f"{name}__sum"] for name in ("searches", "found_nothing", "opened"))
        return Line(query, Sums(*sums), synonyms.get(query), promotions.get(query))

    return [line(row) for row in most], [line(row) for row in nothing[:MOST_ROWS]]


def most_opened(period: Period, keys: Keys, now: datetime) -> tuple[list[Opened], int]:
    """What was opened most, by query; and how often something that this reader may not see, or that is gone."""
    rows = (
        ClickCount.objects.filter(count__in=period.rows.filter(shown()))
        .values("count__query", "source")
        .annotate(clicks_sum=Sum("clicks"))
        .order_by("-clicks_sum", "count__query", "source")
    )
    found = list(rows[: 10 * MOST_ROWS])
    of_query: dict[str, int] = {}
    for row in found:
        of_query[row["count__query"]] = of_query.get(row["count__query"], 0) + row["clicks_sum"]
    hits = known_to(keys, now, sorted({row["source"] for row in found}))
    known = {hit.source: (hit.title, hit.url) for hit in hits} | titles_of_links()
    lines = [
        Opened(
            row["count__query"],
            *known[row["source"]],
            row["clicks_sum"],
            round(100 * row["clicks_sum"] / of_query[row["count__query"]]),
        )
        for row in found
        if row["source"] in known
    ]
    return lines[:MOST_ROWS], sum(row["clicks_sum"] for row in found if row["source"] not in known)


def cells(period: Period) -> Iterator[tuple[str | int, ...]]:
    """The rows of an export, in the order of `COLUMNS`."""
    rows = period.rows.filter(shown()).order_by("week", "-searches", "query")
    for row in rows.iterator(chunk_size=500):
        yield row.week.isoformat(), row.query, row.searches, row.found_nothing, row.opened


def _sums() -> list[Sum]:
    return [Sum("searches"), Sum("found_nothing"), Sum("opened")]
