"""The waiting list: joining it, where one stands, taking what is offered, and leaving it."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from events.actions.applying import apply
from events.actions.waiting import accept, join, leave
from events.forms.booking import ApplyForm, WaitingForm
from events.models import LIVE, PlaceState, Ticket, Waiting, WaitingState
from events.rules.tickets import refusal_to_apply, refusal_to_wait
from events.rules.waiting import Said, before_leaving, waits, what_became
from events.standing import standing_of
from events.stock import offer_to, position_of
from events.views.frame import basket_for, person_of
from portal.members.actions import RefusedError


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def wait(request: HttpRequest, pk: int) -> HttpResponse:
    """Puts somebody on the waiting list for a ticket."""
    ticket = get_object_or_404(Ticket.objects.select_related("pool__event"), pk=pk)
    person, now, event = person_of(request), timezone.now(), ticket.pool.event
    form = WaitingForm(
        request.POST if request.method == "POST" else None,
        initial={"name": person.get_full_name(), "email": person.email} if person else {},
    )
    if form.is_valid():
        try:
            made = join(ticket=ticket, user=person, now=now, **form.cleaned_data)
        except RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("offer", made.key)
    refusal = refusal_to_wait(ticket, event, standing_of(person, now), now)
    context = {"ticket": ticket, "event": event, "form": form, "refusal": refusal}
    return render(request, "events/booking/wait.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks organisers for a place with a ticket about which they decide."""
    tickets = Ticket.objects.filter(needs_approval=True).select_related("pool__event")
    ticket, person, now = get_object_or_404(tickets, pk=pk), person_of(request), timezone.now()
    event = ticket.pool.event
    form = ApplyForm(
        request.POST if request.method == "POST" else None,
        initial={"name": person.get_full_name(), "email": person.email} if person else {},
    )
    if form.is_valid():
        try:
            made = apply(ticket=ticket, user=person, now=now, **form.cleaned_data)
        except RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("offer", made.key)
    refusal = refusal_to_apply(ticket, event, standing_of(person, now), now)
    context = {"ticket": ticket, "event": event, "form": form, "refusal": refusal}
    return render(request, "events/booking/ask.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, key: UUID) -> HttpResponse:
    """Where somebody stands who waits, and what is offered to them; a POST takes it."""
    waiting, now = _waiting(key), timezone.now()
    if request.method == "POST":
        return _taken(request, waiting, now)
    context = {
        "waiting": waiting,
        "event": waiting.pool.event,
        "offer": offer_to(waiting, now),
        "position": position_of(waiting, now),
        "waits": waiting.state == WaitingState.WAITING,
        "applied": waiting.state == WaitingState.APPLIED,
        "refused": waiting.state == WaitingState.REFUSED,
        "is_off": waiting.pool.event.cancelled_at is not None,
        "became": _became(waiting, now),
    }
    return render(request, "events/booking/offer.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def leave_list(request: HttpRequest, key: UUID) -> HttpResponse:
    """Says what is lost by leaving the waiting list, or by taking back that one asks for a place; a POST does it."""
    waiting, now = _waiting(key), timezone.now()
    if request.method == "POST":
        try:
            leave(waiting=waiting, now=now)
        except RefusedError as refused:
            messages.error(request, str(refused))
        return redirect("offer", key)
    if waiting.state not in waits() or waiting.pool.event.cancelled_at is not None:
        return redirect("offer", key)
    offered = offer_to(waiting, now)
    said = before_leaving(waiting.state, offered.count if offered else 0, offered.until if offered else None)
    context = {"waiting": waiting, "event": waiting.pool.event, "said": said}
    return render(request, "events/booking/leave.html", context)


def _waiting(key: UUID) -> Waiting:
    return get_object_or_404(Waiting.objects.select_related("ticket", "pool__event"), key=key)


def _became(waiting: Waiting, now: datetime) -> Said:
    places = list(waiting.places.filter(state__in=LIVE))
    return what_became(
        waiting.state,
        in_basket=sum(one.state == PlaceState.HELD and one.is_live(now) for one in places),
        booked=sum(one.state == PlaceState.CONFIRMED for one in places),
        was_asked_for=waiting.ticket.needs_approval,
    )


def _taken(request: HttpRequest, waiting: Waiting, now: datetime) -> HttpResponse:
    if "take" not in request.POST:
        return redirect("offer", waiting.key)
    try:
        accept(waiting=waiting, order=basket_for(request, now), now=now)
    except RefusedError as refused:
        messages.error(request, str(refused))
        return redirect("offer", waiting.key)
    return redirect("attendees")
