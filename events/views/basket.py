"""The basket: what is in it and until when, more, fewer, longer."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from events.actions.holding import change, hold_again, prolong, release
from events.baskets import shown
from events.forms.booking import CountForm
from events.models import Order, Ticket
from events.rules.holding import MOST_IN_BASKET
from events.rules.times import clock
from events.rules.words import places
from events.views.frame import basket_of, with_basket
from portal.members.actions import RefusedError

KEPT = "Your places are kept for 15 minutes from now."
# The pages that say until when places are kept.
STEPS = ("basket", "attendees", "basket_questions", "orderer", "check_order")


@never_cache
@require_safe
def basket(request: HttpRequest) -> HttpResponse:
    """What is in the basket of this browser, until when it is kept, and what it comes to."""
    order, now = basket_of(request), timezone.now()
    found = shown(order, now) if order else None
    return render(request, "events/booking/basket.html", {"shown": found, "now": now})


@with_basket
@require_POST
def change_count(request: HttpRequest, order: Order) -> HttpResponse:
    """Makes it more or fewer places with a ticket; none takes it out."""
    form = CountForm(request.POST)
    if not form.is_valid() and "remove" not in request.POST:
        messages.error(request, f"Enter how many places you want: a whole number from 0 to {MOST_IN_BASKET}.")
        return redirect("basket")
    ticket, count = _asked(request)
    try:
        change(order=order, ticket=ticket, count=count, now=timezone.now())
    except RefusedError as refused:
        messages.error(request, str(refused))
    else:
        said = (
            f"You have {places(count)} for “{ticket.name}”."
            if count
            else f"“{ticket.name}” is out of your basket."
        )
        messages.success(request, said)
    return redirect("basket")


@with_basket
@require_POST
def keep(request: HttpRequest, order: Order) -> HttpResponse:
    """Keeps what is in the basket for another 15 minutes, once, and leads back to the step in which that was asked for.

    The script of these pages asks `quietly`: it is told as JSON until when they are kept, and the page stays as it is.
    """
    is_quiet = "quietly" in request.POST
    try:
        end = prolong(order=order, now=timezone.now())
    except RefusedError as refused:
        if is_quiet:
            return JsonResponse({"words": str(refused)}, status=409)
        messages.error(request, str(refused))
    else:
        if is_quiet:
            return JsonResponse({"words": KEPT, "until": end, "hour": clock(end)})
        messages.success(request, KEPT)
    step = request.POST.get("step")
    return redirect(step if step in STEPS else "basket")


@with_basket
@require_POST
def keep_again(request: HttpRequest, order: Order) -> HttpResponse:
    """Keeps what ran out once more, and goes on to order; or says what of it has gone."""
    try:
        hold_again(order=order, now=timezone.now())
    except RefusedError as refused:
        messages.error(request, f"{refused} Remove these places from your basket, or choose fewer.")
        return redirect("basket")
    return redirect("attendees")


@with_basket
@require_POST
def empty(request: HttpRequest, order: Order) -> HttpResponse:
    """Takes everything out of the basket."""
    release(order=order, lines=order.lines.all(), now=timezone.now())
    messages.success(request, "Your basket is empty.")
    return redirect("basket")


def _asked(request: HttpRequest) -> tuple[Ticket, int]:
    form = CountForm(request.POST)
    form.full_clean()
    number = form.cleaned_data.get("ticket")
    found = get_object_or_404(Ticket.objects.select_related("pool__event"), pk=number)
    return found, 0 if "remove" in request.POST else form.cleaned_data["count"]
