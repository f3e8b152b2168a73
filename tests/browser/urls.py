"""The portal's addresses, and one for each of its error pages."""

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def bad_request(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation("asked for by a test")


def forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("asked for by a test")


urlpatterns = [
    path("fails-with/400/", bad_request),
    path("fails-with/403/", forbidden),
    path("fails-with/500/", broken),
    path("", include("portal.urls")),
]
