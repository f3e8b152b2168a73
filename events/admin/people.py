"""The people of an event in the admin: found, exported, added, moved, and their places taken back."""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from openpyxl import Workbook

from events.actions.exporting import record_export
from events.actions.ordering import cancel_line
from events.actions.seating import add_attendee, move
from events.admin.frame import event_for, page
from events.attendees import COLUMNS, attendees, cells
from events.forms.people import AddForm, MoveForm, PeopleForm
from events.forms.tickets import ReasonForm
from events.models import EventPage, OrderLine, Right
from portal.members.actions import RefusedError
from portal.members.admin.lists import as_text_cell, csv_answer

PEOPLE_ON_A_PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """Who comes, searched and filtered."""
    found = event_for(request, pk, Right.ORGANISE)
    form = PeopleForm(request.GET, event=found)
    given = form.given() if form.is_valid() else {}
    shown = Paginator(attendees(found, **given), PEOPLE_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "shown": shown, "query": urlencode(given)}
    return page(request, "people", found, "People", **context)


@require_POST
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The people whom the filters let through, as CSV or as a sheet for Excel. The log says who took them."""
    found, now = event_for(request, pk, Right.ORGANISE), timezone.now()
    form = PeopleForm(request.GET, event=found)
    if not form.is_valid():
        return HttpResponse("These filters make no sense.", status=400, content_type="text/plain")
    record_export(event=found, by=request.user, now=now, filters=form.given())
    rows = cells(attendees(found, **form.given()).iterator(chunk_size=500))
    name = f"{found.slug}-people-{timezone.localdate(now)}"
    if request.POST.get("as") != "xlsx":
        return csv_answer(name, COLUMNS, rows)
    return FileResponse(_sheet(rows), as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)


def _sheet(rows: Any) -> BytesIO:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("People")
    sheet.append(COLUMNS)
    for row in rows:
        sheet.append([as_text_cell(cell) for cell in row])
    file = BytesIO()
    book.save(file)
    file.seek(0)
    return file


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, pk: int) -> HttpResponse:
    found = event_for(request, pk, Right.ORGANISE)
    form = AddForm(request.POST or None, event=found)
    if form.is_valid():
        order = _tried(form, lambda: add_attendee(by=request.user, now=timezone.now(), **form.values()))
        if order is not None:
            messages.success(request, f"{order.name} has a place, and the ticket is on its way.")
            return redirect("places:people", pk)
    words = "Whoever you add need not fulfil what the ticket asks for, and goes before those who wait. It takes a place like any other."
    return page(request, "form_page", found, "Add somebody", form=form, button="Add", words=words)


@require_http_methods(["GET", "HEAD", "POST"])
def move_person(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    found = event_for(request, pk, Right.ORGANISE)
    one = _line(found, line)
    form = MoveForm(request.POST or None, event=found)
    if form.is_valid():
        moved = _tried(
            form, lambda: move(line=one, by=request.user, now=timezone.now(), **form.cleaned_data) or True
        )
        if moved:
            messages.success(request, f"{one.place.name} now has the ticket “{form.cleaned_data['ticket']}”.")
            return redirect("places:people", pk)
    words = f"{one.place.name} has the ticket “{one.place.ticket}”. The price that was agreed stays."
    return page(
        request,
        "form_page",
        found,
        "Move to another ticket",
        form=form,
        button="Move",
        words=words,
        back="../..",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    found = event_for(request, pk, Right.ORGANISE)
    one = _line(found, line)
    form = ReasonForm(request.POST or None)
    if form.is_valid():

        def take(now: datetime) -> bool:
            cancel_line(line=one, now=now, by=request.user, reason=form.cleaned_data["reason"])
            return True

        if _tried(form, lambda: take(timezone.now())):
            messages.success(request, f"The place of {one.place.name} is free again.")
            return redirect("places:people", pk)
    words = f"{one.place.name} is told that the place has been given back. It goes to whoever waits. What has been paid is to be paid back: finance sees it."
    return page(
        request,
        "form_page",
        found,
        "Take a place back",
        form=form,
        button="Take it back",
        words=words,
        back="../..",
    )


def _line(event: EventPage, pk: int) -> OrderLine:
    lines = OrderLine.objects.select_related("order", "place__ticket", "place__pool__event")
    return get_object_or_404(lines, place__pool__event=event, pk=pk, cancelled_at=None)


def _tried(form: forms.Form, do: Callable[[], Any]) -> Any:
    """What came of it; `None`, with the reason in the form, if it was refused."""
    try:
        return do()
    except RefusedError as refused:
        form.add_error(None, str(refused))
        return None


def urls() -> list[URLPattern]:
    return [
        path("<int:pk>/people/", people, name="people"),
        path("<int:pk>/people/export/", export, name="people_export"),
        path("<int:pk>/people/add/", add, name="add_person"),
        path("<int:pk>/people/<int:line>/move/", move_person, name="move_person"),
        path("<int:pk>/people/<int:line>/take-back/", take_back, name="take_back"),
    ]
