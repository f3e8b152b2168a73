"""Applications for a list, for those who manage it: what waits, what is known of each person, and the decision."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from forum import actions
from forum.access import facts_of
from forum.applications import known_of, waiting
from forum.forms.joining import DecideForm
from forum.models import Level, State, Subscription
from forum.views.frame import Place, breadcrumbs, for_those_who
from portal.members.actions import RefusedError

ON_A_PAGE = 50
DONE = {
    "approve": "is on the list now. We have written to them.",
    "ask": "has been asked. The application goes on waiting.",
    "refuse": "has been refused, and told why.",
}


@require_safe
@for_those_who(Level.MANAGE)
def applications(request: HttpRequest, place: Place) -> HttpResponse:
    """The applications that wait, the oldest first."""
    listed = Paginator(waiting(place.list, place.now), ON_A_PAGE).get_page(request.GET.get("page"))
    return _page(request, "applications", place, listed=listed)


@require_http_methods(["GET", "HEAD", "POST"])
@for_those_who(Level.MANAGE)
def application(request: HttpRequest, place: Place, pk: int) -> HttpResponse:
    """One application with what is known of the person; a POST lets them in, asks or refuses."""
    subscription = get_object_or_404(
        Subscription.objects.select_related("user", "network", "list"), pk=pk, list=place.list
    )
    form = DecideForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            _decide(subscription, place, **form.cleaned_data)
        except RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            done = DONE[form.cleaned_data["decision"]]
            messages.success(request, f"{subscription.user.get_full_name()} {done}")
            return redirect("list_applications", place.list.slug)
    facts = facts_of(place.list, subscription.user)
    return _page(
        request,
        "application_shown",
        place,
        subscription=subscription,
        period=subscription.periods.at(place.now).first(),
        known=known_of(subscription, facts, place.user, place.now),
        form=form if facts.state(place.now) == State.APPLIED else None,
    )


def _decide(subscription: Subscription, place: Place, *, decision: str, words: str) -> None:
    by, now = place.user, place.now
    if decision == "approve":
        actions.approve(subscription=subscription, by=by, now=now)
    elif decision == "ask":
        actions.ask(subscription=subscription, by=by, now=now, question=words)
    else:
        actions.refuse(subscription=subscription, by=by, now=now, reason=words)


def _page(request: HttpRequest, name: str, place: Place, **more: Any) -> HttpResponse:
    slug = place.list.slug
    way = [(place.list.name, reverse("list_about", args=[slug]))]
    if name != "applications":
        way.append(("Applications", reverse("list_applications", args=[slug])))
    context = {"list": place.list, "place": place, "breadcrumbs": breadcrumbs(*way), **more}
    return render(request, f"listserver/{name}.html", context)
