"""The orders of an event in the admin: found, paid by transfer, paid back, and what is wrong with them settled."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from events.actions.ordering import cancel_line, settle_trouble
from events.actions.refunds import refund
from events.actions.transfers import mark_as_paid
from events.admin.frame import event_for, page
from events.forms.money import OrdersForm, RefundForm, TransferForm
from events.forms.tickets import ReasonForm
from events.models import EventPage, Order, OrderLine, OrderState, Right
from events.orders import held, orders_of
from events.paying import money_of
from events.rights import EVERYWHERE
from events.rules.paying import refusal_of_transfer
from events.rules.words import pounds
from portal.members.actions import RefusedError

ORDERS_ON_A_PAGE = 50


@require_safe
def orders(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """The orders of an event, or those without any, searched and filtered."""
    event = _event(request, pk)
    form = OrdersForm(request.GET)
    given = form.given() if form.is_valid() else {}
    shown = Paginator(orders_of(event, **given), ORDERS_ON_A_PAGE).get_page(request.GET.get("page"))
    return _page(request, "orders", event, "Orders and money", form=form, shown=shown, query=urlencode(given))


@require_safe
def order(request: HttpRequest, number: int, pk: int | None = None) -> HttpResponse:
    """One order: what it is for, what came in and went back, and what can be done."""
    event, found = _found(request, pk, number)
    return _page(request, "order", event, f"Order {found.reference or '(a basket)'}", found=held(found))


@require_http_methods(["GET", "HEAD", "POST"])
def transfer(request: HttpRequest, number: int, pk: int | None = None) -> HttpResponse:
    """Marks an order as paid by bank transfer, if something is left to be paid."""
    event, found = _found(request, pk, number)
    money = money_of(found)
    form = TransferForm(request.POST or None, pence=money.left)
    if form.is_valid():
        said, key = form.cleaned_data["said"], str(form.cleaned_data["key"])
        try:
            mark_as_paid(
                order=found, pence=form.pence, said=said, by=request.user, key=key, now=timezone.now()
            )
        except RefusedError as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, f"{pounds(form.pence)} are booked for the order {found}.")
        return redirect(_address(event, found))
    if refusal := refusal_of_transfer(money.left, is_basket=found.state == OrderState.OPEN):
        messages.error(request, refusal)
        return redirect(_address(event, found))
    words = f"{found.name} owes {money.words['left']} of {money.words['due']}. Enter what has come in: it cannot be changed afterwards."
    return _page(
        request, "form_page", event, "Mark as paid", form=form, button="Book the payment", words=words
    )


@require_http_methods(["GET", "HEAD", "POST"])
def pay_back(request: HttpRequest, number: int, pk: int | None = None) -> HttpResponse:
    """Pays money back. The first POST shows what will happen, the second does it."""
    event, found = _found(request, pk, number)
    state = held(found)
    form = RefundForm(request.POST or None, found=state)
    if form.is_valid():
        if "confirmed" not in request.POST:
            return _page(
                request, "refund", event, "Pay this back?", form=form, sum=pounds(form.pence), found=state
            )
        try:
            refund(
                order=found,
                pence=form.pence,
                by=request.user,
                reason=form.cleaned_data["reason"],
                through_provider=form.is_to_card,
                key=str(form.cleaned_data["key"]),
                now=timezone.now(),
            )
        except RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{pounds(form.pence)} of the order {found} are paid back.")
            return redirect(_address(event, found))
    words = (
        f"Of {state.money.words['paid']} that were paid, {pounds(state.to_pay_back)} can be paid back. "
        "If somebody does not come, take their place back first. What you pay back beyond that makes the order cheaper."
    )
    return _page(request, "form_page", event, "Pay back", form=form, button="Go on", words=words)


@require_http_methods(["GET", "HEAD", "POST"])
def settle(request: HttpRequest, number: int, pk: int | None = None) -> HttpResponse:
    """Says what came of the trouble with an order."""
    event, found = _found(request, pk, number)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        settle_trouble(order=found, by=request.user, now=timezone.now(), reason=form.cleaned_data["reason"])
        messages.success(request, f"There is nothing to look at any more with the order {found}.")
        return redirect(_address(event, found))
    words = f"{found.trouble} Write what came of it."
    return _page(
        request, "form_page", event, "What came of it", form=form, button="It is settled", words=words
    )


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, number: int, line: int, pk: int | None = None) -> HttpResponse:
    """Takes one line of an order back, with a reason; then there is something to pay back."""
    event, found = _found(request, pk, number)
    # What an order has of other events is for those who look after theirs.
    ours = Q(place=None) | Q(place__pool__event=event)
    one = get_object_or_404(OrderLine, ours, order=found, cancelled_at=None, pk=line)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            cancel_line(line=one, now=timezone.now(), by=request.user, reason=form.cleaned_data["reason"])
        except RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"“{one.description}” is taken back. Pay back what was paid for it.")
            return redirect(_address(event, found))
    words = f"Takes “{one.description}” for {pounds(one.pence)} out of the order. A place goes to whoever waits, and whoever had it is told."
    return _page(
        request,
        "form_page",
        event,
        "Take back",
        form=form,
        button="Take it back",
        words=words,
        back=_address(event, found),
    )


def _event(request: HttpRequest, pk: int | None) -> EventPage | None:
    """The event, for a reader who looks after its money. Without one: orders of products alone, for those who organise every event."""
    if pk is not None:
        return event_for(request, pk, Right.FINANCE)
    if not request.user.has_perm(EVERYWHERE):
        raise PermissionDenied
    return None


def _found(request: HttpRequest, pk: int | None, number: int) -> tuple[EventPage | None, Order]:
    event = _event(request, pk)
    return event, get_object_or_404(orders_of(event), pk=number)


def _address(event: EventPage | None, order: Order) -> str:
    """Where an order is looked at."""
    if event is None:
        return reverse("places:shop_order", args=[order.pk])
    return reverse("places:order", args=[event.pk, order.pk])


def _page(
    request: HttpRequest, name: str, event: EventPage | None, title: str, **context: Any
) -> HttpResponse:
    """A page about an event, or about none."""
    if event is not None:
        return page(request, name, event, title, **context)
    return render(request, f"events/admin/{name}.html", {"page_title": title, **context})


VIEWS = (
    ("", orders, "{}s"),
    ("<int:number>/", order, "{}"),
    ("<int:number>/paid/", transfer, "{}_transfer"),
    ("<int:number>/pay-back/", pay_back, "{}_pay_back"),
    ("<int:number>/settle/", settle, "{}_settle"),
    ("<int:number>/lines/<int:line>/cancel/", cancel, "{}_cancel_line"),
)


def urls() -> list[URLPattern]:
    """Those of events, and below `products/` the same of orders without any."""
    roots = (("<int:pk>/orders/", "order"), ("products/orders/", "shop_order"))
    return [path(root + end, view, name=name.format(of)) for root, of in roots for end, view, name in VIEWS]
