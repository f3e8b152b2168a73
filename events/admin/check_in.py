"""The entrance: a ticket's QR code opened by a phone's camera, a name or code typed, and the printed list."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from events.actions.attending import check_in as let_in
from events.actions.attending import undo_check_in
from events.admin.frame import event_for, page
from events.models import EventPage, FormerTicket, Place, PlaceState, Right
from events.people import (
    counts,
    guest_of,
    guests,
    name_of,
    of_another_event,
    place_of_ticket,
    places_at,
    search,
)
from events.rules.attendance import (
    by_last_name,
    passed_on,
    refusal_of_day,
    refusal_to_check_in,
    used_already,
    warning_of_day,
)
from portal.members.actions import RefusedError


@never_cache
@require_safe
def check_in(request: HttpRequest, pk: int) -> HttpResponse:
    """How many are there, and whoever fits what was typed."""
    event, now = event_for(request, pk, Right.CHECK_IN), timezone.now()
    typed = request.GET.get("q", "").strip()[:150]
    context = {
        "typed": typed,
        "found": search(event, typed),
        "other": of_another_event(event, typed),
        "counts": counts(event),
        "notice": refusal_of_day(event, now) or warning_of_day(event, now),
    }
    return page(request, "check_in", event, "Check-in", **context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def guest(request: HttpRequest, pk: int, place: int) -> HttpResponse:
    """Somebody who was found by name or code, with a button; a POST checks them in, or takes that back."""
    event = event_for(request, pk, Right.CHECK_IN)
    places = Place.objects.select_related("ticket", "pool__event").filter(pool__event=event)
    states = (PlaceState.CONFIRMED, PlaceState.GONE)
    return _answered(request, event, get_object_or_404(places, pk=place, state__in=states), None)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ticket(request: HttpRequest, pk: int, key: UUID) -> HttpResponse:
    """The same for whoever shows a ticket. One of another event, or of a place that was passed on, is said to be that."""
    event, found = event_for(request, pk, Right.CHECK_IN), place_of_ticket(key)
    if found is None:
        raise Http404
    return _answered(request, event, *found)


def _answered(
    request: HttpRequest, event: EventPage, place: Place, former: FormerTicket | None
) -> HttpResponse:
    if request.method == "POST" and former is None and place.pool.event_id == event.pk:
        now = timezone.now()
        if "undo" in request.POST:
            undo_check_in(place=place, by=request.user, now=now)
            messages.success(request, f"{place.name} is no longer checked in.")
            return redirect(request.path)
        try:
            let_in(place=place, event=event, by=request.user, now=now)
        except RefusedError as refused:
            return _guest_page(request, event, place, former, notice=str(refused), status=409)
        messages.success(request, f"{place.name} is checked in.")
        return redirect(request.path)
    return _guest_page(request, event, place, former)


def _guest_page(
    request: HttpRequest,
    event: EventPage,
    place: Place,
    former: FormerTicket | None,
    *,
    notice: str = "",
    status: int = 200,
) -> HttpResponse:
    now, found = timezone.now(), guest_of(place)
    refusal = passed_on(former.at) if former else refusal_to_check_in(place, event, now)
    used = found.checked_in
    context = {
        # Whoever shows the ticket of another event, or of a place that was passed on, is not whom the place names.
        "guest": found if former is None and place.pool.event_id == event.pk else None,
        "refusal": refusal,
        "warning": warning_of_day(event, now),
        "used": used_already(used.at, name_of(used.by)) if used and not refusal else "",
        "notice": notice,
        "counts": counts(event),
    }
    return page(request, "guest", event, "Check-in", status=status, **context)


@never_cache
@require_safe
def door_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody with a place, by last name, with boxes to tick: for when the network fails."""
    event = event_for(request, pk, Right.CHECK_IN)
    listed = sorted(
        guests(places_at(event)), key=lambda guest: (by_last_name(guest.place.name), guest.place.pk)
    )
    context = {"event": event, "guests": listed, "now": timezone.now()}
    return render(request, "events/admin/door_list.html", context)


def urls() -> list[URLPattern]:
    return [
        path("<int:pk>/check-in/", check_in, name="check_in"),
        path("<int:pk>/check-in/list/", door_list, name="door_list"),
        path("<int:pk>/check-in/<int:place>/", guest, name="guest"),
        path("<int:pk>/check-in/tickets/<uuid:key>/", ticket, name="check_ticket"),
    ]
