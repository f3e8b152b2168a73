"""What every template may use: the names, the menu, what is announced, and whether this is a demo."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from portal.page_cache import is_signed_in
from portal.pages.banners import shown_at
from portal.pages.navigation import frame_for


def site(request: HttpRequest) -> dict[str, Any]:
    """Give `organisation`, `service_name`, `navigation` (title, url, current), `about` (title, url), `banners`, `demo` and `canonical_url`."""
    frame = frame_for(request)
    return {
        "organisation": frame.organisation,
        "service_name": frame.service_name,
        "navigation": [
            {"title": link.title, "url": link.url, "current": request.path.startswith(link.url)}
            for link in frame.menu
        ],
        "about": frame.about,
        "banners": shown_at(timezone.now(), signed_in=is_signed_in(request)),
        "demo": not settings.STAFF_SECOND_FACTOR,
        "base_url": settings.BASE_URL,
        "canonical_url": f"{settings.BASE_URL}{request.path}",
    }
