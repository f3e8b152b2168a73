"""The waiting list of an event in the admin, and what people ask organisers for."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events.actions.applying import let_in, refuse
from events.actions.waiting import leave
from events.admin.frame import event_for, page
from events.forms.tickets import RefusalForm
from events.models import PlaceState, Right, Waiting, WaitingState
from portal.members.actions import RefusedError

ON_A_PAGE = 50


@require_safe
def waiting(request: HttpRequest, pk: int) -> HttpResponse:
    """Who asks for a place, with their reasons, and who waits for one, in their order."""
    found, now = event_for(request, pk, Right.ORGANISE), timezone.now()
    rows = Waiting.objects.filter(pool__event=found).select_related("ticket", "pool")
    offered = Count("places", filter=Q(places__state=PlaceState.OFFERED, places__expires_at__gt=now))
    queue = rows.filter(state=WaitingState.WAITING).annotate(offered=offered).order_by("pool", "pk")
    context = {
        "applied": rows.filter(state=WaitingState.APPLIED).order_by("pk")[:ON_A_PAGE],
        "shown": Paginator(queue, ON_A_PAGE).get_page(request.GET.get("page")),
    }
    return page(request, "waiting", found, "Waiting list", **context)


@require_POST
def let_one_in(request: HttpRequest, pk: int, waiting: int) -> HttpResponse:
    one = _one(request, pk, waiting)
    let_in(waiting=one, by=request.user, now=timezone.now())
    messages.success(request, f"{one.name} has been let in, and told.")
    return redirect("places:waiting", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def refuse_one(request: HttpRequest, pk: int, waiting: int) -> HttpResponse:
    one = _one(request, pk, waiting)
    form = RefusalForm(request.POST or None)
    if form.is_valid():
        try:
            refuse(waiting=one, by=request.user, now=timezone.now(), **form.cleaned_data)
        except RefusedError as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, f"{one.name} has been told.")
        return redirect("places:waiting", pk)
    words = f"{one.name} asked for a place with the ticket “{one.ticket}”."
    event = one.pool.event
    return page(request, "form_page", event, "Refuse", form=form, button="Refuse", words=words, back="../..")


@require_POST
def remove(request: HttpRequest, pk: int, waiting: int) -> HttpResponse:
    one = _one(request, pk, waiting)
    try:
        leave(waiting=one, now=timezone.now())
    except RefusedError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"{one.name} no longer waits. They are not told.")
    return redirect("places:waiting", pk)


def _one(request: HttpRequest, pk: int, waiting: int) -> Waiting:
    found = event_for(request, pk, Right.ORGANISE)
    rows = Waiting.objects.select_related("ticket", "pool__event")
    return get_object_or_404(rows, pool__event=found, pk=waiting)


def urls() -> list[URLPattern]:
    return [
        path("<int:pk>/waiting/", waiting, name="waiting"),
        path("<int:pk>/waiting/<int:waiting>/let-in/", let_one_in, name="let_in"),
        path("<int:pk>/waiting/<int:waiting>/refuse/", refuse_one, name="refuse"),
        path("<int:pk>/waiting/<int:waiting>/remove/", remove, name="remove_waiting"),
    ]
