"""What holds for every request, whatever it asks for: odd input is refused before anything else looks at it."""

import re
from collections.abc import Callable

from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.defaults import bad_request

Handler = Callable[[HttpRequest], HttpResponse]

LONGEST_PATH = 2_000
LONGEST_QUERY = 20_000
# A part of an address that is a number which no database can hold. Secrets have 32 places and hashes 64, which can all be digits.
TOO_LARGE = re.compile(r"/(?:\d{19,31}|\d{33,63}|\d{65,})(?:/|\Z)")


class RefuseOddInput:
    """Answers 400 to NUL bytes and huge numbers, and 414 to overlong addresses: databases and file systems choke on them."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        status = refusal_status(request)
        if status is None:
            return self.get_response(request)
        response = bad_request(request, exception=None)
        response.status_code = status
        response["Cache-Control"] = "no-store"
        return response


def refusal_status(request: HttpRequest) -> int | None:
    """The status with which to refuse a request, or None if nothing about its address and cookies is odd."""
    query = request.META.get("QUERY_STRING", "")
    if len(request.path_info) > LONGEST_PATH or len(query) > LONGEST_QUERY:
        return 414
    if TOO_LARGE.search(request.path_info) or "\0" in request.path_info or "%00" in query or "\0" in query:
        return 400
    # A quoted cookie may spell a NUL byte as \000, and PostgreSQL refuses it as the key of a session.
    if "\\" in request.META.get("HTTP_COOKIE", "") and any(
        "\0" in value for value in request.COOKIES.values()
    ):
        return 400
    return None


# Wagtail's admin has inline scripts and styles: its addresses, and no others, get a policy that allows them.
admin_policy = csp_replace(settings.ADMIN_CONTENT_SECURITY_POLICY)
