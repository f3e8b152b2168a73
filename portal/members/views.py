"""A person's own pages: the profile, appointments, addresses, what they follow, a second factor, an invitation."""

from collections.abc import Callable
from functools import partial
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.account.views import ConfirmEmailView
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from portal.members import actions, follows
from portal.members.forms import (
    AcceptInvitationForm,
    AddressKindForm,
    AppointmentForm,
    EndAppointmentForm,
    FollowForm,
    NameForm,
)
from portal.members.middleware import FACTOR_TYPES
from portal.members.models import AddressKind, Appointment, Cadence, Invitation
from portal.members.rules import refusal_to_accept

# Where the person wanted to go when they were asked to set up a second factor; kept until it is set up.
WANTED_KEY = "second_factor_wanted"
LONGEST_NEXT = 2_000
FOLLOWS_ON_A_PAGE = 50


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
        "today": timezone.localdate(),
    }
    return render(request, "members/profile.html", context)


@never_cache
@login_required
def name(request: HttpRequest) -> HttpResponse:
    """Changes one's own name."""
    form = NameForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Your name has been changed.")
        return redirect("account_profile")
    return render(request, "members/name.html", {"form": form})


@never_cache
@login_required
def add_appointment(request: HttpRequest) -> HttpResponse:
    """Adds an appointment to one's own profile."""
    form = AppointmentForm(request.POST or None, instance=Appointment(user=request.user))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Your appointment has been added.")
        return redirect("account_profile")
    return render(request, "members/appointment_add.html", {"form": form})


@never_cache
@login_required
def end_appointment(request: HttpRequest, pk: int) -> HttpResponse:
    """Gives one's own appointment an end."""
    appointment = get_object_or_404(
        Appointment.objects.select_related("network"), pk=pk, user=request.user, ends_on__isnull=True
    )
    form = EndAppointmentForm(
        request.POST or None, appointment=appointment, initial={"ends_on": timezone.localdate()}
    )
    if request.method == "POST" and form.is_valid():
        actions.end_appointment(appointment=appointment, on=form.cleaned_data["ends_on"], by=request.user)
        messages.success(request, "Your appointment has been given an end.")
        return redirect("account_profile")
    return render(request, "members/appointment_end.html", {"form": form, "appointment": appointment})


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


def _local(request: HttpRequest, value: str, *, otherwise: str) -> str:
    """`value` if it is an address of the portal itself, else the address with the name `otherwise`."""
    safe = len(value) <= LONGEST_NEXT and url_has_allowed_host_and_scheme(
        value, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return value if safe else reverse(otherwise)


@never_cache
@login_required
def following(request: HttpRequest) -> HttpResponse:
    """What the signed-in person follows; a POST changes how often, or stops one."""
    if request.method == "POST":
        _follow_as_asked(request, actions.change_cadence)
        return redirect(request.get_full_path())
    listed = Paginator(request.user.follows.all(), FOLLOWS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "listed": listed,
        "lines": follows.described(listed.object_list),
        "cadences": Cadence,
        "never": FollowForm.NEVER,
    }
    return render(request, "members/following.html", context)


@never_cache
@require_POST
def follow(request: HttpRequest) -> HttpResponse:
    """Follows a thing or stops, as a form on any page asks (`key`, `cadence`, `next`), and goes back to that page."""
    back = _local(request, request.POST.get("next", ""), otherwise="following")
    if not request.user.is_authenticated:
        return redirect_to_login(back)
    _follow_as_asked(request, partial(actions.follow, now=timezone.now()))
    return redirect(back)


def _follow_as_asked(request: HttpRequest, set_cadence: Callable[..., Any]) -> None:
    """Does what the form asks, by `set_cadence` unless it is to stop, and says so, or says why not."""
    form = FollowForm(request.POST)
    if not form.is_valid():
        messages.error(request, next(iter(form.errors.values()))[0])
        return
    key, cadence = form.cleaned_data["key"], form.cleaned_data["cadence"]
    thing = follows.known([key]).get(key)
    what = f"“{thing.title}”" if thing else "this"
    if cadence == FollowForm.NEVER:
        actions.unfollow(user=request.user, key=key)
        messages.success(request, f"You no longer follow {what}.")
        return
    try:
        set_cadence(user=request.user, key=key, cadence=Cadence(cadence))
        often = Cadence(cadence).label
        messages.success(request, f"You follow {what}: {often[:1].lower()}{often[1:]}.")
    except actions.RefusedError as refused:
        messages.error(request, str(refused))


# Mail programs and providers post here without a cookie or a form (RFC 8058): the signed address is the authority.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop_following(request: HttpRequest, token: str) -> HttpResponse:
    """Shows what the link in a mail would stop; a POST stops it. A GET changes nothing: mail scanners open every link."""
    try:
        if request.method == "POST":
            stopped, template = actions.stop_following(token=token), "members/follow_stopped.html"
        else:
            stopped, template = follows.meant_by(token), "members/follow_stop.html"
    except follows.UnknownTokenError:
        return render(request, "members/follow_stop_unknown.html", status=404)
    return render(request, template, {"lines": follows.described(stopped)})


@never_cache
@login_required
def second_factor(request: HttpRequest) -> HttpResponse:
    """Explains why a second factor is needed and leads to setting one up. Remembers where the person wanted to go."""
    if request.method == "POST":
        request.session[WANTED_KEY] = _local(
            request, request.POST.get("next", ""), otherwise="wagtailadmin_home"
        )
        return redirect("mfa_add_webauthn" if "passkey" in request.POST else "mfa_activate_totp")
    context = {"next": _local(request, request.GET.get("next", ""), otherwise="wagtailadmin_home")}
    return render(request, "members/second_factor.html", context)


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


def admin_login(request: HttpRequest) -> HttpResponse:
    """The admin's log-in is the portal's log-in, with its limits and its second factor."""
    wanted = request.GET.get("next") or reverse("wagtailadmin_home")
    return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': wanted})}")


def admin_password_reset(request: HttpRequest, rest: str = "") -> HttpResponse:
    """The admin's password reset is the portal's."""
    return redirect("account_reset_password")


def invite_instead(request: HttpRequest) -> HttpResponse:
    """Nobody types a password for somebody else: adding a person is inviting them."""
    return redirect("members_invitation_modeladmin_create")
