"""Paying an order by card: off to the provider's page, and what is said to whoever comes back from there."""

from uuid import UUID

from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from events.actions.paying import ask_about, start
from events.models import CardState, Order, OrderState
from events.paying import money_of
from events.rules.words import pounds
from events.views.frame import see_other
from events.views.orders import order_of
from portal.members.actions import RefusedError


@csp_update({"form-action": [settings.STRIPE_CHECKOUT_ORIGIN]})
@never_cache
@require_POST
def pay_by_card(request: HttpRequest, key: UUID) -> HttpResponse:
    """Leads from an order that has been placed to the provider's page for what is still to be paid."""
    try:
        return see_other(start(order=order_of(key), now=timezone.now()))
    except RefusedError as refused:
        messages.error(request, str(refused))
        return redirect("order", key)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def paid(request: HttpRequest, key: UUID) -> HttpResponse:
    """Whoever comes back from the provider's page. That they come says nothing: what has been paid is in the ledger, or we wait for it.

    A POST asks the provider.
    """
    order = get_object_or_404(Order, key=key)
    if request.method == "POST":
        ask_about(order=order, now=timezone.now())
        return redirect("order_paid", key)
    session = order.card_sessions.order_by("-pk").first()
    awaits = session is not None and session.state in (CardState.OPEN, CardState.WAITING)
    if order.state != OrderState.OPEN and not awaits:
        return redirect("order", key)
    context = {
        "order": order,
        "sum": pounds(session.pence) if session else "",
        "awaits": awaits,
        "money": money_of(order),
    }
    return render(request, "events/booking/paid.html", context)
