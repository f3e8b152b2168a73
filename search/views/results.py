"""The page of results."""

from dataclasses import dataclass
from datetime import date

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from handbook.models import Edition
from portal.pages.navigation import Link
from search.counting import token_for
from search.engines import Hit
from search.following import saved_as
from search.labels import facets
from search.promotions import promoted
from search.rules.queries import LONGEST_QUERY, Query
from search.searching import find
from search.snippets import Piece, snippet, title
from search.sources import KINDS
from search.spelling import suggestion
from search.views.frame import ALL, HITS_A_PAGE, MOST_PAGES, Asked, asked_by, within_limits


@dataclass(frozen=True)
class Shown:
    """A hit as the page shows it."""

    source: str
    url: str
    kind: str
    title: list[Piece]
    snippet: list[Piece]
    trail: str
    edition: str
    day: date | None
    superseded_on: date | None

    @classmethod
    def of(cls, hit: Hit, query: Query, today: date) -> "Shown":
        superseded = hit.superseded_on
        return cls(
            source=hit.source,
            url=hit.address(today),
            kind=KINDS.get(hit.kind, ""),
            title=title(hit, query),
            snippet=snippet(hit, query),
            trail=hit.trail,
            edition=hit.edition,
            day=None if hit.edition else hit.day,
            superseded_on=superseded if superseded and superseded <= today else None,
        )


class Shallow(Paginator):
    """Pages of hits, as deep as is searched, whatever the count."""

    def __init__(self, count: int) -> None:
        super().__init__(range(min(count, HITS_A_PAGE * MOST_PAGES)), HITS_A_PAGE)


@require_safe
@never_cache
@within_limits
def results(request: HttpRequest) -> HttpResponse:
    """What a reader finds; without a query, how to search."""
    asked = asked_by(request)
    context = {
        "asked": asked,
        "typed": asked.text,
        "longest": LONGEST_QUERY,
        "breadcrumbs": [Link("Home", "/")],
        **(_found(asked) if asked.is_anything else {}),
        "saved_search": saved_as(request.user, asked.text, asked.query()) if asked.is_anything else None,
    }
    return render(request, "search/results.html", context)


def _found(asked: Asked) -> dict[str, object]:
    search = asked.search
    answer = find(search)
    query, count = answer.search.query, answer.found.count(asked.chosen)
    everything = answer.found.count({})
    listed = Shallow(count).get_page(asked.page)
    shown_facets = facets(answer.found, asked.chosen)
    return {
        "searched": True,
        "promoted": promoted(asked.text, asked.keys, asked.now),
        "token": token_for(asked.text, found=bool(everything), now=asked.now),
        "count": count,
        "everything": everything,
        "loosened": answer.loosened,
        "with_all": answer.with_all,
        "listed": listed,
        "deepest": HITS_A_PAGE * MOST_PAGES if count > HITS_A_PAGE * MOST_PAGES else 0,
        "hits": [Shown.of(hit, query, search.today) for hit in answer.found.hits],
        "facets": shown_facets,
        "chosen_names": [option.name for facet in shown_facets for option in facet.options if option.chosen],
        "query": asked.query(),
        "best_first": f"?{asked.query(newest=False)}",
        "newest_first": f"?{asked.query(newest=True)}",
        "suggestion": suggestion(asked.text, search) if answer.loosened or not everything else "",
        "ignored": query.ignored,
        "is_cut": len(asked.text) > LONGEST_QUERY,
        "editions": _editions(),
        "all_editions": ALL,
    }


def _editions() -> list[str]:
    """The numbers of all published editions, the newest first."""
    numbers = (
        Edition.objects.published().order_by("-effective_on", "-sequence").values_list("number", flat=True)
    )
    return list(dict.fromkeys(numbers))
