"""What anybody may know of a list, and the way onto it and off it: apply, wait, answer, accept its terms, leave, come back."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from forum import actions
from forum.access import list_facts
from forum.actions.applying import accept_all, accept_and_come_back, apply_in_full
from forum.forms.joining import AnswerForm, ApplyForm
from forum.forms.terms import TermsForm
from forum.models import MailingList, State, Subscription
from forum.moving import going_on
from forum.rules.joining import SIGN_IN, NextStep, Step, next_step
from forum.rules.sentences import list_sentences
from forum.views.frame import Place, breadcrumbs, place_of
from portal.members import terms
from portal.members.actions import RefusedError
from portal.members.models import Membership
from portal.members.texts import to_html
from portal.members.views.addresses import local_address

View = Callable[..., HttpResponse]


@never_cache
@require_safe
def about(request: HttpRequest, slug: str) -> HttpResponse:
    """What a list is, who may be on it until when and under which terms, and the reader's next step. Anybody may see this."""
    mailing_list = get_object_or_404(MailingList, slug=slug)
    now = timezone.now()
    documents = list(mailing_list.terms.all())
    versions = terms.versions_of(documents, now)
    context = {
        "list": mailing_list,
        "html": to_html(mailing_list.description),
        "sentences": list_sentences(list_facts([mailing_list])[mailing_list.pk], now),
        "documents": [(one, versions[one.pk][-1]) for one in documents if versions[one.pk]],
        "next": SIGN_IN,
        "going_on": going_on(mailing_list, now),
        "breadcrumbs": breadcrumbs(),
    }
    if request.user.is_authenticated:
        place = place_of(mailing_list, request.user, now)
        context |= {
            "next": _next(place),
            "going_on": place.going_on,
            "place": place,
            "may_leave": place.facts.state(now) in (State.ACTIVE, State.SUSPENDED),
            "has_applied_before": place.facts.state(now) == State.REFUSED,
        }
    return render(request, "listserver/about.html", context)


def for_somebody(view: View) -> View:
    """Decorates a view of a list that everybody who is signed in may ask for: it is called as `view(request, place)`."""

    @never_cache
    @login_required
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def asked(request: HttpRequest, slug: str) -> HttpResponse:
        mailing_list = get_object_or_404(MailingList, slug=slug)
        return view(request, place_of(mailing_list, request.user, timezone.now()))

    return asked


@for_somebody
def join(request: HttpRequest, place: Place) -> HttpResponse:
    """Takes an application: role, network, membership, and the terms."""
    if _next(place).step is Step.WAIT:
        return redirect("list_application", place.list.slug)
    if _next(place).step is not Step.APPLY:
        return _to_about(place)
    form = ApplyForm(
        request.POST if request.method == "POST" else None,
        owed=_owed(place),
        membership=Membership.objects.filter(user=request.user).first(),
        today=timezone.localdate(place.now),
    )
    if form.is_bound and not form.is_searching and form.is_valid():
        try:
            apply_in_full(
                mailing_list=place.list, user=request.user, application=form.application(), now=place.now
            )
        except RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("list_application", place.list.slug)
    return _page(request, "join", place, form=form)


@for_somebody
def application(request: HttpRequest, place: Place) -> HttpResponse:
    """Says where the reader's own application stands; a POST answers what a manager asked."""
    subscription = _subscription(place)
    if subscription is None:
        return _to_about(place)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.answer(
                subscription=subscription, user=request.user, now=place.now, text=form.cleaned_data["text"]
            )
        except RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Your answer has been sent to the managers of the list.")
            return redirect("list_application", place.list.slug)
    period = subscription.periods.at(place.now).first()
    waits = period is not None and period.state == State.APPLIED
    return _page(
        request,
        "application",
        place,
        subscription=subscription,
        period=period,
        waits=waits,
        form=form if waits and subscription.question and not subscription.answer else None,
    )


@for_somebody
def accept_terms(request: HttpRequest, place: Place) -> HttpResponse:
    """Shows all terms of the list that wait for the reader on one page; a POST accepts them and leads back."""
    back = local_address(request, request.POST.get("next", request.GET.get("next", "")), otherwise="forum")
    if back == reverse("forum"):
        back = reverse("list_about", args=[place.list.slug])
    form = TermsForm(request.POST if request.method == "POST" else None, owed=_owed(place))
    if form.is_valid():
        try:
            accept_all(user=request.user, versions=form.accepted(), now=place.now)
        except RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"You have accepted the terms of {place.list}.")
            return HttpResponseRedirect(back)
    return _page(request, "terms", place, form=form, back=back)


@for_somebody
def leave(request: HttpRequest, place: Place) -> HttpResponse:
    """Says what leaving means, or withdrawing an application; a POST does it."""
    state = place.facts.state(place.now)
    if request.method == "POST":
        try:
            actions.leave(mailing_list=place.list, user=request.user, now=place.now)
        except RefusedError as refused:
            messages.error(request, str(refused))
        else:
            applied = state == State.APPLIED
            done = "You have withdrawn your application." if applied else f"You have left {place.list}."
            messages.success(request, done)
        return _to_about(place)
    if state not in (State.APPLIED, State.ACTIVE, State.SUSPENDED):
        return _to_about(place)
    return _page(request, "leave", place, applied=state == State.APPLIED, suspended=state == State.SUSPENDED)


@for_somebody
def come_back(request: HttpRequest, place: Place) -> HttpResponse:
    """Says that somebody who left can come back, with the terms that are new since; a POST does it."""
    if _next(place).step is not Step.COME_BACK:
        return _to_about(place)
    form = TermsForm(request.POST if request.method == "POST" else None, owed=_owed(place))
    if form.is_valid():
        try:
            accept_and_come_back(
                mailing_list=place.list, user=request.user, versions=form.accepted(), now=place.now
            )
        except RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"You are on {place.list} again.")
            return redirect(place.list)
    return _page(request, "come_back", place, form=form)


def _next(place: Place) -> NextStep:
    return next_step(place.access, place.facts, place.now)


def _owed(place: Place) -> list[terms.Standing]:
    """The terms of the list that the person has yet to accept in the current version."""
    standings = terms.standings(place.user, place.now, place.list.terms.all())
    return [standing for standing in standings if standing.owed]


def _subscription(place: Place) -> Subscription | None:
    return place.list.subscriptions.filter(user=place.user).select_related("network").first()


def _to_about(place: Place) -> HttpResponse:
    return redirect("list_about", place.list.slug)


def _page(request: HttpRequest, name: str, place: Place, **more: Any) -> HttpResponse:
    way = breadcrumbs((place.list.name, reverse("list_about", args=[place.list.slug])))
    context = {"list": place.list, "place": place, "breadcrumbs": way, **more}
    return render(request, f"listserver/{name}.html", context)
