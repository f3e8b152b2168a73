"""Search for programs: the same hits, counts and facets as on the page, for the same reader."""

from datetime import date
from html import escape

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache

from search.engines import Hit
from search.labels import facets
from search.rules.queries import Query
from search.searching import find
from search.snippets import Piece, snippet
from search.sources import KINDS
from search.views.frame import HITS_A_PAGE, MOST_PAGES, asked_by, within_limits


@never_cache
@within_limits
def search(request: HttpRequest) -> HttpResponse:
    """Takes what the page takes: `q`, `page`, facets, `edition`, `as-at`, `sort`. Answers 400 without `q`."""
    if request.method not in {"GET", "HEAD"}:
        refused = JsonResponse({"error": "This address can only be read. Send a GET request."}, status=405)
        refused["Allow"] = "GET, HEAD"
        return refused
    asked = asked_by(request)
    if not asked.is_anything:
        return JsonResponse({"error": "Say what to search for in the parameter q."}, status=400)
    answer = find(asked.search)
    count, query = answer.found.count(asked.chosen), answer.search.query
    return JsonResponse(
        {
            "q": asked.text,
            "page": asked.page,
            "pages": min(-(-count // HITS_A_PAGE), MOST_PAGES),
            "total": count,
            "any_word": answer.loosened,
            "hits": [_hit(hit, query, answer.search.today) for hit in answer.found.hits],
            "facets": {
                facet.name: [
                    {"value": one.value, "name": one.name, "count": one.count, "chosen": one.chosen}
                    for one in facet.options
                ]
                for facet in facets(answer.found, asked.chosen)
            },
        }
    )


def _hit(hit: Hit, query: Query, today: date) -> dict[str, object]:
    return {
        "kind": hit.kind,
        "kind_name": KINDS.get(hit.kind, ""),
        "title": hit.title,
        "url": f"{settings.BASE_URL}{hit.address(today)}",
        "summary": hit.summary,
        "snippet_html": _html(snippet(hit, query)),
        "trail": hit.trail,
        "edition": hit.edition,
        "date": hit.day and hit.day.isoformat(),
        "superseded_on": hit.superseded_on and hit.superseded_on.isoformat(),
    }


def _html(pieces: list[Piece]) -> str:
    return "".join(f"<mark>{escape(one.text)}</mark>" if one.found else escape(one.text) for one in pieces)
