"""People of a list in the admin: found, exported, and each with the history of their states and what can be done."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forum import actions
from forum.admin.frame import PEOPLE, cannot_manage, list_or_404, page
from forum.forms.people import ExtendForm, LiftForm, PeopleForm, SuspendForm
from forum.models import Grant, MailingList, State, Subscription
from forum.people import Line, every_line, lines_of, people_of
from portal.members.actions import RefusedError
from portal.members.admin.lists import csv_answer

PEOPLE_ON_A_PAGE = 50
COLUMNS = ("Person", "E-mail address", "Joined", "State", "Access now", "Until")


@permission_required(PEOPLE, raise_exception=True)
@require_safe
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """The people of a list, each with what they may do now and until when."""
    found, now = list_or_404(pk), timezone.now()
    form = PeopleForm(request.GET)
    given = form.given() if form.is_valid() else {}
    shown = Paginator(people_of(found, now, **given), PEOPLE_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "lines": lines_of(found, list(shown.object_list), now),
        "shown": shown,
        "query": urlencode(given),
        "cannot_manage": cannot_manage(request, found, now),
    }
    return page(request, "people", found, "People", **context)


@permission_required(PEOPLE, raise_exception=True)
@require_POST
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The people whom the filters let through, as CSV. The log says who took them."""
    found, now = list_or_404(pk), timezone.now()
    form = PeopleForm(request.GET)
    if not form.is_valid():
        return HttpResponse("These filters make no sense.", status=400, content_type="text/plain")
    actions.record_export(
        "list.people-exported",
        mailing_list=found,
        by=request.user,
        now=now,
        details={"filters": form.given()},
    )
    lines = every_line(found, people_of(found, now, **form.given()), now)
    return csv_answer(f"{found.slug}-people-{timezone.localdate(now)}", COLUMNS, _cells(lines))


@permission_required(PEOPLE, raise_exception=True)
@require_safe
def person(request: HttpRequest, pk: int, subscription: int) -> HttpResponse:
    """One person on a list: every state with who changed it and why, and what a manager can do."""
    found, now = list_or_404(pk), timezone.now()
    one = _subscription(found, subscription)
    (line,) = lines_of(found, [one], now)
    context = {
        "line": line,
        "periods": one.periods.select_related("by").order_by("-starts_at", "-pk"),
        "grants": Grant.objects.on(found, now).filter(user=one.user),
        "cannot_manage": cannot_manage(request, found, now),
        "is_on_it": one.state in (State.ACTIVE, State.SUSPENDED),
        "has_applied": one.state == State.APPLIED,
        "is_suspended": one.state == State.SUSPENDED,
    }
    return page(request, "person", found, str(one.user), **context)


@dataclass(frozen=True)
class Step:
    """What a manager can do to a person on a list: what is asked, what is done, and what is said before and after."""

    title: str
    form: type[forms.Form]
    act: Callable[..., Any]
    before: str
    after: str


def _extend(*, subscription: Subscription, **values: Any) -> None:
    actions.extend(mailing_list=subscription.list, user=subscription.user, **values)


STEPS = {
    "suspend": Step(
        "Suspend from the list",
        SuspendForm,
        actions.suspend,
        "The person can then neither read nor post, until the moment that you give or until somebody lifts it.",
        "Suspended.",
    ),
    "lift": Step(
        "Lift the suspension",
        LiftForm,
        actions.lift_suspension,
        "The person is then on the list again, as far as its rules let them in.",
        "The suspension has been lifted.",
    ),
    "extend": Step(
        "Extend the time on the list",
        ExtendForm,
        _extend,
        "The person can then read and post until the moment that you give, whatever the rules of the list say.",
        "The time has been extended.",
    ),
}


@permission_required(PEOPLE, raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, pk: int, subscription: int, name: str) -> HttpResponse:
    """Asks for what a step needs; a POST takes it."""
    if name not in STEPS:
        raise Http404("There is no such step.")
    found, now, taken = list_or_404(pk), timezone.now(), STEPS[name]
    one = _subscription(found, subscription)
    form = taken.form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            taken.act(subscription=one, by=request.user, now=now, **form.cleaned_data)
        except RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, taken.after)
            return redirect("lists:person", found.pk, one.pk)
    refusal = cannot_manage(request, found, now)
    context = {"form": form, "subscription": one, "step": taken, "cannot_manage": refusal}
    return page(request, "step", found, taken.title, **context)


def _subscription(found: MailingList, pk: int) -> Subscription:
    return get_object_or_404(people_of(found, timezone.now()), pk=pk)


def _cells(lines: Iterator[Line]) -> Iterator[tuple[Any, ...]]:
    for line in lines:
        one = line.subscription
        yield str(one.user), one.user.email, one.joined_on or "", line.state, line.can, line.until


def urls() -> list[URLPattern]:
    return [
        path("<int:pk>/people/", people, name="people"),
        path("<int:pk>/people/export/", export, name="people_export"),
        path("<int:pk>/people/<int:subscription>/", person, name="person"),
        path("<int:pk>/people/<int:subscription>/<slug:name>/", step, name="step"),
    ]
