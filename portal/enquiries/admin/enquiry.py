"""One question in the admin: all that was written, and what an adviser does with it."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from portal.enquiries.actions import answering
from portal.enquiries.admin.frame import find, for_advisers
from portal.enquiries.forms import AnswerForm, AssignForm
from portal.enquiries.models import Enquiry, Message
from portal.enquiries.people import advisers_for
from portal.enquiries.rules.standing import (
    is_overdue,
    refusal_to_answer,
    refusal_to_close,
    refusal_to_reopen,
)
from portal.members.actions import RefusedError

WRITES: dict[str, tuple[Callable[..., Message], str]] = {
    "answer": (answering.answer, "Your answer is on its way by mail."),
    "ask": (answering.ask_back, "Your question is on its way by mail."),
    "note": (answering.note, "The note is kept. Only staff see it here."),
}


@require_http_methods(["GET", "HEAD", "POST"])
@for_advisers
def enquiry(request: HttpRequest, pk: int) -> HttpResponse:
    """The question with its whole correspondence; a POST answers, asks back or notes, as its button says."""
    found = find(request, pk)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    wanted = next((name for name in WRITES if name in request.POST), None)
    if request.method == "POST" and wanted is None:
        form.add_error(None, "Choose what to do with the text.")
    elif form.is_valid():
        write, done = WRITES[wanted]
        try:
            write(enquiry=found, text=form.cleaned_data["text"], by=request.user, now=timezone.now())
        except RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, done)
            return redirect("enquiries:enquiry", pk)
    return render(request, "enquiries/admin/enquiry.html", _shown(found, form))


def _shown(found: Enquiry, form: AnswerForm) -> dict[str, object]:
    return {
        "page_title": found.reference,
        "enquiry": found,
        "written": found.messages.select_related("by"),
        "form": form,
        "assign": _assigning(found),
        "is_overdue": is_overdue(found, timezone.localdate()),
        "may_answer": refusal_to_answer(found) is None,
        "may_close": refusal_to_close(found) is None,
        "may_reopen": refusal_to_reopen(found) is None,
    }


def _assigning(found: Enquiry, data: object = None) -> AssignForm:
    form = AssignForm(data, initial={"adviser": found.adviser_id})
    form.fields["adviser"].queryset = advisers_for(found)
    return form


@require_POST
@for_advisers
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Gives the question to an adviser, or back to all."""
    found = find(request, pk)
    form = _assigning(found, request.POST)
    if not form.is_valid():
        messages.error(request, "Choose an adviser of this topic.")
        return redirect("enquiries:enquiry", pk)
    adviser = form.cleaned_data["adviser"]
    done = f"{adviser} looks after it now." if adviser else "It is for all advisers of the topic again."
    return _do(
        request,
        pk,
        lambda now: answering.assign(enquiry=found, adviser=adviser, by=request.user, now=now),
        done,
    )


@require_POST
@for_advisers
def close(request: HttpRequest, pk: int) -> HttpResponse:
    found = find(request, pk)
    return _do(
        request, pk, lambda now: answering.close(enquiry=found, by=request.user, now=now), "It is closed."
    )


@require_POST
@for_advisers
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    found = find(request, pk)
    return _do(
        request,
        pk,
        lambda now: answering.reopen(enquiry=found, by=request.user, now=now),
        "It is open again.",
    )


def _do(request: HttpRequest, pk: int, action: Callable[..., None], done: str) -> HttpResponse:
    """Does it and says so, or says why not; then the question is shown. Whoever may no longer see it is led to the list."""
    try:
        action(timezone.now())
    except RefusedError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, done)
    if Enquiry.objects.visible_to(request.user).filter(pk=pk).exists():
        return redirect("enquiries:enquiry", pk)
    return redirect("enquiries:index")


def urls() -> list[URLPattern]:
    return [
        path("<int:pk>/", enquiry, name="enquiry"),
        path("<int:pk>/assign/", assign, name="assign"),
        path("<int:pk>/close/", close, name="close"),
        path("<int:pk>/reopen/", reopen, name="reopen"),
    ]
