"""My events: what a person has booked, and a calendar of it to subscribe to, by an address that is theirs alone."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from events.actions.calendars import make_address, withdraw_address
from events.addresses import Use, path_to
from events.calendars import CONTENT_TYPE
from events.entries import calendar_of_places, places_of
from events.models import Order, OrderState, PersonalCalendar, Place
from events.own import called_off_places, waited_for
from events.questions import asked_of
from events.rules.certificates import counts


@never_cache
@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The places of whoever is signed in, by any of their confirmed addresses, and what they ordered."""
    now = timezone.now()
    listed = list(places_of(request.user).select_related("certificate"))
    coming = [place for place in listed if place.pool.event.cancelled_at is None and not _is_over(place, now)]
    asked = asked_of(coming)
    orders = Order.objects.filter(user=request.user).exclude(state=OrderState.OPEN).order_by("-placed_at")
    found = PersonalCalendar.objects.filter(user=request.user).first()
    address = settings.BASE_URL + reverse("my_calendar", args=[found.key]) if found else ""
    context = {
        "coming": [(place, bool(asked[place.pk])) for place in coming],
        "called_off": called_off_places(request.user, now),
        "waiting": waited_for(request.user, now),
        "past": [place for place in listed if _is_over(place, now)],
        "certificates": [
            (place.certificate, path_to(place, Use.CERTIFICATE))
            for place in listed
            if hasattr(place, "certificate") and counts(place.certificate, place.state)
        ],
        "orders": orders[:50],
        "address": address,
        "webcal": f"webcal:{address.partition(':')[2]}",
    }
    return render(request, "events/booking/mine.html", context)


@never_cache
@login_required
@require_POST
def change_calendar(request: HttpRequest) -> HttpResponse:
    """Gives a person an address for their calendar, or another one, or takes it back: the one before leads nowhere from then on."""
    if "withdraw" in request.POST:
        withdraw_address(user=request.user)
        messages.success(request, "The address no longer works. Delete the calendar from your programs.")
    else:
        is_new = make_address(user=request.user, now=timezone.now())
        words = (
            "This is your address." if is_new else "This is your new address. The one before no longer works."
        )
        messages.success(request, words)
    return redirect(f"{reverse('my_events')}#calendar")


@never_cache
@require_safe
def my_calendar(request: HttpRequest, key: UUID) -> HttpResponse:
    """The calendar of one person, for programs that know its secret address."""
    found = get_object_or_404(PersonalCalendar.objects.select_related("user"), key=key, user__is_active=True)
    content = calendar_of_places(places_of(found.user), "My events")
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    response["X-Robots-Tag"] = "noindex"
    return response


def _is_over(place: Place, now: datetime) -> bool:
    event = place.pool.event
    end = event.ends_at or event.starts_at
    return end is not None and end <= now
