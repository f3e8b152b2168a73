"""An order and its tickets, opened by secret keys: look, pass on, give back, and have them sent again."""

from uuid import UUID

import segno
from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from events.actions.ordering import cancel_line
from events.actions.passing import pass_on
from events.actions.telling import send_again
from events.baskets import shown
from events.forms.booking import AttendeeForm
from events.forms.orders import AddressForm
from events.models import Order, OrderLine, OrderState, Place, PlaceState, Right
from events.paying import OrderMoney, money_back_of, money_of, takes_cards
from events.people import place_of_ticket
from events.questions import asked_of
from events.rights import may_do
from events.rules.ordering import refusal_to_cancel
from events.rules.products import is_handed_over
from events.rules.questions import refusal_to_answer
from events.rules.ticket_codes import code_of
from events.views.attending import personal
from portal.members.actions import RefusedError


@csp_update({"form-action": [settings.STRIPE_CHECKOUT_ORIGIN]})
@never_cache
@require_safe
def order(request: HttpRequest, key: UUID) -> HttpResponse:
    """What has been ordered, what is to be paid, and the tickets."""
    found = order_of(key)
    seen, money = shown(found, timezone.now()), money_of(found)
    has_products = any(group.product for group in seen.groups)
    return render(
        request,
        "events/booking/order.html",
        {
            "shown": seen,
            "order": found,
            "money": money,
            "back": money_back_of(found, money),
            "takes_cards": takes_cards(),
            "products": _products(found, money) if has_products else [],
            "documents": found.documents.all(),
        },
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pass_place_on(request: HttpRequest, key: UUID, pk: int) -> HttpResponse:
    """Gives a place to somebody else, who gets a ticket of their own; the old one no longer counts."""
    line, now = _line(key, pk), timezone.now()
    form = AttendeeForm(
        request.POST if request.method == "POST" else None,
        initial={"name": line.place.name, "email": line.place.email},
    )
    if form.is_valid():
        try:
            pass_on(line=line, now=now, **form.cleaned_data)
        except RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(
                request, f"The place is {form.cleaned_data['name']}’s now. We have sent the ticket."
            )
            return redirect("order", key)
    refusal = refusal_to_cancel(line.place.pool.event, now)
    context = {"line": line, "form": form, "order": line.order, "refusal": refusal}
    return render(request, "events/booking/pass_on.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def give_back(request: HttpRequest, key: UUID, pk: int) -> HttpResponse:
    """Gives a place back, after the refund rule has been shown."""
    line, now = _line(key, pk), timezone.now()
    if request.method == "POST":
        try:
            cancel_line(line=line, now=now)
        except RefusedError as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, f"The place of {line.place.name} has been given back.")
        return redirect("order", key)
    event = line.place.pool.event
    context = {"line": line, "order": line.order, "event": event, "refusal": refusal_to_cancel(event, now)}
    return render(request, "events/booking/give_back.html", context)


@never_cache
@require_safe
def ticket(request: HttpRequest, key: UUID) -> HttpResponse:
    """One ticket with its QR code. Whoever has the address has the ticket; whoever works at the entrance is led there."""
    if (door := _door_for(request, key)) is not None:
        return door
    place = get_object_or_404(Place.objects.select_related("ticket", "pool__event"), key=key)
    if place.state not in (PlaceState.CONFIRMED, PlaceState.GONE):
        raise Http404
    event, now = place.pool.event, timezone.now()
    counts = place.state == PlaceState.CONFIRMED and event.cancelled_at is None
    context = {
        "place": place,
        "event": event,
        "counts": counts,
        "code": code_of(place.pk),
        "is_asked": bool(asked_of([place])[place.pk]) and not refusal_to_answer(event, now),
        "qr": _qr(request.build_absolute_uri(reverse("ticket", args=[key]))),
        **(personal(place, now) if counts else {"at_venue": True}),
    }
    return render(request, "events/booking/ticket.html", context)


def _door_for(request: HttpRequest, key: UUID) -> HttpResponse | None:
    """Where staff check in whoever shows the ticket; `None` for anybody else, and for staff who want to see the ticket itself."""
    if not request.user.is_authenticated or "see" in request.GET:
        return None
    found = place_of_ticket(key)
    if found is None or not may_do(request.user, found[0].pool.event, Right.CHECK_IN):
        return None
    return redirect("places:check_ticket", found[0].pool.event_id, key)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def again(request: HttpRequest) -> HttpResponse:
    """Sends tickets and orders again to the address that somebody types. Whether there are any is said in the mail alone."""
    form = AddressForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        send_again(email=form.cleaned_data["email"], now=timezone.now())
        messages.success(request, "If there are tickets for this address, they are on their way to it.")
        return redirect("tickets_again")
    return render(request, "events/booking/again.html", {"form": form})


def _products(order: Order, money: OrderMoney) -> list[tuple[OrderLine, bool]]:
    """The lines of an order that are no places, each with whether it has been handed over."""
    lines = order.lines.filter(product__isnull=False).select_related("product", "advice")
    return [(line, is_handed_over(order, line, paid=money.paid, due=money.due)) for line in lines]


def order_of(key: UUID) -> Order:
    return get_object_or_404(Order.objects.exclude(state=OrderState.OPEN), key=key)


def _line(key: UUID, pk: int) -> OrderLine:
    lines = OrderLine.objects.select_related("order", "place__ticket", "place__pool__event")
    return get_object_or_404(lines, order=order_of(key), pk=pk, place__isnull=False, cancelled_at=None)


def _qr(address: str) -> SafeString:
    """The QR code of an address as SVG. It is made here of squares alone, so it can be put into the page as it is."""
    made = segno.make(address, error="m")
    return mark_safe(made.svg_inline(scale=5, border=2, svgclass="qr", lineclass=None, omitsize=True))  # noqa: S308
