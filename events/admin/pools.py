"""Places and tickets of an event in the admin."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events.actions import pools as actions
from events.admin.frame import event_for, page
from events.forms.tickets import PoolForm, TicketForm
from events.models import Pool, Right, Ticket
from events.rules.tickets import price_words, whom_words
from portal.members.actions import RefusedError


@require_safe
def pools(request: HttpRequest, pk: int) -> HttpResponse:
    """The event's places, each with its tickets and what they cost whom."""
    found = event_for(request, pk, Right.ORGANISE)
    listed = found.pools.prefetch_related("tickets__prices").order_by("pk")
    context = {"pools": [(pool, [_described(one) for one in pool.tickets.all()]) for pool in listed]}
    return page(request, "pools", found, "Places and tickets", **context)


@require_http_methods(["GET", "HEAD", "POST"])
def add_pool(request: HttpRequest, pk: int) -> HttpResponse:
    found = event_for(request, pk, Right.ORGANISE)
    form = PoolForm(request.POST or None)
    if form.is_valid():
        try:
            actions.add_pool(event=found, by=request.user, now=timezone.now(), **form.cleaned_data)
        except RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "The places are there. Now say with which tickets people take them.")
            return redirect("places:add_ticket", pk)
    return page(request, "form_page", found, "Add places", form=form, button="Add places")


@require_http_methods(["GET", "HEAD", "POST"])
def change_pool(request: HttpRequest, pk: int, pool: int) -> HttpResponse:
    found = event_for(request, pk, Right.ORGANISE)
    one = get_object_or_404(Pool, event=found, pk=pool)
    form = PoolForm(request.POST or None, instance=one)
    if form.is_valid():
        try:
            actions.change_pool(pool=one, by=request.user, now=timezone.now(), **form.cleaned_data)
        except RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Saved.")
            return redirect("places:pools", pk)
    return page(request, "form_page", found, "Change places", form=form, button="Save")


@require_POST
def remove_pool(request: HttpRequest, pk: int, pool: int) -> HttpResponse:
    found = event_for(request, pk, Right.ORGANISE)
    one = get_object_or_404(Pool, event=found, pk=pool)
    try:
        actions.remove_pool(pool=one, by=request.user, now=timezone.now())
    except RefusedError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"“{one.name}” has been removed.")
    return redirect("places:pools", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def add_ticket(request: HttpRequest, pk: int) -> HttpResponse:
    found = event_for(request, pk, Right.ORGANISE)
    first = found.pools.order_by("-pk").first()
    if first is None:
        messages.error(request, "Add places first.")
        return redirect("places:add_pool", pk)
    return _ticket_page(request, found, Ticket(pool=first), "Add a ticket")


@require_http_methods(["GET", "HEAD", "POST"])
def change_ticket(request: HttpRequest, pk: int, ticket: int) -> HttpResponse:
    found = event_for(request, pk, Right.ORGANISE)
    one = get_object_or_404(Ticket.objects.select_related("pool__event"), pool__event=found, pk=ticket)
    return _ticket_page(request, found, one, "Change a ticket")


@require_POST
def remove_ticket(request: HttpRequest, pk: int, ticket: int) -> HttpResponse:
    found = event_for(request, pk, Right.ORGANISE)
    one = get_object_or_404(Ticket.objects.select_related("pool__event"), pool__event=found, pk=ticket)
    try:
        actions.remove_ticket(ticket=one, by=request.user, now=timezone.now())
    except RefusedError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"“{one.name}” has been removed.")
    return redirect("places:pools", pk)


def _ticket_page(request: HttpRequest, event: Any, ticket: Ticket, title: str) -> HttpResponse:
    form = TicketForm(request.POST or None, instance=ticket, event_id=event.pk)
    if form.is_valid():
        ticket = form.save(commit=False)
        actions.save_ticket(ticket=ticket, prices=form.prices(), by=request.user, now=timezone.now())
        messages.success(request, f"“{ticket.name}” has been saved.")
        return redirect("places:pools", event.pk)
    return page(request, "form_page", event, title, form=form, button="Save")


def _described(ticket: Ticket) -> tuple[Ticket, str, list[str]]:
    """A ticket, whom it is for, and its prices in words."""
    prices = [
        f"{price_words(price.pence, ticket.vat_percent)} for {whom_words(price.whom, price.role)}"
        for price in ticket.prices.all()
    ]
    return ticket, whom_words(ticket.whom, ticket.role), prices


def urls() -> list[URLPattern]:
    return [
        path("<int:pk>/places/", pools, name="pools"),
        path("<int:pk>/places/add/", add_pool, name="add_pool"),
        path("<int:pk>/places/<int:pool>/", change_pool, name="change_pool"),
        path("<int:pk>/places/<int:pool>/remove/", remove_pool, name="remove_pool"),
        path("<int:pk>/tickets/add/", add_ticket, name="add_ticket"),
        path("<int:pk>/tickets/<int:ticket>/", change_ticket, name="change_ticket"),
        path("<int:pk>/tickets/<int:ticket>/remove/", remove_ticket, name="remove_ticket"),
    ]
