"""The handbook as it was in force on a day, or will be. Bound to a handbook's page and served below it."""

import re
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import DateField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from handbook import reading
from handbook.models import HandbookPage
from handbook.views import readers
from handbook.views.frame import page, read_only
from portal.pages.navigation import Link

# What people type where the browser has no calendar of its own, and what a calendar sends.
TYPED = DateField(
    input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d %m %Y", "%d.%m.%Y", "%d-%m-%Y", "%d %B %Y", "%d %b %Y"]
)
IN_ADDRESS = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@read_only
def choose(handbook: HandbookPage, request: HttpRequest) -> HttpResponse:
    """The form in which a reader names a day, and the way to the handbook as at that day."""
    typed = request.GET.get("date", "").strip()
    if not typed:
        return _form(handbook, request, error="Enter a date." if "date" in request.GET else "")
    try:
        day = TYPED.clean(typed[:100])
    except ValidationError:
        return _form(handbook, request, typed=typed[:100], error="Enter a real date, such as 30 June 2026.")
    return HttpResponseRedirect(f"{handbook.url}as-at/{day.isoformat()}/")


@read_only
def contents(handbook: HandbookPage, request: HttpRequest, day: str) -> HttpResponse:
    """The contents of the edition that was in force on a day."""
    found, refusal = _day(handbook, request, day)
    return refusal or readers.contents(handbook, request, at=found, template="handbook/as_at_contents.html")


@read_only
def whole(handbook: HandbookPage, request: HttpRequest, day: str) -> HttpResponse:
    """All of it on one page."""
    found, refusal = _day(handbook, request, day)
    return refusal or readers.whole(handbook, request, at=found, template="handbook/as_at_whole.html")


@read_only
def section(handbook: HandbookPage, request: HttpRequest, day: str, anchor: str) -> HttpResponse:
    """A section as it was in force on a day."""
    found, refusal = _day(handbook, request, day)
    return refusal or readers.section(
        handbook, request, anchor, at=found, template="handbook/as_at_section.html"
    )


def _day(
    handbook: HandbookPage, request: HttpRequest, written: str
) -> tuple[date | None, HttpResponse | None]:
    """The day that an address names, or the page that says why the handbook cannot be read as at that day."""
    try:
        day = date.fromisoformat(written) if IN_ADDRESS.fullmatch(written) else None
    except ValueError:
        day = None
    if day is None:
        error = f"There is no such day as {written[:30]}. Enter a real date, such as 30 June 2026."
        return None, _form(handbook, request, error=error, status=404)
    if reading.open_at(handbook, day, timezone.localdate()) is None:
        return None, _before_the_first(handbook, request, day)
    return day, None


def _before_the_first(handbook: HandbookPage, request: HttpRequest, day: date) -> HttpResponse:
    first = handbook.editions.published().order_by("sequence").first()
    error = (
        f"No edition was in force on {day:%-d %B} {day.year}. "
        f"The first edition is in force from {first.effective_on:%-d %B %Y}. Enter that date or a later one."
        if first
        else "No edition of this handbook has been published yet. Come back soon."
    )
    return _form(handbook, request, typed=day.isoformat(), error=error, status=404)


def _form(handbook: HandbookPage, request: HttpRequest, **context: Any) -> HttpResponse:
    below = [Link("All editions", f"{handbook.url}editions/")]
    return page(request, "handbook/as_at.html", handbook, below=below, **context)
