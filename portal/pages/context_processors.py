"""What every template may use: the names, the menu, and whether this is a demo."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from portal.pages.navigation import frame_for


def site(request: HttpRequest) -> dict[str, Any]:
    """Give `organisation`, `service_name`, `navigation` (title, url, current), `about` (title, url), `demo` and `canonical_url`."""
    frame = frame_for(request)
    return {
        "organisation": frame.organisation,
        "service_name": frame.service_name,
        "navigation": [
            {"title": link.title, "url": link.url, "current": request.path.startswith(link.url)}
            for link in frame.menu
        ],
        "about": frame.about,
        "demo": not settings.STAFF_SECOND_FACTOR,
        "base_url": settings.BASE_URL,
        "canonical_url": f"{settings.BASE_URL}{request.path}",
    }
