"""Learning and development: what there is to learn, taken from the events as they stand."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils import timezone

from events import listing
from events.blocks import LEARNING
from events.describing import described
from events.listing import Listed
from events.models import LearningPage
from events.views.readers import good_for_a_minute, read_only

SHOWN = 8


@read_only
def learning(page: LearningPage, request: HttpRequest) -> HttpResponse:
    """Kinds of learning, what of them is to be had now, and resources."""
    now = timezone.now()
    found = listing.to_learn(page.chosen_kinds, now)
    address = found[0].url.removesuffix(f"{found[0].page.slug}/") if found else ""
    kinds = [(block.value, _kind(block.value["kind"], found, address)) for block in page.kinds]
    response = TemplateResponse(
        request,
        page.template,
        {
            **page.get_context(request),
            "kinds": kinds,
            "groups": listing.by_month(found[:SHOWN]),
            "more": len(found) - SHOWN if len(found) > SHOWN else 0,
            "all_url": _narrowed(address, page.chosen_kinds),
            "structured": {"mainEntity": _described(found[:SHOWN])},
        },
    )
    return good_for_a_minute(response, [item.page for item in found], now)


def _kind(kind: str, found: list[Listed], address: str) -> dict[str, Any]:
    """What the page says of a kind: its name, how much of it there is now, and where that is listed."""
    count = sum(item.page.kind == kind for item in found)
    return {"name": LEARNING[kind], "count": count, "url": _narrowed(address, [kind])}


def _narrowed(address: str, kinds: list[str]) -> str:
    query = QueryDict(mutable=True)
    query.setlist("kind", kinds)
    return f"{address}?{query.urlencode()}" if address else ""


def _described(found: list[Listed]) -> dict[str, Any]:
    return {
        "@type": "ItemList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": number,
                "item": {
                    **described(item),
                    "name": item.page.title,
                    "url": f"{settings.BASE_URL}{item.url}",
                },
            }
            for number, item in enumerate(found, start=1)
        ],
    }
