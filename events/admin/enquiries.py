"""Enquiries in the admin: what advisers have been asked for, and where it stands."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from events.actions.handing import set_state
from events.forms.money import EnquiriesForm, EnquiryForm
from events.models import Enquiry
from events.rights import EVERYWHERE

ENQUIRIES_ON_A_PAGE = 50


@require_safe
def enquiries(request: HttpRequest) -> HttpResponse:
    """All enquiries, the oldest first, by their state."""
    _refuse_others(request)
    form = EnquiriesForm(request.GET)
    state = form.cleaned_data["state"] if form.is_valid() else ""
    found = Enquiry.objects.select_related("line__order").filter(**({"state": state} if state else {}))
    context = {
        "page_title": "Enquiries",
        "form": form,
        "is_filtered": bool(state),
        "shown": Paginator(found, ENQUIRIES_ON_A_PAGE).get_page(request.GET.get("page")),
        "states": EnquiryForm.base_fields["state"].choices,
    }
    return render(request, "events/admin/enquiries.html", context)


@require_POST
def change_state(request: HttpRequest, pk: int) -> HttpResponse:
    """Says where an enquiry stands."""
    _refuse_others(request)
    enquiry, form = get_object_or_404(Enquiry, pk=pk), EnquiryForm(request.POST)
    if form.is_valid():
        set_state(enquiry=enquiry, state=form.cleaned_data["state"], by=request.user, now=timezone.now())
        messages.success(request, f"The enquiry {enquiry} is changed.")
    else:
        messages.error(request, "Choose where the enquiry stands.")
    return redirect("places:enquiries")


def _refuse_others(request: HttpRequest) -> None:
    """Enquiries belong to no event: they are for those who organise every one. Raises `PermissionDenied`."""
    if not request.user.has_perm(EVERYWHERE):
        raise PermissionDenied


def urls() -> list[URLPattern]:
    return [
        path("enquiries/", enquiries, name="enquiries"),
        path("enquiries/<int:pk>/", change_state, name="enquiry_state"),
    ]
