"""The basket of a browser, and what the pages of booking have around them."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from events.actions.baskets import IN_SESSION, begin
from events.models import Order, OrderState
from portal.members.models import User
from portal.prepared import Prepared

BASKETS = Prepared(lambda number: Order.objects.filter(pk=number, state=OrderState.OPEN))
View = Callable[..., HttpResponse]


def basket_of(request: HttpRequest) -> Order | None:
    """The basket of this browser, if it has one that is not somebody else's."""
    key = request.session.get(IN_SESSION)
    for found in BASKETS(key) if key else ():
        if found.user_id in (None, request.user.pk):
            return found
    return None


def basket_for(request: HttpRequest, now: Any) -> Order:
    """The basket of this browser; a new one if there is none."""
    found = basket_of(request)
    if found is None:
        found = begin(now=now, user=person_of(request), address=get_adapter().get_client_ip(request))
        request.session[IN_SESSION] = found.pk
    return found


def person_of(request: HttpRequest) -> User | None:
    return request.user if request.user.is_authenticated else None


def see_other(address: str) -> HttpResponse:
    """Leads a browser that has sent a form to another site: 303, so that it asks there and sends nothing on (RFC 9110, 15.4.4)."""
    return HttpResponse(status=303, headers={"Location": address})


def with_basket(view: View) -> View:
    """Decorates a step of booking: it is called as `view(request, order)`.

    Whoever has just ordered, and goes back or presses the button twice, is led to the order; without a basket, to the empty one.
    """

    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def asked(request: HttpRequest, **rest: Any) -> HttpResponse:
        order = basket_of(request)
        return _somewhere_else(request) if order is None else view(request, order, **rest)

    return asked


def _somewhere_else(request: HttpRequest) -> HttpResponse:
    placed = Order.objects.filter(pk=request.session.get(IN_SESSION)).exclude(state=OrderState.OPEN).first()
    return redirect("order", placed.key) if placed else redirect("basket")
