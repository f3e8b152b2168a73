"""The admin's door: staff only, and with a second factor proven in this very session."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from portal.members.rules import AdminDoor, Visitor, admin_door

# So exact is what the list of a person's sessions says of when each was last seen.
SEEN_SECONDS = 300
FACTOR_TYPES = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
# The addresses under /admin/ that only pass people on to log-in, log-out and reset.
PASSED_ON = {"admin_login", "admin_logout", "admin_password_reset"}

REASONS = {
    AdminDoor.LOG_IN: "You are not signed in. Sign in, then try again.",
    AdminDoor.REFUSED: "Your account has no access to this part of the portal.",
    AdminDoor.SET_UP: "You need a second factor for this. Set one up in your account, then try again.",
    AdminDoor.PROVE: "Confirm your second factor, then try again.",
}


class SessionSeenMiddleware:
    """Notes when a session was last seen, where allauth's own does so on each request, in a transaction of five statements."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Passes every request on."""
        key = request.session.session_key
        # Another address or browser is noted at once: it is what the person should see.
        noted = (
            (get_adapter().get_client_ip(request), request.META.get("HTTP_USER_AGENT", "")) if key else None
        )
        if key and request.user.is_authenticated and cache.get(f"session-seen:{key}") != noted:
            UserSession.objects.create_from_request(request)
            cache.set(f"session-seen:{key}", noted, SEEN_SECONDS)
        return self.get_response(request)


def visitor_of(request: HttpRequest) -> Visitor:
    """What the admin's door has to know of the person behind `request`. Factors are asked for only where they matter."""
    user = request.user
    if not user.is_authenticated:
        return Visitor(logged_in=False, is_staff=False, has_factor=False, has_proven_factor=False)
    is_staff = user.has_perm("wagtailadmin.access_admin")
    if not is_staff or not settings.STAFF_SECOND_FACTOR:
        return Visitor(logged_in=True, is_staff=is_staff, has_factor=False, has_proven_factor=False)
    factors = dict(Authenticator.objects.filter(user=user).values_list("pk", "type"))
    proven = {
        record.get("id")
        for record in get_authentication_records(request, user)
        if record.get("method") == "mfa"
    }
    return Visitor(
        logged_in=True,
        is_staff=True,
        has_factor=any(kind in FACTOR_TYPES for kind in factors.values()),
        # A factor that has been removed since no longer proves anything.
        has_proven_factor=bool(proven & set(factors)),
    )


def _expects_a_page(request: HttpRequest) -> bool:
    """Whether a redirect would be seen by a person, rather than swallowed by a script or a lost form."""
    if request.method not in {"GET", "HEAD"} or request.headers.get("X-Requested-With") == "XMLHttpRequest":
        return False
    if request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate":
        return False
    return "application/json" not in request.headers.get("Accept", "")


def _way_in(request: HttpRequest, door: AdminDoor) -> str:
    """The address where the person can get what they lack."""
    if door is AdminDoor.LOG_IN:
        name = "account_login"
    elif door is AdminDoor.SET_UP:
        name = "second_factor"
    elif Authenticator.objects.filter(user=request.user, type=Authenticator.Type.TOTP).exists():
        name = "mfa_reauthenticate"
    else:
        name = "mfa_reauthenticate_webauthn"
    return f"{reverse(name)}?{urlencode({'next': request.get_full_path()})}"


class SecondFactorMiddleware:
    """Lets staff into every address of the Wagtail admin only with a second factor, and nobody else at all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: tuple, kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        if not request.path.startswith(reverse("wagtailadmin_home")):
            return None
        if request.resolver_match and request.resolver_match.url_name in PASSED_ON:
            return None
        door = admin_door(visitor_of(request), factor_required=settings.STAFF_SECOND_FACTOR)
        if door is AdminDoor.OPEN:
            return None
        if not _expects_a_page(request):
            return HttpResponse(REASONS[door], status=403, content_type="text/plain; charset=utf-8")
        if door is AdminDoor.REFUSED:
            return render(request, "members/no_admin_access.html", status=403)
        return HttpResponseRedirect(_way_in(request, door))
