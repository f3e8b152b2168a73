"""Tells Wagtail which site a request is for, without asking the database every time."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from portal.pages.navigation import site_for


class SiteMiddleware:
    """Fills in what `Site.find_for_request` would find: it is asked for on every page, and its query is the dearest of all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request._wagtail_site = site_for(request)
        return self.get_response(request)
