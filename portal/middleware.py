"""What holds for every request, whatever it asks for: odd input is refused before anything else looks at it."""

from collections.abc import Callable
from typing import Any

from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.defaults import bad_request

Handler = Callable[[HttpRequest], HttpResponse]

LONGEST_PATH = 2_000
LONGEST_QUERY = 20_000
LARGEST = 2**63 - 1  # that a database can hold as a number


class RefuseOddInput:
    """Answers 400 to NUL bytes, 414 to overlong addresses and 404 to huge numbers in them: databases and file systems choke on them."""

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

    def process_view(self, request: HttpRequest, view: Handler, args: tuple, kwargs: dict[str, Any]) -> None:
        """Raises `Http404` for what cannot be there."""
        if any(_is_too_large(value) for value in (*args, *kwargs.values())):
            raise Http404("No database holds so large a number.")


def _is_too_large(value: object) -> bool:
    return isinstance(value, int) and value > LARGEST


def refusal_status(request: HttpRequest) -> int | None:
    """The status with which to refuse a request, or None if nothing about its address and cookies is odd."""
    query = request.META.get("QUERY_STRING", "")
    if len(request.path_info) > LONGEST_PATH or len(query) > LONGEST_QUERY:
        return 414
    if "\0" in request.path_info or "%00" in query or "\0" in query:
        return 400
    # A quoted cookie may spell a NUL byte as \000, and PostgreSQL refuses it as the key of a session.
    if "\\" in request.META.get("HTTP_COOKIE", "") and any(
        "\0" in value for value in request.COOKIES.values()
    ):
        return 400
    return None


# Wagtail's admin has inline scripts and styles: its addresses, and no others, get a policy that allows them.
admin_policy = csp_replace(settings.ADMIN_CONTENT_SECURITY_POLICY)
