"""Lists of posts, briefings, case studies, downloads and resources, narrowed as readers want them, and their feeds."""

from collections import Counter
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from portal.members.models import Region
from portal.pages import listing
from portal.pages.feeds import Kind, feeds
from portal.pages.filters import ListFilter
from portal.pages.models import (
    BlogIndexPage,
    BriefingIndexPage,
    CaseStudyIndexPage,
    DownloadIndexPage,
    ListingPage,
    ResourceIndexPage,
)
from portal.pages.models.index import IndexPage
from portal.pages.navigation import Link

PAGES_A_SCREEN = 10
MIXED_PAGES_A_SCREEN = 20
# The regions as tiles, roughly where they lie: column, row, and the name in lines.
TILE_WIDTH, TILE_HEIGHT = 160, 76
TILES: dict[str, tuple[int, int, list[str]]] = {
    Region.NORTH_WEST: (0, 0, ["North West"]),
    Region.NORTH_EAST_AND_YORKSHIRE: (1, 0, ["North East", "and Yorkshire"]),
    Region.MIDLANDS: (0, 1, ["Midlands"]),
    Region.EAST_OF_ENGLAND: (1, 1, ["East of England"]),
    Region.SOUTH_WEST: (0, 2, ["South West"]),
    Region.LONDON: (1, 2, ["London"]),
    Region.SOUTH_EAST: (1, 3, ["South East"]),
}
RSS = "application/rss+xml; charset=utf-8"

# For views that are bound to a page, as `require_safe` is for others: whatever is no reading gets 405.
read_only = method_decorator(require_safe)


@read_only
def blog(index: BlogIndexPage, request: HttpRequest) -> HttpResponse:
    """Posts, the newest first."""
    return _list(index, request, listing.posts(index, request.GET), schema="Blog", part="blogPost")


@read_only
def blog_feed(index: BlogIndexPage, request: HttpRequest) -> HttpResponse:
    return HttpResponse(listing.feed_of(index, listing.posts(index, request.GET)), content_type=RSS)


@read_only
def briefings(index: BriefingIndexPage, request: HttpRequest) -> HttpResponse:
    """Briefings, the newest first."""
    return _list(index, request, listing.briefings(index, request.GET))


@read_only
def briefings_feed(index: BriefingIndexPage, request: HttpRequest) -> HttpResponse:
    return HttpResponse(listing.feed_of(index, listing.briefings(index, request.GET)), content_type=RSS)


@read_only
def case_studies(index: CaseStudyIndexPage, request: HttpRequest) -> HttpResponse:
    """Case studies, the newest first, with a map of the regions."""
    chosen = listing.case_studies(index, request.GET)
    return _list(index, request, chosen, facets=chosen.facets, tiles=tiles_of(chosen))


@read_only
def case_studies_feed(index: CaseStudyIndexPage, request: HttpRequest) -> HttpResponse:
    return HttpResponse(listing.feed_of(index, listing.case_studies(index, request.GET)), content_type=RSS)


@read_only
def downloads(index: DownloadIndexPage, request: HttpRequest) -> HttpResponse:
    """Downloads in their current versions, those changed last first."""
    return _list(index, request, listing.downloads(index, request.GET))


@read_only
def downloads_feed(index: DownloadIndexPage, request: HttpRequest) -> HttpResponse:
    return HttpResponse(listing.feed_of(index, listing.downloads(index, request.GET)), content_type=RSS)


@read_only
def resources(index: ResourceIndexPage, request: HttpRequest) -> HttpResponse:
    """Lists of resources with their questions."""
    return _list(index, request, listing.resources(index, request.GET))


@read_only
def resources_feed(index: ResourceIndexPage, request: HttpRequest) -> HttpResponse:
    return HttpResponse(listing.feed_of(index, listing.resources(index, request.GET)), content_type=RSS)


@read_only
def listed(index: ListingPage, request: HttpRequest) -> HttpResponse:
    """Pages in the order that editors give them. If they are of several kinds, readers can choose among these."""
    chosen = listing.pages(index, request.GET)
    shown = Paginator(chosen.found(), MIXED_PAGES_A_SCREEN).get_page(request.GET.get("page"))
    shown.object_list = listing.as_what_they_are(shown.object_list)
    several = len(chosen.offered["kind"][1]) > 1
    context = {"filter": chosen, "facets": chosen.facets if several else [], "listed": shown}
    return TemplateResponse(request, index.template, {**index.get_context(request), **context})


@read_only
def listed_feed(index: ListingPage, request: HttpRequest) -> HttpResponse:
    return HttpResponse(listing.feed_of_listing(index), content_type=RSS)


@require_safe
def all_feeds(request: HttpRequest) -> HttpResponse:
    """Every feed and calendar of the portal, for those who would rather be told than come and look."""
    found = feeds()
    base = settings.BASE_URL.partition("://")[2]
    calendars = [(feed, f"webcal://{base}{feed.url}") for feed in found if feed.kind == Kind.CALENDAR]
    context = {
        "feeds": [feed for feed in found if feed.kind != Kind.CALENDAR],
        "calendars": calendars,
        "breadcrumbs": [Link("Home", "/")],
    }
    return TemplateResponse(request, "pages/feeds.html", context)


def tiles_of(chosen: ListFilter) -> list[dict[str, Any]]:
    """A tile for each region: where it lies, its name in lines, how many case studies it has, and the address that shows them."""
    counts = Counter(page.region for page in chosen.found(but="region"))
    return [
        {
            "x": column * TILE_WIDTH,
            "y": row * TILE_HEIGHT,
            "lines": [(line, 24 + 18 * number) for number, line in enumerate(lines)],
            "count": counts[region],
            "count_y": 28 + 18 * len(lines),
            "query": chosen.query_with("region", region),
            "chosen": region in chosen.chosen["region"],
        }
        for region, (column, row, lines) in TILES.items()
    ]


def _list(
    index: IndexPage,
    request: HttpRequest,
    chosen: ListFilter,
    *,
    schema: str = "CollectionPage",
    part: str = "hasPart",
    **more: Any,
) -> TemplateResponse:
    listed = Paginator(chosen.found(), PAGES_A_SCREEN).get_page(request.GET.get("page"))
    home = f"{settings.BASE_URL}{index.url}"
    parts = [{"@type": "CreativeWork", "name": page.title, "url": f"{home}{page.slug}/"} for page in listed]
    context: dict[str, Any] = {
        "filter": chosen,
        "listed": listed,
        "feed_url": f"{index.url}feed/{'?' * bool(chosen)}{chosen.query}",
        "structured": {"@type": schema, part: parts},
        **more,
    }
    return TemplateResponse(request, index.template, {**index.get_context(request), **context})
