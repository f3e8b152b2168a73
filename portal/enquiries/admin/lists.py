"""Questions in the admin: the list with its filters, and those that look like spam."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portal.enquiries.actions.holding import discard, release
from portal.enquiries.admin.frame import for_advisers
from portal.enquiries.forms import ListForm
from portal.enquiries.models import Enquiry, State
from portal.enquiries.rules.standing import is_overdue
from portal.members.actions import RefusedError

ON_A_PAGE = 50


@require_safe
@for_advisers
def index(request: HttpRequest) -> HttpResponse:
    """The questions that the adviser may answer: what is due first comes first."""
    today = timezone.localdate()
    visible = Enquiry.objects.visible_to(request.user)
    form = ListForm(request.GET if "state" in request.GET else {"state": ListForm.GOING_ON})
    found = _narrowed(visible.opened(), form, request) if form.is_valid() else visible.opened()
    found = found.select_related("topic", "adviser").order_by("closed_at", "promised_on", "opened_at", "pk")
    shown = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_title": "Questions to advisers",
        "form": form,
        "shown": shown,
        "rows": [(one, is_overdue(one, today)) for one in shown],
        "held": visible.held().count(),
    }
    return render(request, "enquiries/admin/index.html", context)


def _narrowed(found: QuerySet[Enquiry], form: ListForm, request: HttpRequest) -> QuerySet[Enquiry]:
    chosen = form.cleaned_data
    if chosen["topic"]:
        found = found.filter(topic=chosen["topic"])
    if chosen["state"] == ListForm.GOING_ON:
        found = found.going_on()
    elif chosen["state"] == ListForm.OVERDUE:
        found = found.filter(state=State.OPEN, promised_on__lt=timezone.localdate())
    elif chosen["state"]:
        found = found.filter(state=chosen["state"])
    if chosen["adviser"] == ListForm.MINE:
        return found.filter(adviser=request.user)
    return found.filter(adviser=None) if chosen["adviser"] == ListForm.NOBODY else found


@require_safe
@for_advisers
def held(request: HttpRequest) -> HttpResponse:
    """What looks like spam, with why, the oldest first."""
    found = (
        Enquiry.objects.visible_to(request.user).held().select_related("topic").prefetch_related("messages")
    )
    shown = Paginator(found.order_by("asked_at", "pk"), ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "enquiries/admin/held.html", {"page_title": "Looks like spam", "shown": shown})


@require_POST
@for_advisers
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Releases what is no spam, or deletes what is."""
    enquiry = get_object_or_404(Enquiry.objects.visible_to(request.user).held(), pk=pk)
    try:
        if "discard" in request.POST:
            discard(enquiry=enquiry, by=request.user, now=timezone.now())
            messages.success(request, f"{enquiry} is deleted.")
        elif "release" in request.POST:
            release(enquiry=enquiry, by=request.user, now=timezone.now())
            messages.success(request, f"{enquiry} goes on as if it had come now.")
    except RefusedError as refused:
        messages.error(request, str(refused))
    return redirect("enquiries:held")


def urls() -> list[URLPattern]:
    return [
        path("", index, name="index"),
        path("held/", held, name="held"),
        path("held/<int:pk>/", decide, name="decide"),
    ]
