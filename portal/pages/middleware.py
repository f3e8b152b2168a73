"""Tells Wagtail which site a page is asked of, without asking the database every time."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from portal.pages.navigation import site_for

WAGTAIL_PAGES = {"wagtail_serve", "wagtail_serve_edition"}


class SiteMiddleware:
    """Fills in what `Site.find_for_request` would find: every page asks for it, and its query is the dearest of all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict[str, Any]) -> None:
        if request.resolver_match and request.resolver_match.url_name in WAGTAIL_PAGES:
            # Where Wagtail itself keeps it.
            request._wagtail_site = site_for(request)
