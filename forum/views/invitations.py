"""Invitations onto a list: the page behind the link of the mail, and the managers' list of those that were sent."""

import csv
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forum.access import list_facts
from forum.actions import inviting
from forum.forms.invitations import NewPersonForm
from forum.forms.terms import TermsForm
from forum.models import Level, ListInvitation, State, Subscription
from forum.rules.joining import InvitationState, invitation_state, refusal_to_answer_invitation
from forum.rules.sentences import list_sentences
from forum.views.frame import Place, breadcrumbs, for_those_who
from portal.members import terms
from portal.members.actions import RefusedError, person_with, token_hash
from portal.members.admin.lists import as_text_cell
from portal.members.models import User

ON_A_PAGE = 50
COLUMNS = ("E-mail address", "Name", "Invited", "Until", "State")
MOMENT = "%Y-%m-%d %H:%M"


@never_cache
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Shows what somebody is invited to; a POST accepts or declines. Whoever has no account makes one with it."""
    found = ListInvitation.objects.filter(token_hash=token_hash(token)).select_related("list").first()
    refusal = refusal_to_answer_invitation(found, timezone.now()) if found else inviting.UNKNOWN
    if found is None or refusal:
        return _refused(request, refusal or "", found)
    if request.method == "POST" and "decline" in request.POST:
        return _decline(request, found, token)
    existing = person_with(found.email)
    by = request.user if request.user.is_authenticated else None
    if inviting.refusal_of_person(existing, by):
        return _page(request, "invitation_other_person", found, existing=existing, by=by)
    form = _form(request, found, by)
    if form.is_valid():
        try:
            subscription = _accept(token, form, by)
        except RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            return _welcome(request, subscription)
    return _page(request, "invitation", found, form=form, by=by)


def _form(request: HttpRequest, found: ListInvitation, by: User | None) -> TermsForm:
    data = request.POST if request.method == "POST" else None
    standings = terms.standings(by, timezone.now(), found.list.terms.all())
    owed = [standing for standing in standings if standing.owed]
    if by is not None:
        return TermsForm(data, owed=owed)
    first, _, last = found.name.partition(" ")
    return NewPersonForm(data, owed=owed, email=found.email, initial={"first_name": first, "last_name": last})


def _accept(token: str, form: TermsForm, by: User | None) -> Subscription:
    account = {}
    if by is None:
        data = form.cleaned_data
        account = {name: data[name] for name in ("first_name", "last_name")}
        account["password"] = data["password1"]
    return inviting.accept_invitation(
        token=token, versions=form.accepted(), now=timezone.now(), by=by, **account
    )


def _welcome(request: HttpRequest, subscription: Subscription) -> HttpResponse:
    """Signs in whoever has just made their account, and leads to the list or to the application."""
    if not request.user.is_authenticated:
        get_adapter(request).login(request, subscription.user)
        record_authentication(request, subscription.user, method="password", email=subscription.user.email)
    if subscription.periods.at(timezone.now()).filter(state=State.ACTIVE).exists():
        messages.success(request, f"You are on {subscription.list} now.")
        return redirect("list_about", subscription.list.slug)
    return redirect("list_application", subscription.list.slug)


def _decline(request: HttpRequest, found: ListInvitation, token: str) -> HttpResponse:
    by = request.user if request.user.is_authenticated else None
    try:
        inviting.decline_invitation(token=token, now=timezone.now(), by=by)
    except RefusedError as refused:
        return _refused(request, str(refused), found)
    return _page(request, "invitation_declined", found)


def _refused(request: HttpRequest, refusal: str, found: ListInvitation | None) -> HttpResponse:
    context = {"refusal": refusal, "list": found and found.list, "breadcrumbs": breadcrumbs()}
    status = 410 if found else 404
    return render(request, "listserver/invitation_refused.html", context, status=status)


def _page(request: HttpRequest, name: str, found: ListInvitation, **more: Any) -> HttpResponse:
    context = {
        "invitation": found,
        "list": found.list,
        "sentences": list_sentences(list_facts([found.list])[found.list_id], timezone.now()),
        "breadcrumbs": breadcrumbs(),
        **more,
    }
    status = 403 if name == "invitation_other_person" and more["by"] else 200
    return render(request, f"listserver/{name}.html", context, status=status)


# --- For managers ----------------------------------------------------------------------------------------------------------


@require_safe
@for_those_who(Level.MANAGE)
def invitations(request: HttpRequest, place: Place) -> HttpResponse:
    """The invitations onto the list, the newest first, and what became of each."""
    listed = Paginator(place.list.invitations.all(), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "list": place.list,
        "listed": listed,
        "lines": [(one, invitation_state(one, place.now).value) for one in listed],
        "breadcrumbs": breadcrumbs((place.list.name, reverse("list_about", args=[place.list.slug]))),
    }
    return render(request, "listserver/invitations.html", context)


@require_POST
@for_those_who(Level.MANAGE)
def withdraw(request: HttpRequest, place: Place, pk: int) -> HttpResponse:
    """Takes an open invitation back."""
    found = get_object_or_404(ListInvitation.objects.select_related("list"), pk=pk, list=place.list)
    try:
        inviting.withdraw_invitation(invitation=found, by=place.user, now=place.now)
    except RefusedError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"The invitation of {found.email} has been withdrawn.")
    return redirect("list_invitations", place.list.slug)


@require_POST
@for_those_who(Level.MANAGE)
def export(request: HttpRequest, place: Place) -> HttpResponse:
    """Every invitation onto the list as a CSV file. The audit log says who took it."""
    found = inviting.export_invitations(mailing_list=place.list, by=place.user, now=place.now)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="invitations-{place.list.slug}.csv"'
    writer = csv.writer(response)
    writer.writerow(COLUMNS)
    for one in found:
        moments = (timezone.localtime(at).strftime(MOMENT) for at in (one.invited_at, one.expires_at))
        state: InvitationState = invitation_state(one, place.now)
        writer.writerow([*map(as_text_cell, (one.email, one.name)), *moments, state.value])
    return response
