"""A timeline as it stands today, and as a calendar."""

from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from portal.page_cache import shown_between
from portal.pages import calendars
from portal.pages.models import TimelinePage
from portal.pages.rules import Phase, phase
from portal.pages.views.lists import read_only

HEADINGS = {Phase.PAST: "What has happened", Phase.NOW: "Now", Phase.COMING: "Still to come"}


@read_only
def timeline(page: TimelinePage, request: HttpRequest) -> HttpResponse:
    """The steps in order of time: past, now and to come."""
    today = timezone.localdate()
    grouped: dict[Phase, list[Any]] = {found: [] for found in HEADINGS}
    for step in in_order(page):
        grouped[phase_of(step, today)].append(step)
    address = f"{settings.BASE_URL}{page.get_url(request)}calendar.ics"
    response = TemplateResponse(
        request,
        page.template,
        {
            **page.get_context(request),
            "parts": [
                (str(found), heading, grouped[found]) for found, heading in HEADINGS.items() if grouped[found]
            ],
            "today": today,
            "address": address,
            "webcal": f"webcal:{address.partition(':')[2]}",
            "structured": {"mainEntity": _described(page)},
        },
    )
    midnight = timezone.make_aware(datetime.combine(today, time.min))
    following = timezone.make_aware(datetime.combine(today + timedelta(days=1), time.min))
    return shown_between(response, midnight, following)


@read_only
def calendar(page: TimelinePage, request: HttpRequest) -> HttpResponse:
    """All steps as a calendar to subscribe to."""
    address = f"{settings.BASE_URL}{page.get_url(request)}"
    changed_at = page.last_published_at or page.first_published_at or page.latest_revision_created_at
    made = calendars.calendar_of(page.title, address, in_order(page), changed_at or timezone.now())
    return HttpResponse(made, content_type=calendars.CONTENT_TYPE)


def in_order(page: TimelinePage) -> list[Any]:
    """The steps by the day on which they begin."""
    return sorted(page.steps, key=lambda step: step.value["begins_on"])


def phase_of(step: Any, today: Any) -> Phase:
    return phase(step.value["begins_on"], step.value["ends_on"], today)


def _described(page: TimelinePage) -> dict[str, Any]:
    return {
        "@type": "ItemList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": number,
                "item": {
                    "@type": "CreativeWork",
                    "name": step.value["title"],
                    "temporalCoverage": step.value["begins_on"].isoformat(),
                },
            }
            for number, step in enumerate(in_order(page), start=1)
        ],
    }
