"""Attendance in the admin: how the event is held, who was there, and the provider's report, seen before anything is recorded."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events.actions.arranging import arrange
from events.actions.reports import ReportChanged, import_report
from events.admin.frame import event_for, page
from events.forms.arrangements import ArrangementsForm, ReportForm
from events.import_plan import preview
from events.models import Attendance, EventPage, How, Right
from events.people import arrangements_of, attended, counts, guests, places_at
from events.rules.attendance import refusal_of_report
from events.tables import read_report
from portal.members import uploads
from portal.members.actions import RefusedError
from portal.members.tables import TableRefused
from portal.members.uploads import Upload

FOLDER = "attendance-reports"
PEOPLE_ON_A_PAGE = 50
NOT_WAITING = (
    "This file is not waiting any more. It has been recorded or cancelled, or it was uploaded more than a day ago. "
    "Upload it again to bring it in."
)


@require_safe
def attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """Who was there, how that is known, and how the event is held."""
    event = event_for(request, pk, Right.ORGANISE)
    shown = Paginator(attended(places_at(event)).order_by("name", "pk"), PEOPLE_ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    rows = Attendance.objects.filter(place__in=places_at(event))
    context = {
        "counts": counts(event),
        "ways": [(how.label, rows.filter(how=how).count()) for how in How],
        "shown": shown,
        "guests": guests(shown.object_list),
        "arrangements": arrangements_of(event),
        "has_form": event.feedback_questions.exists(),
        "refusal": refusal_of_report(event, timezone.now()),
    }
    return page(request, "attendance", event, "Attendance", **context)


@require_http_methods(["GET", "HEAD", "POST"])
def arrangements(request: HttpRequest, pk: int) -> HttpResponse:
    """How the event is held, to change."""
    event = event_for(request, pk, Right.ORGANISE)
    form = ArrangementsForm(request.POST or None, instance=arrangements_of(event), event=event)
    if form.is_valid():
        arrange(event=event, by=request.user, now=timezone.now(), **form.given())
        messages.success(request, "Saved.")
        return redirect("places:attendance", pk)
    words = "None of this stands on the event’s page. It counts at once."
    return page(request, "form_page", event, "How it is held", form=form, button="Save", words=words)


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes the report, and refuses what cannot be read."""
    event = event_for(request, pk, Right.ORGANISE)
    minutes = arrangements_of(event).minimum_minutes
    form = ReportForm(request.POST or None, request.FILES or None, initial={"minutes": minutes})
    if form.is_valid():
        kept = uploads.keep_upload(file=form.cleaned_data["file"], by=request.user, folder=FOLDER)
        try:
            read_report(kept.content())
        except TableRefused as refused:
            uploads.forget_upload(kept)
            form.add_error("file", str(refused))
        else:
            return redirect("places:report_preview", pk, kept.token, form.cleaned_data["minutes"])
    return page(request, "report", event, "Bring in a report", form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def preview_upload(request: HttpRequest, pk: int, token: str, minutes: int) -> HttpResponse:
    """Shows what the report would do; records it when that is confirmed."""
    event = event_for(request, pk, Right.ORGANISE)
    waiting = _waiting(request, token)
    if waiting is None:
        return _not_waiting(request, event)
    if request.method != "POST":
        return _shown(request, event, waiting, minutes)
    try:
        done = import_report(
            event=event,
            report=read_report(waiting.content()),
            minimum=minutes,
            state=request.POST.get("state", ""),
            by=request.user,
            now=timezone.now(),
        )
    except ReportChanged as changed:
        notice = f"{changed} This is what the file would do now. Nothing has been recorded yet."
        return _shown(request, event, waiting, minutes, notice=notice)
    except RefusedError as refused:
        return _shown(request, event, waiting, minutes, notice=str(refused))
    uploads.forget_upload(waiting)
    count = len(done.new)
    messages.success(
        request, f"Recorded that {count:,} {'person was' if count == 1 else 'people were'} there."
    )
    return redirect("places:attendance", pk)


@require_POST
def cancel(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """Deletes the file that waits."""
    event = event_for(request, pk, Right.ORGANISE)
    waiting = _waiting(request, token)
    if waiting is None:
        return _not_waiting(request, event)
    uploads.forget_upload(waiting)
    messages.success(request, "The file has been deleted. Nothing has been recorded.")
    return redirect("places:attendance", pk)


def _waiting(request: HttpRequest, token: str) -> Upload | None:
    return uploads.find_upload(token=token, by=request.user, now=timezone.now(), folder=FOLDER)


def _not_waiting(request: HttpRequest, event: EventPage) -> HttpResponse:
    messages.warning(request, NOT_WAITING)
    return redirect("places:report", event.pk)


def _shown(
    request: HttpRequest, event: EventPage, waiting: Upload, minutes: int, *, notice: str = ""
) -> HttpResponse:
    context: dict[str, Any] = {
        "preview": preview(event, read_report(waiting.content()), minutes),
        "token": waiting.token,
        "notice": notice,
        "refusal": refusal_of_report(event, timezone.now()),
    }
    return page(
        request, "report_preview", event, "Bring in a report", status=409 if notice else 200, **context
    )


def urls() -> list[URLPattern]:
    return [
        path("<int:pk>/attendance/", attendance, name="attendance"),
        path("<int:pk>/attendance/how/", arrangements, name="arrangements"),
        path("<int:pk>/attendance/report/", upload, name="report"),
        path("<int:pk>/attendance/report/<str:token>/<int:minutes>/", preview_upload, name="report_preview"),
        path("<int:pk>/attendance/report/<str:token>/cancel/", cancel, name="report_cancel"),
    ]
