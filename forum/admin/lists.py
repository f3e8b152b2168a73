"""Lists in the admin: all of them, one of them, making one, and what it is called and how it works."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from forum import actions
from forum.access import list_facts
from forum.admin.frame import CHANGE, VIEW, cannot_manage, list_or_404, page
from forum.forms.lists import ListForm
from forum.models import Grant, MailingList, State, SubscriptionPeriod
from forum.rules.sentences import list_sentences
from portal.members.actions import RefusedError
from portal.members.texts import to_html


@permission_required(VIEW, raise_exception=True)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every list, with how many people are on it and how many applications wait."""
    lists = list(MailingList.objects.all())
    counts = people_by_state(lists, timezone.now())
    lines = [(one, counts[one.pk]) for one in lists]
    return render(request, "listserver/admin/index.html", {"lines": lines, "page_title": "Lists"})


@permission_required(VIEW, raise_exception=True)
@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One list: who may be on it, who is, who was given access, and what can be done."""
    found, now = list_or_404(pk), timezone.now()
    counts = people_by_state([found], now)[found.pk]
    context = {
        "sentences": list_sentences(list_facts([found])[found.pk], now),
        "counts": [(state, state.label, counts[state]) for state in State],
        "description": to_html(found.description),
        "grants": Grant.objects.on(found, now),
        "cannot_manage": cannot_manage(request, found, now),
    }
    return page(request, "list", found, found.name, **context)


@permission_required("listserver.add_mailinglist", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Asks for a new list; a POST makes it. Its rules come next."""
    form = ListForm(request.POST or None)
    if _is_to_be_saved(request, form):
        try:
            made = actions.make_list(by=request.user, now=timezone.now(), **form.cleaned_data)
        except RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "The list has been made. Now say who may be on it.")
            return redirect("lists:rules", made.pk)
    return _form(request, form, None, "Make a list")


@permission_required(CHANGE, raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest, pk: int) -> HttpResponse:
    """What a list is called and how it works; a POST changes it."""
    found = list_or_404(pk)
    form = ListForm(request.POST or None, instance=list_or_404(pk))
    if _is_to_be_saved(request, form):
        try:
            actions.change_list(mailing_list=found, by=request.user, now=timezone.now(), **form.cleaned_data)
        except RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "The list has been changed.")
            return redirect("lists:list", found.pk)
    return _form(request, form, found, "Words and settings")


def people_by_state(lists: list[MailingList], now: datetime) -> dict[int, dict[State, int]]:
    """How many people are in which state, by the list's primary key. One statement."""
    rows = (
        SubscriptionPeriod.objects.at(now)
        .filter(subscription__list__in=lists)
        .order_by()
        .values_list("subscription__list", "state")
        .annotate(count=Count("pk"))
    )
    counts: dict[int, dict[State, int]] = defaultdict(lambda: dict.fromkeys(State, 0))
    for pk, state, count in rows:
        counts[pk][State(state)] = count
    return counts


def _is_to_be_saved(request: HttpRequest, form: ListForm) -> bool:
    return request.method == "POST" and form.is_valid() and "preview" not in request.POST


def _form(request: HttpRequest, form: ListForm, found: MailingList | None, title: str) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "cancel": found}
    if "preview" in request.POST:
        context["preview"] = to_html(str(form["description"].value() or ""))
    return page(request, "settings", found, title, **context)


def urls() -> list[URLPattern]:
    return [
        path("", index, name="index"),
        path("add/", add, name="add"),
        path("<int:pk>/", one, name="list"),
        path("<int:pk>/settings/", settings, name="settings"),
    ]
