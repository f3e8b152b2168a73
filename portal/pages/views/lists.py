"""Lists of posts, briefings and resources, narrowed as readers want them, and their feeds."""

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from portal.pages import listing
from portal.pages.filters import ListFilter
from portal.pages.models import BlogIndexPage, BriefingIndexPage, ResourceIndexPage
from portal.pages.models.index import IndexPage

PAGES_A_SCREEN = 10
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
def resources(index: ResourceIndexPage, request: HttpRequest) -> HttpResponse:
    """Lists of resources with their questions."""
    return _list(index, request, listing.resources(index, request.GET))


def _list(
    index: IndexPage,
    request: HttpRequest,
    chosen: ListFilter,
    *,
    schema: str = "CollectionPage",
    part: str = "hasPart",
) -> TemplateResponse:
    listed = Paginator(chosen.found(), PAGES_A_SCREEN).get_page(request.GET.get("page"))
    home = f"{settings.BASE_URL}{index.url}"
    parts = [{"@type": "CreativeWork", "name": page.title, "url": f"{home}{page.slug}/"} for page in listed]
    context: dict[str, Any] = {
        "filter": chosen,
        "listed": listed,
        "feed_url": f"{index.url}feed/{'?' * bool(chosen)}{chosen.query}",
        "structured": {"@type": schema, part: parts},
    }
    return TemplateResponse(request, index.template, {**index.get_context(request), **context})
