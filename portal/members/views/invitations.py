"""Accepting an invitation to the staff."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from portal.members import actions
from portal.members.forms import (
    AcceptInvitationForm,
)
from portal.members.models import Invitation
from portal.members.rules import refusal_to_accept


@never_cache
@sensitive_post_parameters("password1", "password2")
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Shows who invites to what; a POST accepts."""
    found = (
        Invitation.objects.filter(token_hash=actions.token_hash(token)).select_related("invited_by").first()
    )
    refusal = "This invitation is not known." if found is None else refusal_to_accept(found, timezone.now())
    if found is None or refusal:
        return render(
            request, "members/invitation_refused.html", {"refusal": refusal}, status=404 if not found else 410
        )
    existing = actions.person_invited(found)
    context = {"invitation": found, "groups": found.groups.order_by("name"), "existing": existing}
    if existing is not None or request.user.is_authenticated:
        return _invitation_of_existing(request, token, context)
    return _invitation_of_new(request, token, context)


def _invitation_of_new(request: HttpRequest, token: str, context: dict[str, Any]) -> HttpResponse:
    found = context["invitation"]
    names = {"first_name": found.first_name, "last_name": found.last_name}
    form = AcceptInvitationForm(request.POST or None, initial=names, email=found.email)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            person = actions.accept_invitation(
                token=token,
                now=timezone.now(),
                first_name=data["first_name"],
                last_name=data["last_name"],
                password=data["password1"],
            )
        except actions.RefusedError as refused:
            return render(request, "members/invitation_refused.html", {"refusal": str(refused)}, status=410)
        get_adapter(request).login(request, person)
        record_authentication(request, person, method="password", email=person.email)
        return _to_admin(request)
    return render(request, "members/invitation.html", {**context, "form": form})


def _invitation_of_existing(request: HttpRequest, token: str, context: dict[str, Any]) -> HttpResponse:
    if not request.user.is_authenticated:
        login = f"{reverse('account_login')}?{urlencode({'next': request.path})}"
        return render(request, "members/invitation_log_in.html", {**context, "login": login})
    if context["existing"] != request.user:
        return render(request, "members/invitation_other_person.html", context, status=403)
    if request.method == "POST":
        try:
            actions.accept_invitation(token=token, now=timezone.now(), by=request.user)
        except actions.RefusedError as refused:
            return render(request, "members/invitation_refused.html", {"refusal": str(refused)}, status=410)
        return _to_admin(request)
    return render(request, "members/invitation_confirm.html", context)


def _to_admin(request: HttpRequest) -> HttpResponse:
    messages.success(request, "You have accepted the invitation.")
    return redirect("wagtailadmin_home")
