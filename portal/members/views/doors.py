"""The admin's doors lead to the portal's own log-in."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode


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
