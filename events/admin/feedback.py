"""Feedback in the admin: the questions, and what came of them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events.actions import feedback as actions
from events.admin.frame import event_for, page
from events.feedback import results, table
from events.forms.feedback import QuestionForm
from events.models import Answered, EventPage, FeedbackQuestion, Response, Right
from events.people import attended, places_at
from portal.members.actions import RefusedError
from portal.members.admin.lists import csv_answer


@require_safe
def feedback(request: HttpRequest, pk: int) -> HttpResponse:
    """The questions with the answers, without anything that says who gave them."""
    event = event_for(request, pk, Right.ORGANISE)
    context = {
        "results": results(event),
        "responses": Response.objects.filter(event=event).count(),
        "there": attended(places_at(event)).count(),
        "answered": Answered.objects.filter(place__pool__event=event).count(),
    }
    return page(request, "feedback", event, "Feedback", **context)


@require_POST
def usual(request: HttpRequest, pk: int) -> HttpResponse:
    """Gives the form the usual questions, which can be changed."""
    event = event_for(request, pk, Right.ORGANISE)
    try:
        actions.add_usual_questions(event=event)
    except RefusedError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "The questions are there. Change them as you like.")
    return redirect("places:feedback", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, pk: int, question: int | None = None) -> HttpResponse:
    """A question, to add or to change."""
    event = event_for(request, pk, Right.ORGANISE)
    one = _question(event, question) if question is not None else FeedbackQuestion(event=event)
    form = QuestionForm(request.POST or None, instance=one)
    if form.is_valid():
        try:
            actions.save_question(question=form.instance)
        except RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Saved.")
            return redirect("places:feedback", pk)
    title = "Change a question" if question else "Add a question"
    return page(
        request, "form_page", event, title, form=form, button="Save", back="../.." if question else ".."
    )


@require_POST
def remove(request: HttpRequest, pk: int, question: int) -> HttpResponse:
    event = event_for(request, pk, Right.ORGANISE)
    try:
        actions.remove_question(question=_question(event, question))
    except RefusedError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "The question has been removed.")
    return redirect("places:feedback", pk)


@require_POST
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """Every response as a line of a CSV file."""
    event = event_for(request, pk, Right.ORGANISE)
    return csv_answer(f"{event.slug}-feedback", *table(event))


def _question(event: EventPage, pk: int) -> FeedbackQuestion:
    return get_object_or_404(FeedbackQuestion, event=event, pk=pk)


def urls() -> list[URLPattern]:
    return [
        path("<int:pk>/feedback/", feedback, name="feedback"),
        path("<int:pk>/feedback/usual/", usual, name="usual_questions"),
        path("<int:pk>/feedback/add/", question, name="add_question"),
        path("<int:pk>/feedback/<int:question>/change/", question, name="change_question"),
        path("<int:pk>/feedback/<int:question>/remove/", remove, name="remove_question"),
        path("<int:pk>/feedback/export/", export, name="feedback_export"),
    ]
