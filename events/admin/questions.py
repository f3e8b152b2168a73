"""What an event asks those who come, in the admin: the questions, the answers, and the settings beside them."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events.actions import questions as actions
from events.actions.settings import change_settings
from events.admin.frame import event_for, page
from events.forms.questions import QuestionForm, SettingsForm
from events.models import EventPage, Question, Right
from events.questions import is_answered, rows_to_export, tallies
from events.rules.questions import READY
from events.terms import settings_of
from portal.members.actions import RefusedError
from portal.members.admin.lists import csv_answer


@require_safe
def questions(request: HttpRequest, pk: int) -> HttpResponse:
    """What is asked, and how it has been answered."""
    found = event_for(request, pk, Right.ORGANISE)
    listed = tallies(found)
    asked = {one.question.words.lower() for one in listed if one.question.archived_at is None}
    context = {
        "tallies": listed,
        "ready": [(which, one.words) for which, one in READY.items() if one.words.lower() not in asked],
        "is_answered": any(one.count for one in listed),
    }
    return page(request, "questions", found, "Questions", **context)


@require_http_methods(["GET", "HEAD", "POST"])
def add_question(request: HttpRequest, pk: int) -> HttpResponse:
    found = event_for(request, pk, Right.ORGANISE)
    last = found.questions.filter(archived_at=None).count()
    return _question_page(request, found, Question(event=found, position=last), "Add a question")


@require_POST
def add_ready_question(request: HttpRequest, pk: int, which: str) -> HttpResponse:
    found = event_for(request, pk, Right.ORGANISE)
    if which not in READY:
        raise Http404
    try:
        actions.add_ready(event=found, which=which, by=request.user, now=timezone.now())
    except RefusedError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "People who book from now on are asked.")
    return redirect("places:questions", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def change_question(request: HttpRequest, pk: int, question: int) -> HttpResponse:
    found = event_for(request, pk, Right.ORGANISE)
    return _question_page(request, found, _one(found, question), "Change a question")


@require_POST
def remove_question(request: HttpRequest, pk: int, question: int) -> HttpResponse:
    found = event_for(request, pk, Right.ORGANISE)
    one = _one(found, question)
    if actions.remove_question(question=one, by=request.user, now=timezone.now()):
        messages.success(request, f"“{one.words}” has been removed.")
    else:
        messages.success(request, f"“{one.words}” is asked no longer. The answers to it stay.")
    return redirect("places:questions", pk)


@require_POST
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """Who comes with what they answered, as CSV. The log says who took it."""
    found, now = event_for(request, pk, Right.ORGANISE), timezone.now()
    columns, rows = rows_to_export(found)
    listed = list(rows)
    actions.record_export(event=found, by=request.user, now=now, count=len(listed))
    return csv_answer(f"{found.slug}-answers-{timezone.localdate(now)}", columns, listed)


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest, pk: int) -> HttpResponse:
    """Booking terms, reminders, and how long sensitive answers are kept."""
    found = event_for(request, pk, Right.ORGANISE)
    form = SettingsForm(request.POST or None, instance=settings_of(found))
    if form.is_valid():
        change_settings(event=found, by=request.user, now=timezone.now(), **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("places:settings", pk)
    return page(request, "form_page", found, "Terms and reminders", form=form, button="Save")


def _question_page(request: HttpRequest, event: EventPage, question: Question, title: str) -> HttpResponse:
    answered = bool(question.pk) and is_answered(question)
    form = QuestionForm(request.POST or None, instance=question, event=event, is_answered=answered)
    if form.is_valid():
        given: dict[str, Any] = form.cleaned_data
        try:
            actions.save_question(
                question=form.save(commit=False),
                tickets=given["tickets"],
                by=request.user,
                now=timezone.now(),
            )
        except RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "The question has been saved.")
            return redirect("places:questions", event.pk)
    return page(
        request,
        "form_page",
        event,
        title,
        form=form,
        button="Save",
        back=".." if not question.pk else "../..",
    )


def _one(event: EventPage, pk: int) -> Question:
    return get_object_or_404(Question.objects.select_related("event"), event=event, pk=pk, archived_at=None)


def urls() -> list[URLPattern]:
    return [
        path("<int:pk>/questions/", questions, name="questions"),
        path("<int:pk>/questions/add/", add_question, name="add_question"),
        path("<int:pk>/questions/ready/<slug:which>/", add_ready_question, name="add_ready_question"),
        path("<int:pk>/questions/export/", export, name="answers_export"),
        path("<int:pk>/questions/<int:question>/", change_question, name="change_question"),
        path("<int:pk>/questions/<int:question>/remove/", remove_question, name="remove_question"),
        path("<int:pk>/settings/", settings, name="settings"),
    ]
