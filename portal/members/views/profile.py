"""A person's own pages: the profile, name, addresses, a second factor."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.views import ConfirmEmailView
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from portal.members import actions, terms
from portal.members.forms import (
    AddressKindForm,
    NameForm,
)
from portal.members.middleware import FACTOR_TYPES
from portal.members.models import AddressKind, Appointment
from portal.members.views.addresses import local_address

# Where the person wanted to go when they were asked to set up a second factor; kept until it is set up.
WANTED_KEY = "second_factor_wanted"


@never_cache
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """The signed-in person's own page: name, appointments, addresses, security."""
    addresses = EmailAddress.objects.filter(user=request.user).select_related("described")
    context = {
        "appointments": Appointment.objects.filter(user=request.user).select_related("network"),
        "addresses": addresses.order_by("-primary", "email"),
        "factors": Authenticator.objects.filter(user=request.user, type__in=FACTOR_TYPES).count(),
        "sessions": UserSession.objects.filter(user=request.user).count(),
        "standings": terms.standings(request.user, timezone.now()),
        "today": timezone.localdate(),
    }
    return render(request, "members/profile.html", context)


@never_cache
@login_required
def name(request: HttpRequest) -> HttpResponse:
    """Changes one's own name."""
    form = NameForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        actions.rename(by=request.user, **form.cleaned_data)
        messages.success(request, "Your name has been changed.")
        return redirect("account_profile")
    return render(request, "members/name.html", {"form": form})


@never_cache
@login_required
def address_kind(request: HttpRequest, pk: int) -> HttpResponse:
    """Says what one of one's own addresses is for."""
    address = get_object_or_404(EmailAddress, pk=pk, user=request.user)
    described = AddressKind.objects.filter(address=address).first() or AddressKind(address=address)
    form = AddressKindForm(request.POST or None, instance=described)
    if request.method == "POST" and form.is_valid():
        actions.describe_address(address=address, kind=form.cleaned_data["kind"], by=request.user)
        messages.success(request, "The kind of the address has been changed.")
        return redirect("account_email")
    return render(request, "members/address_kind.html", {"form": form, "address": address})


class ConfirmAddressView(ConfirmEmailView):
    """allauth's confirmation page, whose GET leaves whoever is logged in as they are: mail scanners open every link."""

    def logout_other_user(self, confirmation: Any) -> None:
        if self.request.method == "POST":
            super().logout_other_user(confirmation)


@never_cache
@login_required
def second_factor(request: HttpRequest) -> HttpResponse:
    """Explains why a second factor is needed and leads to setting one up. Remembers where the person wanted to go."""
    if request.method == "POST":
        request.session[WANTED_KEY] = local_address(
            request, request.POST.get("next", ""), otherwise="wagtailadmin_home"
        )
        return redirect("mfa_add_webauthn" if "passkey" in request.POST else "mfa_activate_totp")
    context = {"next": local_address(request, request.GET.get("next", ""), otherwise="wagtailadmin_home")}
    return render(request, "members/second_factor.html", context)
