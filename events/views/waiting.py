"""The waiting list: joining it, where one stands, and taking what is offered."""

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
from events.models import Ticket, Waiting, WaitingState
from events.rules.tickets import refusal_to_apply
from events.standing import standing_of
from events.stock import offer_to, position_of
from events.views.frame import basket_for, person_of
from portal.members.actions import RefusedError


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def wait(request: HttpRequest, pk: int) -> HttpResponse:
    """Puts somebody on the waiting list for a ticket."""
    ticket = get_object_or_404(Ticket.objects.select_related("pool__event"), pk=pk)
    person = person_of(request)
    form = WaitingForm(
        request.POST if request.method == "POST" else None,
        initial={"name": person.get_full_name(), "email": person.email} if person else {},
    )
    if form.is_valid():
        try:
            made = join(ticket=ticket, user=person, now=timezone.now(), **form.cleaned_data)
        except RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("offer", made.key)
    context = {"ticket": ticket, "event": ticket.pool.event, "form": form}
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
    """Where somebody stands who waits, and what is offered to them; a POST takes it, or leaves the list."""
    rows = Waiting.objects.select_related("ticket", "pool__event")
    waiting, now = get_object_or_404(rows, key=key), timezone.now()
    if request.method == "POST":
        return _answer(request, waiting)
    context = {
        "waiting": waiting,
        "event": waiting.pool.event,
        "offer": offer_to(waiting, now),
        "position": position_of(waiting, now),
        "waits": waiting.state == WaitingState.WAITING,
        "applied": waiting.state == WaitingState.APPLIED,
        "refused": waiting.state == WaitingState.REFUSED,
    }
    return render(request, "events/booking/offer.html", context)


def _answer(request: HttpRequest, waiting: Waiting) -> HttpResponse:
    now = timezone.now()
    try:
        if "leave" in request.POST:
            leave(waiting=waiting, now=now)
            messages.success(request, "You no longer wait for a place.")
            return redirect("offer", waiting.key)
        accept(waiting=waiting, order=basket_for(request, now), now=now)
    except RefusedError as refused:
        messages.error(request, str(refused))
        return redirect("offer", waiting.key)
    return redirect("attendees")
