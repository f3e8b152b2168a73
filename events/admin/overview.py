"""All events for those who look after them, and one event at a glance: places, tickets, money, and how it went."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_safe

from events import sales
from events.admin.frame import page
from events.admin.tabs import TABS
from events.models import EventPage, PlaceState, Right, WaitingState
from events.rights import events_of, has_any, rights_of
from portal.members.rules.plots import HEIGHT, WIDTH, along, steps, upward

EVENTS_ON_A_PAGE = 30


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The events that the reader may look after: what is to come first, then what is over, the latest first."""
    if not has_any(request.user):
        raise PermissionDenied
    now, is_past = timezone.now(), request.GET.get("past") == "1"
    events = events_of(request.user).defer_streamfields()
    over = Q(ends_at__lte=now)
    events = (
        events.filter(over).order_by("-starts_at", "pk")
        if is_past
        else events.exclude(over).order_by(F("starts_at").asc(nulls_last=True), "pk")
    )
    taken = Count("pools__places", filter=Q(pools__places__state=PlaceState.CONFIRMED), distinct=True)
    waiting = Count("pools__waiting", filter=Q(pools__waiting__state=WaitingState.WAITING), distinct=True)
    applied = Count("pools__waiting", filter=Q(pools__waiting__state=WaitingState.APPLIED), distinct=True)
    shown = Paginator(events.annotate(taken=taken, wait=waiting, applied=applied), EVENTS_ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    context = {"shown": shown, "is_past": is_past, "page_title": "Places"}
    return render(request, "events/admin/index.html", context)


@require_safe
def event(request: HttpRequest, pk: int) -> HttpResponse:
    """One event at a glance, for organisers; anybody else with a right there is led to the first page they may open."""
    found = get_object_or_404(EventPage.objects.defer_streamfields(), pk=pk)
    rights = rights_of(request.user, found)
    if not rights:
        raise PermissionDenied
    if Right.ORGANISE not in rights:
        tab = next((tab for tab in TABS if tab.right in rights), None)
        if tab is None:
            raise PermissionDenied
        return redirect(f"places:{tab.name}", pk)
    now = timezone.now()
    pools, days = sales.pools_of(found, now), sales.days_of(found)
    size, totals = sum(one.pool.size for one in pools), [day.total for day in days]
    scale = upward(max([size, *totals]))
    context = {
        "may_edit": found.permissions_for_user(request.user).can_edit(),
        "pools": pools,
        "tickets": sales.tickets_of(found),
        "money": sales.money_of(found).in_words,
        "days": days,
        "size": size,
        "plot": steps(totals, scale[-1].value),
        "plot_of_size": steps([size], scale[-1].value),
        "scale": scale,
        "named_days": along([day.day for day in days]),
        "box": (WIDTH, HEIGHT),
        "trouble": sales.orders_in_trouble(found),
        "applied": found.pools.filter(waiting__state=WaitingState.APPLIED).exists(),
    }
    return page(request, "event", found, "Overview", **context)


def urls() -> list[URLPattern]:
    return [path("", index, name="index"), path("<int:pk>/", event, name="event")]
