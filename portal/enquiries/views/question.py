"""One question as its person sees it: where it stands, what was answered, and writing more."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.enquiries.actions.asking import confirm, reply
from portal.enquiries.forms import ReplyForm
from portal.enquiries.models import Enquiry, MessageKind, State
from portal.enquiries.rules.standing import is_overdue, refusal_to_reply
from portal.members.actions import RefusedError

QUESTIONS_ON_A_PAGE = 30


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, key: UUID) -> HttpResponse:
    """Where the question with this secret key stands; a POST adds to it."""
    enquiry = _find(key)
    form = ReplyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            reply(enquiry=enquiry, text=form.cleaned_data["text"], now=timezone.now())
        except RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "We have sent this to the adviser.")
            return redirect("advice_question", key)
    written = list(enquiry.messages.for_who_asked())
    context = {
        "enquiry": enquiry,
        "written": written,
        "form": form if refusal_to_reply(enquiry, len(written)) is None else None,
        "is_overdue": is_overdue(enquiry, timezone.localdate()),
        # What was paid for is opened before anything has been asked.
        "is_to_be_asked": all(one.kind == MessageKind.ORDER for one in written),
        "others": _others(enquiry),
    }
    return render(request, "enquiries/question.html", context)


@never_cache
@require_POST
def confirm_question(request: HttpRequest, key: UUID) -> HttpResponse:
    """The button behind the link in the mail: the address is theirs, and the question goes to the advisers."""
    try:
        confirm(enquiry=_find(key), now=timezone.now())
    except RefusedError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Your question is with our advisers now.")
    return redirect("advice_question", key)


@never_cache
@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What the person asked while they were signed in, the newest first."""
    found = Enquiry.objects.readable().filter(user=request.user).select_related("topic")
    shown = Paginator(found.order_by("-asked_at", "-pk"), QUESTIONS_ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    return render(request, "enquiries/mine.html", {"shown": shown, "held": State.HELD})


def _find(key: UUID) -> Enquiry:
    return get_object_or_404(Enquiry.objects.readable().select_related("topic", "adviser"), key=key)


def _others(enquiry: Enquiry) -> list[Enquiry]:
    """Further questions that wait for the same address. Its owner is asked by one mail a day, which opens one of them."""
    waiting = Enquiry.objects.filter(state=State.UNCONFIRMED, email=enquiry.email).exclude(email="")
    return list(waiting.exclude(pk=enquiry.pk).order_by("asked_at")[:10])
