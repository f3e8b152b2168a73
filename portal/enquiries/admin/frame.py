"""The door of the advisers' pages."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from portal.enquiries.models import Enquiry
from portal.enquiries.people import may_enter

View = Callable[..., HttpResponse]


def for_advisers(view: View) -> View:
    """Lets in whoever answers questions at all; what of them they see, `visible_to` says. Raises `PermissionDenied`."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **rest: Any) -> HttpResponse:
        if not may_enter(request.user):
            raise PermissionDenied
        return view(request, *args, **rest)

    return asked


def find(request: HttpRequest, pk: int) -> Enquiry:
    """The question, if this adviser may see it; else it is not found. What was not confirmed nobody sees."""
    found = (
        Enquiry.objects.visible_to(request.user).opened().select_related("topic__group", "adviser", "user")
    )
    return get_object_or_404(found, pk=pk)
