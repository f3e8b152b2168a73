"""What a person with a place finds behind the addresses that are theirs alone: joining, the code told at the end, recordings."""

import secrets
from datetime import datetime

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from events.access import document_of_recording
from events.actions.attending import type_code
from events.actions.joining import UsedElsewhere
from events.actions.joining import join as hand_on
from events.addresses import Use, coming_with, joins, path_to, place_behind, secret_of
from events.feedback import refusal_to_answer
from events.forms.attending import ClosingCodeForm
from events.models import Certificate, Place, PlaceState
from events.people import arrangements_of
from events.rules.attendance import code_is_asked
from events.rules.certificates import counts
from events.rules.joining import (
    Door,
    door_of,
    is_used_elsewhere,
    opens_at,
    refusal_of_door,
    used_elsewhere,
)
from events.rules.times import Phase, phase
from portal.members.actions import RefusedError
from portal.pages.films import are_captions, film_response, film_type

BROWSER = "joins-as"  # in the session


def no_such_address(request: HttpRequest) -> HttpResponse:
    """What is said of an address that was passed on, mistyped or never was; it does not say which."""
    return render(request, "events/booking/no_such_address.html", status=404)


# Chromium asks `form-action` of where a form is answered from too: here that is the provider, whoever it is.
@csp_replace({"form-action": [SELF, "https:"]})
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, pk: int, secret: str) -> HttpResponse:
    """When somebody can join, then a button; a POST hands them on to the provider, in one browser at a time."""
    place, now = place_behind(pk, secret, Use.JOIN), timezone.now()
    if place is None or not joins(place):
        return no_such_address(request)
    if request.method == "POST":
        return _handed_on(request, place, now)
    return _shown(request, place, now)


def _handed_on(request: HttpRequest, place: Place, now: datetime) -> HttpResponse:
    browser = request.session.get(BROWSER) or secrets.token_urlsafe(18)
    try:
        address = hand_on(place=place, browser=browser, takes_over="here" in request.POST, now=now)
    except UsedElsewhere:
        return _shown(request, place, now, status=409)
    except RefusedError as refused:
        return _shown(request, place, now, notice=str(refused), status=409)
    request.session[BROWSER] = browser
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response


def _shown(
    request: HttpRequest, place: Place, now: datetime, *, notice: str = "", status: int = 200
) -> HttpResponse:
    event, arrangements = place.pool.event, arrangements_of(place.pool.event)
    door, last = door_of(place, event, arrangements, now), place.joinings.last()
    elsewhere = last is not None and is_used_elsewhere(
        request.session.get(BROWSER, ""), last.browser, last.last_at, now
    )
    context = {
        "place": place,
        "event": event,
        "is_open": door == Door.OPEN,
        "is_early": door == Door.NOT_YET,
        "is_over": door == Door.OVER,
        "opens_at": opens_at(event),
        "refusal": refusal_of_door(door, event),
        "elsewhere": used_elsewhere(last.last_at) if last is not None and elsewhere else "",
        "notice": notice,
        **personal(place, now),
    }
    return render(request, "events/booking/join.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def closing_code(request: HttpRequest, pk: int, secret: str) -> HttpResponse:
    """Takes the code that was told at the end: whoever knows it was there."""
    place, now = place_behind(pk, secret, Use.JOIN), timezone.now()
    if place is None:
        return no_such_address(request)
    form = ClosingCodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            type_code(place=place, typed=form.cleaned_data["code"], now=now)
        except RefusedError as refused:
            form.add_error("code", str(refused))
        else:
            messages.success(request, "Thank you. We have noted that you were there.")
            return redirect("closing_code", pk, secret)
    context = {"form": form, "place": place, "event": place.pool.event, **personal(place, now)}
    return render(request, "events/booking/closing_code.html", context)


@never_cache
@require_safe
def recording_file(request: HttpRequest, pk: int, secret: str, document: int) -> HttpResponse:
    """A video, a transcript, or slides, of a recording, for somebody who had a place, with or without an account."""
    place = place_behind(pk, secret, Use.JOIN)
    if place is None:
        return no_such_address(request)
    found = document_of_recording(place.pool.event, document)
    if found is None or not _recordings(place, timezone.now()):
        raise Http404
    if film_type(found):
        return film_response(found, request)
    response = FileResponse(
        found.file.open("rb"),
        as_attachment=True,
        filename=found.filename,
        content_type="text/vtt" if are_captions(found) else "application/octet-stream",
    )
    response["Content-Security-Policy"] = "default-src 'none'"
    return response


def _recordings(place: Place, now: datetime) -> list[object]:
    """The recordings of the event of a place, once it is over and while somebody has the place."""
    event = place.pool.event
    is_over = phase(event.starts_at, event.ends_at, now) in (Phase.PAST, Phase.ANY_TIME)
    return list(event.recordings) if is_over and event.live and place.state == PlaceState.CONFIRMED else []


def personal(place: Place, now: datetime) -> dict[str, object]:
    """What pages of somebody with a place lead to now: joining, the code told at the end, and what there is afterwards."""
    event = place.pool.event
    asked = code_is_asked(event, arrangements_of(event), now)
    way = coming_with(place)
    given = Certificate.objects.filter(place=place).first()
    return {
        "at_venue": way.at_venue,
        "join_path": path_to(place, Use.JOIN) if way.on_line else "",
        "code_secret": secret_of(place, Use.JOIN) if asked else "",
        "feedback_path": path_to(place, Use.FEEDBACK) if refusal_to_answer(place, now) is None else "",
        "certificate_path": path_to(place, Use.CERTIFICATE) if given and counts(given, place.state) else "",
        "recordings": _recordings(place, now),
        "recordings_secret": secret_of(place, Use.JOIN),
        "was_there": place.attendance.exists(),
    }
