"""The handbook for programs: editions, sections and amendments in JSON. All of it is public, and only what is published.

The functions are bound to a handbook's page and served below it.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from handbook import api, reading
from handbook import entries as listing
from handbook.entries import Filter
from handbook.models import HandbookPage
from handbook.reading import EditionItem
from handbook.views.frame import page, part, read_only

ROWS_A_PAGE = 100
SECONDS = 60

Facts = dict[str, Any]


@read_only
def about(handbook: HandbookPage, request: HttpRequest) -> HttpResponse:
    """What there is for programs, in words for the people who write them."""
    in_force = handbook.editions.in_force(timezone.localdate())
    example = in_force or handbook.editions.published().first()
    return page(
        request,
        "handbook/api.html",
        handbook,
        home=f"{settings.BASE_URL}{handbook.url}",
        example=example,
        section=example.sections.present().first() if example else None,
        rows_a_page=ROWS_A_PAGE,
        seconds=SECONDS,
    )


def in_json(view: Callable[..., Facts]) -> Callable[..., HttpResponse]:
    """Makes an answer of what a view has found, for whoever asks, wherever from; or of the Http404 that it raised."""

    @wraps(view)
    def answer(handbook: HandbookPage, request: HttpRequest, **parts: str) -> HttpResponse:
        if request.method not in {"GET", "HEAD"}:
            return _response(
                {"error": "This address can only be read. Send a GET request."}, 405, Allow="GET, HEAD"
            )
        try:
            found = view(handbook, request, **parts)
        except Http404 as error:
            return _response({"error": str(error)}, 404)
        changed_at = int(api.changed_at(handbook, timezone.localdate()).timestamp())
        response = _response(found, 200)
        response["ETag"] = f'"{hashlib.blake2b(response.content, digest_size=16).hexdigest()}"'
        response["Last-Modified"] = http_date(changed_at)
        answered = get_conditional_response(request, response["ETag"], changed_at, response)
        return _for_everybody(answered)

    return answer


@in_json
def editions(handbook: HandbookPage, request: HttpRequest) -> Facts:
    """The published editions, newest first."""
    published = _published(handbook)
    return _listed(published, request, "editions", lambda items: _editions(handbook, items, published))


@in_json
def edition(handbook: HandbookPage, request: HttpRequest, number: str) -> Facts:
    """One edition and its sections, without their words."""
    published = _published(handbook)
    item = _item(published, number)
    (facts,) = _editions(handbook, [item], published)
    return {**facts, "sections": api.sections_of(item.edition, handbook)}


@in_json
def section(handbook: HandbookPage, request: HttpRequest, number: str, anchor: str) -> Facts:
    """One section of an edition, with its words."""
    found = _item(_published(handbook), number).edition
    row = found.sections.present().select_related("body").filter(anchor=anchor).first()
    if row is None:
        raise Http404(f"Edition {number} has no section with the anchor “{anchor}”.")
    return api.section_facts(row, found, handbook)


@in_json
def amendments(handbook: HandbookPage, request: HttpRequest) -> Facts:
    """The amendments and errata, newest first, narrowed as the list for people is."""
    published = list(handbook.editions.published())
    everything = listing.everything_in(published)
    chosen = Filter.read(request.GET, everything.chapters)
    found = everything.narrowed(chosen)

    def rows(facts: Sequence[listing.Fact]) -> list[Facts]:
        entries = listing.newest(handbook.url, published, listing.Found(list(facts)), ROWS_A_PAGE)
        return [api.entry_facts(entry, handbook) for entry in entries]

    return _listed(found.facts, request, "amendments", rows)


@in_json
def nothing(handbook: HandbookPage, request: HttpRequest, rest: str) -> Facts:
    """Any other address below these."""
    raise Http404(
        f"There is nothing at this address. See {settings.BASE_URL}{handbook.url}api/ for what there is."
    )


def _published(handbook: HandbookPage) -> list[EditionItem]:
    return reading.editions(handbook, timezone.localdate())


def _item(published: Sequence[EditionItem], number: str) -> EditionItem:
    """Raises Http404 for an edition that is not there, or not published."""
    for item in published:
        if item.edition.number == number:
            return item
    raise Http404(f"There is no edition {number}.")


def _editions(
    handbook: HandbookPage, items: Sequence[EditionItem], published: Sequence[EditionItem]
) -> list[Facts]:
    numbers = {item.edition.pk: item.edition.number for item in published}
    pdfs = api.with_pdf([item.edition for item in items])
    return [api.edition_facts(item, handbook, numbers.get(item.edition.previous_id), pdfs) for item in items]


def _listed(
    items: Sequence[Any], request: HttpRequest, name: str, facts: Callable[[Sequence[Any]], list[Facts]]
) -> Facts:
    """A page of a list, and how many there are. Raises Http404 for a page that there is not."""
    shown = part(items, request, ROWS_A_PAGE)
    return {
        "count": shown.paginator.count,
        "page": shown.number,
        "pages": shown.paginator.num_pages,
        "page_size": ROWS_A_PAGE,
        name: facts(list(shown)),
    }


def _response(facts: Facts, status: int, **headers: str) -> HttpResponse:
    text = json.dumps(facts, ensure_ascii=False)
    return _for_everybody(HttpResponse(text, status=status, content_type="application/json", headers=headers))


def _for_everybody(response: HttpResponse) -> HttpResponse:
    # What goes out is the same for everybody, so any site may read it and any cache may keep it for a while.
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = "ETag, Last-Modified"
    response["Cache-Control"] = f"public, max-age={SECONDS}"
    return response
