"""From the basket to the order: who comes, who orders, the code from the mail, and the last look."""

from dataclasses import asdict
from datetime import datetime

from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.forms import formset_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from events.actions.baskets import confirm_address, identify
from events.actions.billing import bill_to
from events.actions.codes import send_code
from events.actions.naming import name_attendees
from events.actions.ordering import place
from events.actions.paying import start
from events.actions.settings import accept_terms
from events.baskets import Shown, shown
from events.forms.booking import AttendeeForm, CodeForm, OrdererForm, PlaceForm
from events.models import Method, Order
from events.paying import ways_to_pay
from events.questions import Wanted, lack_answers, wanted_at
from events.rules.codes import Asked, refusal_of_code
from events.standing import refusals_of_attendees
from events.terms import terms_of
from events.views.frame import person_of, see_other, with_basket
from portal.members.actions import RefusedError

CODE = "basket-code"


@with_basket
def attendees(request: HttpRequest, order: Order) -> HttpResponse:
    """Who comes on each place."""
    now = timezone.now()
    found = shown(order, now)
    mine = [line for line in found.there if line.place]
    if found.has_lost:
        return redirect("basket")
    if not mine:
        return redirect("orderer" if found.there else "basket")
    Forms = formset_factory(AttendeeForm, extra=0, min_num=len(mine), max_num=len(mine), validate_min=True)  # noqa: N806
    initial = [{"name": line.place.name, "email": line.place.email} for line in mine]
    if request.user.is_authenticated and not any(one["email"] for one in initial):
        initial[0] = {"name": request.user.get_full_name(), "email": request.user.email}
    forms = Forms(request.POST if request.method == "POST" else None, initial=initial)
    if len(forms) != len(mine):
        messages.error(request, "The number of places has changed. Say once more who comes.")
        return redirect("attendees")
    if request.method == "POST" and forms.is_valid():
        by_line = {line.line.pk: form for line, form in zip(mine, forms, strict=True)}
        who = {pk: (form.cleaned_data["name"], form.cleaned_data["email"]) for pk, form in by_line.items()}
        try:
            against = name_attendees(order=order, who=who, now=now)
        except RefusedError as refused:
            messages.error(request, str(refused))
            return redirect("basket")
        if not against:
            return redirect("basket_questions")
        for pk, refusal in against.items():
            by_line[pk].add_error("email", refusal)
    context = {"shown": found, "forms": forms, "pairs": list(zip(mine, forms, strict=True))}
    return render(request, "events/booking/attendees.html", context)


@with_basket
def orderer(request: HttpRequest, order: Order) -> HttpResponse:
    """Who orders. Whoever is signed in with the address has shown that it is theirs; others are sent a code."""
    now = timezone.now()
    found = shown(order, now)
    if not found.there or found.has_lost:
        return redirect("basket")
    known = _known(request, found)
    form = OrdererForm(
        request.POST if request.method == "POST" else None,
        costs=found.pence > 0,
        initial=OrdererForm.values_of(order, **known),
    )
    if form.is_valid():
        chosen = form.cleaned_data
        try:
            order = identify(
                order=order, name=chosen["name"], email=chosen["email"], user=person_of(request), now=now
            )
            if found.pence or order.billing_address or order.purchase_order:
                bill_to(
                    order=order,
                    address=chosen.get("billing_address", ""),
                    purchase_order=chosen.get("purchase_order", ""),
                )
            return _confirmed_or_asked(request, order, now)
        except RefusedError as refused:
            form.add_error(None, str(refused))
    return render(request, "events/booking/orderer.html", {"shown": found, "form": form})


def _known(request: HttpRequest, found: Shown) -> dict[str, str]:
    """What is known of who orders: the account, else whoever comes first."""
    if request.user.is_authenticated:
        return {"name": request.user.get_full_name(), "email": request.user.email}
    first = next((line.place for line in found.there if line.place), None)
    return {"name": first.name if first else "", "email": first.email if first else ""}


def _confirmed_or_asked(request: HttpRequest, order: Order, now: datetime) -> HttpResponse:
    """Leads on; a code is sent first if nobody has shown yet that the address is theirs. Raises `RefusedError`."""
    if order.email_confirmed_at is not None:
        return redirect("check_order")
    person = person_of(request)
    if person and person.emailaddress_set.filter(email=order.email, verified=True).exists():
        confirm_address(order=order, email=order.email, now=now)
        return redirect("check_order")
    _remember(request, send_code(order=order, now=now))
    return redirect("order_code")


def _remember(request: HttpRequest, asked: Asked) -> None:
    request.session[CODE] = asdict(asked) | {"until": asked.until.isoformat()}


def _asked(request: HttpRequest) -> Asked | None:
    kept = request.session.get(CODE)
    return Asked(**(kept | {"until": parse_datetime(kept["until"])})) if kept else None


@with_basket
def code(request: HttpRequest, order: Order) -> HttpResponse:
    """The code from the mail; another one can be asked for."""
    now = timezone.now()
    if not order.email:
        return redirect("orderer")
    if order.email_confirmed_at is not None:
        return redirect("check_order")
    if "again" in request.POST:
        try:
            _remember(request, send_code(order=order, now=now))
            messages.success(request, f"We have sent a new code to {order.email}.")
        except RefusedError as refused:
            messages.error(request, str(refused))
        return redirect("order_code")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        asked = _asked(request)
        refusal = refusal_of_code(asked, form.cleaned_data["code"], order.email, settings.SECRET_KEY, now)
        if refusal is None:
            confirm_address(order=order, email=order.email, now=now)
            request.session.pop(CODE, None)
            return redirect("check_order")
        if asked is not None:
            _remember(request, Asked(asked.email, asked.digest, asked.until, asked.tries + 1))
        form.add_error("code", refusal)
    return render(request, "events/booking/code.html", {"form": form, "order": order})


@csp_update({"form-action": [settings.STRIPE_CHECKOUT_ORIGIN]})
@with_basket
def check(request: HttpRequest, order: Order) -> HttpResponse:
    """The last look before ordering; a POST orders. The second press of the button leads to the same order."""
    now = timezone.now()
    found = shown(order, now)
    wanted = wanted_at([event.pk for event in found.events])
    if step := _step_before(found, wanted):
        return redirect(step)
    if against := refusals_of_attendees(order, [line.line for line in found.there], now):
        for refusal in against.values():
            messages.error(request, refusal)
        return redirect("attendees")
    terms = terms_of(found.events) if wanted.has_terms else []
    data = request.POST if request.method == "POST" else None
    costs, seen = found.pence > 0, request.POST.get("seen")
    form = PlaceForm(
        data, costs=costs, ways=ways_to_pay() if costs else [], terms=terms, has_places=bool(found.events)
    )
    if form.is_valid():
        try:
            if terms:
                accept_terms(order=order, terms=terms, now=now)
            if form.chosen == Method.CARD:
                return see_other(start(order=order, now=now, seen=seen))
            order = place(order=order, method=form.chosen, now=now, seen=seen)
        except RefusedError as refused:
            messages.error(request, str(refused))
            return redirect("basket")
        return redirect("order", order.key)
    return render(
        request, "events/booking/check.html", {"shown": found, "form": form, "order": order, "terms": terms}
    )


def _step_before(found: Shown, wanted: Wanted) -> str:
    """The page on which something has to be done before anything can be ordered; empty if nothing has to be."""
    # What is ordered is what is shown: whoever has lost places decides about them first.
    if not found.there or found.has_lost:
        return "basket"
    if found.order.email_confirmed_at is None:
        return "order_code" if found.order.email else "orderer"
    places = [line.place for line in found.there if line.place]
    if not all(one.email for one in places):
        return "attendees"
    return "basket_questions" if wanted.has_required and lack_answers(places) else ""
